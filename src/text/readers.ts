// Reads texts, one by one, from .txt, .tsv, .csv and .jsonl files, gzipped or not, and from standard input.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { InputError, messageOf } from "../errors.ts";
import { type Column, type ColumnOptions, type Columns, settleColumns } from "./columns.ts";
import { formatOf, type TextFormat } from "./formats.ts";
import { type Line, problemOf, readLines, withLineFeeds } from "./lines.ts";
import { PROBLEM, ReadReport } from "./read-report.ts";

export type TextRecord = {
  text: string;
  label?: string;
  /** Where the record starts in its file, counted from 1. */
  line: number;
};

export type ReadOptions = ColumnOptions & {
  /** How to read the bytes; by default the file's extension tells, and standard input is `txt`. */
  format?: TextFormat;
  /** Longer texts (in UTF-16 units) are left out and counted. */
  maxCharacters?: number;
  /** What `-` reads. */
  stdin?: NodeJS.ReadableStream;
  /** Counts what is given and what is left out. */
  report?: ReadReport;
  /** Told which columns a table has, and its first row, before its first text. */
  onColumns?: ((columns: Columns, firstRow: readonly string[]) => void) | undefined;
  /** An empty text is given as well, and a row that cannot be used is an error: a text comes for each row. */
  everyRow?: boolean;
};

/** A record before its text is looked at, or why there is none. */
type Raw =
  | { line: number; text: string; label?: string | undefined; problem?: never }
  | { line: number; problem: string };

/**
 * The texts of a file, or of standard input when `path` is `-`, in order.
 *
 * - `.txt`: a line is a text.
 * - `.tsv`: columns between tabs, no quoting. `.csv`: columns after RFC 4180, stray quotes taken as they are. Which column is the
 *   text, and whether the first row is a header, is settled by {@link settleColumns}; a row with more or fewer columns
 *   than the first is left out.
 * - `.jsonl`: a line is a string, or an object with the string `text` and, if there is one, a `label`; the column options name
 *   other keys.
 *
 * A label column given as a number counts columns, where a file has them: it says nothing of plain text, which has no labels, nor of JSON lines.
 *
 * An empty label is none. A text stays as it is, but for white space at its ends, and line breaks inside it, which become a space, since a text is
 * a line everywhere else. Lines that are not valid UTF-8, empty, too long or malformed are left out and counted in `report`.
 * Memory does not grow with the file.
 * @throws InputError when the file is missing, a folder, of unknown kind or damaged, has a quote that never closes, or lacks a
 * column that the options name; with `everyRow` also at the first row that cannot be used
 */
export async function* readTexts(path: string, options: ReadOptions = {}): AsyncGenerator<TextRecord> {
  const { maxCharacters = 100_000, report = new ReadReport(), everyRow = false } = options;
  // A line also holds labels, other columns and escapes, and a character has up to three bytes a UTF-16 unit.
  const maxBytes = 2 ** 20 + 8 * maxCharacters;
  try {
    if (path !== "-" && (await stat(path)).isDirectory()) throw new InputError(`${path} is a folder; expected a file.`);
    const { format, gzipped } =
      options.format === undefined ? knownFormat(path) : { format: options.format, gzipped: /\.gz$/i.test(path) };
    if (format === "txt" && (options.textColumn !== undefined || typeof options.labelColumn === "string")) {
      throw new InputError(`${path} is plain text, a text a line, and has no columns; expected .tsv, .csv or .jsonl.`);
    }
    const source = open(path, gzipped, options.stdin ?? process.stdin);
    for await (const group of rawRecords(format, source, path, options, maxBytes)) {
      for (const raw of group) {
        const { line } = raw;
        const text = raw.problem === undefined ? oneLine(raw.text) : "";
        const tooLong = text.length > maxCharacters ? PROBLEM.long : undefined;
        const problem = raw.problem ?? (text === "" ? PROBLEM.empty : tooLong);
        if (problem === undefined || (everyRow && problem === PROBLEM.empty)) {
          report.accepted++;
          const label = raw.problem === undefined ? raw.label : undefined;
          yield label ? { text, label, line } : { text, line };
        } else if (everyRow) throw new InputError(`Line ${line} of ${path} cannot be used: ${problem}.`);
        else report.add(problem, line);
      }
    }
  } catch (cause) {
    throw inputErrorFor(cause, path);
  }
}

function knownFormat(path: string): { format: TextFormat; gzipped: boolean } {
  const known = formatOf(path);
  if (known !== undefined) return known;
  throw new InputError(`${path} is of no known kind; expected .txt, .tsv, .csv or .jsonl, also with .gz, or -.`);
}

function open(path: string, gzipped: boolean, stdin: NodeJS.ReadableStream): AsyncIterable<unknown> {
  if (path === "-") return stdin;
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  return gzipped ? pipeline(file, createGunzip({ chunkSize: 2 ** 18 }), ignore) : file;
}

