// The JSON header of a safetensors file: made from named arrays, and checked on the way in before anything is allocated.
import { InputError, messageOf, RunFolderError } from "../errors.ts";

/** An array in row-major order; `data` has as many numbers as the product of `shape`. */
export interface NamedArray {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

export type NamedArrays = ReadonlyMap<string, NamedArray>;

type DataType = "F32" | "I32";

/** Where an array lies: its first byte, counted from the start of the data, and its size in numbers. */
export interface Entry {
  name: string;
  dtype: DataType;
  shape: number[];
  begin: number;
  size: number;
}

export interface Header {
  /** In the order in which the data lies. */
  entries: Entry[];
  metadata: Map<string, string>;
}

/** The bytes before the header that say how long it is. */
export const LENGTH_BYTES = 8;
/** The format allows 100 MB of header, which is a way to attack its readers; a model of ours needs some kilobytes. */
export const MAX_HEADER_BYTES = 1 << 20;
export const MAX_ARRAYS = 10_000;

const ITEM_BYTES = 4; // of either data type
const METADATA = "__metadata__";
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The header's bytes for these arrays, padded with spaces so that the data begins at a multiple of eight bytes, and the
 * arrays in the order in which their data has to follow (sorted by name).
 * @throws InputError when a name, a shape or the data does not fit
 */
export function makeHeader(
  arrays: NamedArrays,
  metadata: ReadonlyMap<string, string>,
): { header: Uint8Array; ordered: NamedArray[] } {
  const members: string[] = [];
  if (metadata.size > 0) {
    const pairs = byName(metadata).map(([key, value]) => `${quoted(key)}:${quoted(value)}`);
    members.push(`"${METADATA}":{${pairs.join(",")}}`);
  }
  const sorted = byName(arrays);
  let begin = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === METADATA)
      throw new InputError(`an array cannot be named "${METADATA}", which the format keeps for itself`);
    const size = sizeOf(shape);
    if (size !== data.length) {
      throw new InputError(`array "${name}" has the shape [${shape}] but holds ${data.length} numbers`);
    }
    const end = begin + size * ITEM_BYTES;
    const dtype: DataType = data instanceof Float32Array ? "F32" : "I32";
    members.push(`${quoted(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  const text = new TextEncoder().encode(`{${members.join(",")}}`);
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  header.set(text);
  if (sorted.length > MAX_ARRAYS || header.length > MAX_HEADER_BYTES) {
    throw new InputError(
      `${sorted.length} arrays with a header of ${header.length} bytes were given; ` +
        `expected at most ${MAX_ARRAYS} arrays and ${MAX_HEADER_BYTES} bytes`,
    );
  }
  return { header, ordered: sorted.map(([, array]) => array) };
}

/**
 * The length of the header, from the first eight bytes of a file.
 * @throws RunFolderError when it is above the limit or does not fit into the file
 */
export function headerLength(start: Uint8Array, fileBytes: number, source: string): number {
  if (fileBytes < LENGTH_BYTES) throw damaged(source, `${fileBytes} bytes are too few for a safetensors file`);
  const length = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw damaged(source, `its header claims ${length} bytes, expected at most ${MAX_HEADER_BYTES}`);
  }
  if (length > fileBytes - LENGTH_BYTES) {
    throw damaged(source, `its header claims ${length} bytes, the file has ${fileBytes} altogether`);
  }
  return Number(length);
}

/**
 * Parses and checks a header: UTF-8, JSON, no name twice, known data types, shapes that multiply to their spans, spans
 * that follow one another without hole or overlap and end where the file ends.
 * @param dataBytes how many bytes follow the header
 * @throws RunFolderError that names `source` and the first thing wrong
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number, source: string): Header {
  const parsed = parseObject(bytes, source);
  const metadata = metadataOf(parsed[METADATA], source);
  const names = Object.keys(parsed).filter((name) => name !== METADATA);
  if (names.length > MAX_ARRAYS) throw damaged(source, `it has ${names.length} arrays, expected at most ${MAX_ARRAYS}`);

  const spans = names.map((name) => spanOf(name, parsed[name], source));
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of spans) {
    if (begin !== expected) {
      throw damaged(source, `array "${name}" begins at byte ${begin} of the data, expected ${expected}`);
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    throw damaged(source, `its arrays take ${expected} bytes, but ${dataBytes} bytes follow the header`);
  }
  return { entries: spans, metadata };
}

/** Views of `data` for the entries of its header; `data` must lie at a multiple of four bytes. */
export function viewsOf(entries: readonly Entry[], data: Uint8Array): Map<string, NamedArray> {
  return new Map(
    entries.map(({ name, dtype, shape, begin, size }) => {
      const at = data.byteOffset + begin;
      const numbers = dtype === "F32" ? new Float32Array(data.buffer, at, size) : new Int32Array(data.buffer, at, size);
      return [name, { shape, data: numbers }];
    }),
  );
}

function parseObject(bytes: Uint8Array, source: string): Record<string, unknown> {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged(source, `its header is not JSON in UTF-8 (${messageOf(cause)})`);
  }
  if (!isObject(parsed) || !text.startsWith("{")) throw damaged(source, "its header is not a JSON object");
  // JSON.parse keeps only the last of two members with one name.
  const members = Object.values(parsed).reduce<number>(
    (sum, value) => sum + (isObject(value) ? Object.keys(value).length : 0),
    Object.keys(parsed).length,
  );
  if (countColons(text) !== members) throw damaged(source, "its header has a name twice or objects too deep");
  return parsed;
}

/** The colons outside strings: in valid JSON as many as there are members, repeated ones included. */
function countColons(text: string): number {
  let count = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') inString = !inString;
    else if (char === "\\") i++;
    else if (char === ":" && !inString) count++;
  }
  return count;
}

function metadataOf(value: unknown, source: string): Map<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) throw damaged(source, `its ${METADATA} is not an object`);
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== "string") throw damaged(source, `its ${METADATA} has a "${key}" that is not a string`);
      return [key, text];
    }),
  );
}

function spanOf(name: string, value: unknown, source: string): Entry & { end: number } {
  const wrong = (what: string) => damaged(source, `array "${name}" ${what}`);
  if (LONE_SURROGATE.test(name)) throw damaged(source, "the name of an array is not valid Unicode");
  if (!isObject(value) || Object.keys(value).sort().join() !== "data_offsets,dtype,shape") {
    throw wrong("does not have exactly dtype, shape and data_offsets");
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== "F32" && dtype !== "I32") throw wrong(`is of type ${JSON.stringify(dtype)}, expected "F32" or "I32"`);
  if (!isCounts(shape)) throw wrong("has a shape that is not a list of counts");
  if (!isCounts(offsets) || offsets.length !== 2) throw wrong("has data_offsets that are not two byte positions");
  const [begin = 0, end = 0] = offsets;
  const size = sizeOf(shape);
  if (size === undefined || size * ITEM_BYTES !== end - begin) {
    throw wrong(`has the shape [${shape}], which does not fit its ${end - begin} bytes`);
  }
  return { name, dtype, shape, begin, end, size };
}

/** The product of a shape's counts, or undefined when it is no shape or too large to be counted in bytes exactly. */
function sizeOf(shape: readonly number[]): number | undefined {
  if (!isCounts(shape)) return undefined;
  let size = 1;
  for (const count of shape) {
    size *= count;
    if (size > Number.MAX_SAFE_INTEGER / ITEM_BYTES) return undefined;
  }
  return size;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quoted(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new InputError(`${JSON.stringify(text)} is not valid Unicode`);
  return JSON.stringify(text);
}

function byName<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function damaged(source: string, what: string): RunFolderError {
  return new RunFolderError(`${source} is not a sound safetensors file: ${what}`);
}
