// Named arrays in the safetensors format: a strict reader that checks before it allocates, and a deterministic writer.
import { writeFileAtomic } from "./atomic-file.ts";
import { readExactly, withFile } from "./exact-read.ts";
import {
  headerLength,
  LENGTH_BYTES,
  makeHeader,
  type NamedArray,
  type NamedArrays,
  parseHeader,
  viewsOf,
} from "./safetensors-header.ts";

export type { NamedArray, NamedArrays } from "./safetensors-header.ts";

/** Arrays, and the text pairs of `__metadata__` that lay beside them. */
export interface SafetensorsContent {
  arrays: Map<string, NamedArray>;
  metadata: Map<string, string>;
}

const NO_METADATA: ReadonlyMap<string, string> = new Map();
const SLICE_BYTES = 1 << 20;

/**
 * The bytes of a safetensors file, in slices that are views of the arrays: nothing but the header is copied.
 * Names are sorted and the data begins at a multiple of eight bytes, so the same arrays always give the same bytes.
 * (Numbers go out in the machine's own order: every machine that Node's tensor libraries run on is little-endian.)
 * @throws InputError at once, not at the first slice, when names, shapes or data do not fit
 */
export function safetensorsSlices(arrays: NamedArrays, metadata = NO_METADATA): Iterable<Uint8Array> {
  const { header, ordered } = makeHeader(arrays, metadata);
  const start = new Uint8Array(LENGTH_BYTES + header.length);
  new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
  start.set(header, LENGTH_BYTES);
  return slices(start, ordered);
}

function* slices(start: Uint8Array, ordered: readonly NamedArray[]): Iterable<Uint8Array> {
  yield start;
  for (const { data } of ordered) {
    for (let at = 0; at < data.byteLength; at += SLICE_BYTES) {
      yield new Uint8Array(data.buffer, data.byteOffset + at, Math.min(SLICE_BYTES, data.byteLength - at));
    }
  }
}

/**
 * Reads the bytes of a whole safetensors file. The arrays are views of `bytes`; the data is copied once, as a whole,
 * only where it does not lie at a multiple of four bytes.
 * @param source what to call the bytes in an error
 * @throws RunFolderError when anything is not as the format demands
 */
export function decodeSafetensors(bytes: Uint8Array, source = "the data"): SafetensorsContent {
  const dataStart = LENGTH_BYTES + headerLength(bytes, bytes.length, source);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), bytes.length - dataStart, source);
  const aligned = (bytes.byteOffset + dataStart) % 4 === 0;
  const data = aligned ? bytes.subarray(dataStart) : new Uint8Array(bytes.subarray(dataStart));
  return { arrays: viewsOf(header.entries, data), metadata: header.metadata };
}

/**
 * Reads a safetensors file: the header first, and makes room for the data only once the header has been checked
 * against the size of the file. All arrays are views of one buffer.
 * @throws RunFolderError when the file cannot be read or is not as the format demands
 */
export async function readSafetensorsFile(path: string): Promise<SafetensorsContent> {
  return withFile(path, async (handle, size) => {
    const length = headerLength(await readExactly(handle, 0, Math.min(LENGTH_BYTES, size)), size, path);
    const dataStart = LENGTH_BYTES + length;
    const header = parseHeader(await readExactly(handle, LENGTH_BYTES, length), size - dataStart, path);
    const data = await readExactly(handle, dataStart, size - dataStart);
    return { arrays: viewsOf(header.entries, data), metadata: header.metadata };
  });
}

/**
 * Writes a safetensors file, whole or not at all. The arrays must not change until the promise is settled.
 * @throws InputError when the arrays do not fit the format, RunFolderError when the file cannot be written
 */
export async function writeSafetensorsFile(path: string, arrays: NamedArrays, metadata = NO_METADATA): Promise<void> {
  await writeFileAtomic(path, safetensorsSlices(arrays, metadata));
}
