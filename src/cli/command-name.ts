// How the user called this program, for hints that can be typed as they stand.
import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";

/** `latentext` where it is installed as a command, and `node PATH` where its file was named. */
export function commandName(script = process.argv[1] ?? "latentext", folder = process.cwd()): string {
  return basename(script) === "latentext" ? "latentext" : `node ${typed(relative(folder, script))}`;
}

/** The path of a corpus that comes with this program, as it can be typed in `folder`. */
export function shippedCorpus(name: string, folder = process.cwd()): string {
  const path = fileURLToPath(new URL(`corpora/${name}`, packageRoot));
  const short = relative(folder, path);
  return typed(short.length < path.length ? short : path);
}

/** A path as a shell takes it for one word. */
export function typed(path: string): string {
  return /^[\w./\\:@%+~-]+$/.test(path) ? path : `"${path}"`;
}
