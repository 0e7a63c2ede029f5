// The n-gram model against values by hand, against the figures of irstlm, and against the formula written out naively.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import {
  discountsFrom,
  fallbackDiscounts,
  type LanguageVocabulary,
  trainLanguageModel,
} from "../../src/evaluation/kneser-ney.ts";
import { NgramSampler } from "../../src/evaluation/kneser-ney-sampler.ts";
import { perplexity } from "../../src/evaluation/perplexity.ts";
import { RandomStream } from "../../src/random.ts";
import { naiveKneserNey } from "./naive-kneser-ney.ts";

const [BEGIN, END, A, B, C] = [0, 1, 2, 3, 4] as const;

function vocabulary(size: number): LanguageVocabulary {
  return { begin: BEGIN, end: END, events: Int32Array.from({ length: size }, (_, i) => i + 1) };
}

describe("discountsFrom", () => {
  it("gives what irstlm 6.00.05 prints for its counts of counts", () => {
    for (const [counts, printed] of [
      [
        [16167, 5356, 2799, 1741],
        [0.601473, 1.05703, 1.50352],
      ],
      [
        [584585, 38542, 11962, 5563],
        [0.883501, 1.17738, 1.35649],
      ],
      [
        [668480, 4093, 565, 207],
        [0.987902, 1.59089, 1.55224],
      ],
    ] as const) {
      const discounts = discountsFrom(counts) ?? [];
      for (const [i, value] of printed.entries()) expect(discounts[i]).toBeCloseTo(value, 5);
    }
  });

  it("gives none where a number is missing, or more would be taken away than was counted", () => {
    expect(discountsFrom([5, 0, 1, 1])).toBeUndefined();
    expect(discountsFrom([5, 4, 0, 1])).toBeUndefined();
    expect(discountsFrom([10, 1, 5, 1])).toBeUndefined(); // 2 − 3 · (10/12) · 5 is below 0
  });

  it("falls back on the single discount of Kneser and Ney, and on a half where that does not exist either", () => {
    expect(fallbackDiscounts([4, 1, 0, 0])).toEqual([4 / 6, 4 / 6, 4 / 6]);
    expect(fallbackDiscounts([0, 0, 0, 0])).toEqual([0.5, 0.5, 0.5]);
  });
});

