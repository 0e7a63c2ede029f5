// The corpus lines nearest to a code: their codes are computed once a model and kept beside the run.
import { setImmediate } from "node:timers/promises";
import { InputError, RunFolderError, UnwritableRunError } from "../errors.ts";
import {
  checkIndexWritable,
  type IndexContent,
  type IndexedLine,
  identify,
  type ModelIdentity,
  readIndex,
  writeIndex,
} from "../run/corpus-index.ts";
import { RunFolder } from "../run/run-folder.ts";
import { Smallest } from "../smallest.ts";
import { distinctSample } from "../text/distinct-sample.ts";
import { ReadReport } from "../text/read-report.ts";
import { readTexts, type TextRecord } from "../text/readers.ts";
import { checkCount, commonLength } from "./codes.ts";
import { type Code, type LoadOptions, load, type Model } from "./model.ts";

export type { IndexedLine } from "../run/corpus-index.ts";

/** A line of the corpus, and the Euclidean distance of its code. */
export interface Neighbour extends IndexedLine {
  readonly distance: number;
}

export interface BuildIndexOptions extends LoadOptions {
  /** Most lines, at least 1: of a larger corpus a sample spread over the whole of it is taken, always the same one. */
  readonly limit?: number | undefined;
  /**
   * Told why the index cannot be kept, where the run's folder takes no files: it is given all the same, and is gone with the process. Without
   * it that is an error.
   */
  readonly onUnkept?: ((cause: UnwritableRunError) => void) | undefined;
  /** Stops the build; nothing has then been written. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of the lines have been encoded. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Most lines of an index where nothing else is asked for. */
export const INDEX_LINES = 20_000;

/** Lines encoded between two turns of the event loop. */
const CHUNK_LINES = 256;
const MOST_LOADS = 5;

/** Distinct lines of a run's corpora with their codes. */
export class CorpusIndex {
  /** Lines. */
  readonly size: number;
  /** Numbers of a code. */
  readonly latent: number;
  /** In the order of the corpora; where a text stands there twice, as it came first. */
  readonly lines: readonly IndexedLine[];
  /** Flat: (size, latent) in row-major order. */
  readonly codes: Float32Array;
  /** Whether these are all distinct lines that the model can read whole, and not a sample of them. */
  readonly complete: boolean;

  /** Use {@link openIndex} or {@link buildIndex}. */
  constructor({ lines, codes, latent, complete }: IndexContent) {
    this.size = lines.length;
    this.latent = latent;
    this.lines = lines;
    this.codes = codes;
    this.complete = complete;
  }

  /** Whether {@link buildIndex} would look for no more lines than these. */
  suffices(limit = INDEX_LINES): boolean {
    return this.complete || this.size >= limit;
  }

  /** `limit` of the lines, as {@link buildIndex} would draw them from the corpora; all, where there are not more. */
  async sample(limit: number): Promise<CorpusIndex> {
    if (limit >= this.size) return this;
    const { records } = await distinctSample(
      this.lines.map((line, row) => ({ ...line, row })),
      { limit },
    );
    const codes = new Float32Array(records.length * this.latent);
    for (const [i, { row }] of records.entries()) {
      codes.set(this.codes.subarray(row * this.latent, (row + 1) * this.latent), i * this.latent);
    }
    const lines = records.map(({ row }) => this.lines[row] as IndexedLine);
    return new CorpusIndex({ lines, codes, latent: this.latent, complete: false });
  }

