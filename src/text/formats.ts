// What a file's name says of how its texts are read.
import { InputError } from "../errors.ts";

export type TextFormat = "txt" | "tsv" | "csv" | "jsonl";

/** Undefined where the name says nothing; standard input, `-`, is plain text. */
export function formatOf(path: string): { format: TextFormat; gzipped: boolean } | undefined {
  if (path === "-") return { format: "txt", gzipped: false };
  const [, extension, gz] = /\.(txt|tsv|csv|jsonl)(\.gz)?$/i.exec(path) ?? [];
  const format = (["txt", "tsv", "csv", "jsonl"] as const).find((known) => known === extension?.toLowerCase());
  return format && { format, gzipped: gz !== undefined };
}

/** Whether each row of the file has a text of its own, and more beside it. */
export function isTable(path: string): boolean {
  const format = formatOf(path)?.format;
  return format !== undefined && format !== "txt";
}

/** Whether columns of the file can be counted. JSON lines have keys. */
export function hasColumns(path: string): boolean {
  const format = formatOf(path)?.format;
  return format === "tsv" || format === "csv";
}

/** @throws InputError when a column is given for a file that has none, and neither has one of the files `beside` it */
export function checkColumn(
  what: "text" | "label",
  column: number | string | undefined,
  path: string,
  beside: readonly string[] = [],
): void {
  const isThere = typeof column === "string" ? isTable : hasColumns;
  if (column === undefined || [path, ...beside].some(isThere)) return;
  const name = path === "-" ? "standard input" : path;
  throw new InputError(
    isTable(path)
      ? `The ${what} column is ${column}, but ${name} has no columns: JSON lines have their ${what}s under the key "${what}".`
      : `The ${what} column is ${column}, but ${name} is plain text, a text a line: expected a .tsv or .csv file.`,
  );
}
