// Lines in and lines out: bounded memory, patience with slow readers, and a quiet end when nobody reads any more.
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { pipeline, type Writable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError, messageOf } from "../errors.ts";
import { readLines } from "../text/lines.ts";

/** Where a command reads and writes; `process` is one. */
export interface Streams {
  readonly stdin: AsyncIterable<unknown>;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** A line of input; `line` counts from 1. */
export interface InputLine {
  readonly line: number;
  readonly text: string;
}

/** Lines that are worked on together. */
export const CHUNK_LINES = 1_024;
const MOST_LINE_BYTES = 2 ** 20;
const WRITTEN_TOGETHER = 64;

/**
 * The lines of a file, or of standard input when `path` is `-`, in chunks of at most 1,024. What has arrived is given at once, so that
 * a person who types is answered line by line.
 * @throws InputError when the file cannot be read or is UTF-16, or a line is not UTF-8 or longer than a megabyte
 */
export async function* readChunks(
  path: string,
  stdin: Streams["stdin"],
  { gzipped = false }: { readonly gzipped?: boolean | undefined } = {},
): AsyncGenerator<InputLine[]> {
  const name = path === "-" ? "standard input" : path;
  try {
    for await (const lines of readLines(path === "-" ? stdin : bytesOf(path, gzipped), MOST_LINE_BYTES, name)) {
      for (let at = 0; at < lines.length; at += CHUNK_LINES) {
        yield lines.slice(at, at + CHUNK_LINES).map((line) => {
          if (line.problem === undefined) return line;
          throw new InputError(`Line ${line.line} of ${name} cannot be used: ${line.problem}.`);
        });
      }
    }
  } catch (cause) {
    if (!isReadError(cause)) throw cause;
    throw new InputError(`${name} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

function bytesOf(path: string, gzipped: boolean): AsyncIterable<unknown> {
  const file = createReadStream(path);
  // What breaks inside the pipeline reaches the one who reads its last stream.
  return gzipped ? pipeline(file, createGunzip(), () => {}) : file;
}

/** Of the system, or of bytes that are no gzip. */
function isReadError(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return "syscall" in cause || ("code" in cause && String(cause.code).startsWith("Z_"));
}

/** Writes lines together, and waits while the reader is behind. */
export async function writeLines(stream: Writable, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  if (!stream.write(`${lines.join("\n")}\n`)) await once(stream, "drain");
}

/** Writes lines as they come, some together. */
export async function writeEach(stream: Writable, lines: AsyncIterable<string>): Promise<void> {
  let held: string[] = [];
  for await (const line of lines) {
    held.push(line);
    if (held.length < WRITTEN_TOGETHER) continue;
    await writeLines(stream, held);
    held = [];
  }
  await writeLines(stream, held);
}

/** A text that holds no line break, which would make two lines of it. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}

/**
 * Ends the process when its output cannot be written: without a word and as a success where the reader has gone, as `head` does, and
 * with the reason otherwise. What standard error cannot take is lost, but not the work that it speaks of.
 */
export function watchOutput({ stdout, stderr }: Pick<Streams, "stdout" | "stderr">): void {
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    stderr.write(`latentext: Standard output cannot be written: ${messageOf(error)}.\n`);
    process.exit(1);
  });
  stderr.on("error", () => {});
}
