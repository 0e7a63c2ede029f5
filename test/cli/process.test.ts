// The command as a process of its own: pipes that close, and exit codes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { writeTinyRun } from "../support/tiny-run.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

function start(...args: string[]) {
  return startProgram(process.execPath, ["--import", "tsx", main, ...args]);
}

function startProgram(program: string, args: string[]) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

describe("the process", () => {
  test("ends quietly and as a success when its reader has had enough", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path);
    const child = start("generate", path, "-n", "100000000", "--quiet");
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(stderr).not.toMatch(/EPIPE|latentext:|unhandled/i);
  });

  test.skipIf(!existsSync("/dev/full"))("says in one sentence why its output cannot be written", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path);
    const command = [process.execPath, "--import", "tsx", main, "generate", path, "--quiet"];
    const child = startProgram("sh", ["-c", 'exec "$0" "$@" > /dev/full', ...command]);
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    expect(await once(child, "close")).toEqual([1, null]);
    expect(stderr).toMatch(/^latentext: Standard output cannot be written: ENOSPC.*\n$/);
  });

  test("does its work where nobody reads standard error", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path);
    const child = start("generate", path, "-n", "3");
    child.stderr.destroy();
    let stdout = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(stdout.match(/\n/g)).toHaveLength(3);
  });

  test("answers a line before the next one is there", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path);
    const child = start("encode", path, "--quiet");
    child.stdin.write("the sea is calm\n");
    const [first] = await once(child.stdout, "data");
    expect(JSON.parse(String(first))).toHaveLength(4);
    child.stdin.end("a storm\n");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("ends with 2 after a usage error", async () => {
    const child = start("generate");
    expect(await once(child, "exit")).toEqual([2, null]);
  });
});
