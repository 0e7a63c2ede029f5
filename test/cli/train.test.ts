import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
/** Found from any folder. */
const TSX = import.meta.resolve("tsx");
const SIZES = [
  "--hidden",
  "8",
  "--embedding",
  "8",
  "--latent",
  "4",
  "--discriminator-hidden",
  "4",
  "--batch-size",
  "8",
];

let folder: string;
let corpus: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latentext-cli-train-"));
  corpus = join(folder, "lines.txt");
  const lines = Array.from({ length: 200 }, (_, i) => `the ${["sea", "sky", "road"][i % 3]} is ${i} miles away`);
  writeFileSync(corpus, `${lines.join("\n")}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(args: readonly string[], cwd = process.cwd()) {
  const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"], cwd });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += String(chunk);
  });
  const done = once(child, "exit").then(([code]) => ({ code: code as number | null, ...output }));
  return { child, output, done };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition() && i < 600; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(condition()).toBe(true);
}

describe("latentext train", () => {
  it("trains in plain lines where there is no terminal, then says what to type next", async () => {
    const out = join(folder, "plain");
    const { code, stdout, stderr } = await start(["train", corpus, "--out", out, ...SIZES, "--max-steps", "20"]).done;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("Engine: ");
    expect(stderr).toContain("all steps are done");
    expect(stderr).toContain(`main.ts generate ${out}`);
    expect(stderr).not.toContain("\u001b");
  });

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`saves at ${signal}, exits with ${expected} within 5 s and goes on where it was`, async () => {
      const out = join(folder, signal);
      const { child, output, done } = start(["train", corpus, "--out", out, ...SIZES, "--report-steps", "20"]);
      await until(() => /step 20:/.test(output.stderr));
      const sent = performance.now();
      child.kill(signal);
      const { code, stderr } = await done;
      expect(performance.now() - sent).toBeLessThan(5_000);
      expect(code).toBe(expected);
      expect(stderr).toContain(`main.ts train --out ${out} --resume`);
      const steps = Number(/Training ended after (\d+) steps/.exec(stderr)?.[1]);
      const goOn = ["train", "--out", out, "--resume", "--max-steps", String(steps + 10)];
      const resumed = await start(goOn).done;
      expect(resumed.code).toBe(0);
      expect(resumed.stderr).toContain(`Training ended after ${steps + 10} steps`);
    });
  }

  it("says how to go on with what a sitting was given and the run does not keep", async () => {
    const out = join(folder, "sitting");
    const begun = await start(["train", corpus, "--out", out, ...SIZES, "--max-steps", "2", "--threads", "2"]).done;
    expect(begun.code).toBe(0);
    const goOn = [
      "train",
      "--out",
      out,
      "--resume",
      "--max-steps",
      "1000000",
      "--threads",
      "1",
      "--engine",
      "compiled",
    ];
    const { child, output, done } = start(goOn);
    await until(() => output.stderr.includes("Ready after"));
    child.kill("SIGTERM");
    const { code, stderr } = await done;
    expect(code).toBe(143);
    expect(stderr).toContain(`train --out ${out} --resume --engine compiled --threads 1\n`);
    const kept = JSON.parse(readFileSync(join(out, "config.json"), "utf8"));
    expect(kept).toMatchObject({ maxSteps: 1_000_000, threads: 2, engine: "auto" });
  });

  it("goes on from any folder, also where the corpora were named by a config file beside it", async () => {
    const out = join(folder, "elsewhere");
    const config = join(folder, "settings.json");
    writeFileSync(config, JSON.stringify({ corpora: ["lines.txt"], dev: "lines.txt", maxSteps: 2 }));
    const begun = start(["train", "--config", config, "--out", out, ...SIZES], folder);
    expect((await begun.done).code).toBe(0);
    const resumed = await start(["train", "--out", out, "--resume", "--max-steps", "3"]).done;
    expect(resumed.stderr).toContain("Training ended after 3 steps");
    expect(resumed.code).toBe(0);
  });

  it("answers bad input with one sentence and exit code 2", async () => {
    // Those that come as far as the run folder have each their own: they run at the same time.
    const cases: [string[], RegExp][] = [
      [["train", corpus], /--out/],
      [["train", corpus, "--out", join(folder, "bad"), "--hiden", "8"], /--hiden/],
      [["train", corpus, "--out", join(folder, "bad"), "--hidden", "many"], /hidden/],
      [["train", corpus, "--out", join(folder, "bad"), "--noise", "0.1,0.2"], /four numbers/],
      [["train", corpus, "--out", join(folder, "bad"), "--set", "hidden.size=3"], /hidden\.size is not a setting/],
      [["train", corpus, "--out", join(folder, "bad-flag"), "--conditional"], /no label was read from .*lines\.txt/],
      [["train", corpus, "--out", join(folder, "bad"), "--set", "conditional=perhaps"], /conditional: /],
      [
        ["train", corpus, "--out", join(folder, "bad-set"), "--set", "conditional=true"],
        /learns from labels, but no label/,
      ],
      [["train", join(folder, "none.txt"), "--out", join(folder, "bad")], /none\.txt/],
      [["train", "--out", join(folder, "bad"), "--resume"], /not a run folder/],
    ];
    const results = await Promise.all(cases.map(([args]) => start(args).done));
    results.forEach(({ code, stdout, stderr }, i) => {
      expect({ code, stdout, args: cases[i]?.[0] }).toEqual({ code: 2, stdout: "", args: cases[i]?.[0] });
      expect(stderr).toMatch(cases[i]?.[1] as RegExp);
      expect(stderr).toMatch(/^latentext: /);
    });
  });
});
