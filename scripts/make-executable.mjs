// Makes the built command executable: tsc writes plain files, and a linked bin must have its x bit.
import { chmodSync, existsSync } from "node:fs";

const command = new URL("../dist/src/cli/main.js", import.meta.url);
if (existsSync(command)) chmodSync(command, 0o755);
