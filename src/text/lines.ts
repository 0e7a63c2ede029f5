// Lines of a byte stream, each checked to be UTF-8, in memory that does not grow with the file.
import { isUtf8 } from "node:buffer";
import { InputError } from "../errors.ts";
import { PROBLEM } from "./read-report.ts";

/** A line without its end, or why it cannot be given. `line` counts from 1. */
export type Line = { line: number; text: string; problem?: never } | { line: number; problem: string };

const [ZERO, LINE_FEED, CARRIAGE_RETURN] = [0, 10, 13] as const;

/** Bytes that are waited for before a source without LF is taken for one whose lines end in CR. */
const START_BYTES = 2 ** 16;

/**
 * Splits at LF and CRLF, or at CR as {@link withLineFeeds} says; the last line needs no end, and a byte order mark is dropped. A line of more
 * than `maxBytes` bytes is passed over without being held. Gives the lines in groups, a chunk's lines at a time: one `await` a line is slow.
 * @param name what errors call the source
 * @throws InputError when it is UTF-16
 */
export async function* readLines(
  source: AsyncIterable<unknown>,
  maxBytes: number,
  name = "The text",
): AsyncGenerator<Line[]> {
  let line = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;

  const hold = (bytes: Buffer) => {
    heldBytes += bytes.length;
    if (heldBytes > maxBytes) held = [];
    else held.push(bytes);
  };
  const takeHeld = (): Line => {
    line++;
    const bytes = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    const result = heldBytes > maxBytes ? { line, problem: PROBLEM.long } : lineOf(bytes, line);
    held = [];
    heldBytes = 0;
    return result;
  };

  for await (const bytes of withLineFeeds(source, name)) {
    const first = bytes.indexOf(LINE_FEED);
    if (first < 0) {
      hold(bytes);
      continue;
    }
    hold(bytes.subarray(0, first));
    const lines = [takeHeld()];
    const last = bytes.lastIndexOf(LINE_FEED);
    if (last > first) {
      // Whole lines only: none of them starts in another chunk.
      const block = bytes.subarray(first + 1, last);
      if (problemOf(block) === undefined)
        for (const text of block.toString("utf8").split("\n")) lines.push(plainLine(text, ++line));
      else for (const part of splitBytes(block)) lines.push(lineOf(part, ++line));
    }
    yield lines;
    hold(bytes.subarray(last + 1));
  }
  if (heldBytes > 0) yield [takeHeld()];
}

/**
 * The bytes of a source, in which CR becomes LF where there is no LF in the first 64 KB, as in what old Macs wrote, and spreadsheets write
 * "for Macintosh".
 * @throws InputError when it begins with the byte order mark of UTF-16: NUL and ASCII, which most of it then is, would pass for UTF-8
 */
export async function* withLineFeeds(source: AsyncIterable<unknown>, name: string): AsyncGenerator<Buffer> {
  let endsInReturns: boolean | undefined;
  for await (const bytes of withStart(source)) {
    if (endsInReturns === undefined) {
      refuseUtf16(bytes, name);
      endsInReturns = !bytes.includes(LINE_FEED) && bytes.includes(CARRIAGE_RETURN);
    }
    yield endsInReturns ? Buffer.from(bytes.map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte))) : bytes;
  }
}

/** The bytes of a source, of which the first ones come together: up to an LF, or {@link START_BYTES}. */
async function* withStart(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let start: Buffer[] | undefined = [];
  let bytes = 0;
  for await (const chunk of source) {
    const buffer = toBuffer(chunk);
    if (start === undefined) {
      yield buffer;
      continue;
    }
    start.push(buffer);
    bytes += buffer.length;
    if (bytes < START_BYTES && !buffer.includes(LINE_FEED)) continue;
    yield Buffer.concat(start);
    start = undefined;
  }
  if (start !== undefined && bytes > 0) yield Buffer.concat(start);
}

function refuseUtf16(start: Buffer, name: string): void {
  const mark = start.subarray(0, 2).toString("hex");
  if (mark !== "fffe" && mark !== "feff") return;
  throw new InputError(
    `${name} is UTF-16, as Windows writes it; expected UTF-8: save it as UTF-8, or convert it by \`iconv -f UTF-16 -t UTF-8\`.`,
  );
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(String(chunk));
}

function* splitBytes(block: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = block.indexOf(LINE_FEED); end >= 0; end = block.indexOf(LINE_FEED, start)) {
    yield block.subarray(start, end);
    start = end + 1;
  }
  yield block.subarray(start);
}

/** Why bytes are no text, or undefined where they are. */
export function problemOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return PROBLEM.encoding;
  return bytes.includes(ZERO) ? PROBLEM.zero : undefined;
}

function lineOf(bytes: Buffer, line: number): Line {
  const problem = problemOf(bytes);
  return problem === undefined ? plainLine(bytes.toString("utf8"), line) : { line, problem };
}

function plainLine(text: string, line: number): Line {
  const start = line === 1 && text.startsWith("\ufeff") ? 1 : 0;
  return { line, text: text.slice(start, text.endsWith("\r") ? -1 : undefined) };
}
