// The catalogue of public corpora: its schema, how it is read, and how an entry is found by name.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { LevenshteinDistance } from "natural/lib/natural/distance/index.js";
import { z } from "zod";
import { InputError, messageOf } from "../../src/errors.ts";

// By sub-path: the root of natural loads database drivers.
const { LevenshteinDistance: distance } = createRequire(import.meta.url)("natural/lib/natural/distance/index.js") as {
  LevenshteinDistance: typeof LevenshteinDistance;
};

const formats = z.discriminatedUnion("kind", [
  /** One text a line. */
  z.strictObject({ kind: z.literal("lines") }),
  /** One text a line, its characters set apart by spaces that do not belong to it. */
  z.strictObject({ kind: z.literal("spaced-characters") }),
  /** Columns counted from 0; `labels` renames what stands in the label column. */
  z.strictObject({
    kind: z.literal("csv"),
    text: z.int().nonnegative(),
    label: z.int().nonnegative().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
  /** One JSON object a line, with the text under this key. */
  z.strictObject({ kind: z.literal("jsonl"), text: z.string() }),
  /** TEI: each `<l>` is a line of verse. */
  z.strictObject({ kind: z.literal("tei-verse") }),
  /** A JSON array of poems with `paragraphs`; the quatrains with clauses of one length, which is added to the label. */
  z.strictObject({ kind: z.literal("chinese-quatrains") }),
]);
export type Format = z.infer<typeof formats>;

const file = z.strictObject({
  /** Below the entry's `base`; gzip is undone where it ends in `.gz`. */
  path: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  bytes: z.int().positive().nullable(),
  /** The file of the corpus folder that its texts are added to, in the order of the catalogue. */
  to: z.string().regex(/^[a-z0-9][a-z0-9-]*\.(txt|tsv)$/),
  format: formats,
  label: z.string().min(1).optional(),
});
export type CatalogueFile = z.infer<typeof file>;

const entry = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    title: z.string().min(1),
    description: z.string().min(1),
    language: z.string().min(2),
    licence: z.string().min(1),
    homepage: z.url(),
    base: z.url().endsWith("/").optional(),
    files: z.array(file),
    /** How to get a corpus that cannot be downloaded without signing in somewhere. */
    manual: z.string().optional(),
  })
  .refine(({ base, files, manual }) => (files.length > 0 ? base !== undefined : manual !== undefined), {
    error: "an entry needs `base` and files, or else `manual`",
  })
  .refine(({ files }) => files.every((each) => each.to.endsWith(".tsv") === isLabelled(each)), {
    error: "files go to .tsv if they have labels and to .txt if they have none",
  });
export type CatalogueEntry = z.infer<typeof entry>;

const catalogue = z
  .strictObject({ version: z.literal(1), corpora: z.array(entry) })
  .refine(({ corpora }) => new Set(corpora.map(({ name }) => name)).size === corpora.length, {
    error: "two entries have the same name",
  });

function isLabelled({ label, format }: CatalogueFile): boolean {
  return label !== undefined || (format.kind === "csv" && format.label !== undefined);
}

/** @throws InputError when the text is no JSON of a catalogue. */
export function parseCatalogue(text: string): CatalogueEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`The catalogue of corpora is no JSON: ${messageOf(cause)}`);
  }
  const parsed = catalogue.safeParse(json);
  if (!parsed.success) throw new InputError(`The catalogue of corpora is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.corpora;
}

/** The catalogue that the project ships, or another one of its kind. */
export async function readCatalogue(
  path: string | URL = new URL("../../corpora/catalogue.json", import.meta.url),
): Promise<CatalogueEntry[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new InputError(`The catalogue of corpora cannot be read: ${messageOf(cause)}`);
  }
  return parseCatalogue(text);
}

/** @throws InputError that names the nearest name, if one is near, and all names there are. */
export function findEntry(entries: readonly CatalogueEntry[], name: string): CatalogueEntry {
  const found = entries.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = entries.map((each) => each.name);
  const near = names
    .map((each) => ({ each, edits: each.startsWith(name) ? 1 : distance(name, each) }))
    .filter(({ each, edits }) => edits <= Math.max(2, each.length / 3))
    .sort((a, b) => a.edits - b.edits)[0];
  const hint = near === undefined ? "" : ` Did you mean "${near.each}"?`;
  throw new InputError(`There is no public corpus "${name}".${hint} Known are: ${names.join(", ")}.`);
}
