// A server under test, in a process of its own, and what the system tells of it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../dist/src/cli/main.js", import.meta.url));

export interface ServerUnderTest {
  readonly url: string;
  readonly process: ChildProcess;
  readonly pid: number;
}

/** Starts `latentext serve` on a free port, and waits until it is ready. */
export async function startServer(run: string, flags: readonly string[] = []): Promise<ServerUnderTest> {
  const child = spawn(process.execPath, [MAIN, "serve", run, "--port", "0", "--rate", "0", "--quiet", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (found) resolve(found);
      });
    }
    child.once("exit", (code) => reject(new Error(`The server ended at its start with code ${code}.`)));
  });
  return { url, process: child, pid: child.pid as number };
}

export async function stopServer({ process: child }: ServerUnderTest): Promise<number> {
  const started = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  }
  return performance.now() - started;
}

/** The inference processes of a server: its children that do not build an index. */
export function inferencePids(parent: number): number[] {
  return processes()
    .filter(({ ppid, command }) => ppid === parent && /inference\/worker\./.test(command))
    .map(({ pid }) => pid);
}

/** Resident memory of the server and its children, in megabytes. */
export function residentMegabytes(parent: number): number {
  const family = processes().filter(({ pid, ppid }) => pid === parent || ppid === parent);
  const kilobytes = family.map(({ pid }) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1_024;
}

function processes(): { pid: number; ppid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const ppid = Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1]);
        return [{ pid: Number(name), ppid, command: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
