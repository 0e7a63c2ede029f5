// Texts as the figures take them: read from files, or written by a model.
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import type { ColumnOptions } from "../text/columns.ts";
import { ReadReport } from "../text/read-report.ts";
import { type ReadOptions, readTexts } from "../text/readers.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** Texts, each with its tokens as the model's vocabulary numbers them, and with what tells it from other texts. */
export interface Lines {
  readonly texts: readonly string[];
  /** Ids, without begin and end. */
  readonly ids: readonly (readonly number[])[];
  /** The tokens as they are written, joined: the same for texts that differ in white space alone. */
  readonly keys: readonly string[];
  readonly labels: readonly (string | undefined)[];
}

/** No token holds a line break: texts are lines. */
const BETWEEN = "\n";

export function linesOf(texts: readonly string[], tokenizer: Tokenizer): Lines {
  return {
    texts,
    ids: texts.map((text) => tokenizer.encode(text)),
    keys: texts.map((text) => keyOf(text, tokenizer)),
    labels: texts.map(() => undefined),
  };
}

export function keyOfTokens(tokens: readonly string[]): string {
  return tokens.join(BETWEEN);
}

/** The tokens of a text as they are written. */
export function tokensOfKey(key: string): string[] {
  return key === "" ? [] : key.split(BETWEEN);
}

export interface ReadLinesOptions {
  readonly tokenizer: Tokenizer;
  /** Longer texts are left out, as the model cannot write them. */
  readonly maxLength: number;
  /** Which columns tables have. */
  readonly columns?: ColumnOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told what was left out, a sentence a kind. */
  readonly note?: ((sentence: string) => void) | undefined;
}

/** @throws InputError when a file cannot be read, and the signal's reason once it is aborted */
export async function readLines(
  paths: readonly string[],
  { tokenizer, maxLength, columns = {}, signal, note }: ReadLinesOptions,
): Promise<Lines> {
  const [texts, ids, keys, labels]: [string[], number[][], string[], (string | undefined)[]] = [[], [], [], []];
  for (const path of paths) {
    const report = new ReadReport();
    const options: ReadOptions = { report, ...columns };
    for await (const { text, label, line } of readTexts(path, options)) {
      signal?.throwIfAborted();
      const encoded = tokenizer.encode(text);
      if (encoded.length === 0) report.add("without a token", line);
      else if (encoded.length > maxLength) report.add(`more than the ${maxLength} tokens that the model writes`, line);
      else {
        texts.push(text);
        ids.push(encoded);
        keys.push(keyOf(text, tokenizer));
        labels.push(label);
      }
    }
    for (const sentence of report.summary()) note?.(`${path}: ${sentence}`);
  }
  return { texts, ids, keys, labels };
}

/** `most` of `count` places, or all where there are not more, in a random order by `seed`: files are often sorted. */
export function samplePlaces(count: number, most: number, seed: number, stream: string): Uint32Array {
  const places = Uint32Array.from({ length: count }, (_, i) => i);
  return RandomStream.named(seed, stream).shuffle(places).slice(0, most);
}

/** `most` of the lines, drawn as {@link samplePlaces} does. */
export function sampleLines(lines: Lines, most: number, seed: number, stream: string): Lines {
  return selectLines(lines, samplePlaces(lines.texts.length, most, seed, stream));
}

/** The lines at `places`. */
export function selectLines(lines: Lines, places: ArrayLike<number>): Lines {
  const pick = <T>(all: readonly T[]): T[] => Array.from(places, (i) => all[i] as T);
  return { texts: pick(lines.texts), ids: pick(lines.ids), keys: pick(lines.keys), labels: pick(lines.labels) };
}

/** The places of lines that do not stand in front of them already. */
export function distinctPlaces({ keys }: Lines): number[] {
  const seen = new Set<string>();
  return Array.from(keys, (_, i) => i).filter((i) => {
    const key = keys[i] as string;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** @throws InputError when there are fewer than `least` different lines */
export function requireLines(lines: Lines, least: number, what: string): void {
  const different = new Set(lines.keys).size;
  if (different >= least) return;
  const found = different === lines.keys.length ? `${different}` : `${different} different`;
  throw new InputError(`${what} has ${found} usable texts; expected at least ${least} different ones to measure with.`);
}

function keyOf(text: string, tokenizer: Tokenizer): string {
  return keyOfTokens(tokenizer.tokenize(text));
}
