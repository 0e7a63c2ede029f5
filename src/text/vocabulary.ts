// The vocabulary of our own tokenizers: tokens ↔ ids, the five special tokens first.
import { InputError } from "../errors.ts";
import { type SpecialIds, UNKNOWN_TEXT, type Vocabulary } from "./tokenizer.ts";

/** The special tokens of our own tokenizers; a token's place is its id. */
export const SPECIAL_TOKENS: readonly string[] = ["<pad>", "<bos>", "<eos>", UNKNOWN_TEXT, "<blank>"];

const SPECIAL: SpecialIds = { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 };

export type VocabularyOptions = {
  /** Most ids in all, the five special ones included. */
  vocabularySize?: number;
  /** Tokens seen less often than this are left out. */
  minimumCount?: number;
};

/** A closed list of tokens, held in a `Map`, so that a token such as `__proto__` is a token like any other. */
export class TokenVocabulary implements Vocabulary {
  readonly special = SPECIAL;
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
  }

  /**
   * The most frequent tokens first; tokens with equal counts stand in code-point order, so that the same counts always
   * give the same ids. Tokens that read like a special token are left out: text must not be able to say `<eos>`.
   * @throws InputError when the options are no integers in range
   */
  static fromCounts(
    counts: ReadonlyMap<string, number>,
    { vocabularySize = 20_000, minimumCount = 1 }: VocabularyOptions = {},
  ): TokenVocabulary {
    if (!Number.isInteger(vocabularySize) || vocabularySize <= SPECIAL_TOKENS.length) {
      throw new InputError(
        `The vocabulary size is ${vocabularySize}; expected an integer above ${SPECIAL_TOKENS.length}, ` +
          "the number of special tokens.",
      );
    }
    if (!Number.isInteger(minimumCount) || minimumCount < 1) {
      throw new InputError(`The minimum count is ${minimumCount}; expected an integer of at least 1.`);
    }
    const ranked = [...counts]
      .filter(([token, count]) => count >= minimumCount && !SPECIAL_TOKENS.includes(token))
      .sort(([a, m], [b, n]) => n - m || compareCodePoints(a, b))
      .slice(0, vocabularySize - SPECIAL_TOKENS.length);
    return new TokenVocabulary([...SPECIAL_TOKENS, ...ranked.map(([token]) => token)]);
  }

  /**
   * From the `model.vocab` object of a tokenizer.json: token → id.
   * @throws InputError when the ids are not exactly 0 … n−1 (a repeated, missing or fractional id), or the special
   * tokens are not where ours are
   */
  static fromJson(vocab: unknown): TokenVocabulary {
    if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab)) {
      throw new InputError("The vocabulary of tokenizer.json is no object; expected token names with integer ids.");
    }
    const entries: [string, unknown][] = Object.entries(vocab);
    const tokens: (string | undefined)[] = new Array(entries.length).fill(undefined);
    for (const [token, id] of entries) {
      if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length) {
        throw new InputError(
          `The vocabulary of tokenizer.json gives ${JSON.stringify(token)} the id ${JSON.stringify(id)}; ` +
            `expected an integer from 0 to ${entries.length - 1}, one for each of its ${entries.length} tokens.`,
        );
      }
      if (tokens[id] !== undefined) {
        throw new InputError(
          `The vocabulary of tokenizer.json gives the id ${id} to both ${JSON.stringify(tokens[id])} and ` +
            `${JSON.stringify(token)}; expected one token an id.`,
        );
      }
      tokens[id] = token;
    }
    for (const [id, token] of SPECIAL_TOKENS.entries()) {
      if (tokens[id] !== token) {
        throw new InputError(
          `The vocabulary of tokenizer.json has ${JSON.stringify(tokens[id])} at id ${id}; expected ${token}.`,
        );
      }
    }
    // n ids, all different, all in [0, n): no place is empty any more.
    return new TokenVocabulary(tokens.filter((token) => token !== undefined));
  }

  get size(): number {
    return this.#tokens.length;
  }

  idOf(token: string): number {
    return this.#ids.get(token) ?? SPECIAL.unknown;
  }

  tokenOf(id: number): string {
    const token = this.#tokens[id];
    if (token === undefined) throw new RangeError(`The token id is ${id}; expected 0 to ${this.size - 1}.`);
    return token;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** Every token, in order of ids. */
  tokens(): readonly string[] {
    return this.#tokens;
  }
}

// `<` on strings compares UTF-16 units, which puts U+1F600 before U+FF01.
function compareCodePoints(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  const surrogatePairCut = i > 0 && isLowSurrogate(a.charCodeAt(i)) && isLowSurrogate(b.charCodeAt(i));
  const at = surrogatePairCut ? i - 1 : i;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
