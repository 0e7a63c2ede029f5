// The sampled softmax: which words are candidates, that their layer has the right gradients, and that it is right on average.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { FeedArrays, TensorMap } from "../../src/engine/types.ts";
import { projectedCrossEntropy } from "../../src/model/cross-entropy.ts";
import { sampledFeeds, sampledLayer } from "../../src/model/sampled-softmax.ts";
import { RandomStream } from "../../src/random.ts";
import { drawValues, expectGradients, projected, projectedNumbers, tensorsOf } from "./check-gradients.ts";
import { crossEntropy } from "./reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const VOCABULARY = 40;
const HIDDEN = 3;
const TARGETS = Int32Array.of(38, 5, 38, 2, 21);

function drawn(count: number, seed = 1, target = TARGETS, vocabulary = VOCABULARY): FeedArrays {
  const feeds = { target: { shape: [target.length, 1], data: target } };
  return sampledFeeds(feeds, { vocabulary, count, random: RandomStream.named(seed, "candidates") });
}

function data(feeds: FeedArrays, name: string): number[] {
  return Array.from(feeds[name]?.data ?? []);
}

/** Feeds as tensors, the targets as a list. */
function tensors(feeds: FeedArrays): TensorMap {
  const entries = Object.entries(feeds).map(([name, { data: values }]): [string, Tensor] => [
    name,
    tf.tensor1d(values as never, values instanceof Int32Array ? "int32" : "float32"),
  ]);
  return Object.fromEntries(entries);
}

/** The losses of hidden states [5, hidden] by the candidates' layer. */
function losses({ hidden, weight, bias }: TensorMap, feeds: FeedArrays): Tensor {
  const given = tensors(feeds);
  const layer = sampledLayer({ weight: weight as Tensor, bias: bias as Tensor }, given);
  return projectedCrossEntropy(
    hidden as Tensor,
    layer.weight,
    layer.bias,
    given.target as Tensor,
    tf.ones([TARGETS.length]),
  );
}

const values = drawValues({ hidden: [TARGETS.length, HIDDEN], weight: [HIDDEN, VOCABULARY], bias: [VOCABULARY] }, 2);

/** Logits of all words in double precision. */
function logitsOf(row: number): number[] {
  const get = (name: string): Float64Array => values.get(name)?.data ?? new Float64Array();
  return Array.from({ length: VOCABULARY }, (_, word) => {
    let logit = get("bias")[word] as number;
    for (let k = 0; k < HIDDEN; k++)
      logit += (get("hidden")[row * HIDDEN + k] as number) * (get("weight")[k * VOCABULARY + word] as number);
    return logit;
  });
}

describe("the candidates of a step", () => {
  it("are as many different words as are asked for, targets and the most frequent words among them", () => {
    const feeds = drawn(16);
    const candidates = data(feeds, "candidates");
    expect(candidates).toHaveLength(16);
    expect(new Set(candidates).size).toBe(16);
    expect(candidates).toEqual(expect.arrayContaining([0, 1, 2, 3, 4, 5, 6, 7, 38, 21]));
  });

  it("stand where the targets and the table of places say", () => {
    const feeds = drawn(16);
    const candidates = data(feeds, "candidates");
    expect(data(feeds, "target").map((place) => candidates[place])).toEqual([...TARGETS]);
    const places = data(feeds, "candidatePlace");
    expect(places).toHaveLength(VOCABULARY);
    places.forEach((place, word) => {
      expect(place).toBe(candidates.includes(word) ? candidates.indexOf(word) : candidates.length);
    });
  });

  it("have the logarithm of their chance taken off where chance chose them, and nothing where it did not", () => {
    // Of 40 words the 8 lowest and 2 targets are sure: 6 of the other 30 are drawn.
    const feeds = drawn(16);
    const correction = data(feeds, "candidateCorrection");
    expect(correction.slice(0, 10)).toEqual(Array(10).fill(0));
    for (const value of correction.slice(10)) expect(value).toBeCloseTo(Math.log(30 / 6), 6);
  });

  it("are more where a batch has many words, so that the rest is never represented by none", () => {
    const many = Int32Array.from({ length: 20 }, (_, i) => 20 + i);
    const feeds = drawn(8, 1, many);
    expect(data(feeds, "candidates")).toHaveLength(20 + 4 + 2);
  });

  it("are all words where nothing is left to draw, without a correction", () => {
    const all = Int32Array.from({ length: 12 }, (_, i) => i);
    const feeds = drawn(8, 1, all, 12);
    expect(data(feeds, "candidates")).toHaveLength(12);
    expect(data(feeds, "candidateCorrection")).toEqual(Array(12).fill(0));
  });

  it("are the same for a seed and others for another", () => {
    expect(drawn(16, 7)).toEqual(drawn(16, 7));
    expect(data(drawn(16, 7), "candidates")).not.toEqual(data(drawn(16, 8), "candidates"));
  });
});

