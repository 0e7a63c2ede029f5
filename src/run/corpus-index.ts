// The index of corpus lines that a run may have: RUN/neighbours with lines and codes, checked to belong together and to the model.
import { createHash } from "node:crypto";
import { access, constants, lstat, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LatentextError, messageOf, RunFolderError, UnwritableRunError } from "../errors.ts";
import { errorCode, isTemporaryName, writeFileAtomic } from "./atomic-file.ts";
import { isDamage } from "./checkpoint-folder.ts";
import { readExactly, withFile } from "./exact-read.ts";
import { parseJson } from "./json.ts";
import { makeFolder } from "./make-folder.ts";
import { readSafetensorsFile, writeSafetensorsFile } from "./safetensors.ts";

/** A line of the corpus. */
export interface IndexedLine {
  readonly text: string;
  readonly label?: string | undefined;
  /** Where it starts in its file, counted from 1. */
  readonly line: number;
}

export interface IndexContent {
  readonly lines: readonly IndexedLine[];
  /** Of the lines, flat: (lines, latent) in row-major order. */
  readonly codes: Float32Array;
  readonly latent: number;
  /** Whether these are all distinct lines of the corpora. */
  readonly complete: boolean;
}

/** What codes depend on: the hashes of a run's model and tokenizer. */
export interface ModelIdentity {
  readonly model: string;
  readonly tokenizer: string;
}

/** The folder of a run that holds its index. */
const INDEX = "neighbours";
const CODES = "codes.safetensors";
const LINES = "lines.jsonl";
const VERSION = "1";

const HASHED_TOGETHER = 1 << 22;

const lineSchema = z.object({ text: z.string(), label: z.string().optional(), line: z.int().min(1) });
const metadataSchema = z.object({
  version: z.literal(VERSION),
  model: z.string(),
  tokenizer: z.string(),
  lines: z.string(),
  codes: z.string(),
  complete: z.enum(["true", "false"]),
});

/**
 * The identity of a run's model, from the bytes of its files: sizes and times would not tell two trainings of one shape apart when files
 * are copied. Takes about 10 ms for 20 MB where the processor has instructions for SHA-256.
 * @throws RunFolderError when a file cannot be read
 */
export async function identify(runPath: string): Promise<ModelIdentity> {
  return {
    model: await hashOfFile(join(runPath, "model.safetensors")),
    tokenizer: await hashOfFile(join(runPath, "tokenizer.json")),
  };
}

/**
 * Writes an index, in place of one that is there. The lines go first and the codes, which hold the hash of the lines, last: a process
 * that ends in between leaves no index, and never one whose lines and codes are not of each other.
 * @throws UnwritableRunError when the disk refuses
 */
export async function writeIndex(
  runPath: string,
  content: IndexContent,
  { model, tokenizer }: ModelIdentity,
): Promise<void> {
  const { lines, codes, latent, complete } = content;
  const folder = join(runPath, INDEX);
  const text = Buffer.from(lines.map(({ text, label, line }) => `${JSON.stringify({ text, label, line })}\n`).join(""));
  const metadata: z.infer<typeof metadataSchema> = {
    version: VERSION,
    model,
    tokenizer,
    lines: hashOf(text),
    codes: hashOf(codes),
    complete: complete ? "true" : "false",
  };
  const arrays = new Map([["codes", { shape: [lines.length, latent], data: codes }]]);
  try {
    await makeFolder(folder);
    await writeFileAtomic(join(folder, LINES), text);
    await writeSafetensorsFile(join(folder, CODES), arrays, new Map(Object.entries(metadata)));
  } catch (cause) {
    throw unwritable(runPath, cause);
  }
}

/**
 * Asks whether an index can be written, before the minutes that it takes to make one. A full disk is found only by writing.
 * @throws UnwritableRunError when the system says that nothing may be written there
 */
export async function checkIndexWritable(runPath: string): Promise<void> {
  const folder = join(runPath, INDEX);
  for (const place of [folder, runPath]) {
    try {
      return await access(place, constants.W_OK);
    } catch (cause) {
      if (place === folder && errorCode(cause) === "ENOENT") continue;
      throw unwritable(runPath, cause);
    }
  }
}

function unwritable(runPath: string, cause: unknown): UnwritableRunError {
  // An error of ours says already which file it is.
  const message = cause instanceof LatentextError ? "" : `The run's folder ${runPath} cannot be written: `;
  return new UnwritableRunError(message + messageOf(cause), { cause });
}

/**
 * Reads the index of a run.
 * @returns undefined when there is none, or one of another model, or a damaged one: it can always be made again
 * @throws RunFolderError when a file cannot be read for a reason outside of it, or the run has no model
 */
export async function readIndex(runPath: string): Promise<IndexContent | undefined> {
  const read = await readFiles(join(runPath, INDEX));
  if (!read) return undefined;
  const { model, tokenizer } = await identify(runPath);
  return read.metadata.model === model && read.metadata.tokenizer === tokenizer ? read.content : undefined;
}

/** Removes the index of a run, and no other file. A folder that is a link leads out of the run, and is left alone. */
export async function removeIndex(runPath: string): Promise<void> {
  const folder = join(runPath, INDEX);
  if (!(await isFolder(folder))) return;
  const orphans = (await readdir(folder)).filter(isTemporaryName);
  // The codes first: without them the lines are no index.
  for (const name of [CODES, LINES, ...orphans]) await rm(join(folder, name), { force: true });
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}

async function readFiles(
  folder: string,
): Promise<{ content: IndexContent; metadata: z.infer<typeof metadataSchema> } | undefined> {
  try {
    const { arrays, metadata: pairs } = await readSafetensorsFile(join(folder, CODES));
    const metadata = metadataSchema.safeParse(Object.fromEntries(pairs));
    const array = arrays.get("codes");
    if (!metadata.success || !(array?.data instanceof Float32Array) || array.shape.length !== 2) {
      throw new RunFolderError(`${join(folder, CODES)} is not the codes of an index`);
    }
    const [size, latent] = array.shape as readonly [number, number];
    const linesPath = join(folder, LINES);
    const text = await withFile(linesPath, (handle, bytes) => readExactly(handle, 0, bytes));
    if (hashOf(text) !== metadata.data.lines || hashOf(array.data) !== metadata.data.codes) {
      throw new RunFolderError(`${folder} does not hold what was written there`);
    }
    const rows = new TextDecoder().decode(text).split("\n").slice(0, -1);
    const lines = rows.map((row): IndexedLine => lineSchema.parse(parseJson(row, linesPath)));
    if (lines.length !== size) throw new RunFolderError(`${linesPath} has ${lines.length} lines, expected ${size}`);
    return {
      content: { lines, codes: array.data, latent, complete: metadata.data.complete === "true" },
      metadata: metadata.data,
    };
  } catch (cause) {
    if (isDamage(cause) || cause instanceof z.ZodError) return undefined;
    throw cause;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return false;
    throw cause;
  }
}

function hashOf(data: Uint8Array | Float32Array): string {
  return createHash("sha256").update(data).digest("hex");
}

async function hashOfFile(path: string): Promise<string> {
  return withFile(path, async (handle) => {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(HASHED_TOGETHER);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  });
}
