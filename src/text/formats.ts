// What a file's name says of how its texts are read.

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
