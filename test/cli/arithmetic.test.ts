// `latentext arithmetic`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load } from "../../src/latent/model.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-test-"));
const runPath = join(home, "run");
const TEXT = "the sea is calm";
const SIDES = ["--plus", "a storm", "--plus", "a storm is near", "--minus", "a calm night"];

beforeAll(() => writeTinyRun(runPath));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function arithmetic(...args: string[]): Promise<CliResult> {
  return runCli(["arithmetic", runPath, "--engine", "cpu", ...args]);
}

describe("arithmetic", () => {
  test("writes what the library writes, a text for each strength, in order", async () => {
    const { status, lines, stderr } = await arithmetic(
      TEXT,
      ...SIDES,
      ...["0", "-2", "1e1"].flatMap((x) => ["--strength", x]),
    );
    const model = await load(runPath, { engine: "cpu" });
    const plus = ["a storm", "a storm is near"];
    expect(lines).toEqual(await model.arithmetic(TEXT, plus, ["a calm night"], { strengths: [0, -2, 10] }));
    expect(lines[0]).toBe((await model.reconstruct([TEXT]))[0]);
    await model.dispose();
    expect(new Set(lines).size).toBe(3);
    expect(status).toBe(0);
    expect(stderr).toBe("");
  });

  test("goes one time the difference unless told otherwise", async () => {
    const { lines } = await arithmetic(TEXT, ...SIDES);
    expect(lines).toEqual((await arithmetic(TEXT, ...SIDES, "--strength", "1")).lines);
    expect(lines).toHaveLength(1);
  });

  test("tells the strength of each text with --json", async () => {
    const strengths = ["--strength", "0.5", "--strength", "2"];
    const { lines } = await arithmetic(TEXT, ...SIDES, ...strengths, "--json");
    const plain = await arithmetic(TEXT, ...SIDES, ...strengths);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { strength: 0.5, text: plain.lines[0] },
      { strength: 2, text: plain.lines[1] },
    ]);
  });

  test("names unknown words by where they stand, and is silent about them with --quiet", async () => {
    const args = ["the whale", "--plus", "a storm", "--plus", "thunder", "--minus", "calm ice"];
    expect((await arithmetic(...args)).stderr).toBe(
      "The text has a word that the model does not know: whale\n" +
        "Text 2 after --plus has a word that the model does not know: thunder\n" +
        "Text 1 after --minus has a word that the model does not know: ice\n",
    );
    expect((await arithmetic(...args, "--quiet")).stderr).toBe("");
  });

  test("tells the seed when texts are drawn, with which they come again", async () => {
    const args = [TEXT, ...SIDES, "--strength", "0", "--strength", "3", "--temperature", "2"];
    const first = await arithmetic(...args);
    const seed = /^seed (\d+)$/m.exec(first.stderr)?.[1] as string;
    expect((await arithmetic(...args, "--seed", seed)).lines).toEqual(first.lines);
  });

  test.each<[string, string[], string]>([
    ["no plus", [TEXT, "--minus", "a"], "required option '--plus <text>' not specified"],
    ["no minus", [TEXT, "--plus", "a"], "required option '--minus <text>' not specified"],
    ["no text", SIDES, "missing required argument 'text'"],
    ["a strength that is no number", [TEXT, ...SIDES, "--strength", "much"], "Expected a number."],
    ["an empty strength", [TEXT, ...SIDES, "--strength", ""], "Expected a number."],
    ["an infinite strength", [TEXT, ...SIDES, "--strength", "Infinity"], "Expected a number."],
  ])("ends with 2 for %s", async (_, args, message) => {
    const { status, stdout, stderr } = await arithmetic(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(stdout).toBe("");
  });
});
