// The package's own folder, from its sources as from its build: what it ships beside the code is found from there.
import { existsSync } from "node:fs";

/** URL of the folder that holds package.json, with a slash at its end. */
export const packageRoot: URL = find(new URL("./", import.meta.url));

function find(folder: URL): URL {
  if (existsSync(new URL("package.json", folder))) return folder;
  const parent = new URL("../", folder);
  if (parent.href === folder.href) throw new Error("The package's own package.json is missing.");
  return find(parent);
}
