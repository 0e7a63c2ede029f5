// Folders made with those above them.
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "./atomic-file.ts";

/**
 * Makes a folder and the folders above it that are not there. Node's own `mkdir` with `recursive` does not return where the system says
 * of a folder whose parent exists that there is no such place, as it does in `/proc`.
 * @returns the outermost folder that was made; undefined when all were there
 * @throws the system's error, `EEXIST` or `ENOTDIR` when a file is in the way
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  return makeAbsolute(resolve(path));
}

async function makeAbsolute(path: string): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  try {
    return await make(path);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT") throw cause;
  }
  const parent = dirname(path);
  const outermost = parent === path ? undefined : await makeAbsolute(parent);
  const made = await make(path);
  return outermost ?? made;
}

/** @returns the path, or undefined where somebody else made it meanwhile */
async function make(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST" && (await isFolder(path))) return undefined;
    throw cause;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR") return false;
    throw cause;
  }
}
