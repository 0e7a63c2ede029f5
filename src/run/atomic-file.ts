// Files that appear whole or not at all, and system errors told as one sentence.
import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LatentextError, messageOf, RunFolderError } from "../errors.ts";

/** What a file is made of: text (UTF-8), bytes, or slices written one after the other without being joined in memory. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

const TEMPORARY = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Writes a file so that a crash at any instant, power loss included, leaves either the old file or the whole new one:
 * a temporary file in the same folder, fsync, rename, fsync of the folder.
 * @throws RunFolderError when any of these steps fails; the temporary file is then removed. Only where the last step
 * alone failed is the new file already in place (whole, but perhaps not yet durable).
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, content, { flag: "wx", flush: true });
    await rename(temporary, path);
  } catch (cause) {
    // The failure to report is the first one; a temporary file that cannot be removed now is an orphan for later.
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError(path, "written", cause);
  }
  await syncFolder(dirname(path));
}

/**
 * Makes the names in a folder durable: a rename may otherwise be lost with the power.
 * @throws RunFolderError
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // Windows opens no folders, and its file systems journal renames.
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw fileError(folder, "made durable", cause);
  }
}

/** A name for a file that is about to become `path`. It only has to be unique, so no seeded stream is asked for it. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

/** Whether a file name is one that {@link temporaryName} makes. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Removes the temporary files that a killed process left in a folder. Call it with the folder's lock held.
 * @returns the names removed
 * @throws RunFolderError
 */
export async function removeOrphans(folder: string): Promise<string[]> {
  try {
    const orphans = (await readdir(folder)).filter(isTemporaryName);
    for (const name of orphans) await rm(join(folder, name), { force: true });
    return orphans;
  } catch (cause) {
    throw fileError(folder, "cleaned of temporary files", cause);
  }
}

/** The error for a file that "could not be `action`": says which file and why. Errors of ours pass unchanged. */
export function fileError(path: string, action: string, cause: unknown): LatentextError {
  if (cause instanceof LatentextError) return cause;
  return new RunFolderError(`${path} could not be ${action}: ${messageOf(cause)}`, { cause });
}

/** The code of a system error (`"ENOENT"`), if it has one. */
export function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}
