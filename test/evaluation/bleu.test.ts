// Corpus BLEU against values worked out by hand.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { corpusBleu as bleuOfNumbers, closestLength } from "../../src/evaluation/bleu.ts";
import { TokenNumbers } from "../../src/evaluation/token-numbers.ts";

const split = (...sentences: string[]): string[][] => sentences.map((sentence) => sentence.split(" ").filter(Boolean));

/** One reference a hypothesis. */
function corpusBleu(hypotheses: string[][], references: string[][]): number {
  return severalReferences(
    hypotheses,
    references.map((reference) => [reference]),
  );
}

function severalReferences(hypotheses: string[][], references: string[][][]): number {
  const numbers = new TokenNumbers();
  return bleuOfNumbers(
    hypotheses.map((tokens) => numbers.of(tokens)),
    references.map((list) => list.map((tokens) => numbers.of(tokens))),
  );
}

describe("corpusBleu", () => {
  it("is 100 for sentences equal to their references", () => {
    expect(corpusBleu(split("the cat sat down", "a b c d e"), split("the cat sat down", "a b c d e"))).toBe(100);
  });

  it("is the geometric mean of the four precisions", () => {
    // 1-grams 5/6, 2-grams 4/5, 3-grams 3/4, 4-grams 2/3: their product is 1/3.
    expect(corpusBleu(split("a b c d e x"), split("a b c d e f"))).toBeCloseTo(100 * (1 / 3) ** 0.25, 10);
  });

  it("sums the counts over the corpus before it divides", () => {
    // Second pair: 4/4, 3/3, 2/2, 1/1. Sums: 9/10, 7/8, 5/6, 3/4. A mean of sentence values would differ.
    const value = corpusBleu(split("a b c d e x", "p q r s"), split("a b c d e f", "p q r s"));
    expect(value).toBeCloseTo(100 * ((9 / 10) * (7 / 8) * (5 / 6) * (3 / 4)) ** 0.25, 10);
  });

  it("counts a repeated n-gram no more often than its reference has it", () => {
    // Hypothesis a a a b c d against a b c d e f: "a" is clipped from 3 to 1.
    // 1-grams 4/6, 2-grams "ab bc cd" 3/5, 3-grams 2/4, 4-grams 1/3.
    const value = corpusBleu(split("a a a b c d"), split("a b c d e f"));
    expect(value).toBeCloseTo(100 * ((4 / 6) * (3 / 5) * (2 / 4) * (1 / 3)) ** 0.25, 10);
  });

  it("does not let one sentence's reference serve another sentence", () => {
    expect(corpusBleu(split("a b c d", "e f g h"), split("e f g h", "a b c d"))).toBe(0);
  });

  it("punishes output that is shorter than its references by exp(1 - r/c)", () => {
    expect(corpusBleu(split("a b c d"), split("a b c d e f"))).toBeCloseTo(100 * Math.exp(1 - 6 / 4), 10);
  });

  it("takes the brevity penalty from the lengths of the whole corpus", () => {
    // One sentence is short by two, the other long by two: no penalty. 10/12, 8/10, 6/8, 4/6 over the corpus.
    const value = corpusBleu(split("a b c d", "g h i j k l x y"), split("a b c d e f", "g h i j k l"));
    expect(value).toBeCloseTo(100 * ((10 / 12) * (8 / 10) * (6 / 8) * (4 / 6)) ** 0.25, 10);
  });

  it("does not reward output that is longer than its references", () => {
    // 4/5, 3/4, 2/3, 1/2, and a penalty of 1.
    expect(corpusBleu(split("a b c d x"), split("a b c d"))).toBeCloseTo(100 * (1 / 5) ** 0.25, 10);
  });

  it("lets sentences of fewer than four tokens bring only the n-grams they have", () => {
    // 7/7, 5/5, 3/3 and 1/1: the three-token sentence has no 4-gram to miss.
    expect(corpusBleu(split("a b c", "p q r s"), split("a b c", "p q r s"))).toBe(100);
    // The unmatched short sentence costs 1-, 2- and 3-grams only: 4/7, 3/5, 2/3, 1/1.
    const value = corpusBleu(split("x y z", "p q r s"), split("a b c", "p q r s"));
    expect(value).toBeCloseTo(100 * ((4 / 7) * (3 / 5) * (2 / 3)) ** 0.25, 10);
  });

  it("is 0 when an order has no match, as there is no smoothing", () => {
    expect(corpusBleu(split("a b c"), split("a b c"))).toBe(0); // no 4-gram at all
    expect(corpusBleu(split("a b c x d e f"), split("a b c d e f g"))).toBe(0); // 4-grams, none of them right
    expect(corpusBleu(split(""), split("a b c d"))).toBe(0);
  });

  it("tells n-grams apart whose texts run together", () => {
    expect(corpusBleu([["a b", "c", "d", "e"]], [["a", "b c", "d", "e"]])).toBe(0);
    expect(corpusBleu([["a,b", '"', "\u0000", "e"]], [["a,b", '"', "\u0000", "e"]])).toBe(100);
  });

  it("refuses no sentences, and lists of different lengths", () => {
    expect(() => corpusBleu([], [])).toThrow(InputError);
    expect(() => corpusBleu(split("a", "b"), split("a"))).toThrow("got 2 hypotheses and 1 lists of references");
    expect(() => severalReferences(split("a b"), [[]])).toThrow("Hypothesis 1 has no reference");
  });

  it("lets an n-gram match as often as the reference that has it most often, and no more", () => {
    // 1-grams: a twice of three times, b, c: 4/5. 2-grams: aa once of twice, ab, bc: 3/4. 3-grams: aab, abc, not aaa: 2/3.
    // 4-grams: aabc, not aaab: 1/2. The first reference alone allows the second a.
    const value = severalReferences(split("a a a b c"), [split("a a b c", "x a b c y")]);
    expect(value).toBeCloseTo(100 * ((4 / 5) * (3 / 4) * (2 / 3) * (1 / 2)) ** 0.25, 10);
  });

  it("takes the brevity penalty from the reference of the closest length", () => {
    // Four tokens against references of 3 and 6: 3 is closer, so there is no penalty.
    expect(severalReferences(split("a b c d"), [split("x y z", "a b c d e f")])).toBe(100);
    expect(closestLength(5, [7, 3])).toBe(3); // equally far: the shorter
    expect(closestLength(5, [9, 6, 1])).toBe(6);
  });

  it("lies between 0 and 100 and does not depend on the order of the pairs", () => {
    const sentence = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(sentence, sentence), { minLength: 1, maxLength: 8 }), (pairs) => {
        const score = (list: typeof pairs) =>
          corpusBleu(
            list.map(([h]) => h),
            list.map(([, r]) => r),
          );
        const value = score(pairs);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100 + 1e-9);
        expect(score(pairs.toReversed())).toBeCloseTo(value, 9);
      }),
    );
  });
});