describe("the words that are drawn", () => {
  /** Those after the sure words, which have no correction. */
  const chosen = (feeds: FeedArrays): number[] => {
    const correction = data(feeds, "candidateCorrection");
    return data(feeds, "candidates").filter((_, i) => correction[i] !== 0);
  };

  it("are the first places of a shuffle of all words that are not sure", () => {
    for (const [seed, count, vocabulary] of [
      [1, 16, VOCABULARY],
      [2, 39, VOCABULARY],
      [3, 200, 5_000],
      [4, 4_000, 5_000],
    ] as const) {
      const random = RandomStream.named(seed, "candidates");
      const sure = new Set([...TARGETS, ...Array(count >> 1).keys()]);
      const rest = [...Array(vocabulary).keys()].filter((word) => !sure.has(word));
      const wanted = Math.min(rest.length, Math.max(count - sure.size, count >> 2));
      for (let i = 0; i < wanted; i++) {
        const j = i + random.integer(rest.length - i);
        [rest[i], rest[j]] = [rest[j] as number, rest[i] as number];
      }
      const feeds = drawn(count, seed, TARGETS, vocabulary);
      expect(data(feeds, "candidates")).toEqual([...sure, ...rest.slice(0, wanted)]);
    }
  });

  it("are each of the rest as often as any other", () => {
    const rounds = 6_000;
    const times = new Map<number, number>();
    for (let seed = 0; seed < rounds; seed++)
      for (const word of chosen(drawn(16, seed))) times.set(word, (times.get(word) ?? 0) + 1);
    // 6 of 30 words a round: 1,200 times each, with a standard deviation of 31.
    expect(times.size).toBe(30);
    const squares = [...times.values()].map((count) => (count - rounds / 5) ** 2 / (rounds * 0.2 * 0.8));
    for (const square of squares) expect(square).toBeLessThan(16);
    // 29 on average, with a deviation of 7.6.
    const statistic = (squares.reduce((sum, square) => sum + square) * 29) / 30;
    expect(statistic).toBeGreaterThan(8);
    expect(statistic).toBeLessThan(60);
  });

  it.each([2_048, 200_000, 249_999])("are all different where %i of 250,000 words are candidates", (count) => {
    const feeds = drawn(count, 1, Int32Array.of(7, 249_998, 130_000), 250_000);
    const candidates = data(feeds, "candidates");
    expect(candidates).toHaveLength(count);
    expect(new Set(candidates).size).toBe(count);
    expect(candidates.every((word) => word >= 0 && word < 250_000)).toBe(true);
  });
});

describe("the candidates' layer", () => {
  it("is the layer itself in a step that does not sample", () => {
    const [weight, bias] = [tf.zeros([2, 3]), tf.zeros([3])];
    const layer = sampledLayer({ weight, bias }, {});
    expect(layer.weight).toBe(weight);
    expect(layer.bias).toBe(bias);
  });

  it("has the gradients of the words it picked, and none for the others", () => {
    const feeds = drawn(16);
    const candidates = data(feeds, "candidates");
    const correction = data(feeds, "candidateCorrection");
    const places = data(feeds, "target");
    expectGradients(
      values,
      (given) => projected(losses(given, feeds)),
      () =>
        projectedNumbers(
          places.map((place, row) => {
            const logits = logitsOf(row);
            const sampled = candidates.map((word, i) => (logits[word] as number) + (correction[i] as number));
            return crossEntropy(sampled, place);
          }),
        ),
    );
  });

  it("gives the whole softmax's denominator on average", () => {
    const rounds = 1_500;
    const exact = logitsOf(0).reduce((sum, logit) => sum + Math.exp(logit), 0);
    const target = logitsOf(0)[TARGETS[0] as number] as number;
    let total = 0;
    let lowest = Number.POSITIVE_INFINITY;
    tf.tidy(() => {
      for (let seed = 0; seed < rounds; seed++) {
        // loss = log Σ − logit of the target
        const loss = tf.tidy(() => losses(tensorsOf(values), drawn(16, seed)).dataSync()[0] as number);
        const denominator = Math.exp(loss + target);
        total += denominator;
        lowest = Math.min(lowest, denominator);
      }
    });
    expect(total / rounds / exact).toBeGreaterThan(0.97);
    expect(total / rounds / exact).toBeLessThan(1.03);
    // Each by itself is a guess.
    expect(lowest / exact).toBeLessThan(0.9);
  });
});
