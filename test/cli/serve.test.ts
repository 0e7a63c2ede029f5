// `latentext serve` as a process: it says where it serves, and a signal ends it in order.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { client } from "../../server/client.ts";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { runCli } from "./run-cli.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

async function serve(
  run: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ child: ChildProcessWithoutNullStreams; url: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", main, "serve", run, "--port", "0", "--quiet"], {
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  for await (const part of child.stderr) {
    stderr += part;
    const [, url] = /serves on (\S+)\n/.exec(stderr) ?? [];
    if (url !== undefined) return { child, url };
  }
  throw new Error(stderr);
}

describe("serve", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("writes texts until %s, and ends with %i", async (signal, code) => {
    const run = join(temporaryFolder(), "tiny");
    await writeTinyRun(run);
    const { child, url } = await serve(run);
    const { texts, seed } = await client(url).model("tiny").generate({ n: 2, seed: 3 });
    expect([texts.length, seed]).toEqual([2, 3]);
    const begun = performance.now();
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([code, null]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("takes its token from the environment", async () => {
    const run = join(temporaryFolder(), "tiny");
    await writeTinyRun(run);
    const { url } = await serve(run, { LATENTEXT_TOKEN: "s3cret" });
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await client(url, { token: "s3cret" }).models()).models).toHaveLength(1);
  });

  test.each([
    [["serve"], /missing required argument/],
    [["serve", "/nowhere/at/all"], /there is no such folder/],
    [["serve", ".", "--port", "70000"], /port from 0 to 65535/],
    [["serve", ".", "--cors", "example.org"], /Expected an origin/],
    [["serve", ".", "--cors", "https://example.org/path"], /Expected an origin/],
    [["serve", ".", "--allow-host", "https://example.org"], /Expected a name or an address/],
    [["serve", ".", "--deadline", "0"], /at least 1/],
    [["serve", ".", "--token", "two words"], /the token/],
  ])("%j is refused in one sentence", async (args, message) => {
    const { status, stderr } = await runCli(args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
