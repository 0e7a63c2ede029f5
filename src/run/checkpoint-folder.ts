// One checkpoint on disk: a folder of three files, made valid by a marker that is written last.
import { createHash } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { RunFolderError } from "../errors.ts";
import { errorCode, fileError, writeFileAtomic } from "./atomic-file.ts";
import { readExactly, withFile } from "./exact-read.ts";
import { exactJson, type JsonValue, parseJson } from "./json.ts";
import { decodeSafetensors, type NamedArray, type NamedArrays, safetensorsSlices } from "./safetensors.ts";

/** Everything that a run needs to go on as if it had not been stopped. */
export interface CheckpointContent {
  weights: NamedArrays;
  /** The optimiser's arrays. */
  moments: NamedArrays;
  /** Random streams, position in the epoch, best value, positions of the journals. */
  state: JsonValue;
}

/** A checkpoint as it was read: the arrays are views of one buffer a file. */
export interface Checkpoint extends CheckpointContent {
  step: number;
  weights: Map<string, NamedArray>;
  moments: Map<string, NamedArray>;
}

/** The content as the slices of the files that will hold it. */
export type CheckpointFiles = Record<FileName, Iterable<Uint8Array>>;

type FileName = typeof WEIGHTS | typeof MOMENTS | typeof STATE;

const WEIGHTS = "weights.safetensors";
const MOMENTS = "moments.safetensors";
const STATE = "state.json";
const COMMITTED = "COMMITTED";
const MAX_MARKER_BYTES = 1 << 16;

const recordSchema = z.object({ bytes: z.int().nonnegative(), sha256: z.string() });
const markerSchema = z.object({
  step: z.int().nonnegative(),
  files: z.object({ [WEIGHTS]: recordSchema, [MOMENTS]: recordSchema, [STATE]: recordSchema }),
});

type FileRecord = z.infer<typeof recordSchema>;

/**
 * Content as files; nothing is copied but the state.
 * @throws InputError when the arrays or the state cannot be written exactly
 */
export function checkpointFiles({ weights, moments, state }: CheckpointContent): CheckpointFiles {
  return {
    [WEIGHTS]: safetensorsSlices(weights),
    [MOMENTS]: safetensorsSlices(moments),
    [STATE]: [Buffer.from(exactJson(state, "the state of a checkpoint"))],
  };
}

/**
 * Writes a checkpoint into a new folder, the marker `COMMITTED` with the size and SHA-256 of each file last.
 * @throws RunFolderError; the folder is then removed
 */
export async function writeCheckpointFolder(path: string, step: number, files: CheckpointFiles): Promise<void> {
  try {
    await mkdir(path);
    const record = (name: FileName) => writeRecorded(join(path, name), files[name]);
    const marker: z.infer<typeof markerSchema> = {
      step,
      files: { [WEIGHTS]: await record(WEIGHTS), [MOMENTS]: await record(MOMENTS), [STATE]: await record(STATE) },
    };
    await writeFileAtomic(join(path, COMMITTED), exactJson(marker, COMMITTED));
  } catch (cause) {
    // The failure to report is the first one; what cannot be removed now is tidied up before the next save.
    await removeCheckpointFolder(path).catch(() => {});
    throw fileError(path, "written", cause);
  }
}

/**
 * Reads a checkpoint. Sizes are checked before room is made for a file, and hashes before anything in it is believed.
 * @throws RunFolderError; {@link isDamage} tells whether the checkpoint is to blame
 */
export async function readCheckpointFolder(path: string, step: number): Promise<Checkpoint> {
  const markerPath = join(path, COMMITTED);
  const text = await withFile(markerPath, async (handle, size) => {
    if (size > MAX_MARKER_BYTES) throw new RunFolderError(`${markerPath} has ${size} bytes, too many for a marker`);
    return Buffer.from(await readExactly(handle, 0, size)).toString();
  });
  const marker = markerSchema.safeParse(parseJson(text, markerPath));
  if (!marker.success || marker.data.step !== step) {
    throw new RunFolderError(`${markerPath} is not the marker of step ${step}`);
  }
  const { files } = marker.data;
  const read = (name: FileName) => readRecorded(join(path, name), files[name]);
  return {
    step,
    weights: decodeSafetensors(await read(WEIGHTS), join(path, WEIGHTS)).arrays,
    moments: decodeSafetensors(await read(MOMENTS), join(path, MOMENTS)).arrays,
    state: parseJson(Buffer.from(await read(STATE)).toString(), join(path, STATE)),
  };
}

/** Whether a folder has its marker. One without it is half-written. */
export async function isCommitted(path: string): Promise<boolean> {
  try {
    await stat(join(path, COMMITTED));
    return true;
  } catch (cause) {
    if (errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR") return false;
    throw fileError(path, "read", cause);
  }
}

/**
 * Removes a checkpoint, its marker first: where the removal is cut short, what is left is no checkpoint, and not one
 * that looks damaged.
 */
export async function removeCheckpointFolder(path: string): Promise<void> {
  await rm(join(path, COMMITTED), { force: true });
  await rm(path, { recursive: true, force: true });
}

/**
 * Whether an error of {@link readCheckpointFolder} says that the checkpoint is damaged. Otherwise something else was in
 * the way (no permission, too many open files), and the checkpoint may well be sound.
 */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof RunFolderError)) return false;
  const code = errorCode(error.cause);
  return code === undefined || ["ENOENT", "ENOTDIR", "EISDIR", "EIO"].includes(code);
}

async function writeRecorded(path: string, slices: Iterable<Uint8Array>): Promise<FileRecord> {
  const hash = createHash("sha256");
  let bytes = 0;
  function* recorded(): Iterable<Uint8Array> {
    for (const slice of slices) {
      hash.update(slice);
      bytes += slice.byteLength;
      yield slice;
    }
  }
  await writeFileAtomic(path, recorded());
  return { bytes, sha256: hash.digest("hex") };
}

function readRecorded(path: string, { bytes, sha256 }: FileRecord): Promise<Uint8Array> {
  return withFile(path, async (handle, size) => {
    if (size !== bytes) throw new RunFolderError(`${path} has ${size} bytes, expected ${bytes}`);
    const hash = createHash("sha256");
    const content = await readExactly(handle, 0, size, (part) => hash.update(part));
    if (hash.digest("hex") !== sha256) throw new RunFolderError(`${path} does not have the SHA-256 it was saved with`);
    return content;
  });
}
