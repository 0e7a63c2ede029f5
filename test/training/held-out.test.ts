// What is held out are texts: none of them is learnt from, and none decides the figures by its copies.
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random.ts";
import { CorpusBuilder, type EncodedCorpus } from "../../src/text/encoded-corpus.ts";
import { type HeldOut, type HeldOutOptions, heldOut, learntShare } from "../../src/training/held-out.ts";

const VOCABULARY = 5_000;

/** A corpus of sentences of one id each. */
function corpusOf(ids: readonly number[], labelOf: (line: number) => string | undefined = () => undefined) {
  const builder = new CorpusBuilder(VOCABULARY);
  for (const [line, id] of ids.entries()) builder.add([id], labelOf(line));
  return builder.finish();
}

const idsOf = (corpus: EncodedCorpus): number[] =>
  Array.from({ length: corpus.size }, (_, i) => corpus.sentence(i)[0] as number);

const split = (all: EncodedCorpus, options: Partial<HeldOutOptions> = {}): HeldOut =>
  heldOut(all, { devShare: 0.1, seed: 1, vocabularySize: VOCABULARY, ...options });

/** `count` texts, each as often as `copies` says, in a drawn order. */
function mixed(count: number, copies: (id: number) => number): number[] {
  const ids = Array.from({ length: count }, (_, id) => Array<number>(copies(id)).fill(id)).flat();
  return RandomStream.named(3, "order").shuffle(ids);
}

describe("heldOut", () => {
  it("leaves no copy of a held-out text in training, and judges each once, in the order of the file", () => {
    const ids = mixed(400, (id) => 1 + (id % 4));
    const { train, dev, leftOut } = split(corpusOf(ids));
    const judged = idsOf(dev);
    expect(judged).toHaveLength(40); // a tenth of the texts
    expect(new Set(judged).size).toBe(40);
    expect(judged).toEqual([...judged].sort((a, b) => ids.indexOf(a) - ids.indexOf(b)));
    expect(idsOf(train)).toEqual(ids.filter((id) => !judged.includes(id)));
    expect(leftOut).toBe(ids.length - train.size - 40);
    expect(leftOut).toBeGreaterThan(0);
  });

  it("takes a text of another label for the same text, judged with the label that it has first", () => {
    const ids = mixed(100, () => 3);
    const { train, dev } = split(corpusOf(ids, (line) => `l${line % 5}`));
    const learnt = new Set(idsOf(train));
    for (const [i, id] of idsOf(dev).entries()) {
      expect(learnt.has(id)).toBe(false);
      expect(dev.label(i)).toBe(`l${ids.indexOf(id) % 5}`);
    }
  });

  it("holds every text out as often as any other, however many copies it has", () => {
    const all = corpusOf(mixed(60, (id) => (id < 20 ? 5 : 1)));
    const rounds = 600;
    let frequent = 0;
    for (let seed = 0; seed < rounds; seed++)
      frequent += idsOf(split(all, { seed }).dev).filter((id) => id < 20).length;
    // Six texts are held out, a third of which are among the 20 frequent ones; of lines, five of seven would be.
    expect(frequent / rounds).toBeGreaterThan(1.85);
    expect(frequent / rounds).toBeLessThan(2.15);
  });

  it("learns from a text of which more than a tenth of the corpus consists", () => {
    const all = corpusOf(mixed(12, (id) => (id === 5 ? 12 : 1)));
    for (let seed = 0; seed < 100; seed++) {
      const { dev, leftOut } = split(all, { seed, devShare: 0.5 });
      expect(idsOf(dev)).toHaveLength(6);
      expect(idsOf(dev)).not.toContain(5);
      expect(leftOut).toBe(0);
    }
  });

  it.each([
    [1, 300],
    [3, 100],
    [9, 5],
  ])("holds lines out of a corpus of no more than %i texts, each %i times", (texts, copies) => {
    const ids = mixed(texts, () => copies);
    const { train, dev, leftOut } = split(corpusOf(ids));
    expect([train.size + dev.size, leftOut]).toEqual([ids.length, 0]);
    expect(dev.size).toBe(Math.round(ids.length / 10));
    expect(new Set(idsOf(train)).size).toBe(texts);
  });

  it("holds lines out where an odd text or two stand among a few that come again and again", () => {
    const ids = mixed(6, (id) => (id < 4 ? 60 : 1));
    const { train, dev, leftOut } = split(corpusOf(ids));
    expect([train.size, dev.size, leftOut]).toEqual([218, 24, 0]);
  });

  it("leaves something to learn from and something to judge by, whatever the copies", () => {
    const random = RandomStream.named(4, "copies");
    for (let round = 0; round < 500; round++) {
      const ids = mixed(2 + random.integer(20), () => 1 + (random.integer(2) && random.integer(30)));
      const { train, dev, leftOut } = split(corpusOf(ids), { seed: round, devShare: random.integer(6) / 10 });
      expect(train.size).toBeGreaterThan(0);
      expect(dev.size).toBeGreaterThan(0);
      expect(train.size + dev.size + leftOut).toBe(ids.length);
    }
  });

  it("holds the same out by text as by line where no text stands twice", () => {
    for (const size of [1, 2, 9, 59, 3_000]) {
      const all = corpusOf(Array.from({ length: size }, (_, id) => id));
      const [texts, lines] = [split(all), split(all, { split: "lines" })];
      expect([idsOf(texts.train), idsOf(texts.dev)]).toEqual([idsOf(lines.train), idsOf(lines.dev)]);
    }
  });
});

describe("learntShare", () => {
  it("is the share of dev sentences, copies counted, that stand in training under any label", () => {
    const train = corpusOf([1, 2, 3, 3, 4], () => "a");
    const dev = corpusOf([3, 3, 5, 1, 6, 7, 7, 8], () => "b");
    expect(learntShare({ train, dev })).toBe(3 / 8);
    expect(learntShare({ train, dev: corpusOf([9]) })).toBe(0);
  });
});
