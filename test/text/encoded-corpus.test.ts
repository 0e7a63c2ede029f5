// Corpora of integers: what goes in comes out, in little memory.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { CorpusBuilder, encodeCorpus } from "../../src/text/encoded-corpus.ts";
import { ReadReport } from "../../src/text/read-report.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

describe("CorpusBuilder", () => {
  it("gives back every sentence, length and label", () => {
    const sentences = fc.array(
      fc.record({
        ids: fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 30 }),
        label: fc.option(fc.constantFrom("pos", "neg", "", "__proto__"), { nil: undefined }),
      }),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(sentences, (records) => {
        const builder = new CorpusBuilder(65_536);
        for (const { ids, label } of records) builder.add(ids, label);
        const corpus = builder.finish();
        expect(corpus.size).toBe(records.length);
        expect(corpus.tokens).toBe(records.reduce((sum, { ids }) => sum + ids.length, 0));
        expect([...corpus.lengths()]).toEqual(records.map(({ ids }) => ids.length));
        for (const [i, { ids, label }] of records.entries()) {
          expect([...corpus.sentence(i)]).toEqual(ids);
          expect(corpus.label(i)).toBe(label);
        }
        const known = records.map(({ label }) => label).filter((label) => label !== undefined);
        expect(corpus.labels).toEqual([...new Set(known)]);
      }),
    );
  });

  it("holds ids of a vocabulary above 65,536", () => {
    const builder = new CorpusBuilder(65_537);
    builder.add([65_536, 1]);
    expect([...builder.finish().sentence(0)]).toEqual([65_536, 1]);
  });

  it("takes 2 bytes a token, 4 a sentence and 2 a label, so that 10 million sentences fit in 1 GB", () => {
    const builder = new CorpusBuilder(20_000);
    const ids = new Uint16Array(12).fill(7);
    for (let i = 0; i < 100_000; i++) builder.add(ids, i % 2 === 0 ? "even" : "odd");
    const corpus = builder.finish();
    expect(corpus.bytes).toBe(100_000 * (12 * 2 + 4 + 2) + 4);
    // Growing holds at most 2.5 times the ids at once.
    expect((corpus.bytes / corpus.size) * 2.5 * 10_000_000).toBeLessThan(1e9);
  });

  it("refuses more labels than it can number", () => {
    const builder = new CorpusBuilder(100);
    for (let i = 1; i < 2 ** 16; i++) builder.add([5], `label ${i}`);
    expect(() => builder.add([5], "one more")).toThrow(InputError);
  });

  it("refuses sentences that are not there", () => {
    const builder = new CorpusBuilder(100);
    builder.add([5], "a");
    const corpus = builder.finish();
    for (const index of [-1, 1, 0.5]) {
      expect(() => corpus.sentence(index)).toThrow(RangeError);
      expect(() => corpus.length(index)).toThrow(RangeError);
      expect(() => corpus.label(index)).toThrow(RangeError);
    }
  });
});

describe("encodeCorpus", () => {
  const tokenizer = createTokenizer("whitespace", ["a b c"]);

  it("encodes texts, and leaves out and counts the too long and the empty", async () => {
    const report = new ReadReport();
    const records = [
      { text: "a b", label: "x", line: 1 },
      { text: "a b c", line: 2 },
      { text: " ", line: 3 },
      { text: "c", line: 5 },
    ];
    const corpus = await encodeCorpus(records, tokenizer, { maxLength: 2, report });
    expect(corpus.size).toBe(2);
    expect([...corpus.sentence(0)]).toEqual(tokenizer.encode("a b"));
    expect([corpus.label(0), corpus.label(1)]).toEqual(["x", undefined]);
    expect(report.summary()).toEqual([
      "1 line left out: too long for --max-length 2 (line 2).",
      "1 line left out: empty (line 3).",
    ]);
  });

  it("refuses a maximum length below 1", async () => {
    await expect(encodeCorpus([], tokenizer, { maxLength: 0 })).rejects.toThrow(/maximum length is 0/);
  });
});
