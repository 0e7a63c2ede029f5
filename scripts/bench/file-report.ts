// What the small evaluation commands share: read files of lines, print figures as a table or as JSON.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { InputError, LatentextError, messageOf } from "../../src/errors.ts";

export interface Report {
  /** What `--json` prints. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What people read: label and value. */
  readonly rows: readonly (readonly [label: string, value: string])[];
}

/**
 * Runs a command of the form `NAME FILE... [--json]` on this process's arguments: prints the report of its files, or
 * the error's one sentence on stderr, and sets the exit code (0 done, 2 bad input).
 */
export function runReport(usage: string, fileCount: number, report: (files: readonly string[]) => Report): void {
  try {
    const { files, json } = readArguments(usage, fileCount);
    const { values, rows } = report(files);
    console.log(json ? JSON.stringify(values) : formatRows(rows));
  } catch (error) {
    if (!(error instanceof LatentextError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/**
 * The lines of a text file; of a `.tsv` file, the last column of each. Empty lines stay, as line numbers carry meaning.
 * @throws InputError when the file cannot be read
 */
export function readLines(path: string): string[] {
  const lines = readWholeLines(path);
  return path.endsWith(".tsv") ? lines.map((line) => line.slice(line.lastIndexOf("\t") + 1)) : lines;
}

/**
 * As {@link readLines}, with all columns.
 * @throws InputError when the file cannot be read
 */
export function readWholeLines(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new InputError(`${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
  if (text === "") return [];
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function readArguments(usage: string, fileCount: number): { files: string[]; json: boolean } {
  try {
    const { positionals, values } = parseArgs({ options: { json: { type: "boolean" } }, allowPositionals: true });
    if (positionals.length === fileCount) return { files: positionals, json: values.json ?? false };
  } catch (cause) {
    throw new InputError(`${messageOf(cause)} Usage: ${usage}`, { cause });
  }
  throw new InputError(`Expected ${fileCount} file${fileCount === 1 ? "" : "s"}. Usage: ${usage}`);
}

function formatRows(rows: Report["rows"]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}
