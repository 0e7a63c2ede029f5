// Any Hugging Face tokenizer, run by the optional package @huggingface/transformers; nothing is ever fetched.
import { InputError, messageOf } from "../errors.ts";
import { type SpecialIds, type Tokenizer, type TokenizerFiles, UNKNOWN_TEXT, type Vocabulary } from "./tokenizer.ts";

/** The part of PreTrainedTokenizer that is used here. */
type ForeignTokenizer = {
  get_vocab(): Map<string | undefined, number>;
  tokenize(text: string): string[];
  /** What a tokenizer without an unknown token of its own does not know has no id. */
  encode(text: string, options: { add_special_tokens: boolean }): (number | null | undefined)[];
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
};

type ForeignConstructor = new (tokenizer: unknown, config: unknown) => ForeignTokenizer;

/**
 * A tokenizer from the two files of a Hugging Face tokenizer. Begin, end, unknown, blank and pad are its own tokens where
 * tokenizer_config.json names them (`bos_token` or `cls_token`, `eos_token` or `sep_token`, `unk_token`, `mask_token`,
 * `pad_token`) and no two share one; the others get new ids after its vocabulary.
 * @throws InputError when @huggingface/transformers is not installed or cannot read the files
 */
export async function createPretrainedTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const library = await importLibrary();
  try {
    const config: Record<string, unknown> = { ...JSON.parse(files["tokenizer_config.json"]) };
    const Foreign = tokenizerClass(library, config.tokenizer_class);
    const tokenizer: unknown = JSON.parse(files["tokenizer.json"]);
    checkIds(tokenizer);
    return new PretrainedTokenizer(new Foreign(tokenizer, config), files, config);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`The pretrained tokenizer cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

/** The library's class of that name where it is a tokenizer, else their common base, which most of them leave as it is. */
function tokenizerClass(library: Record<string, unknown>, name: unknown): ForeignConstructor {
  const Base = library.PreTrainedTokenizer as ForeignConstructor;
  const plain = typeof name === "string" ? name.replace(/Fast$/, "") : "";
  const candidate = Object.hasOwn(library, plain) ? library[plain] : undefined;
  const fits = typeof candidate === "function" && candidate.prototype instanceof Base;
  return fits ? (candidate as ForeignConstructor) : Base;
}

async function importLibrary(): Promise<Record<string, unknown>> {
  // Not a literal: compiling must not need an optional package.
  const name: string = "@huggingface/transformers";
  try {
    return await import(name);
  } catch (cause) {
    throw new InputError(
      `A pretrained tokenizer needs the optional package ${name}, which cannot be loaded here (${messageOf(cause)}).`,
      { cause },
    );
  }
}

class PretrainedTokenizer implements Tokenizer {
  readonly kind = "pretrained";
  readonly vocabulary: PretrainedVocabulary;
  readonly #foreign: ForeignTokenizer;
  readonly #files: TokenizerFiles;

  constructor(foreign: ForeignTokenizer, files: TokenizerFiles, config: Record<string, unknown>) {
    this.#foreign = foreign;
    this.vocabulary = new PretrainedVocabulary(foreign.get_vocab(), config);
    this.#files = {
      "tokenizer.json": files["tokenizer.json"],
      "tokenizer_config.json": `${JSON.stringify({ ...config, latentext: { kind: "pretrained", version: 1 } }, null, 2)}\n`,
    };
  }

  tokenize(text: string): string[] {
    return this.#foreign.tokenize(text);
  }

  encode(text: string): number[] {
    const { pad, begin, end, unknown, blank } = this.vocabulary.special;
    return this.#foreign.encode(text, { add_special_tokens: false }).map((id) => {
      // A text that spells out "</s>" must not end the sentence.
      const known = typeof id === "number" && id !== pad && id !== begin && id !== end && id !== blank;
      return known ? id : unknown;
    });
  }

  decode(ids: Iterable<number>): string {
    const { pad, begin, end, unknown, blank } = this.vocabulary.special;
    const parts: string[] = [];
    let run: number[] = [];
    const flush = () => {
      if (run.length > 0) parts.push(this.#foreign.decode(run, { skip_special_tokens: false }).trim());
      run = [];
    };
    for (const id of ids) {
      if (id === unknown) {
        flush();
        parts.push(UNKNOWN_TEXT);
      } else if (id !== pad && id !== begin && id !== end && id !== blank) {
        this.vocabulary.tokenOf(id);
        run.push(id);
      }
    }
    flush();
    return parts.join(" ");
  }

  files(): TokenizerFiles {
    return this.#files;
  }
}

const MOST_IDS = 2 ** 24;

/** The library takes whatever number a file gives as an id; a model cannot. */
function checkIds(tokenizer: unknown): void {
  const { model, added_tokens: added } = (tokenizer ?? {}) as { model?: { vocab?: unknown }; added_tokens?: unknown };
  const vocab = model?.vocab;
  const ids: [unknown, unknown][] = Array.isArray(vocab) ? [] : Object.entries(vocab ?? {});
  for (const token of Array.isArray(added) ? added : []) ids.push([token?.content, token?.id]);
  for (const [token, id] of ids) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= MOST_IDS) {
      throw new InputError(
        `The pretrained tokenizer gives ${JSON.stringify(token)} the id ${JSON.stringify(id)}; expected an integer from 0 to ` +
          `${MOST_IDS - 1}.`,
      );
    }
  }
}

/** The names that new special tokens take, and the settings where a tokenizer names its own. */
const ROLES = [
  ["end", "<eos>", ["eos_token", "sep_token"]],
  ["begin", "<bos>", ["bos_token", "cls_token"]],
  ["unknown", UNKNOWN_TEXT, ["unk_token"]],
  ["blank", "<blank>", ["mask_token"]],
  ["pad", "<pad>", ["pad_token"]],
] as const;

class PretrainedVocabulary implements Vocabulary {
  readonly size: number;
  readonly special: SpecialIds;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #tokens: (string | undefined)[] = [];

  constructor(vocab: ReadonlyMap<string | undefined, number>, config: Record<string, unknown>) {
    const ids = new Map<string, number>();
    for (const [token, id] of vocab) {
      // The library lists ids that no token has under `undefined`.
      if (token === undefined) continue;
      ids.set(token, id);
      this.#tokens[id] = token;
    }
    const special = { pad: -1, begin: -1, end: -1, unknown: -1, blank: -1 };
    const taken = new Set<number>();
    for (const [role, name, settings] of ROLES) {
      const own = settings
        .map((setting) => ids.get(tokenText(config[setting]) ?? ""))
        .find((id) => id !== undefined && !taken.has(id));
      const id = own ?? this.#tokens.length;
      if (own === undefined) {
        this.#tokens.push(name);
        if (!ids.has(name)) ids.set(name, id);
      }
      taken.add(id);
      special[role] = id;
    }
    this.#ids = ids;
    this.special = special;
    this.size = this.#tokens.length;
  }

  idOf(token: string): number {
    return this.#ids.get(token) ?? this.special.unknown;
  }

  tokenOf(id: number): string {
    if (!Number.isInteger(id) || id < 0 || id >= this.size) {
      throw new RangeError(`The token id is ${id}; expected 0 to ${this.size - 1}.`);
    }
    // Some vocabularies leave ids free; they read as unknown.
    return this.#tokens[id] ?? UNKNOWN_TEXT;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }
}

function tokenText(setting: unknown): string | undefined {
  if (typeof setting === "string") return setting;
  const content = typeof setting === "object" && setting !== null && "content" in setting ? setting.content : undefined;
  return typeof content === "string" ? content : undefined;
}