  /**
   * The `n` lines whose codes are nearest to `code`, nearest first, exactly: every line is looked at. Of equally near ones the earlier
   * comes first; there are fewer where the index has fewer.
   * @throws InputError when `n` is no integer of at least 1, or `code` is not of this model
   */
  nearest(code: Code, n: number): Neighbour[] {
    checkCount("neighbours", n, 1);
    const query = Float32Array.from(code);
    if (query.length !== this.latent) {
      throw new InputError(`The code has ${query.length} numbers; expected ${this.latent}, as the model's codes have.`);
    }
    commonLength([query]);
    const smallest = new Smallest<number>(Math.min(n, this.size));
    for (let row = 0; row < this.size; row++) {
      const square = squaredDistance(this.codes, row * this.latent, query);
      if (smallest.admits(square)) smallest.add(square, row);
    }
    return smallest.sorted().map(({ key, item }) => ({
      ...(this.lines[item] as IndexedLine),
      distance: Math.sqrt(key),
    }));
  }
}

/**
 * The index of a run.
 * @returns undefined when there is none that fits the model: none was made, the run has been trained on since, or a file is damaged
 * @throws InputError when `runPath` is no run folder; RunFolderError when a file may not be read
 */
export async function openIndex(runPath: string): Promise<CorpusIndex | undefined> {
  await RunFolder.open(runPath);
  const content = await readIndex(runPath);
  return content && new CorpusIndex(content);
}

/**
 * Encodes the lines of a run's corpora, labels included, and keeps their codes in RUN/neighbours, in place of an index that is there.
 * Lines that training left out for their length are left out here.
 * @throws InputError when `runPath` is no run folder, or a corpus is not where the run's settings say; the signal's reason when it is
 * aborted; UnwritableRunError where the index cannot be kept, before the codes are computed but for a full disk; RunFolderError,
 * EngineUnavailableError as {@link load}
 */
export async function buildIndex(
  runPath: string,
  { limit = INDEX_LINES, onUnkept, signal, onProgress, ...options }: BuildIndexOptions = {},
): Promise<CorpusIndex> {
  await RunFolder.open(runPath);
  const writable = await unlessUnwritable(checkIndexWritable(runPath), onUnkept);
  const { model, identity } = await loadIdentified(runPath, options);
  try {
    const { config, maxLength } = model.info;
    const accept = ({ text }: TextRecord): boolean => {
      const { tokens } = model.describe(text);
      return tokens >= 1 && tokens <= maxLength;
    };
    const corpus = corpusLines(runPath, config, { signal, log: options.log });
    const { records, complete } = await distinctSample(corpus, { limit, accept });
    if (records.length === 0) {
      throw new InputError(
        `No line of ${config.corpora.join(", ")} can be used: expected texts of 1 to ${maxLength} tokens.`,
      );
    }
    const codes = await encodeAll(model, records, { signal, onProgress });
    const content: IndexContent = { lines: records, codes, latent: model.info.latent, complete };
    signal?.throwIfAborted();
    if (writable) await unlessUnwritable(writeIndex(runPath, content, identity), onUnkept);
    return new CorpusIndex(content);
  } finally {
    await model.dispose();
  }
}

/** Whether a run's folder takes what is done with it; told why not, where somebody listens. */
async function unlessUnwritable(done: Promise<void>, onUnkept: BuildIndexOptions["onUnkept"]): Promise<boolean> {
  try {
    await done;
    return true;
  } catch (cause) {
    if (!(cause instanceof UnwritableRunError && onUnkept)) throw cause;
    onUnkept(cause);
    return false;
  }
}

/** A model, and the hashes of the very files that it was loaded from, also while a trainer replaces them. */
async function loadIdentified(
  runPath: string,
  options: LoadOptions,
): Promise<{ model: Model; identity: ModelIdentity }> {
  let identity = await identify(runPath);
  for (let i = 0; i < MOST_LOADS; i++) {
    const model = await load(runPath, options);
    const after = await identify(runPath);
    if (after.model === identity.model && after.tokenizer === identity.tokenizer) return { model, identity };
    await model.dispose();
    identity = after;
  }
  throw new RunFolderError(`The model of ${runPath} was replaced each of ${MOST_LOADS} times that it was loaded.`);
}

async function* corpusLines(
  runPath: string,
  config: Model["info"]["config"],
  { signal, log }: { signal: AbortSignal | undefined; log: LoadOptions["log"] },
): AsyncGenerator<TextRecord> {
  const { corpora } = config;
  if (corpora.length === 0) throw new InputError(`${runPath} names no corpus; expected a run that was trained on one.`);
  if (corpora.includes("-")) {
    throw new InputError(`${runPath} was trained on standard input, which is gone; expected a run trained on files.`);
  }
  for (const path of corpora) {
    const report = new ReadReport();
    try {
      for await (const record of readTexts(path, { report, usual: config })) {
        signal?.throwIfAborted();
        yield record;
      }
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      throw new InputError(
        `The corpus of ${runPath} cannot be read: ${cause.message} Expected it where training found it, relative paths seen from the present folder.`,
        { cause },
      );
    }
    for (const line of report.summary()) log?.(`${path}: ${line}`);
  }
}

async function encodeAll(
  model: Model,
  records: readonly TextRecord[],
  { signal, onProgress }: Pick<BuildIndexOptions, "signal" | "onProgress">,
): Promise<Float32Array> {
  const { latent } = model.info;
  const codes = new Float32Array(records.length * latent);
  const textOf = (i: number): string => (records[i] as TextRecord).text;
  // Lines of about one length are encoded together: less of a batch is padding.
  const order = records.map((_, i) => i).sort((a, b) => textOf(a).length - textOf(b).length || a - b);
  for (let at = 0; at < order.length; at += CHUNK_LINES) {
    signal?.throwIfAborted();
    const chunk = order.slice(at, at + CHUNK_LINES);
    const encoded = await model.encode(chunk.map(textOf));
    for (const [k, i] of chunk.entries()) codes.set(encoded[k] as Float32Array, i * latent);
    onProgress?.(at + chunk.length, order.length);
    // An engine may never give the event loop a turn, and a server or a signal would wait for one.
    await setImmediate();
  }
  if (!codes.every(Number.isFinite)) {
    throw new RunFolderError("The model gives codes with numbers that are not finite: its weights are damaged.");
  }
  return codes;
}

function squaredDistance(codes: Float32Array, start: number, query: Float32Array): number {
  // Four sums at a time do not wait for each other.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = query.length - (query.length % 4);
  let k = 0;
  for (; k < whole; k += 4) {
    const d0 = (codes[start + k] as number) - (query[k] as number);
    const d1 = (codes[start + k + 1] as number) - (query[k + 1] as number);
    const d2 = (codes[start + k + 2] as number) - (query[k + 2] as number);
    const d3 = (codes[start + k + 3] as number) - (query[k + 3] as number);
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; k < query.length; k++) s0 += ((codes[start + k] as number) - (query[k] as number)) ** 2;
  return s0 + s1 + s2 + s3;
}
