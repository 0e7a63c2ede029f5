// The classifier two-sample test: can a simple judge tell generated sentences from real ones?
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import { LogisticRegression } from "./logistic-regression.ts";
import type { Sentence } from "./ngram-trie.ts";
import { inverseFrequencies, ngramFeatures, type SparseVector, weighted } from "./text-features.ts";

export interface TwoSampleOptions {
  readonly seed?: number;
  /** A token that is passed over. */
  readonly ignored?: number | undefined;
}

export interface TwoSampleResult {
  /** Share of held-out sentences that were put on the right side; 0.5 where the sides cannot be told apart. */
  readonly accuracy: number;
  /** Wilson's interval of 95 % for it. */
  readonly interval: readonly [low: number, high: number];
  /** Sentences it was learnt from and judged on, both sides together. */
  readonly learnt: number;
  readonly judged: number;
}

const BUCKETS = 2 ** 18;
const EPOCHS = 8;
/** The 97.5th percentile of N(0, 1). */
const Z = 1.959963984540054;

/**
 * Learns a logistic regression on the n-grams of one to three words of half of the sentences, and judges the other half (Lopez-Paz and
 * Oquab 2017). Both sides give equally many sentences.
 * @throws InputError when a side has fewer than four sentences
 */
export function twoSampleTest(
  real: readonly Sentence[],
  other: readonly Sentence[],
  { seed = 1, ignored }: TwoSampleOptions = {},
): TwoSampleResult {
  const each = Math.min(real.length, other.length);
  if (each < 4) {
    throw new InputError(
      `The two-sample test needs at least four sentences a side, but got ${real.length} and ${other.length}.`,
    );
  }
  const half = Math.floor(each / 2);
  const random = RandomStream.named(seed, "two-sample");
  const sides = [real, other].map((sentences) => random.shuffle([...sentences]).slice(0, each)) as [
    Sentence[],
    Sentence[],
  ];
  const features = (sentence: Sentence): SparseVector =>
    ngramFeatures(sentence, { longest: 3, buckets: BUCKETS, ignored });
  const examples = sides.map((sentences) => sentences.map(features)) as [SparseVector[], SparseVector[]];
  const weights = inverseFrequencies(
    examples.flatMap((vectors) => vectors.slice(0, half)),
    BUCKETS,
  );
  const part = (from: number, to?: number): Example[] =>
    examples.flatMap((vectors, side) =>
      vectors.slice(from, to).map((vector) => ({ vector: weighted(vector, weights), side })),
    );
  const learnt = part(0, half);
  const judge = new LogisticRegression(BUCKETS);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const { vector, side } of random.shuffle(learnt)) judge.learn(vector, side);
  }
  const judged = part(half);
  const right = judged.filter(({ vector, side }) => judge.score(vector) > 0 === (side === 1)).length;
  return {
    accuracy: right / judged.length,
    interval: wilsonInterval(right, judged.length),
    learnt: learnt.length,
    judged: judged.length,
  };
}

/** The interval of 95 % for a share of which `right` of `count` were seen (Wilson 1927). */
export function wilsonInterval(right: number, count: number): [number, number] {
  const share = right / count;
  const scale = 1 + (Z * Z) / count;
  const centre = (share + (Z * Z) / (2 * count)) / scale;
  const reach = (Z / scale) * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  return [Math.max(0, centre - reach), Math.min(1, centre + reach)];
}

interface Example {
  readonly vector: SparseVector;
  /** 0: real, 1: the other side. */
  readonly side: number;
}
