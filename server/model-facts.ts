// What a run folder says of its model without the weights being read, for the API to tell.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError, LatentextError, RunFolderError } from "../src/errors.ts";
import { type Config, parseKeptConfig } from "../src/model/config.ts";
import { errorCode } from "../src/run/atomic-file.ts";
import { readExactly, withFile } from "../src/run/exact-read.ts";
import { readJournal } from "../src/run/journal.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../src/run/json.ts";
import { RunFolder } from "../src/run/run-folder.ts";
import { type Entry, headerLength, LENGTH_BYTES, parseHeader } from "../src/run/safetensors-header.ts";
import { readTexts } from "../src/text/readers.ts";
import { TOKENIZER_KINDS, type TokenizerKind } from "../src/text/tokenizer.ts";
import { RequestError, UnknownModelError } from "./errors.ts";

type Scalar = string | number | boolean | null;

/** The facts that a request needs, and those that a list of models shows. */
export interface ModelFacts {
  readonly config: Config;
  /** Without weights, the model can only be watched. */
  readonly hasWeights: boolean;
  /** Trained numbers of encoder and decoder; 0 without weights. */
  readonly parameters: number;
  /** Tokens, special ones included; 0 without weights. */
  readonly vocabulary: number;
  /** What came of the setting, which may be `auto`; unknown without weights. */
  readonly tokenizer: TokenizerKind | undefined;
  /** What texts can be written with; none where the model is not conditional. */
  readonly labels: readonly string[];
  /** ISO 8601. */
  readonly trainedAt: string | undefined;
  /** Changes when the weights, the settings, the tokenizer or the labels do. */
  readonly version: string;
}

/** A line of a run's panel: what came back of `original`, or a sample; in a conditional model by a label. */
interface PanelLine {
  readonly text: string;
  readonly original?: string;
  readonly label?: string;
}

const EXAMPLES = 12;
/** Lines of the corpus among which examples are looked for. */
const LOOKED_AT = 60;
const TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json"] as const;
const VERSION_FILES = ["model.safetensors", "config.json", ...TOKENIZER_FILES, "labels.json"] as const;
const UNKNOWN = "<unk>";
/** Milliseconds without a change after which a run is taken for complete. */
const SETTLED = 10_000;

/** A file's time, size and number: another one when the file has been replaced. Undefined where there is no such file. */
async function stampOf(path: string): Promise<{ readonly stamp: string; readonly changed: Date } | undefined> {
  try {
    const stats = await stat(path, { bigint: true });
    // A pipe would keep whoever opens it waiting.
    if (!stats.isFile()) return undefined;
    return { stamp: `${stats.mtimeNs}-${stats.size}-${stats.ino}`, changed: stats.mtime };
  } catch (cause) {
    if (errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR") return undefined;
    throw new RunFolderError(`${path} could not be looked at`, { cause });
  }
}

/** What {@link readFacts} would find changed since it gave facts of this version. */
export async function versionOf(path: string): Promise<string> {
  const stamps = await Promise.all(VERSION_FILES.map((file) => stampOf(join(path, file))));
  return stamps.map((found) => found?.stamp ?? "none").join("/");
}

/**
 * Reads a run's settings, its labels, the kind of its tokenizer and the header of its weights.
 * @throws InputError when `path` is no run folder; RunFolderError when a file of it is damaged
 */
export async function readFacts(path: string): Promise<ModelFacts> {
  // Taken first: what is replaced while the rest is read shows as a new version the next time.
  const version = await versionOf(path);
  const folder = await RunFolder.open(path);
  const config = await folder.readConfig(parseKeptConfig);
  const weights = folder.pathOf("model.safetensors");
  const found = await stampOf(weights);
  if (found === undefined) {
    const unknown = { parameters: 0, vocabulary: 0, tokenizer: undefined, labels: [], trainedAt: undefined };
    return { config, hasWeights: false, ...unknown, version };
  }
  const entries = await readHeader(weights);
  const own = entries.filter(({ name }) => !name.startsWith("discriminator."));
  return {
    config,
    hasWeights: true,
    parameters: own.reduce((sum, { size }) => sum + size, 0),
    vocabulary: entries.find(({ name }) => name === "embedding")?.shape[0] ?? 0,
    tokenizer: await readTokenizerKind(folder.pathOf("tokenizer_config.json")),
    labels: config.conditional ? await folder.readLabels() : [],
    trainedAt: found.changed.toISOString(),
    version,
  };
}

async function readHeader(path: string): Promise<readonly Entry[]> {
  return withFile(path, async (handle, size) => {
    const length = headerLength(await readExactly(handle, 0, Math.min(LENGTH_BYTES, size)), size, path);
    return parseHeader(await readExactly(handle, LENGTH_BYTES, length), size - LENGTH_BYTES - length, path).entries;
  });
}

/** @throws RunFolderError where the file is missing or damaged */
async function readTokenizerKind(path: string): Promise<TokenizerKind> {
  const bytes = await withFile(path, async (handle, size) => readExactly(handle, 0, size));
  const config = parseJson(new TextDecoder().decode(bytes), path);
  const own = isJsonObject(config) ? config.latentext : undefined;
  const kind = TOKENIZER_KINDS.find((known) => own !== undefined && isJsonObject(own) && own.kind === known);
  if (kind === undefined) throw new RunFolderError(`${path} does not fit: it names no kind of tokenizer`);
  return kind;
}

/** Reads the journals of runs, each again only when it has changed. */
export class Journals {
  readonly #read = new Map<string, { stamp: string; lines: readonly JsonObject[] }>();

  /** The newest dev report that was the best. */
  async quality(path: string): Promise<Record<string, Scalar> | undefined> {
    const best = (await this.metrics(path)).findLast(({ kind, best }) => kind === "dev" && best === true);
    return best && flat(best);
  }

  async metrics(path: string): Promise<readonly JsonObject[]> {
    return this.#lines(join(path, "metrics.jsonl"));
  }

  /** The fixed panel as it was decoded at the newest report. */
  async panel(path: string): Promise<PanelLine[]> {
    const lines = await this.#lines(join(path, "samples.jsonl"));
    const step = lines.at(-1)?.step;
    return lines
      .filter((line) => line.step === step)
      .map(({ text, original, label }) => ({
        text: String(text),
        ...(typeof original === "string" && { original }),
        ...(typeof label === "string" && { label }),
      }));
  }

  /** A run that lacks a journal, or holds a damaged one, is still a model to use. */
  async #lines(path: string): Promise<readonly JsonObject[]> {
    const stamp = (await stampOf(path))?.stamp;
    if (stamp === undefined) return [];
    const known = this.#read.get(path);
    if (known?.stamp === stamp) return known.lines;
    let lines: readonly JsonObject[] = [];
    try {
      lines = readJournal(path);
    } catch (cause) {
      if (!(cause instanceof RunFolderError)) throw cause;
    }
    this.#read.set(path, { stamp, lines });
    return lines;
  }
}

