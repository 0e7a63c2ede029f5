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

/** Chooses a token by the log-probabilities of all, not all of them −∞. */
export type Choice = (scores: Float32Array) => number;

/** The likeliest token; of equal ones the first. */
export const greedyChoice: Choice = (scores) => likeliestOf(scores);

/** Draws tokens for sentence `index`, with its own stream as in {@link samplingRule}. */
export function samplingChoice({ temperature, topK, topP, seed, first }: SamplingPlan, index: number): Choice {
  const random = drawsOf(seed, first + index);
  return (scores) => draw(probabilitiesOf(scores, temperature), random.uniform(), { topK, topP });
}

/** How the sentences of a {@link constrainedRule} are written. */
export interface ConstrainedOptions {
  /** How sentence `index` chooses among the tokens that its constraint leaves. */
  readonly choiceOf: (index: number) => Choice;
  readonly constraintOf: (index: number) => Constraint;
  /** Is told the log-probability of each token that is chosen. */
  readonly told?: (index: number, logProbability: number) => void;
}

/** Tokens chosen from those that a constraint leaves. From {@link SCORES}: of probabilities, those left could all have been rounded to 0. */
export function constrainedRule({ choiceOf, constraintOf, told }: ConstrainedOptions): TokenRule {
  return {
    sentence(index) {
      const choose = choiceOf(index);
      const constraint = constraintOf(index);
      return (outputs, row, ids) => {
        const scores = rowOf(outputs.scores as NamedArray, row);
        constraint.apply(scores, ids);
        const id = choose(scores);
        told?.(index, scores[id] as number);
        return id;
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

/** Probabilities at a temperature. */
function probabilitiesOf(scores: Float32Array, temperature: number): Float32Array {
  const most = scores[likeliestOf(scores)] as number;
  const probabilities = new Float32Array(scores.length);
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = Math.exp(((scores[i] as number) - most) / temperature);
    probabilities[i] = weight;
    total += weight;
  }
  for (let i = 0; i < scores.length; i++) probabilities[i] = (probabilities[i] as number) / total;
  return probabilities;
}
