// `latentext neighbours`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load } from "../../src/latent/model.ts";
import { openIndex } from "../../src/latent/neighbours.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-test-"));
const corpus = join(home, "corpus.tsv");
const LINES = ["the sea is calm", "a storm is near", "the old boat sails home", "a calm night", "the boat", "home"];
let runPath = join(home, "run");
let runs = 0;

beforeAll(() => {
  const rows = LINES.map((line, i) => `${i % 2 ? "odd" : "even"}\t${line}`);
  writeFileSync(corpus, `label\ttext\n${rows.join("\n")}\n`);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function newRun(seed = 1): Promise<void> {
  runPath = join(home, `run-${++runs}`);
  await writeTinyRun(runPath, { seed, config: { corpora: [corpus] } });
}

function neighbours(...args: string[]): Promise<CliResult> {
  return runCli(["neighbours", runPath, "--engine", "cpu", ...args]);
}

describe("neighbours", () => {
  test("writes distance and line, nearest first, and a line of the corpus as its own neighbour", async () => {
    await newRun();
    const { status, lines } = await neighbours("a storm is near", "-n", "4");
    expect(status).toBe(0);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe("0.000\ta storm is near");
    const distances = lines.map((line) => Number(line.split("\t")[0]));
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  test("computes codes at first use and says so on standard error, and not again", async () => {
    await newRun();
    const first = await neighbours("the sea");
    expect(first.stderr).toMatch(
      /^Computing the codes of the corpus lines, once for this model …\n6 lines in \d+\.\d s\.\n$/,
    );
    const second = await neighbours("the sea");
    expect(second.stderr).toBe("");
    expect(second.lines).toEqual(first.lines);
    expect(second.lines).toHaveLength(6);
  });

  test("computes codes again when the run has other weights", async () => {
    await newRun();
    await neighbours("the sea");
    const folder = await writeTinyRun(join(home, `other-${runs}`), { seed: 2 });
    writeFileSync(
      join(runPath, "model.safetensors"),
      await (await import("node:fs/promises")).readFile(folder.pathOf("model.safetensors")),
    );
    expect((await neighbours("the sea")).stderr).toContain("Computing the codes");
  });

  test("writes one object a line with --json, label and line of the corpus included", async () => {
    await newRun();
    const { lines } = await neighbours("home", "--json", "--quiet", "-n", "3");
    const model = await load(runPath, { engine: "cpu" });
    const [code] = (await model.encode(["home"])) as [Float32Array];
    await model.dispose();
    const expected = (await openIndex(runPath))?.nearest(code, 3) ?? [];
    const written = lines.map((line) => JSON.parse(line));
    expect(written[0]).toMatchObject({ text: "home", label: "odd", line: 7 });
    for (const [i, { text, distance }] of expected.entries()) {
      expect(written[i].text).toBe(text);
      expect(written[i].distance).toBeCloseTo(distance, 4);
    }
  });

  test("takes as many lines as --limit says, and makes another index only where that asks for more", async () => {
    await newRun();
    const among = (count: string): string =>
      `The nearest among ${count} of a larger corpus; --limit N looks at more.\n`;
    const two = await neighbours("home", "--limit", "2");
    expect(two.stderr).toMatch(/\n2 lines in \d+\.\d s\.\n/);
    expect(two.stderr).toContain(among("2 lines"));
    expect(two.lines).toHaveLength(2);
    const again = await neighbours("home", "--limit", "2");
    expect([again.stderr, again.lines]).toEqual([among("2 lines"), two.lines]);
    expect((await neighbours("home", "--limit", "1")).stderr).toBe(among("1 line"));
    expect((await neighbours("home", "--limit", "1000")).stderr).toContain("6 lines in");
    expect((await neighbours("home", "--limit", "2000")).stderr).toBe("");
  });

  test("compares with the whole corpus again after a --limit, and keeps the index of all of it through one", async () => {
    await newRun();
    await neighbours("home", "--limit", "2");
    const all = await neighbours("home");
    expect(all.stderr).toContain("6 lines in");
    expect(all.lines).toHaveLength(6);
    const limited = await neighbours("home", "--limit", "2");
    expect(limited.stderr).toBe("The nearest among 2 lines of a larger corpus; --limit N looks at more.\n");
    expect(limited.lines).toHaveLength(2);
    expect(all.lines).toEqual(expect.arrayContaining(limited.lines));
    expect(await neighbours("home")).toMatchObject({ stderr: "", lines: all.lines });
  });

  test("answers from memory where the run takes no files, and says so once", async () => {
    await newRun();
    const { lines } = await neighbours("home");
    rmSync(join(runPath, "neighbours"), { recursive: true });
    writeFileSync(join(runPath, "neighbours"), "no folder");
    for (const _ of [1, 2]) {
      const unkept = await neighbours("home");
      expect(unkept).toMatchObject({ status: 0, lines });
      expect(
        unkept.stderr.match(/They are not kept, and computed anew the next time: .*run-\d+ cannot be written/g),
      ).toHaveLength(1);
    }
    expect((await neighbours("home", "--quiet")).stderr).toBe("");
  });

  test("takes a text that begins with a hyphen behind --, and says so where it is taken for an option", async () => {
    await newRun();
    expect((await neighbours("-n", "1", "--quiet", "--", "-home")).lines).toHaveLength(1);
    const { status, stderr } = await neighbours("-home");
    expect(status).toBe(2);
    expect(stderr).toContain(
      "unknown option '-home'\nTexts that begin with a hyphen go behind --, after all options: latentext neighbours RUN -- \"-5 degrees\"\n",
    );
    expect((await neighbours("home", "--limt", "3")).stderr).not.toContain("hyphen");
  });

  test("is silent with --quiet, and warns of unknown words without", async () => {
    await newRun();
    expect((await neighbours("the whale", "--quiet")).stderr).toBe("");
    expect((await neighbours("the whale")).stderr).toBe("The text has a word that the model does not know: whale\n");
  });

  test.each<[string, string[], string]>([
    ["a text left out", [], "missing required argument 'text'"],
    ["no neighbours", ["the sea", "-n", "0"], "Expected an integer of at least 1."],
    ["a limit of none", ["the sea", "--limit", "0"], "Expected an integer of at least 1."],
    ["two texts", ["the sea", "home"], "too many arguments"],
  ])("ends with 2 for %s", async (_, args, message) => {
    const { status, stdout, stderr } = await neighbours(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(stdout).toBe("");
  });

  test("ends with 2 for a corpus that is gone, and for a run that is not there", async () => {
    const path = join(home, "moved");
    await writeTinyRun(path, { config: { corpora: [join(home, "moved.txt")] } });
    const gone = await runCli(["neighbours", path, "the sea", "--engine", "cpu", "--quiet"]);
    expect(gone.stderr).toMatch(/^latentext: The corpus of .*moved cannot be read: There is no file .*moved\.txt\./);
    expect(gone).toMatchObject({ status: 2, stdout: "" });
    const none = await runCli(["neighbours", join(home, "none"), "the sea"]);
    expect(none.stderr).toContain("is not a run folder: it does not exist");
    expect(none.status).toBe(2);
  });
});
