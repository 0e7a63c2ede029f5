// Lines of a byte stream, each checked to be UTF-8, in memory that does not grow with the file.
import { isUtf8 } from "node:buffer";
import { PROBLEM } from "./read-report.ts";

/** A line without its end, or why it cannot be given. `line` counts from 1. */
export type Line = { line: number; text: string; problem?: never } | { line: number; problem: string };

const LINE_FEED = 10;

/**
 * Splits at LF and CRLF; the last line needs no end, and a byte order mark is dropped. A line of more than `maxBytes` bytes
 * is passed over without being held. Gives the lines in groups, a chunk's lines at a time: one `await` a line is slow.
 */
export async function* readLines(source: AsyncIterable<unknown>, maxBytes: number): AsyncGenerator<Line[]> {
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

  for await (const chunk of source) {
    const bytes = toBuffer(chunk);
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
      if (isUtf8(block)) for (const text of block.toString("utf8").split("\n")) lines.push(plainLine(text, ++line));
      else for (const part of splitBytes(block)) lines.push(lineOf(part, ++line));
    }
    yield lines;
    hold(bytes.subarray(last + 1));
  }
  if (heldBytes > 0) yield [takeHeld()];
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

function lineOf(bytes: Buffer, line: number): Line {
  return isUtf8(bytes) ? plainLine(bytes.toString("utf8"), line) : { line, problem: PROBLEM.encoding };
}

function plainLine(text: string, line: number): Line {
  const start = line === 1 && text.startsWith("\ufeff") ? 1 : 0;
  return { line, text: text.slice(start, text.endsWith("\r") ? -1 : undefined) };
}
