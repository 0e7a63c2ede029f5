// `latentext evaluate`.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/evaluation/report/report.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-test-"));
const [runPath, bareRun] = [join(home, "run"), join(home, "bare")];
const [trainFile, testFile] = [join(home, "train.tsv"), join(home, "test.tsv")];

/** Different texts of the words that a tiny run knows, with a label; `from` says where to begin. */
function texts(from: number, count: number): string[] {
  const [first, second, third] = [
    ["the", "a", "old", "calm"],
    ["sea", "storm", "boat", "night", "home"],
    ["is calm", "is near", "sails home", "sails near the sea"],
  ];
  return Array.from({ length: count }, (_, k) => {
    const i = from + k;
    return `${first?.[i % 4]} ${second?.[Math.floor(i / 4) % 5]} ${third?.[Math.floor(i / 20) % 4]}`;
  });
}

const table = (lines: readonly string[]): string =>
  lines.map((line, i) => `${i % 2 ? "odd" : "even"}\t${line}\n`).join("");

beforeAll(async () => {
  writeFileSync(trainFile, table(texts(0, 50)));
  writeFileSync(testFile, table([...texts(50, 29), 'a <b> & "storm" is near']));
  await writeTinyRun(runPath, { endBias: 1, config: { corpora: [trainFile] } });
  writeFileSync(
    join(runPath, "metrics.jsonl"),
    [
      `{"kind":"train","step":10,"reconstruction":2.5,"adversarial":0.7,"discriminator":1.3}`,
      `{"kind":"dev","step":10,"reconstruction":2.7}`,
      "",
    ].join("\n"),
  );
  writeFileSync(join(runPath, "samples.jsonl"), `{"step":10,"kind":"sample","text":"the <i>sea</i>"}\n`);
  await writeTinyRun(bareRun, { endBias: 1, config: { corpora: [join(home, "gone.txt")] } });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function evaluate(run: string, ...args: string[]): Promise<CliResult> {
  return runCli(["evaluate", run, "--engine", "cpu", "--samples", "30", "--quiet", ...args]);
}

describe("evaluate", () => {
  test("holds codes against the prior of their run with their noise, and says where that was not kept", async () => {
    const narrower = expect.stringContaining("codes of texts are held against the prior without it, and are narrower");
    const [run, out] = [join(home, "sphere"), join(home, "sphere-report")];
    await writeTinyRun(run, { endBias: 1, config: { prior: "sphere", posterior: "gaussian" } });
    const { status, stdout } = await evaluate(run, "--test", testFile, "--label-column", "1", "--out", out);
    expect(status).toBe(0);
    expect(stdout).toContain("Codes against the uniform prior on the sphere of radius √d · 30 codes of test text");
    expect(stdout).toMatch(/norm \(√d is 2\.000\) +2\.000 ± 0\.000 +2\.000 ± 0\.000/);
    const report: Report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    expect(report.priorMatch.kind).toBe("sphere");
    expect(report.notes).not.toContainEqual(narrower);
    for (const [config, noted, noise] of [
      [{}, true, false],
      [{ latentNoise: 0 }, false, false],
      [{ posterior: "gaussian" }, false, true], // draws are compared, which are as wide as they were learnt
      // Codes that were never whitened have the noise of the settings.
      [{ posterior: "gaussian", latentNoise: 0.6 }, false, true],
      [{ prior: "sphere" }, false, true],
      [{ codes: "learnt" }, false, true],
    ] as const) {
      const [other, told] = [join(home, JSON.stringify(config)), join(home, `${JSON.stringify(config)}-report`)];
      await writeTinyRun(other, { endBias: 1, config }); // its model has no noise beside it, as those of before have none
      expect((await evaluate(other, "--test", testFile, "--label-column", "1", "--out", told)).status).toBe(0);
      const { notes, priorMatch }: Report = JSON.parse(readFileSync(join(told, "report.json"), "utf8"));
      expect(notes.some((note) => narrower.asymmetricMatch(note))).toBe(noted);
      expect(priorMatch.noise).toBe(noise);
    }
  });

  test("refuses longer texts than a model can write before it reads any", async () => {
    const run = join(home, "deconv");
    await writeTinyRun(run, { config: { decoder: "deconv" } });
    const { status, stderr } = await evaluate(run, "--test", join(home, "gone.txt"), "--max-length", "9");
    expect(status).toBe(2);
    expect(stderr).toContain("The maximal length is 9; expected at most 8");
  });

  test("prints every table with its settings, and writes report.json, report.html and the samples", async () => {
    const out = join(home, "deep", "report");
    const { status, stdout, stderr } = await evaluate(
      runPath,
      ...["--test", testFile, "--label-column", "1", "--temperature", "0.8", "--seed", "3", "--out", out],
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const heading of [
      "Reconstruction · 30 test texts, greedy, seed 3",
      "Generation · 30 samples, temperature 0.8, seed 3",
      "Trade-off over temperature · 30 samples and 30 reconstructed test texts each, seed 3",
      "Codes against the prior N(0, I) · 30 codes of test text, 4 dimensions, seed 3",
      "Neighbourhoods · 30 of 30 different test texts",
      "Interpolation · 15 straight paths of 7 texts between test texts, greedy, seed 3",
    ]) {
      expect(stdout).toContain(heading);
    }
    expect(stdout).toMatch(/^ +model +real text +n-grams +copies$/m);
    expect(readdirSync(out).sort()).toEqual(["report.html", "report.json", "samples.txt"]);
    const report: Report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    expect(report.settings).toMatchObject({ samples: 30, seed: 3, decoding: "temperature 0.8" });
    expect(report.generation.columns.map(({ name }) => name)).toEqual(["model", "real", "ngram", "copy"]);
    const [, real, , copy] = report.generation.columns;
    expect(copy?.figures.copied).toBe(1);
    expect(real?.figures.copied).toBe(0);
    expect(real?.figures.reversePerplexity).toBe(copy?.figures.reversePerplexity);
    expect(report.tradeOff.points.map(({ decoding, chosen }) => [decoding, chosen])).toEqual([
      ["greedy", false],
      ["temperature 0.5", false],
      ["temperature 0.7", false],
      ["temperature 0.9", false],
      ["temperature 1", false],
      ["temperature 0.8", true],
    ]);
    expect(readFileSync(join(out, "samples.txt"), "utf8").split("\n")).toHaveLength(31);
  });

  test("makes a page that needs nothing from elsewhere, runs nothing, and shows texts as they are", async () => {
    const out = join(home, "page");
    await evaluate(runPath, "--test", testFile, "--label-column", "1", "--out", out);
    const page = readFileSync(join(out, "report.html"), "utf8");
    for (const foreign of [/https?:/, /<script/, /<link/, /<img/, /\bsrc=/, /\bhref=/, /@import/, /url\(/, / on\w+=/]) {
      expect(page).not.toMatch(foreign);
    }
    expect(page).toContain("the &lt;i&gt;sea&lt;/i&gt;");
    expect(page).toContain("a &lt;b&gt; &amp; &quot;storm&quot; is near");
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    for (const name of ["svg", "table", "section", "figure", "ol", "text", "tr", "td", "th"]) {
      const [opened, closed] = [new RegExp(`<${name}[ >]`, "g"), new RegExp(`</${name}>`, "g")];
      expect(page.match(opened)?.length, name).toBe(page.match(closed)?.length);
    }
    expect(page.match(/class="bar"/g)?.length).toBe(5 * 40); // four dimensions, and all of them together
    expect(page.match(/class="dot c[01]" cx="[\d.]+" cy="[\d.]+" r="3"/g)).toHaveLength(30);
    expect(page.match(/class="curve c\d" d=/g)).toHaveLength(4);
  });

  test("gives the same figures for the same seed, and prints them as JSON", async () => {
    const args = ["--test", testFile, "--json"];
    const [first, second, other] = [
      await evaluate(runPath, ...args),
      await evaluate(runPath, ...args),
      await evaluate(runPath, ...args, "--seed", "2"),
    ];
    const figures = ({ stdout }: CliResult): Omit<Report, "seconds"> => {
      const { seconds, ...report } = JSON.parse(stdout) as Report;
      expect(Object.keys(seconds).length).toBeGreaterThan(5);
      return report;
    };
    expect(first.lines).toHaveLength(1);
    expect(figures(second)).toEqual(figures(first));
    expect(figures(other).generation).not.toEqual(figures(first).generation);
    expect(figures(first).settings.seed).toBe(1);
  });

  test("takes real text from the run's dev file, where that has enough of it", async () => {
    const [run, dev] = [join(home, "with-dev"), join(home, "dev.txt")];
    writeFileSync(dev, `${texts(30, 40).join("\n")}\n`);
    await writeTinyRun(run, { endBias: 1, config: { corpora: [trainFile], dev } });
    const { stdout } = await evaluate(run, "--test", testFile, "--json");
    const { generation }: Report = JSON.parse(stdout);
    expect(generation.realText).toEqual([dev]);
    const real = generation.columns.find(({ name }) => name === "real");
    expect(real?.figures.texts).toBe(30);
    expect(real?.figures.copied).toBeGreaterThan(0.2); // half of the dev texts stand in the training text
    expect(real?.figures.copied).toBeLessThan(0.8);
  });

  test("measures the labels of a conditional model, by a judge of real text and a probe of codes", async () => {
    const run = join(home, "labelled");
    const labels = ["even", "odd"];
    await writeTinyRun(run, { endBias: 1, labels, config: { corpora: [trainFile], labelColumn: 1 } });
    const out = join(home, "labels");
    const { status, stdout, stderr } = await evaluate(run, "--test", testFile, "--seed", "3", "--out", out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Labels · generated greedy, transferred greedy, seed 3; a judge of 50 training texts");
    expect(stdout).toMatch(/^ +generated +transferred +real text$/m);
    const report: Report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    const [all, ...each] = report.labels?.accuracies ?? [];
    expect(each.map(({ label }) => label).sort()).toEqual(labels);
    expect(all).toMatchObject({
      label: null,
      generated: { judged: 60 },
      transferred: { judged: 30 },
      real: { judged: 30 },
    });
    for (const { generated, transferred, real } of each)
      expect([generated?.judged, transferred?.judged, real?.judged]).toEqual([30, 15, 15]);
    expect(report.labels?.probe).toMatchObject({ learnt: 15, judged: 15, majority: expect.any(Number) });
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("<h2>Labels</h2>");

    const chosen = await evaluate(run, "--test", testFile, "--label", "odd", "--json");
    const few = JSON.parse(chosen.stdout) as Report;
    expect(few.settings.decoding).toBe('greedy, label "odd"');
    expect(few.notes).toContainEqual(
      expect.stringContaining('The test text has 15 different texts with the label "odd", expected at least 20'),
    );
    expect(few.generation.ofLabel).toEqual([]);
    const unlabelled = write("plain.txt", `${texts(50, 30).join("\n")}\n`);
    const without = await evaluate(run, "--test", unlabelled);
    expect(without.stdout).toContain("The test text has no label that the model knows");
    expect(without.stdout).not.toContain("Labels ·");
    const wrong = await evaluate(run, "--test", testFile, "--label", "prime");
    expect(wrong.stderr).toContain('The label "prime" was given; the model knows "even" and "odd".');
    expect(wrong.status).toBe(2);
  });

  test("holds texts of one label against real text of that label, and what has no label against all of it", async () => {
    const run = join(home, "one-label");
    const words = (label: string, from: number): string[] =>
      texts(from, 40).map((text) => `${label}\t${text.replace("the", label === "even" ? "a" : "old")}\n`);
    const [train, test] = [0, 40].map((from) =>
      write(`one-label-${from}.tsv`, [...words("even", from), ...words("odd", from)].join("")),
    ) as [string, string];
    await writeTinyRun(run, { endBias: 1, labels: ["even", "odd"], config: { corpora: [train], labelColumn: 1 } });
    const out = join(home, "one-label-report");
    const args = ["--test", test, "--samples", "20"];
    const { status, stdout } = await evaluate(run, ...args, "--label", "odd", "--out", out);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'Generation · 20 samples, greedy, label "odd", seed 1, real text of that label alone; perplexities',
    );
    const odd: Report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    const all = JSON.parse((await evaluate(run, ...args, "--json")).stdout) as Report;
    expect([odd.generation.ofLabel, all.generation.ofLabel]).toEqual([[test, train], []]);
    const page = readFileSync(join(out, "report.html"), "utf8");
    expect(page).toContain(`texts with the label &quot;odd&quot; alone.`);
    expect(odd.notes.join()).not.toContain("with the label");
    const figuresOf = ({ generation }: Report, name: string) =>
      generation.columns.find((column) => column.name === name)?.figures;
    for (const name of ["real", "ngram", "copy"]) expect(figuresOf(odd, name)).not.toEqual(figuresOf(all, name));
    // Half of all copies are of the other label, whose own words tell them apart.
    expect(figuresOf(odd, "copy")?.copied).toBe(1);
    // Paths lead from text to text whatever their labels.
    expect(odd.interpolation).toEqual(all.interpolation);
    expect(odd.interpolationFloors).toEqual(all.interpolationFloors);
    expect(odd.neighbourhood).toEqual(all.neighbourhood);
  });

  test("tells of all columns whose n-gram models lack counts in one sentence, by their titles", async () => {
    const { stdout } = await evaluate(runPath, "--test", testFile, "--json");
    const { notes } = JSON.parse(stdout) as Report;
    const told = notes.filter((note) => note.includes("one discount takes the place of three"));
    expect(told).toEqual([
      expect.stringMatching(/^In the n-gram models of columns, .*"real text".*: too few of them occur/),
    ]);
    expect(told[0]).not.toMatch(/"(real|ngram|copy)"/);
  });

  test("leaves out what needs training text where there is none, and says so", async () => {
    const { status, stdout } = await evaluate(bareRun, "--test", testFile);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +model +real text$/m);
    expect(stdout).toMatch(/forward perplexity +– +–/);
    expect(stdout).toMatch(
      /The run's corpus .*gone\.txt is not there, and no training text was given: forward perplexity/,
    );
    const given = await evaluate(bareRun, "--test", testFile, "--train", trainFile);
    expect(given.stdout).toMatch(/^ +model +real text +n-grams +copies$/m);
  });

  test("measures a model that writes nothing at all", async () => {
    const silent = join(home, "silent");
    await writeTinyRun(silent, { endBias: 1_000, config: { corpora: [trainFile] } });
    const { status, stdout } = await evaluate(silent, "--test", testFile, "--json");
    expect(status).toBe(0);
    const [model] = (JSON.parse(stdout) as Report).generation.columns;
    expect(model?.figures).toMatchObject({ unique: 1 / 30, mostFrequent: 1, meanLength: 0, selfBleu4: 0 });
    expect(model?.figures.twoSample?.accuracy).toBeGreaterThan(0.9);
  });

  test.each<[string, () => string[], RegExp]>([
    ["no test file", () => [], /required option '--test <file>' not specified/],
    ["a test file that is not there", () => ["--test", join(home, "none.txt")], /There is no file .*none\.txt\./],
    [
      "an empty test file",
      () => ["--test", write("empty.txt", "")],
      /has 0 usable texts; expected at least 20 different ones/,
    ],
    [
      "a test file of one text many times",
      () => ["--test", write("same.txt", "the sea\n".repeat(50))],
      /has 1 different usable texts; expected at least 20/,
    ],
    [
      "a test file of another language",
      () => ["--test", write("other.txt", Array.from({ length: 30 }, (_, i) => `wort${i} the zeile${i}\n`).join(""))],
      /67 % are unknown to the model; expected text of the kind that it was trained on/,
    ],
    [
      "a column that is not there",
      () => ["--test", testFile, "--label-column", "3"],
      /The label column is 3, but .* has 2/,
    ],
    [
      "a label column of plain text",
      () => ["--test", write("plain.txt", `${texts(50, 30).join("\n")}\n`), "--label-column", "1"],
      /^latentext: The label column is 1, but .*plain\.txt is plain text, a text a line: expected a \.tsv or \.csv file\.\n$/,
    ],
    [
      "a label column of plain text beside plain text",
      () => {
        const [test, train] = [write("plain.txt", `${texts(50, 30).join("\n")}\n`), write("learnt.txt", "the sea\n")];
        return ["--test", test, "--train", train, "--label-column", "1"];
      },
      /The label column is 1, but .*plain\.txt is plain text/,
    ],
    [
      "a training file that is not there",
      () => ["--test", testFile, "--train", join(home, "no.txt")],
      /There is no file/,
    ],
    [
      "too few samples",
      () => ["--test", testFile, "--samples", "5"],
      /number of samples is 5; expected an integer of at least 20/,
    ],
    ["a temperature of 0", () => ["--test", testFile, "--temperature", "0"], /Expected a number of at least 0\.001/],
    [
      "a beam and a temperature",
      () => ["--test", testFile, "--beam", "2", "--temperature", "1"],
      /A beam was given together with a temperature/,
    ],
  ])("ends with 2 for %s", async (_, args, message) => {
    const { status, stdout, stderr } = await evaluate(runPath, ...args());
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("takes a label column for the training text, where that alone is a table", async () => {
    const test = write("plain.txt", `${texts(50, 30).join("\n")}\n`);
    const swapped = write(
      "swapped.tsv",
      texts(0, 50)
        .map((line) => `${line}\teven\n`)
        .join(""),
    );
    const { status, stdout } = await evaluate(
      bareRun,
      ...["--test", test, "--train", swapped, "--label-column", "2", "--json"],
    );
    expect(status).toBe(0);
    const { settings }: Report = JSON.parse(stdout);
    expect([settings.test.texts, settings.train?.texts]).toEqual([30, 50]);
  });

  test("refuses a folder with something in it before any work, and leaves it as it is", async () => {
    const full = join(home, "full");
    mkdirSync(full);
    writeFileSync(join(full, "mine.txt"), "mine");
    const { status, stderr } = await evaluate(join(home, "no-run"), "--test", testFile, "--out", full);
    expect(stderr).toMatch(/full is not empty; expected a new folder for the report/);
    expect(status).toBe(2);
    expect(readdirSync(full)).toEqual(["mine.txt"]);
    const file = await evaluate(runPath, "--test", testFile, "--out", join(full, "mine.txt"));
    expect(file.stderr).toMatch(/mine\.txt is not a folder/);
    expect(file.status).toBe(2);
  });

  test("takes away the folders it has made where nothing comes of it, and no others", async () => {
    const kept = join(home, "kept");
    mkdirSync(kept);
    await evaluate(runPath, "--test", join(home, "none.txt"), "--out", join(kept, "a", "b"));
    expect(existsSync(join(kept, "a"))).toBe(false);
    await evaluate(runPath, "--test", join(home, "none.txt"), "--out", kept);
    expect(existsSync(kept)).toBe(true);
  });

  test("ends with 2 where there is no run, and with 1 for a run without weights", async () => {
    const none = await evaluate(join(home, "no-run"), "--test", testFile);
    expect(none.stderr).toContain("is not a run folder: it does not exist");
    expect(none.status).toBe(2);
    const unfinished = join(home, "unfinished");
    await writeTinyRun(unfinished);
    rmSync(join(unfinished, "model.safetensors"));
    const { status, stderr } = await evaluate(unfinished, "--test", testFile);
    expect(stderr).toMatch(/model\.safetensors/);
    expect(status).toBe(1);
  });
});

function write(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}
