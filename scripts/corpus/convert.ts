// Turns downloaded files into texts, one a line, with their labels.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline, type Readable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { parse as parseCsv } from "csv-parse";
import { z } from "zod";
import { LatentextError } from "../../src/errors.ts";
import type { CatalogueFile, Format } from "./catalogue.ts";

interface Labelled {
  readonly text: string;
  /** Where the file itself holds labels; otherwise the catalogue's label counts. */
  readonly label?: string;
}

/**
 * The lines of a corpus file made of one download: `label<TAB>text`, or the text alone where there are no labels. White
 * space inside a text becomes single spaces; empty texts are left out.
 *
 * @throws LatentextError when the file does not have the format that the catalogue says.
 */
export async function* convertFile(path: string, source: CatalogueFile): AsyncGenerator<string> {
  for await (const { text, label = source.label } of textsOf(open(path, source.path.endsWith(".gz")), source)) {
    const clean = tidy(text);
    if (clean !== "") yield label === undefined ? clean : `${tidy(label)}\t${clean}`;
  }
}

function tidy(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function open(path: string, gzipped: boolean): Readable {
  const raw = createReadStream(path);
  // The callback is only there to have errors destroy both streams; whoever reads the result meets the error.
  return gzipped ? pipeline(raw, createGunzip(), () => {}) : raw;
}

function textsOf(input: Readable, source: CatalogueFile): AsyncIterable<Labelled> {
  const { format } = source;
  switch (format.kind) {
    case "lines":
      return lines(input, (line) => line);
    case "spaced-characters":
      return lines(input, (line) => line.replaceAll(" ", ""));
    case "jsonl":
      return lines(input, (line) => fieldOf(line, format.text, source.path));
    case "csv":
      return csvRows(input, format, source.path);
    case "tei-verse":
      return verseOfTei(input);
    case "chinese-quatrains":
      return quatrains(input, source);
  }
}

async function* lines(input: Readable, textOf: (line: string) => string): AsyncGenerator<Labelled> {
  // An error of the stream does not reach a readline iterator by itself.
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let failure: Error | undefined;
  input.once("error", (error) => {
    failure = error;
    reader.close();
  });
  for await (const line of reader) yield { text: textOf(line) };
  if (failure !== undefined) throw failure;
}

function fieldOf(line: string, key: string, path: string): string {
  if (line.trim() === "") return "";
  const record = parseJson(line, path);
  const text =
    record !== null && typeof record === "object" ? Object.entries(record).find(([k]) => k === key)?.[1] : null;
  if (typeof text !== "string") throw new LatentextError(`A line of ${path} has no text under "${key}".`);
  return text;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LatentextError(`${path} was expected to hold JSON and does not.`);
  }
}

type Csv = Extract<Format, { kind: "csv" }>;

async function* csvRows(input: Readable, { text, label, labels }: Csv, path: string): AsyncGenerator<Labelled> {
  const rows: AsyncIterable<string[]> = pipeline(input, parseCsv({ relax_column_count: true }), () => {});
  for await (const row of rows) {
    const value = row[text];
    const name = label === undefined ? undefined : row[label];
    if (value === undefined || (label !== undefined && name === undefined)) {
      throw new LatentextError(`A row of ${path} has only ${row.length} columns.`);
    }
    yield name === undefined ? { text: value } : { text: value, label: labels?.[name] ?? name };
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

async function* verseOfTei(input: Readable): AsyncGenerator<Labelled> {
  for (const [, content = ""] of (await readAll(input)).matchAll(/<l(?:\s[^>]*)?>(.*?)<\/l>/gs)) {
    const plain = content.replace(/<[^>]*>/g, "");
    yield { text: plain.replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity) };
  }
}

const poems = z.array(z.object({ paragraphs: z.array(z.string()) }));

// Two lines of two clauses each, all of five or all of seven characters.
const QUATRAIN = /^(?:(?:\p{Script=Han}{5}[，。？！；]){4}|(?:\p{Script=Han}{7}[，。？！；]){4})$/u;

async function* quatrains(input: Readable, { path, label }: CatalogueFile): AsyncGenerator<Labelled> {
  const parsed = poems.safeParse(parseJson(await readAll(input), path));
  if (!parsed.success) throw new LatentextError(`${path} was expected to hold poems with paragraphs and does not.`);
  for (const { paragraphs } of parsed.data) {
    const text = paragraphs.join("");
    if (QUATRAIN.test(text)) yield label === undefined ? { text } : { text, label: `${label}${text.length / 4 - 1}` };
  }
}
