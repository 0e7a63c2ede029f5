// Runs a TypeScript command of scripts/ in a process of its own, for tests of what it prints and how it ends.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ScriptResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `scripts/NAME` with arguments and waits for its end. */
export function runScript(name: string, ...args: string[]): ScriptResult {
  const script = fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
