// Fetches a corpus of the catalogue into a folder of its own, whole or not at all.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { InputError, LatentextError } from "../../src/errors.ts";
import { makeFolder } from "../../src/run/make-folder.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { convertFile } from "./convert.ts";
import { type Downloaded, download } from "./download.ts";

export interface FetchOptions {
  /** The folder that holds one folder a corpus; made if it is not there. */
  readonly out: string;
  /** Taken in place of the entry's own `base`: a mirror. Ends with a slash. */
  readonly baseUrl?: string;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (path: string, done: number, total: number | null) => void;
  readonly onFile?: (path: string, downloaded: Downloaded) => void;
}

const MANIFEST = "manifest.json";
const manifestSchema = z.strictObject({
  name: z.string(),
  licence: z.string(),
  downloads: z.array(z.strictObject({ url: z.string(), bytes: z.int(), sha256: z.string(), verified: z.boolean() })),
  files: z.array(z.strictObject({ name: z.string(), lines: z.int(), sha256: z.string() })),
});
/** What `manifest.json` in a fetched folder holds: where the texts came from and what they were made into. */
export type Manifest = z.infer<typeof manifestSchema>;

export interface Fetched {
  readonly folder: string;
  readonly manifest: Manifest;
  /** True if it was there before, in which case its files have been checked against its manifest. */
  readonly alreadyThere: boolean;
}

/**
 * Downloads the files of an entry, converts them, and puts the result into `OUT/NAME`. Everything is made in a temporary
 * folder beside it that is renamed at the end, and removed after a failure.
 *
 * @throws InputError when the entry has nothing to download or `OUT/NAME` is something else.
 * @throws LatentextError when a download fails or is not what the catalogue says, or the folder there is damaged.
 */
export async function fetchCorpus(entry: CatalogueEntry, options: FetchOptions): Promise<Fetched> {
  const { out, baseUrl = entry.base } = options;
  const folder = join(out, entry.name);
  if (baseUrl === undefined || entry.files.length === 0) {
    throw new InputError(`"${entry.name}" cannot be fetched: ${entry.manual ?? "the catalogue has no files for it."}`);
  }
  if ((await stat(folder).catch(() => null)) !== null) {
    return { folder, manifest: await checkFolder(folder, entry.name), alreadyThere: true };
  }
  const temporary = join(out, `.${entry.name}.${randomUUID()}.tmp`);
  const outermost = (await makeFolder(temporary)) ?? temporary; // the first folder that was not there
  try {
    const manifest = await fill(temporary, entry, baseUrl, options);
    await writeFile(join(temporary, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    await rename(temporary, folder);
    return { folder, manifest, alreadyThere: false };
  } catch (cause) {
    await rm(outermost, { recursive: true, force: true });
    throw cause;
  }
}

async function fill(folder: string, entry: CatalogueEntry, base: string, options: FetchOptions): Promise<Manifest> {
  const { timeout, signal, onProgress, onFile } = options;
  const downloads: Manifest["downloads"] = [];
  const lines = new Map<string, number>();
  for (const source of entry.files) {
    const url = new URL(source.path, base).href;
    const raw = join(folder, ".download");
    const downloaded = await download({
      url,
      path: raw,
      bytes: source.bytes,
      sha256: source.sha256,
      ...(timeout === undefined ? {} : { timeout }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (done, total) => onProgress?.(source.path, done, total),
    });
    onFile?.(source.path, downloaded);
    downloads.push({ url, ...downloaded });
    let count = 0;
    const texts = async function* () {
      for await (const line of convertFile(raw, source)) {
        count++;
        yield `${line}\n`;
      }
    };
    const target = createWriteStream(join(folder, source.to), { flags: "a", flush: true });
    await pipeline(Readable.from(texts()), target).catch((cause: unknown) => {
      if (cause instanceof LatentextError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LatentextError(`${url} cannot be turned into text: ${reason}.`);
    });
    if (count === 0) throw new LatentextError(`${url} holds no text of the kind that the catalogue says.`);
    lines.set(source.to, (lines.get(source.to) ?? 0) + count);
    await rm(raw);
  }
  const files: Manifest["files"] = [];
  for (const [name, count] of lines) files.push({ name, lines: count, sha256: await sumOf(join(folder, name)) });
  return { name: entry.name, licence: entry.licence, downloads, files };
}

async function checkFolder(folder: string, name: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => null);
  if (text === null) throw new InputError(`${folder} is there already and was not made by fetching "${name}".`);
  let manifest: Manifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(text));
  } catch {
    throw new LatentextError(`${join(folder, MANIFEST)} is damaged; remove ${folder} and fetch "${name}" again.`);
  }
  for (const file of manifest.files) {
    const sum = await sumOf(join(folder, file.name)).catch(() => null);
    if (sum !== file.sha256) {
      const state = sum === null ? "is missing" : "has been changed";
      throw new LatentextError(`${join(folder, file.name)} ${state}; remove ${folder} and fetch "${name}" again.`);
    }
  }
  return manifest;
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
