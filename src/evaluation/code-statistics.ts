// How close a set of codes lies to the standard Gaussian, dimension by dimension and by length.
import { InputError } from "../errors.ts";

/** How far a dimension's mean may lie from 0, or its variance from 1, to count as matched. */
export const TOLERANCE = 0.15;

export interface Spread {
  readonly minimum: number;
  readonly mean: number;
  readonly maximum: number;
}

export interface CodeStatistics {
  readonly count: number;
  readonly dimensions: number;
  /** Of the dimensions' means; every one is 0 for the prior. */
  readonly mean: Spread;
  /** Of the dimensions' variances (divided by n − 1); every one is 1 for the prior. */
  readonly variance: Spread;
  /** Dimensions within {@link TOLERANCE}. */
  readonly matched: { readonly mean: number; readonly variance: number; readonly both: number };
  /** Of the codes' Euclidean norms; for N(0, I) the mean is close to √d and the deviation close to √½. */
  readonly norm: { readonly mean: number; readonly deviation: number; readonly expected: number };
}

/**
 * Statistics of codes, each an array of d numbers.
 * @throws InputError when there are fewer than two codes, none has a dimension, or their lengths differ
 */
export function codeStatistics(codes: readonly ArrayLike<number>[]): CodeStatistics {
  const dimensions = codes[0]?.length ?? 0;
  if (codes.length < 2 || dimensions === 0) {
    throw new InputError(
      `Statistics need at least two codes of at least one dimension, but got ${codes.length} codes of ${dimensions}.`,
    );
  }
  const odd = codes.findIndex((code) => code.length !== dimensions);
  if (odd >= 0) {
    throw new InputError(`Code ${odd + 1} has ${codes[odd]?.length} dimensions, and code 1 has ${dimensions}.`);
  }

  const moments = Array.from({ length: dimensions }, (_, d) => momentsOf(codes.map((code) => code[d] ?? 0)));
  const meanFits = moments.map(({ mean }) => Math.abs(mean) <= TOLERANCE);
  const varianceFits = moments.map(({ variance }) => Math.abs(variance - 1) <= TOLERANCE);
  const norm = momentsOf(codes.map((code) => Math.hypot(...Array.from(code))));
  const countTrue = (flags: readonly boolean[]) => flags.filter(Boolean).length;
  return {
    count: codes.length,
    dimensions,
    mean: spreadOf(moments.map(({ mean }) => mean)),
    variance: spreadOf(moments.map(({ variance }) => variance)),
    matched: {
      mean: countTrue(meanFits),
      variance: countTrue(varianceFits),
      both: countTrue(meanFits.map((fits, d) => fits && varianceFits[d] === true)),
    },
    norm: { mean: norm.mean, deviation: Math.sqrt(norm.variance), expected: Math.sqrt(dimensions) },
  };
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = averageOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

function spreadOf(values: readonly number[]): Spread {
  return { minimum: Math.min(...values), mean: averageOf(values), maximum: Math.max(...values) };
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
