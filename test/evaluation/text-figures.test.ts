// Self-BLEU, diversity and edit distance against values by hand and against slower definitions.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { corpusBleu } from "../../src/evaluation/bleu.ts";
import { copiedShare, distinctShare, tokenCount } from "../../src/evaluation/diversity.ts";
import { editDistance, relativeEditDistance } from "../../src/evaluation/edit-distance.ts";
import { selfBleu } from "../../src/evaluation/self-bleu.ts";
import { repetition } from "../../src/text/repetition.ts";

describe("selfBleu", () => {
  it("is corpus BLEU of each sentence with all the others as references", () => {
    const sentence = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 2, maxLength: 12 }), (sentences) => {
        const others = sentences.map((_, i) => sentences.filter((__, j) => j !== i));
        expect(selfBleu(sentences)).toBeCloseTo(corpusBleu(sentences, others), 9);
      }),
    );
  });

  it("does not count a sentence as its own reference", () => {
    expect(
      selfBleu([
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10],
      ]),
    ).toBe(0);
    expect(
      selfBleu([
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ]),
    ).toBe(100);
  });

  it("takes a thousand sentences in a moment, and is 0 for empty ones", () => {
    const sentences = Array.from({ length: 1_000 }, (_, i) =>
      Array.from({ length: 20 }, (_, j) => (i * 7 + j * j) % 97),
    );
    expect(selfBleu(sentences)).toBeGreaterThan(0);
    expect(selfBleu([[], []])).toBe(0);
  });

  it("refuses a single sentence", () => {
    expect(() => selfBleu([[1]])).toThrow(InputError);
  });
});

describe("distinctShare", () => {
  it("counts different n-grams within sentences, up to a number of tokens", () => {
    const sentences = [[1, 2, 1, 2], [1, 2, 3], [9]];
    expect(distinctShare(sentences, 1, 8)).toBe(4 / 8);
    expect(distinctShare(sentences, 2, 8)).toBe(3 / 5); // 12 21 12 | 12 23
    expect(distinctShare(sentences, 2, 5)).toBe(2 / 3); // the second sentence is cut to its first token
    expect(distinctShare(sentences, 3, 8)).toBe(3 / 3); // 121 212 | 123
  });

  it("is 0 where there is no n-gram, and refuses too few tokens", () => {
    expect(distinctShare([[1], [2]], 2, 2)).toBe(0);
    expect(distinctShare([[], []], 1, 0)).toBe(0);
    expect(() => distinctShare([[1, 2]], 1, 3)).toThrow("There are 2 tokens; expected at least 3.");
  });
});

describe("repetition and copies", () => {
  it("counts different texts, the most frequent one, and those that stand in a source", () => {
    expect(repetition(["a", "b", "a", "a"])).toEqual({ unique: 2 / 4, mostFrequent: 3 / 4 });
    expect(copiedShare(["a", "b", "a", "c"], new Set(["a", "x"]))).toBe(2 / 4);
    expect(tokenCount([[1, 2], [], [3]])).toBe(3);
  });
});

describe("editDistance", () => {
  it("is the fewest insertions, removals and replacements", () => {
    const letters = (word: string) => Array.from(word, (letter) => letter.charCodeAt(0));
    expect(editDistance(letters("kitten"), letters("sitting"))).toBe(3);
    expect(editDistance(letters("saturday"), letters("sunday"))).toBe(3);
    expect(editDistance([], [1, 2, 3])).toBe(3);
    expect(editDistance(new Array(200).fill(1), new Array(150).fill(1))).toBe(50);
    expect(relativeEditDistance([1, 2, 3, 4], [1, 2])).toBe(0.5);
    expect(relativeEditDistance([], [])).toBe(0);
  });

  it("is a metric", () => {
    const sentence = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(sentence, sentence, sentence, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a.join() === b.join());
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
