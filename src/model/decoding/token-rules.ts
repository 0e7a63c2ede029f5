// How the next token is chosen from what a step gives: the likeliest, or drawn.
import type { NamedArray } from "../../engine/types.ts";
import { NonFiniteError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import type { Constraint } from "./constraint.ts";
import type { DecodePlan } from "./options.ts";
import { draw } from "./sampling.ts";

/** How the outputs of a step become one token for each row. */
export interface TokenRule {
  /** What the logits are multiplied by, for a choice that has a feed for it. */
  readonly scale?: number;
  /** A rule for sentence `index`, to be asked for its tokens one after another. */
  sentence(index: number): NextToken;
}

/** The token in row `row` of `outputs`, which follows `ids`. A row is asked about once, and may be written over. */
export type NextToken = (outputs: Readonly<Record<string, NamedArray>>, row: number, ids: readonly number[]) => number;

type SamplingPlan = Extract<DecodePlan, { kind: "sample" }>;

/** The likeliest token, as {@link GREEDY} tells it. */
export const greedyRule: TokenRule = {
  sentence: () => (outputs, row) => outputs.next?.data[row] as number,
};

/**
 * Tokens drawn from {@link DISTRIBUTION}, one uniform number each, from a stream of the sentence's own: sentence i of a seed reads the
 * same alone and among others. The draw is made here and not in the graph: cumulative sums and a search over a vocabulary cost
 * more there (31 ms a step at 256 rows of 9,086 tokens) than handing the probabilities over and walking them (18 ms).
 */
export function samplingRule({ temperature, topK, topP, seed, first }: SamplingPlan): TokenRule {
  return {
    scale: 1 / temperature,
    sentence(index) {
      const random = drawsOf(seed, first + index);
      return ({ probabilities }, row) =>
        draw(rowOf(probabilities as NamedArray, row), random.uniform(), { topK, topP });
    },
  };
}

/** The likeliest token of those that the constraint leaves; of equal ones the first. From {@link SCORES}. */
export function constrainedGreedyRule(constraint: Constraint): TokenRule {
  return {
    sentence: () => (outputs, row, ids) => {
      const scores = rowOf(outputs.scores as NamedArray, row);
      constraint.apply(scores, ids);
      return likeliestOf(scores);
    },
  };
}

/**
 * Tokens drawn from those that the constraint leaves, with the sentence's own stream as in {@link samplingRule}. From {@link SCORES}:
 * of probabilities, those that are left could all have been rounded to 0.
 */
export function constrainedSamplingRule(
  { temperature, topK, topP, seed, first }: SamplingPlan,
  constraint: Constraint,
): TokenRule {
  return {
    sentence(index) {
      const random = drawsOf(seed, first + index);
      return (outputs, row, ids) => {
        const scores = rowOf(outputs.scores as NamedArray, row);
        constraint.apply(scores, ids);
        toProbabilities(scores, temperature);
        return draw(scores, random.uniform(), { topK, topP });
      };
    },
  };
}

function drawsOf(seed: number, sample: number): RandomStream {
  return RandomStream.named(seed, `decoding/${sample}`);
}

/** One row of a matrix, in place. */
export function rowOf({ data, shape }: NamedArray, row: number): Float32Array {
  const width = shape[1] as number;
  return data.subarray(row * width, (row + 1) * width) as Float32Array;
}

function likeliestOf(scores: Float32Array): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (score <= most || Number.isNaN(score)) continue;
    [best, most] = [i, score];
  }
  if (best < 0)
    throw new NonFiniteError("No token has a log-probability above −∞: the model's numbers are not finite.");
  return best;
}

/** Log-probabilities, not all of them −∞, become probabilities at a temperature, in place. */
function toProbabilities(scores: Float32Array, temperature: number): void {
  const most = scores[likeliestOf(scores)] as number;
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = Math.exp(((scores[i] as number) - most) / temperature);
    scores[i] = weight;
    total += weight;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / total;
}
