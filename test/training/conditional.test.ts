// Training with labels: texts follow them, and what cannot be learnt from is refused or told.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { load } from "../../src/latent/model.ts";
import { parseConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { readJournal } from "../../src/run/journal.ts";
import { encodeCorpus } from "../../src/text/encoded-corpus.ts";
import { Labels } from "../../src/text/labels.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { loadData } from "../../src/training/data.ts";
import { stepFeedArrays } from "../../src/training/step-feeds.ts";
import { train } from "../../src/training/train.ts";

const folder = mkdtempSync(join(tmpdir(), "latentext-conditional-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Three words each, of which the label decides the first letter and nothing else. */
const lines = (label: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const [x, y, z] = [i % 4, Math.floor(i / 4) % 4, (i * 3) % 4];
    return `${label}\t${label}${x} ${label}${y} ${label}${z}`;
  });
const corpus = written("train.tsv", `${[...lines("a", 48), ...lines("b", 48)].join("\n")}\n`);

const tiny = (config: ConfigInput = {}): ConfigInput => ({
  corpora: [corpus],
  labelColumn: 1,
  conditional: true,
  tokenizer: "whitespace",
  devShare: 0.1,
  hidden: 16,
  embedding: 8,
  latent: 4,
  discriminatorHidden: 8,
  batchSize: 16,
  warmupSteps: 20,
  rampSteps: 20,
  reportSteps: 1_000,
  learningRate: 0.01,
  discriminatorLearningRate: 0.01,
  regularizerWeight: 3,
  schedule: "constant",
  threads: 1,
  ...config,
});

const startsWith = (label: string) => (text: string) => text.split(" ").every((word) => word.startsWith(label));

describe("a conditional model", () => {
  it("writes texts of the label that it is given, and gives texts another", async () => {
    const out = join(folder, "run");
    const notes: string[] = [];
    await train({
      out,
      config: tiny({ maxSteps: 800, codeClassifierWeight: 3, schedule: "hold" }),
      on: (event) => void (event.kind === "note" && notes.push(event.text)),
    });
    expect(notes).toContain("2 labels to learn from.");
    expect(JSON.parse(readFileSync(join(out, "labels.json"), "utf8")).sort()).toEqual(["a", "b"]);
    const [report] = readJournal(join(out, "metrics.jsonl"));
    expect(report).toMatchObject({ certainty: expect.any(Number), codeClassifierWeight: 3 });
    expect(report?.codeClassifier).toBeGreaterThan(0);
    const panel = readJournal(join(out, "samples.jsonl"));
    expect(new Set(panel.slice(-2).map(({ label }) => label))).toEqual(new Set(["a", "b"]));

    const model = await load(out, { engine: "cpu" });
    for (const label of ["a", "b"]) {
      const texts = [
        ...(await model.sample(20, { label })),
        ...(await model.sample(20, { label, temperature: 0.5 })),
        ...(await model.sample(20, { label, beam: 3 })),
      ];
      expect(texts.filter((text) => text !== "" && startsWith(label)(text)).length).toBeGreaterThan(54);
    }
    const sources = ["a0 a1 a2", "a3 a3 a1"];
    expect((await model.transfer(sources, { to: "b" })).every(startsWith("b"))).toBe(true);
    expect((await model.reconstruct(sources, { label: "a" })).every(startsWith("a"))).toBe(true);
    const mixed = await model.reconstruct([...sources, ...sources], { labels: ["a", "b", "b", "a"] });
    expect(mixed.map((text) => text[0])).toEqual(["a", "b", "b", "a"]);
    await model.dispose();
  });

  it("goes on after a stop to the very bytes of an uninterrupted run", async () => {
    const config = tiny({ maxSteps: 60, codeClassifierWeight: 1, labelDropout: 0.3, warmupSteps: 2, rampSteps: 3 });
    const [straight, resumed] = [join(folder, "straight"), join(folder, "resumed")];
    await train({ out: straight, config });
    const controller = new AbortController();
    await train({
      out: resumed,
      config,
      signal: controller.signal,
      on: (event) => void (event.kind === "progress" && event.step >= 5 && controller.abort()),
    });
    await train({ out: resumed, resume: true });
    for (const file of ["model.safetensors", "labels.json", "samples.jsonl"])
      expect(readFileSync(join(resumed, file))).toEqual(readFileSync(join(straight, file)));
  });

  it("does not go on with other labels for the same texts", async () => {
    const path = written("changing.tsv", readFileSync(corpus, "utf8"));
    const out = join(folder, "changing");
    await train({ out, config: tiny({ corpora: [path], maxSteps: 2 }) });
    writeFileSync(path, readFileSync(corpus, "utf8").replaceAll(/^a\t/gm, "c\t"));
    await expect(train({ out, resume: true, config: { maxSteps: 4 } })).rejects.toThrow(/corpora are not the ones/);
  });
});

describe("labels of a corpus", () => {
  const read = async (settings: ConfigInput) => {
    const notes: string[] = [];
    const data = await loadData(parseConfig(settings), { log: (line) => notes.push(line) });
    return { data, notes };
  };

  it("are numbered as they appear; rows without one, and dev labels that are not known, are told", async () => {
    const train = written("some.tsv", "label\ttext\nb\tb1 b2\n\tx1 x2\na\ta1 a2\nb\tb2 b1\n");
    const dev = written("dev.tsv", "label\ttext\na\ta2 a1\nc\tc1\n\tx1\n");
    const { data, notes } = await read({ corpora: [train], dev, conditional: true, tokenizer: "whitespace" });
    expect(data.labels.names).toEqual(["b", "a"]);
    expect(notes).toEqual([
      `${train}: texts in column 2 ("text") of 2, labels in column 1 ("label"); its first row names them.`,
      `${dev}: texts in column 2 ("text") of 2, labels in column 1 ("label"); its first row names them.`,
      "2 labels to learn from; 1 sentence without.",
      "1 dev sentence with a label that no training sentence has: judged as if without one.",
    ]);
  });

  it("are said not to be learnt from by a model that is not conditional", async () => {
    const { data, notes } = await read({ ...tiny(), conditional: false });
    expect(data.labels.names).toEqual([]);
    expect(notes).toContain("The corpus has 2 labels, which are not learnt from: --conditional would.");
  });

  it.each([
    ["none are read", "a1 a2\nb1 b2\n", null, /no label was read from .*: expected two labels or more, in a column/],
    ["there is but one", "a\ta1\na\ta2\na\ta3\n", 1, /only the label "a" was read from/],
  ])("must be two at least: %s", async (_, content, labelColumn, message) => {
    const path = written("few.tsv", content);
    const config = { corpora: [path], conditional: true, labelColumn, tokenizer: "whitespace" };
    await expect(read(config)).rejects.toThrow(InputError);
    await expect(read(config)).rejects.toThrow(message);
  });

  it("are hidden now and then in training, by a stream of the step", async () => {
    const records = lines("a", 400).map((line, i) => ({ text: line.slice(2), label: i % 2 ? "a" : "z", line: i + 1 }));
    const tokenizer = createTokenizer(
      "whitespace",
      records.map(({ text }) => text),
    );
    const encoded = await encodeCorpus(records, tokenizer);
    const batch = Uint32Array.from({ length: 400 }, (_, i) => i);
    const config = parseConfig(tiny({ labelDropout: 0.25 }));
    const at = (step: number): number[] => {
      const labels = new Labels(["z"]);
      const feeds = stepFeedArrays(config, tokenizer.vocabulary, encoded, batch, { step, labels });
      return [...(feeds.label?.data ?? [])];
    };
    const shown = at(0);
    expect(shown.filter((label) => label === 1).length / 200).toBeCloseTo(0.75, 0);
    expect(shown.some((label, i) => i % 2 === 0 && label === 0)).toBe(true);
    // A label that is not known counts as none.
    expect(shown.every((label, i) => i % 2 === 0 || label === 0)).toBe(true);
    expect(at(0)).toEqual(shown);
    expect(at(1)).not.toEqual(shown);
  });
});
