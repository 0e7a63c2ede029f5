// Puts an evaluation into a folder of its own: report.json, report.html and the samples.
import { readdir, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../../errors.ts";
import { errorCode, fileError, isTemporaryName, writeFileAtomic } from "../../run/atomic-file.ts";
import { exactJson, type JsonValue } from "../../run/json.ts";
import { makeFolder } from "../../run/make-folder.ts";
import { reportPage } from "./page.ts";
import type { Evaluation } from "./report.ts";

/** A folder that is there to be written into, or taken away again where nothing came of it. */
export interface ReportFolder {
  readonly path: string;
  /** Removes what {@link prepareFolder} made, while it is empty. */
  abandon(): Promise<void>;
}

/**
 * Makes the folder before the work that fills it, so that a mistake costs no minutes.
 * @throws InputError when there is something in it, or it is no folder; RunFolderError when the disk refuses
 */
export async function prepareFolder(path: string): Promise<ReportFolder> {
  try {
    const made = await makeFolder(path);
    if ((await readdir(path)).some((name) => !isTemporaryName(name))) {
      throw new InputError(`${path} is not empty; expected a new folder for the report.`);
    }
    return { path, abandon: async () => (made === undefined ? undefined : removeEmpty(resolve(path), dirname(made))) };
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "EEXIST" || code === "ENOTDIR") throw new InputError(`${path} is not a folder.`, { cause });
    throw fileError(path, "made a folder", cause);
  }
}

/** Writes the files of an evaluation, each whole or not at all; report.json, which stands for a finished report, last. */
export async function writeEvaluation({ path }: ReportFolder, evaluation: Evaluation): Promise<void> {
  const lines = evaluation.samples.map((text) => text.replace(/\s*[\r\n]+\s*/g, " "));
  await writeFileAtomic(join(path, "samples.txt"), `${lines.join("\n")}\n`);
  await writeFileAtomic(join(path, "report.html"), reportPage(evaluation));
  // Options that were not given are undefined, which JSON does not know.
  const plain = JSON.parse(JSON.stringify(evaluation.report)) as JsonValue;
  await writeFileAtomic(join(path, "report.json"), exactJson(plain, "report.json"));
}

/** Removes empty folders from `path` upwards, up to and without `above`. */
async function removeEmpty(path: string, above: string): Promise<void> {
  for (let folder = path; folder.length > above.length && folder !== dirname(folder); folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