/** A report with its lists taken apart: `codeVariance.0` and `codeVariance.1` are the two of `codeVariance`. */
export function flat(report: JsonObject): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(report).flatMap(([key, value]): [string, Scalar][] => {
      if (Array.isArray(value)) return value.map((item: JsonValue, index) => [`${key}.${index}`, scalar(item)]);
      return [[key, scalar(value)]];
    }),
  );
}

function scalar(value: JsonValue): Scalar {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** Sentences of the kind that the model knows: those of its panel and the first lines of its corpus, such as read well before others. */
export async function readExamples(path: string, { corpora }: Config, journals: Journals): Promise<string[]> {
  const panel = (await journals.panel(path)).map(({ original }) => original ?? "");
  const usable = panel.filter((text) => text !== "" && !text.includes(UNKNOWN));
  const all = unique([...usable, ...(await firstLines(corpora[0]))]);
  const rank = (text: string): number => (readsWell(text) ? 0 : 1);
  return all.sort((a, b) => rank(a) - rank(b)).slice(0, EXAMPLES);
}

/** Some words of letters alone: no markup, figures or masks, which a corpus may be full of. */
function readsWell(text: string): boolean {
  return /^[\p{L}\p{M}\p{P}\s]{12,90}$/u.test(text) && !/[_<>{}[\]\\]/.test(text);
}

async function firstLines(corpus: string | undefined): Promise<string[]> {
  const lines: string[] = [];
  try {
    if (corpus === undefined || (await stampOf(corpus)) === undefined) return [];
    for await (const { text } of readTexts(corpus)) {
      lines.push(text);
      if (lines.length === LOOKED_AT) break;
    }
  } catch (cause) {
    // The corpus has moved, or was read with options of which the run knows nothing: there are no examples, then.
    if (!(cause instanceof LatentextError)) throw cause;
  }
  return lines;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** The settings as they may be told: files by their names, since where they lie is nobody's business. */
export function publicSettings(config: Config): Record<string, unknown> {
  const { corpora, dev, tokenizer, ...others } = config;
  return {
    corpora: corpora.map(fileName),
    dev: dev === null ? null : fileName(dev),
    tokenizer: fileName(tokenizer),
    ...others,
  };
}

export function fileName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** Whether a folder can be served as a run. */
export async function isRunFolder(path: string): Promise<boolean> {
  return (await stampOf(join(path, "config.json"))) !== undefined;
}

/**
 * What is to be said of a run whose files could not be read: that it has gone, that they are still being written, or the cause itself. A copy
 * into a folder of runs is seen before it is complete.
 */
export async function whyUnreadable(
  { id, path }: { readonly id: string; readonly path: string },
  cause: RunFolderError,
): Promise<Error> {
  if (!(await isRunFolder(path))) return new UnknownModelError(`There is no model named "${id}" any more.`, { cause });
  const changes = await Promise.all(
    [path, ...VERSION_FILES.map((file) => join(path, file))].map((file) => stat(file).catch(() => undefined)),
  );
  const now = Date.now();
  if (!changes.some((stats) => stats && Math.abs(now - stats.mtimeMs) < SETTLED)) return cause;
  return new RequestError(`The files of the model "${id}" are being written; try again in a moment.`, {
    status: 503,
    code: "model_not_ready",
    retryAfter: 2,
    cause,
  });
}

/** @throws InputError when there is no such folder */
export async function mustBeFolder(path: string): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new InputError(`${path} cannot be served: there is no such folder.`, { cause });
  });
  if (!stats.isDirectory()) throw new InputError(`${path} cannot be served: it is a file; expected a run folder.`);
}
