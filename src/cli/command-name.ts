// How the user called this program, for hints that can be typed as they stand.
import { basename, relative } from "node:path";

/** `latentext` where it is installed as a command, and `node PATH` where its file was named. */
export function commandName(script = process.argv[1] ?? "latentext", folder = process.cwd()): string {
  return basename(script) === "latentext" ? "latentext" : `node ${relative(folder, script)}`;
}