describe("trainLanguageModel", () => {
  it("gives the probabilities of a bigram model worked out by hand", async () => {
    // "a b" and "a a". Bigrams: <s>a twice; ab, b</s>, aa, a</s> once: n₁ = 4, n₂ = 1, so D = 4/6.
    // Different tokens in front of: a 2, b 1, </s> 2, five in all: n₁ = 1, n₂ = 2, so D = 1/5.
    // Unigrams: left over 3·(1/5)/5 = 0.12, a third of it each: a (2 − 0.2)/5 + 0.04 = 0.4, b 0.2, </s> 0.4.
    const model = await trainLanguageModel(
      [
        [A, B],
        [A, A],
      ],
      vocabulary(3),
      { order: 2 },
    );
    expect(model.fallbacks).toEqual([1, 2]);
    expect(model.probability([], A)).toBeCloseTo(0.4, 12);
    expect(model.probability([], B)).toBeCloseTo(0.2, 12);
    expect(model.probability([], END)).toBeCloseTo(0.4, 12);
    // After <s>: (2 − 2/3)/2 kept, 1/3 left over.
    expect(model.probability([BEGIN], A)).toBeCloseTo(2 / 3 + 0.4 / 3, 12);
    expect(model.probability([BEGIN], B)).toBeCloseTo(0.2 / 3, 12);
    // After a: (1 − 2/3)/3 kept of each, 2/3 left over.
    expect(model.probability([A], B)).toBeCloseTo(1 / 9 + (2 / 3) * 0.2, 12);
    expect(model.probability([A], END)).toBeCloseTo(1 / 9 + (2 / 3) * 0.4, 12);
    const sentence = Math.log(0.8) + Math.log(1 / 9 + (2 / 3) * 0.2) + Math.log(1 / 3 / 1 + (2 / 3) * 0.4);
    expect(model.logProbability([A, B])).toBeCloseTo(sentence, 12);
  });

  it("agrees with the formula written out naively, for every token behind every context", async () => {
    const random = RandomStream.named(5, "corpus");
    const sentences = Array.from({ length: 400 }, () =>
      Array.from({ length: 1 + random.integer(7) }, () => 2 + Math.floor(6 * random.uniform() ** 2)),
    );
    const words = vocabulary(8);
    for (const order of [1, 2, 3, 5]) {
      const model = await trainLanguageModel(sentences, words, { order });
      const naive = naiveKneserNey(sentences, words, order);
      for (const context of [[], [BEGIN], [BEGIN, 2], [2, 3], [BEGIN, 2, 2, 3], [7, 7, 7, 7], [2, 3, 2, 4, 3]]) {
        for (const token of words.events) {
          expect(model.probability(context, token)).toBeCloseTo(naive(context, token), 12);
        }
      }
    }
    // Both kinds of discounts were met: few different words and pairs are all frequent, longer n-grams are not.
    expect((await trainLanguageModel(sentences, words)).fallbacks).toEqual([1, 2]);
  });

  it("gives probabilities that sum to 1 behind any context, seen or not", async () => {
    const sentence = fc.array(fc.integer({ min: 2, max: 6 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(sentence, { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 2, max: 8 }), { maxLength: 6 }),
        fc.boolean(),
        async (sentences, tokens, begun) => {
          const words = vocabulary(9);
          const model = await trainLanguageModel(sentences, words, { order: 4 });
          const context = begun ? [BEGIN, ...tokens] : tokens;
          const sum = words.events.reduce((total, token) => total + model.probability(context, token), 0);
          expect(sum).toBeCloseTo(1, 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("copes with sentences that are all the same, and with empty ones", async () => {
    const model = await trainLanguageModel(new Array(50).fill([A, B]), vocabulary(3));
    expect(perplexity(model, [[A, B]])).toBeLessThan(1.2);
    expect(perplexity(model, [[C]])).toBeGreaterThan(2);
    expect(perplexity(await trainLanguageModel([[]], vocabulary(3)), [[]])).toBeGreaterThanOrEqual(1);
  });

  it("refuses a corpus without sentences, and stops when it is told to", async () => {
    await expect(trainLanguageModel([], vocabulary(3))).rejects.toThrow(InputError);
    const many = new Array(10_000).fill([A]);
    await expect(trainLanguageModel(many, vocabulary(3), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });
});

describe("perplexity", () => {
  it("predicts the end of each sentence too", async () => {
    const model = await trainLanguageModel(
      [
        [A, B],
        [A, A],
      ],
      vocabulary(3),
      { order: 2 },
    );
    const nats = model.logProbability([A, B]) + model.logProbability([B]);
    expect(perplexity(model, [[A, B], [B]])).toBeCloseTo(Math.exp(-nats / 5), 12);
    expect(() => perplexity(model, [])).toThrow(InputError);
  });

  it("passes over unknown words, and predicts the others as known ones", async () => {
    // The model worked out by hand above, in which b stands for all unknown words.
    const sentences = [
      [A, B],
      [A, A],
    ];
    const model = await trainLanguageModel(sentences, { ...vocabulary(3), unknown: B }, { order: 2 });
    const first = (2 / 3 + 0.4 / 3) / (1 - 0.2 / 3);
    // Behind b, which was seen before the end alone: 1/3 kept, 2/3 left over.
    const end = (1 / 3 + (2 / 3) * 0.4) / (1 - (2 / 3) * 0.2);
    expect(model.logProbability([A, B])).toBeCloseTo(Math.log(first) + Math.log(end), 12);
    expect(perplexity(model, [[A, B]])).toBeCloseTo((first * end) ** (-1 / 2), 12);
  });

  it("makes no less of a writer who uses known words alone, by as many texts", async () => {
    // Two writers with the same words, but that one in seven words of the first is unknown.
    const unknown = 9;
    const write = (name: string, knows: boolean): number[][] => {
      const random = RandomStream.named(3, name);
      const word = () => (!knows && random.uniform() < 1 / 7 ? unknown : 2 + Math.floor(7 * random.uniform() ** 2));
      return Array.from({ length: 4_000 }, () => Array.from({ length: 6 }, word));
    };
    const text = write("text", false);
    // How much worse the writer who knows all its words is as a model of the text than its like.
    const loss = async (words: LanguageVocabulary): Promise<number> => {
      const real = await trainLanguageModel(write("other text", false), words);
      const written = await trainLanguageModel(write("known words", true), words);
      return perplexity(written, text) / perplexity(real, text);
    };
    expect(await loss(vocabulary(9))).toBeGreaterThan(1.5);
    expect(await loss({ ...vocabulary(9), unknown })).toBeCloseTo(1, 1);
  });

  it("is the size of the vocabulary for a model that has seen nothing of the text", async () => {
    // One sentence without a token: behind </s> alone, all that is left over is spread evenly.
    const model = await trainLanguageModel([[]], vocabulary(10), { order: 1 });
    // c(</s>) = 1, D = 1/2: p(</s>) = 1/2 + 1/20, any other 1/20.
    expect(model.probability([], END)).toBeCloseTo(0.55, 12);
    expect(model.probability([], A)).toBeCloseTo(0.05, 12);
  });
});

describe("NgramSampler", () => {
  it("draws tokens as often as the model says", async () => {
    const model = await trainLanguageModel([[A, B], [A, A], [B, A, C], [C]], vocabulary(5), { order: 3 });
    const sampler = new NgramSampler(model);
    const random = RandomStream.named(1, "sampler");
    const draws = 20_000;
    const sentences = Array.from({ length: draws }, () => sampler.draw(random, { maxLength: 10 }));
    for (const first of [A, B, C, 5]) {
      const expected = model.probability([BEGIN], first);
      const share = sentences.filter((sentence) => sentence[0] === first).length / draws;
      expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws));
    }
    const behind = sentences.filter(([first]) => first === A);
    const expected = model.probability([BEGIN, A], B);
    const share = behind.filter((sentence) => sentence[1] === B).length / behind.length;
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / behind.length));
  });

  it("never draws a banned token, nor more tokens than it may", async () => {
    const model = await trainLanguageModel(
      [
        [A, B, A, B, A],
        [C, C, C],
      ],
      vocabulary(4),
    );
    const sampler = new NgramSampler(model);
    const random = RandomStream.named(2, "sampler");
    const sentences = Array.from({ length: 500 }, () => sampler.draw(random, { maxLength: 3, banned: C }));
    expect(sentences.flat()).not.toContain(C);
    expect(Math.max(...sentences.map(({ length }) => length))).toBe(3);
  });
});
