// A whole evaluation: what it says of texts that were learnt from, of forms, and what stands beside each figure.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/evaluation/report/report.ts";
import { type CliResult, runCli } from "../cli/run-cli.ts";
import { writeTinyRun } from "../support/tiny-run.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-test-"));
const [runPath, trainFile] = [join(home, "run"), join(home, "train.txt")];

/** Different texts of the form 2x2,. and one of another form for every four of them. */
function texts(from: number, count: number): string[] {
  const words = ["the", "sea", "is", "calm", "a", "storm", "near", "old", "boat", "sails", "home", "night"];
  return Array.from({ length: count }, (_, k) => {
    const i = from + k;
    const [a, b, c] = [i % 12, Math.floor(i / 12) % 12, (5 * i) % 12].map((place) => words[place]);
    return i % 5 === 4 ? `${a} ${b} ${c} .` : `${a} ${b} , ${c} ${b} .`;
  });
}

function write(name: string, lines: readonly string[]): string {
  const path = join(home, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

beforeAll(async () => {
  write("train.txt", texts(0, 60));
  await writeTinyRun(runPath, { texts: texts(0, 144), endBias: 1, config: { corpora: [trainFile] } });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function evaluate(...args: string[]): Promise<CliResult> {
  return runCli(["evaluate", runPath, "--engine", "cpu", "--samples", "30", ...args]);
}

async function report(...args: string[]): Promise<Report> {
  const { status, stdout } = await evaluate("--quiet", "--json", ...args);
  expect(status).toBe(0);
  return JSON.parse(stdout) as Report;
}

describe("a test text that was learnt from", () => {
  it("is told of in the report, on the page and on standard error", async () => {
    const out = join(home, "learnt");
    const { status, stdout, stderr } = await evaluate("--test", trainFile, "--out", out);
    expect(status).toBe(0);
    const sentence = "Of the test texts, 100.0 % stand in the training text: reconstruction measures memory of them";
    for (const told of [stdout, stderr, readFileSync(join(out, "report.html"), "utf8")])
      expect(told).toContain(sentence);
    const { notes }: Report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    expect(notes).toContainEqual(expect.stringContaining(sentence));
  });

  it.each([
    [3, undefined],
    [4, "Of the test texts, 13.3 % stand in the training text"],
  ])("in %i of 30 texts says: %s", async (learnt, sentence) => {
    // White space makes no other text.
    const copies = texts(0, learnt).map((text) => text.replaceAll(" ", "  "));
    const file = write(`learnt-${learnt}.txt`, [...copies, ...texts(60, 30 - learnt)]);
    const { notes } = await report("--test", file);
    const found = notes.filter((note) => note.includes("stand in the training text"));
    expect(found).toEqual(sentence === undefined ? [] : [expect.stringContaining(sentence)]);
    const { stderr } = await evaluate("--quiet", "--test", file);
    expect(stderr).toBe("");
  });
});

describe("--expect-form", () => {
  const form = { clauses: 2, length: 2, marks: [",", "."] };
  const hasForm = /^[a-z]+ [a-z]+ , [a-z]+ [a-z]+ \.$/;
  const share = (lines: readonly string[]): number => lines.filter((text) => hasForm.test(text)).length / lines.length;
  let testFile: string;
  beforeAll(() => {
    testFile = write("test.txt", texts(60, 30));
  });

  it("counts the texts that have a form without holding them to it", async () => {
    const out = join(home, "form");
    const { status, stdout } = await evaluate("--quiet", "--test", testFile, "--expect-form", "2x2,.", "--out", out);
    expect(status).toBe(0);
    const { settings, generation }: Report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    expect(settings).toMatchObject({ form, decoding: "greedy" });
    const samples = readFileSync(join(out, "samples.txt"), "utf8").split("\n").slice(0, -1);
    const shares = generation.columns.map(({ name, figures }) => [name, figures.wellFormed]);
    expect(shares[0]).toEqual(["model", share(samples)]);
    // 30 of the 60 lines of training text, four in five of which have the form.
    const [, real] = shares[1] ?? [];
    expect(real).toBeGreaterThan(0.6);
    expect(real).toBeLessThan(1);
    expect(stdout).toMatch(/^ +of the form 2x2,\. +[\d.]+ % +[\d.]+ % +[\d.]+ % +[\d.]+ %$/m);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("of the form 2x2,.");
  });

  it("is the form of --form where no other is expected, and is not spoken of where there is neither", async () => {
    const held = await report("--test", testFile, "--form", "2x2,.");
    expect(held.settings.form).toEqual(form);
    expect(held.generation.columns[0]?.figures.wellFormed).toBe(1);
    expect(held.tradeOff.points.map(({ decoding }) => decoding)).toEqual([
      "greedy, form 2x2,.",
      "temperature 0.5, form 2x2,.",
      "temperature 0.7, form 2x2,.",
      "temperature 0.9, form 2x2,.",
      "temperature 1, form 2x2,.",
    ]);
    const other = await report("--test", testFile, "--form", "2x2,.", "--expect-form", "1x5.");
    expect(other.generation.columns[0]?.figures.wellFormed).toBe(0);
    const ranged = await report("--test", testFile, "--form", "2x2,.", "--expect-form", "2x1-9,.");
    expect(ranged.settings.form).toEqual({ ...form, length: [1, 9] });
    expect(ranged.generation.columns[0]?.figures.wellFormed).toBe(1);
    const neither = await report("--test", testFile);
    expect(neither.settings.form).toBeNull();
    expect(neither.generation.columns.map(({ figures }) => figures.wellFormed)).toEqual([null, null, null, null]);
    expect((await evaluate("--quiet", "--test", testFile)).stdout).not.toContain("of the form");
  });

  it.each([
    ["four", /Expected clauses x length, as in 4x5/],
    ["4x5-3,.", /'4x5-3,\.' is invalid\. Expected clauses x length, as in 4x5 or, for five to eight, 4x5-8/],
    ["4x5", /needs the mark "，", which is not a token of the model's vocabulary/],
    ["4x5,.", /takes 24 tokens with its marks; expected at most 8/],
    ["4x5-7,.", /takes 24 tokens with its marks; expected at most 8/],
  ])("refuses %s before any text is read", async (given, message) => {
    const { status, stdout, stderr } = await evaluate("--test", join(home, "gone.txt"), "--expect-form", given);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

describe("the floors", () => {
  it("stand beside the trade-off and the interpolation, in the report, on the terminal and on the page", async () => {
    const testFile = write("floors.txt", texts(60, 30));
    const out = join(home, "floors");
    const { stdout } = await evaluate(
      "--quiet",
      "--test",
      testFile,
      "--temperature",
      "0.7",
      "--ban",
      "storm",
      "--out",
      out,
    );
    const { tradeOff, generation, interpolation, interpolationFloors }: Report = JSON.parse(
      readFileSync(join(out, "report.json"), "utf8"),
    );
    expect(tradeOff.floors.map(({ name }) => name)).toEqual(["real", "ngram", "copy"]);
    for (const { name, bleu4, ...rest } of tradeOff.floors) {
      expect(generation.columns.find((column) => column.name === name)?.figures).toMatchObject(rest);
      expect(bleu4).toBeGreaterThanOrEqual(0);
    }
    expect(interpolationFloors.map(({ name }) => name)).toEqual(["real", "ngram", "edits"]);
    for (const { figures } of interpolationFloors) {
      expect([figures.paths, figures.steps]).toEqual([interpolation.paths, interpolation.steps]);
      expect(figures.endDistance).toBe(interpolation.endDistance);
    }
    expect(stdout).toContain('30 reconstructed test texts each, seed 1, without "storm"');
    expect(stdout).toMatch(/^ {2}temperature 1 .*\n {2}real text .*\n {2}n-grams .*\n {2}copies /m);
    expect(stdout).toMatch(/^ +model +real text +n-grams +edits$/m);
    const page = readFileSync(join(out, "report.html"), "utf8");
    expect(page.match(/<rect class="floor"/g)).toHaveLength(6);
    expect(page).toContain("A good path is nearly as even as edits and as fluent as real text.");
  });

  it("are real text and edits alone where there is no training text", async () => {
    const bare = join(home, "bare");
    await writeTinyRun(bare, { texts: texts(0, 144), endBias: 1, config: { corpora: [join(home, "gone.txt")] } });
    const testFile = write("alone.txt", texts(60, 30));
    const { stdout } = await runCli([
      "evaluate",
      bare,
      "--engine",
      "cpu",
      "--samples",
      "30",
      "--json",
      "--quiet",
      "--test",
      testFile,
    ]);
    const { tradeOff, interpolationFloors } = JSON.parse(stdout) as Report;
    expect(tradeOff.floors).toEqual([
      { name: "real", forwardPerplexity: null, reversePerplexity: null, unique: 1, bleu4: expect.any(Number) },
    ]);
    expect(interpolationFloors.map(({ name, figures }) => [name, figures.middlePerplexity])).toEqual([
      ["real", null],
      ["edits", null],
    ]);
  });
});
