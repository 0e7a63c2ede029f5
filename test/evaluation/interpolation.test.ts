// Figures of paths against values worked out by hand, and paths that need no model.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignment, editDistance } from "../../src/evaluation/edit-distance.ts";
import { pathFigures } from "../../src/evaluation/interpolation.ts";
import { interpolationFloors, partialEdits } from "../../src/evaluation/interpolation-floors.ts";
import { languageVocabularyOf, trainLanguageModel } from "../../src/evaluation/kneser-ney.ts";
import { linesOf } from "../../src/evaluation/lines.ts";
import { perplexity } from "../../src/evaluation/perplexity.ts";
import { RandomStream } from "../../src/random.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

const tokenizer = createTokenizer("whitespace", ["a b c d e f g h i j"]);
const sentence = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 9 });

describe("alignment", () => {
  it("costs the edit distance, and goes through both sentences from left to right", () => {
    fc.assert(
      fc.property(sentence, sentence, (a, b) => {
        const pairs = alignment(a, b);
        expect(pairs.filter(([from, to]) => from < 0 || to < 0 || a[from] !== b[to])).toHaveLength(editDistance(a, b));
        expect(pairs.flatMap(([from]) => (from < 0 ? [] : [from]))).toEqual(a.map((_, i) => i));
        expect(pairs.flatMap(([, to]) => (to < 0 ? [] : [to]))).toEqual(b.map((_, i) => i));
      }),
    );
  });
});

describe("partialEdits", () => {
  it("lies on a shortest way from one end to the other, in steps that are as equal as whole edits can be", () => {
    fc.assert(
      fc.property(sentence, sentence, fc.integer({ min: 2, max: 8 }), (a, b, steps) => {
        const middles = partialEdits(a, b, steps, RandomStream.named(1, "edits")).map((taken) =>
          taken.map(([side, place]) => [a, b][side]?.[place] as number),
        );
        const path = [a, ...middles, b];
        expect(path).toHaveLength(steps);
        const lengths = path.slice(1).map((text, i) => editDistance(path[i] as number[], text));
        const whole = editDistance(a, b);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(whole);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.ceil(whole / (steps - 1)));
      }),
    );
  });
});

describe("pathFigures", () => {
  it("gives the figures of two short paths worked out by hand", () => {
    // First path: 1/4 changed, then 2/4, from end to end 3/4; all forward. Second: 0, then 1/2 of the tokens, 2 different texts.
    const lines = linesOf(["a b c d", "a b c e", "f g c e", "a b", "a b", "a c"], tokenizer);
    const figures = pathFigures(lines, { steps: 3 });
    expect(figures).toMatchObject({ paths: 2, steps: 3, forward: 1, endPerplexity: null, middlePerplexity: null });
    expect(figures.stepDistance).toBeCloseTo((1 / 4 + 2 / 4 + 0 + 1 / 2) / 4, 12);
    expect(figures.largestStep).toBeCloseTo((2 / 4 + 1 / 2) / 2, 12);
    expect(figures.endDistance).toBeCloseTo((3 / 4 + 1 / 2) / 2, 12);
    expect(figures.distinct).toBeCloseTo((3 / 3 + 2 / 3) / 2, 12);
  });

  it("counts steps back to the start", () => {
    // Away from "a b c d": 0, 2/4, 1/4, 4/4.
    const lines = linesOf(["a b c d", "e f c d", "e b c d", "g h i j"], tokenizer);
    expect(pathFigures(lines, { steps: 4 }).forward).toBeCloseTo(2 / 3, 12);
  });
});

describe("interpolationFloors", () => {
  const texts = ["a b c d e", "a x y z e", "f g h i j", "b a", "b a", "c d e f g h"];
  const paths = [{ texts: texts.slice(0, 3) }, { texts: texts.slice(3) }];
  const real = linesOf(["j i h", "c c c c", "never used"], tokenizer);

  it("puts real texts in turn, n-gram samples and partial edits between the ends of the model's paths", async () => {
    const languageModel = await trainLanguageModel(
      [texts[0], texts[2], "a b c c c", "f g h i"].map((text) => tokenizer.encode(text ?? "")),
      languageVocabularyOf(tokenizer.vocabulary),
      { order: 2 },
    );
    const ngrams = linesOf(["d d", "e e"], tokenizer);
    const floors = interpolationFloors(paths, { tokenizer, real, ngrams, languageModel, seed: 1 });
    expect(floors.map(({ name }) => name)).toEqual(["real", "ngram", "edits"]);
    const own = pathFigures(linesOf(texts, tokenizer), { steps: 3, languageModel });
    for (const { figures } of floors) {
      expect([figures.paths, figures.steps]).toEqual([2, 3]);
      expect(figures.endDistance).toBe(own.endDistance);
      expect(figures.endPerplexity).toBe(own.endPerplexity);
    }
    const middles = floors.map(({ figures }) => figures.middlePerplexity);
    expect(middles[0]).toBe(perplexity(languageModel, real.ids.slice(0, 2)));
    expect(middles[1]).toBe(perplexity(languageModel, ngrams.ids));
    // "b a" to "c d e f g h": six edits, three of them in the middle; "a b c d e" to "f g h i j": five, of which three.
    const [edits] = floors.slice(-1);
    expect(edits?.figures.largestStep).toBeLessThanOrEqual(0.75);
    expect(edits?.figures.forward).toBe(1);
    // A real text has nothing of the ends: at least as far from them as they are apart.
    expect(floors[0]?.figures.stepDistance).toBeGreaterThan(edits?.figures.stepDistance ?? 1);
  });

  it("takes texts again where there are too few, and does without n-grams and paths of empty texts", () => {
    const few = linesOf(["a"], tokenizer);
    const empty = [{ texts: ["", "", "", ""] }];
    const floors = interpolationFloors([...empty, ...empty], { tokenizer, real: few, seed: 1 });
    expect(floors.map(({ name, figures }) => [name, figures.middlePerplexity])).toEqual([
      ["real", null],
      ["edits", null],
    ]);
    expect(floors[1]?.figures).toMatchObject({ stepDistance: 0, endDistance: 0, distinct: 1 / 4 });
    // From nothing to "a", to "a", and back.
    expect(floors[0]?.figures.stepDistance).toBeCloseTo(2 / 3, 12);
  });
});
