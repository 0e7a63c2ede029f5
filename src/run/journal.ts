// An append-only file of JSON lines that can be cut back to a remembered position.
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { RunFolderError } from "../errors.ts";
import { errorCode, fileError, syncFolder } from "./atomic-file.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json.ts";

const LINE_FEED = 0x0a;

/**
 * A journal open for writing, by one process. A checkpoint remembers its `position()`; a resumed run cuts it back to
 * there with `truncateTo`, and so ends with the same bytes as a run that was never stopped.
 */
export class Journal {
  readonly path: string;
  readonly #file: number;
  #position: number;

  private constructor(path: string, file: number, position: number) {
    this.path = path;
    this.#file = file;
    this.#position = position;
  }

  /**
   * Opens a journal, or begins one. A last line that a crash left unfinished is cut off.
   * @throws RunFolderError
   */
  static async open(path: string): Promise<Journal> {
    const journal = attempt(path, "opened", () => {
      const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666);
      const position = readFileSync(file).lastIndexOf(LINE_FEED) + 1;
      ftruncateSync(file, position);
      return new Journal(path, file, position);
    });
    await syncFolder(dirname(path));
    return journal;
  }

  /**
   * Writes one line, and has given it to the operating system when it returns. Numbers that are not finite become null.
   * @throws RunFolderError; the position is then unchanged, and the next line overwrites what was written of this one
   */
  append(entry: JsonObject): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    attempt(this.path, "written", () => {
      for (let done = 0; done < line.length; ) {
        done += writeSync(this.#file, line, done, line.length - done, this.#position + done);
      }
    });
    this.#position += line.length;
  }

  /** The bytes written so far: whole lines only. */
  position(): number {
    return this.#position;
  }

  /**
   * Cuts off every line written after `position`.
   * @throws RunFolderError when the journal is shorter than that, or no line ends there
   */
  truncateTo(position: number): void {
    attempt(this.path, "cut back", () => {
      if (!(position <= this.#position)) {
        throw new RunFolderError(`${this.path} has ${this.#position} bytes, expected at least ${position}`);
      }
      if (position !== 0 && !this.#endsLine(position)) {
        throw new RunFolderError(`${this.path} has no line that ends at byte ${position}`);
      }
      ftruncateSync(this.#file, position);
      fsyncSync(this.#file);
    });
    this.#position = position;
  }

  /** Makes all lines durable. Call it before the checkpoint that remembers the position. */
  flush(): void {
    attempt(this.path, "made durable", () => fsyncSync(this.#file));
  }

  read(): JsonObject[] {
    return readJournal(this.path);
  }

  close(): void {
    closeSync(this.#file);
  }

  #endsLine(position: number): boolean {
    const byte = new Uint8Array(1);
    return readSync(this.#file, byte, 0, 1, position - 1) === 1 && byte[0] === LINE_FEED;
  }
}

/**
 * All whole lines of a journal, in order; also while another process writes it. No file is an empty journal.
 * @throws RunFolderError that names the line which is not a JSON object
 */
export function readJournal(path: string): JsonObject[] {
  const lines = attempt(path, "read", () => readIfPresent(path)).split("\n");
  lines.pop(); // nothing, or a line that is not finished
  return lines.map((line, index) => {
    const source = `line ${index + 1} of ${path}`;
    const entry = parseJson(line, source);
    if (!isJsonObject(entry)) throw new RunFolderError(`${source} is not a JSON object`);
    return entry;
  });
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return "";
    throw cause;
  }
}

function attempt<T>(path: string, action: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw fileError(path, action, cause);
  }
}