// What breaks inside a pipeline reaches the one who reads its last stream.
const ignore = () => {};

async function* rawRecords(
  format: TextFormat,
  source: AsyncIterable<unknown>,
  path: string,
  options: ReadOptions,
  maxBytes: number,
): AsyncGenerator<Raw[]> {
  if (format === "csv") {
    const toRaw = tableReader(path, options);
    for await (const row of csvRows(source, maxBytes, path)) yield toRaw(row);
    return;
  }
  const table = format === "tsv" ? tableReader(path, options) : undefined;
  for await (const lines of readLines(source, maxBytes, path === "-" ? "standard input" : path)) {
    if (format === "txt") yield lines;
    else if (table !== undefined) yield lines.flatMap((line) => table(tsvRow(line)));
    else yield lines.map((line) => (line.problem === undefined ? jsonRecord(line, options, path) : line));
  }
}

type Row = { line: number; cells: string[]; problem?: never } | { line: number; problem: string };

function tsvRow(line: Line): Row {
  return line.problem === undefined ? { line: line.line, cells: line.text.split("\t") } : line;
}

async function* csvRows(source: AsyncIterable<unknown>, maxBytes: number, path: string): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    encoding: null,
    max_record_size: maxBytes,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: true,
  });
  let line = 1;
  const rows: AsyncIterable<Buffer[]> = pipeline(withLineFeeds(source, path), parser, ignore) as Readable;
  for await (const cells of rows) {
    const problem = cells.map(problemOf).find((found) => found !== undefined);
    if (problem === undefined) yield { line, cells: cells.map((cell) => cell.toString("utf8")) };
    else yield { line, problem };
    // The parser's own count takes a CRLF inside quotes for two lines.
    for (const cell of cells) line += lineFeeds(cell);
    line++;
  }
}

function lineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf("\n"); at >= 0; at = bytes.indexOf("\n", at + 1)) count++;
  return count;
}

/** Turns the rows of one table into records, in order; the first row that can be read settles the columns. */
function tableReader(path: string, options: ReadOptions): (row: Row) => Raw[] {
  let columns: Columns | undefined;
  return (row) => {
    if (row.problem !== undefined) return [row];
    const { line, cells } = row;
    if (cells.every((cell) => cell.trim() === "")) return [{ line, problem: PROBLEM.empty }];
    if (columns === undefined) {
      columns = settleColumns(cells, options, path);
      options.onColumns?.(columns, cells);
      if (columns.header) return [];
    }
    const text = cells[columns.text];
    if (cells.length !== columns.count || text === undefined) return [{ line, problem: PROBLEM.columns }];
    return [{ line, text, label: columns.label === undefined ? undefined : cells[columns.label]?.trim() }];
  };
}

function jsonRecord({ line, text: json }: { line: number; text: string }, options: ColumnOptions, path: string): Raw {
  const { textColumn = nameOf(options.usual?.textColumn) ?? "text" } = options;
  const labelColumn = nameOf(options.labelColumn) ?? nameOf(options.usual?.labelColumn) ?? "label";
  if (typeof textColumn === "number") {
    throw new InputError(
      `${path} has no column ${textColumn}; expected the name of a key, since JSON lines have no columns.`,
    );
  }
  if (json.trim() === "") return { line, problem: PROBLEM.empty };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { line, problem: PROBLEM.json };
  }
  if (typeof value === "string") return { line, text: value };
  if (typeof value !== "object" || value === null) return { line, problem: PROBLEM.fields };
  const { [textColumn]: text, [labelColumn]: label } = value as Record<string, unknown>;
  if (typeof text !== "string") return { line, problem: PROBLEM.fields };
  if (label === undefined || label === null) return { line, text };
  if (typeof label === "object") return { line, problem: PROBLEM.fields };
  return { line, text, label: String(label) };
}

function nameOf(column: Column | null | undefined): string | undefined {
  return typeof column === "string" ? column : undefined;
}

function oneLine(text: string): string {
  const trimmed = text.trim();
  if (!/[\r\n]/.test(trimmed)) return trimmed;
  const lines = trimmed.split(/[\r\n]+/);
  return lines.map((line) => line.trim()).join(" ");
}

function inputErrorFor(cause: unknown, path: string): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return new InputError(`There is no file ${path}.`, { cause });
  if (code === "EACCES" || code === "EPERM") return new InputError(`The file ${path} may not be read.`, { cause });
  if (code.startsWith("Z_")) {
    return new InputError(`${path} is no gzip file, or a damaged or cut-off one (${messageOf(cause)}).`, { cause });
  }
  if (code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE") {
    return new InputError(
      `${path} has a row that does not end, as when a quote is never closed: ${messageOf(cause)}.`,
      { cause },
    );
  }
  return cause;
}
