// How codes are decoded: the options that people give, and what they come to.
import { InputError } from "../../errors.ts";
import type { Constraint } from "./constraint.ts";

/**
 * Most rows that a step of decoding computes at once. With 256, a model of 9,000 words wrote 4 to 7 % fewer sentences a second, and one of
 * 1,500, half as wide and four times as fast in any case, 7 to 12 % more.
 */
export const MOST_ROWS = 128;

/** Below, the likeliest token is as good as certain, and log-probabilities divided by it leave the range of float32. */
export const LEAST_TEMPERATURE = 0.001;
/** Below, the likeliest token alone is left, and numbers are too small to be told from 0 on all machines. */
export const LEAST_TOP_P = 1e-6;

export interface DecodeOptions {
  /** Most tokens of a sentence. */
  readonly maxLength: number;
  /**
   * Draw each token, from probabilities p^(1/temperature): below 1 safer, above 1 wilder; at least {@link LEAST_TEMPERATURE}. Without, the
   * likeliest token is taken.
   */
  readonly temperature?: number | undefined;
  /** Draw among the k likeliest tokens only; draws at temperature 1 where none is given. */
  readonly topK?: number | undefined;
  /** Draw among the fewest likeliest tokens that together have this share of the probability, at least {@link LEAST_TOP_P}; the same holds. */
  readonly topP?: number | undefined;
  /** Beam search of this width: looks for the sentence with the highest mean log-probability a token. */
  readonly beam?: number | undefined;
  /**
   * A beam search compares sums of log-probabilities divided by length^a (Wu et al. 2016, equation 14, without its constant); the end
   * counts as a token. 1, the mean, if none is given; 0 compares bare sums, which favour short sentences, and more than 1 favours long ones.
   */
  readonly lengthPenalty?: number | undefined;
  /** What each sentence may say next. */
  readonly constraint?: Constraint | undefined;
  /** Seed of the draws, 1 if none is given. */
  readonly seed?: number | undefined;
  /** Let `<unk>` be written. */
  readonly unknown?: boolean | undefined;
  /** Ends the decoding: what is under way is given up. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Number of the label that sentences are written with, or of each code's in their order; 0, if none is given: any label. Only conditional
   * models have others.
   */
  readonly label?: number | readonly number[] | undefined;
  /** Number of the first code, by which its draws are seeded: the i-th code draws as sample `first + i`. 0 if none is given. */
  readonly first?: number | undefined;
}

/**
 * Number of the label of code `index`; 0 for all, where no such function is given.
 * @throws InputError where labels were given, and none for this code
 */
export type LabelOf = ((index: number) => number) | undefined;

/** Options that have been checked, with nothing left open. */
export type DecodePlan = {
  readonly maxLength: number;
  readonly unknown: boolean;
  readonly first: number;
  readonly labelOf?: LabelOf;
  readonly constraint: Constraint | undefined;
} & (
  | { readonly kind: "greedy" }
  | { readonly kind: "beam"; readonly beam: number; readonly lengthPenalty: number }
  | {
      readonly kind: "sample";
      readonly temperature: number;
      readonly topK: number;
      readonly topP: number;
      readonly seed: number;
    }
);

/** @throws InputError that says which option was given what, and what was expected */
export function decodePlan(options: DecodeOptions): DecodePlan {
  const { maxLength, temperature, topK, topP, beam, seed = 1, unknown = false, first = 0, constraint } = options;
  const { lengthPenalty, label } = options;
  checkInteger("maximal length", maxLength, 1);
  checkInteger("seed", seed, 0);
  checkInteger("number of the first code", first, 0);
  if (lengthPenalty !== undefined && !(Number.isFinite(lengthPenalty) && lengthPenalty >= 0)) {
    throw new InputError(`The length penalty is ${lengthPenalty}; expected a number of at least 0.`);
  }
  const common = { maxLength, unknown, first, labelOf: label === undefined ? undefined : labelsBy(label), constraint };
  if (beam !== undefined) {
    checkInteger("beam", beam, 1, MOST_ROWS);
    if (temperature !== undefined || topK !== undefined || topP !== undefined) {
      throw new InputError(
        "A beam was given together with a temperature, top-k or top-p: expected one or the other, as a beam search draws nothing.",
      );
    }
    return { ...common, kind: "beam", beam, lengthPenalty: lengthPenalty ?? 1 };
  }
  if (lengthPenalty !== undefined) {
    throw new InputError(
      "A length penalty was given without a beam: expected both, as only a beam search compares sentences.",
    );
  }
  if (temperature === undefined && topK === undefined && topP === undefined) return { ...common, kind: "greedy" };
  if (temperature !== undefined && !(Number.isFinite(temperature) && temperature >= LEAST_TEMPERATURE)) {
    throw new InputError(
      `The temperature is ${temperature}; expected at least ${LEAST_TEMPERATURE}, or none for the likeliest tokens.`,
    );
  }
  if (topK !== undefined) checkInteger("top-k", topK, 1);
  if (topP !== undefined && !(topP >= LEAST_TOP_P && topP <= 1)) {
    throw new InputError(`The top-p is ${topP}; expected a number from ${LEAST_TOP_P} to 1.`);
  }
  return {
    ...common,
    kind: "sample",
    temperature: temperature ?? 1,
    topK: topK ?? Number.POSITIVE_INFINITY,
    topP: topP ?? 1,
    seed,
  };
}

function labelsBy(given: number | readonly number[]): (index: number) => number {
  if (typeof given === "number") return () => given;
  return (index) => {
    const label = given[index];
    if (label !== undefined) return label;
    throw new InputError(
      `There is no label for code ${index}: ${given.length} were given; expected one for each code.`,
    );
  };
}

function checkInteger(what: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InputError(`The ${what} is ${value}; expected an integer ${range}.`);
}
