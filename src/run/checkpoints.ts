// The checkpoints of a run: at least two generations, of which one can be loaded whenever the process ends.
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { InputError, messageOf, RunFolderError } from "../errors.ts";
import { errorCode, fileError, syncFolder } from "./atomic-file.ts";
import {
  type Checkpoint,
  type CheckpointContent,
  checkpointFiles,
  isCommitted,
  isDamage,
  readCheckpointFolder,
  removeCheckpointFolder,
  writeCheckpointFolder,
} from "./checkpoint-folder.ts";
import { makeFolder } from "./make-folder.ts";

export type { Checkpoint, CheckpointContent } from "./checkpoint-folder.ts";

/** The folder of a run that holds its checkpoints. */
export const CHECKPOINTS = "checkpoints";

/** `.partial` while it is built, `.damaged` once it was found to be. */
type Stage = "" | ".partial" | ".damaged";

interface Generation {
  name: string;
  step: number;
  stage: Stage;
}

/**
 * Saves a checkpoint as `RUN/checkpoints/step-00000042`, replacing one of that step. Then removes all but the newest `keep`
 * (at least 2), and those of later steps: they belong to a course that the run has turned back from.
 *
 * The folder is built as `step-N.partial` and renamed when it is complete. The arrays must not change until the promise
 * is settled. The caller holds the lock of the run folder.
 * @throws InputError for a step, a `keep` or content that cannot be saved, before anything is written
 * @throws RunFolderError when the disk refuses; at least one of the checkpoints there were can still be loaded
 */
export async function saveCheckpoint(
  runFolder: string,
  step: number,
  content: CheckpointContent,
  { keep = 2 }: { keep?: number } = {},
): Promise<void> {
  if (!Number.isSafeInteger(step) || step < 0) throw new InputError(`the step of a checkpoint is ${step}, not a count`);
  if (!Number.isSafeInteger(keep) || keep < 2) throw new InputError(`keep is ${keep}, expected a count of at least 2`);
  const files = checkpointFiles(content);
  const folder = join(runFolder, CHECKPOINTS);
  try {
    await makeFolder(folder);
    await syncFolder(runFolder);
    await tidy(folder);
    await trim(folder, step, keep); // a killed process may have left one too many; never are there more than keep + 1
    await writeCheckpointFolder(join(folder, nameOf(step, ".partial")), step, files);
    await publish(folder, step);
    await removeLater(folder, step);
    await trim(folder, step, keep);
  } catch (cause) {
    throw fileError(join(folder, nameOf(step)), "saved", cause);
  }
}

/**
 * Loads the newest checkpoint that is sound. A damaged one is reported through `warn`; when an older one serves in its
 * place it is renamed to `step-N.damaged`, counts as a generation no more, and goes at the next save. Folders without
 * the marker `COMMITTED` are ignored.
 * @returns undefined when there is no checkpoint
 * @throws RunFolderError when all there are are damaged, or when reading fails for a reason outside of them
 */
export async function loadNewestCheckpoint(
  runFolder: string,
  { warn }: { warn: (sentence: string) => void },
): Promise<Checkpoint | undefined> {
  const folder = join(runFolder, CHECKPOINTS);
  const damaged: Generation[] = [];
  for (const generation of await listGenerations(folder)) {
    const { name, step, stage } = generation;
    const path = join(folder, name);
    if (stage === ".damaged") continue;
    if (!(await isCommitted(path))) {
      if (stage === "") warn(`${path} is ignored, since it is incomplete`);
      continue;
    }
    try {
      const checkpoint = await readCheckpointFolder(path, step);
      for (const other of damaged) await setAside(folder, other);
      return checkpoint;
    } catch (cause) {
      if (!isDamage(cause)) throw cause;
      warn(`${path} is damaged and is passed over: ${messageOf(cause)}`);
      damaged.push(generation);
    }
  }
  if (damaged.length === 0) return undefined;
  throw new RunFolderError(
    `${folder} holds no sound checkpoint: ${damaged.map(({ name }) => name).join(", ")} damaged`,
  );
}

/** Whether a name is one that checkpoints go by. */
export function isCheckpointName(name: string): boolean {
  return generationOf(name) !== undefined;
}

/** The zeros keep a run's checkpoints in order wherever names are sorted. */
function nameOf(step: number, stage: Stage = ""): string {
  return `step-${String(step).padStart(8, "0")}${stage}`;
}

function generationOf(name: string): Generation | undefined {
  const step = Number(/^step-(\d+)/.exec(name)?.[1] ?? Number.NaN);
  const stages: Stage[] = [".partial", "", ".damaged"];
  const stage = stages.find((candidate) => name === nameOf(step, candidate));
  return stage === undefined ? undefined : { name, step, stage };
}

/** Newest first; of two of one step the partial one, which is there only while it replaces the other. */
async function listGenerations(folder: string): Promise<Generation[]> {
  const order: Stage[] = [".partial", "", ".damaged"];
  return (await namesIn(folder))
    .map(generationOf)
    .filter((generation) => generation !== undefined)
    .sort((a, b) => b.step - a.step || order.indexOf(a.stage) - order.indexOf(b.stage));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return [];
    throw fileError(folder, "read", cause);
  }
}

/** Finishes what a killed process had begun: publishes what was complete, removes what was not. */
async function tidy(folder: string): Promise<void> {
  for (const { name, step, stage } of await listGenerations(folder)) {
    const path = join(folder, name);
    if (stage === ".damaged" || !(await isCommitted(path))) await removeCheckpointFolder(path);
    else if (stage === ".partial") await publish(folder, step);
  }
}

/**
 * Gives a complete partial folder its name. What has this name already goes first; meanwhile the partial folder is the
 * one that is loaded, so there is no instant without this step.
 */
async function publish(folder: string, step: number): Promise<void> {
  await removeCheckpointFolder(join(folder, nameOf(step)));
  await rename(join(folder, nameOf(step, ".partial")), join(folder, nameOf(step)));
  await syncFolder(folder);
}

/** Removes all but the newest `keep` of the checkpoints up to a step. */
async function trim(folder: string, step: number, keep: number): Promise<void> {
  const past = (await listGenerations(folder)).filter((generation) => generation.step <= step);
  for (const { name } of past.slice(keep)) await removeCheckpointFolder(join(folder, name));
}

async function removeLater(folder: string, step: number): Promise<void> {
  const later = (await listGenerations(folder)).filter((generation) => generation.step > step);
  for (const { name } of later) await removeCheckpointFolder(join(folder, name));
}

async function setAside(folder: string, { name, step }: Generation): Promise<void> {
  const path = join(folder, nameOf(step, ".damaged"));
  try {
    await removeCheckpointFolder(path);
    await rename(join(folder, name), path);
    await syncFolder(folder);
  } catch (cause) {
    throw fileError(join(folder, name), "set aside", cause);
  }
}
