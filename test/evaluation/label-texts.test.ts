// What samples of one label are held against: real text of that label, where there is enough of it.
import { describe, expect, it } from "vitest";
import { comparedTexts } from "../../src/evaluation/label-texts.ts";
import type { Source } from "../../src/evaluation/sources.ts";

/** Texts of a file with these labels in turn. */
function source(name: string, count: number, labels: readonly (string | undefined)[]): Source {
  const texts = Array.from({ length: count }, (_, i) => `${name} ${i}`);
  const lines = {
    texts,
    ids: texts.map((_, i) => [i]),
    keys: texts,
    labels: texts.map((_, i) => labels[i % labels.length]),
  };
  return { files: [`${name}.tsv`], lines };
}

function compare(
  sources: { test: Source; train?: Source; dev?: Source },
  { label = "pos" as string | null, count = 20 } = {},
) {
  const notes: string[] = [];
  const given = { train: undefined, dev: undefined, ...sources, write: { label: label ?? undefined, seed: 1 }, count };
  return { ...comparedTexts({ ...given, note: (sentence) => notes.push(sentence) }), notes };
}

const labels = ["pos", "neg"];
const [test, train, dev] = [source("test", 60, labels), source("train", 80, labels), source("dev", 50, labels)];

describe("comparedTexts", () => {
  it("are all of them where samples have no label", () => {
    const compared = compare({ test, train, dev }, { label: null });
    expect(compared).toEqual({ test, train, dev, ofLabel: [], notes: [] });
  });

  it("are those of the samples' label alone, where there are enough", () => {
    const compared = compare({ test, train, dev });
    const counts = [compared.test, compared.train, compared.dev].map((of) => of?.lines.texts.length);
    expect(counts).toEqual([30, 40, 25]);
    for (const { lines } of [compared.test, compared.train, compared.dev] as Source[]) {
      expect(new Set(lines.labels)).toEqual(new Set(["pos"]));
      expect(lines.ids.length).toBe(lines.texts.length);
    }
    expect(compared.ofLabel).toEqual(["test.tsv", "train.tsv"]);
    expect(compared.notes).toEqual([]);
  });

  it("leave out a dev text that has fewer of the label than there are samples", () => {
    expect(compare({ test, train, dev }, { count: 26 }).dev).toBeUndefined();
    expect(compare({ test, train }).dev).toBeUndefined();
  });

  it.each([
    ["no labels", source("test", 60, [undefined]), 0],
    ["too few texts of the label", source("test", 60, ["pos", "neg", "neg", "neg"]), 15],
  ])("are of all labels, with a note, for a test text with %s", (_, whole, different) => {
    const compared = compare({ test: whole, train, dev });
    expect(compared).toMatchObject({ test: whole, train, dev, ofLabel: [] });
    expect(compared.notes).toEqual([
      expect.stringContaining(
        `The test text has ${different} different texts with the label "pos", expected at least 20`,
      ),
    ]);
  });

  it("are of the label in the test text alone, with a note, where the training text has too few", () => {
    const plain = source("train", 80, [undefined]);
    const compared = compare({ test, train: plain });
    expect(compared.test.lines.texts).toHaveLength(30);
    expect(compared.train).toBe(plain);
    expect(compared.ofLabel).toEqual(["test.tsv"]);
    expect(compared.notes).toEqual([
      'The training text has 0 different texts with the label "pos", expected at least 20: n-grams and copies are of all labels, and the test text of that label alone.',
    ]);
  });
});
