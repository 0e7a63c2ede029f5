// How far apart two samples of points lie: per dimension, in kernel mean, and along random directions.
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";

type Points = readonly ArrayLike<number>[];

/**
 * Kolmogorov's statistic of values against a distribution, N(0, 1) where none is given: the largest difference of the two distribution
 * functions, in [0, 1].
 * @throws InputError when there is no value
 */
export function kolmogorovSmirnov(values: ArrayLike<number>, distribution = normalDistribution): number {
  const count = values.length;
  if (count === 0) throw new InputError("The Kolmogorov–Smirnov statistic needs at least one value, but got none.");
  const sorted = Float64Array.from(values).sort();
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const expected = distribution(sorted[i] as number);
    largest = Math.max(largest, expected - i / count, (i + 1) / count - expected);
  }
  return largest;
}

/** What the statistic of `count` draws of N(0, 1) stays below 95 times in 100, for counts above some 35 (Kolmogorov's limit). */
export function criticalKolmogorovSmirnov(count: number): number {
  return 1.3581 / Math.sqrt(count);
}

/** Φ, to an absolute error below 1e-14: by its series near 0, by its continued fraction far from it. */
export function normalDistribution(x: number): number {
  const size = Math.abs(x);
  if (size > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (size < 3.5) {
    let term = x;
    let sum = x;
    for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / fraction;
  const tail = density / fraction;
  return x > 0 ? 1 - tail : tail;
}

const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/**
 * The unbiased squared maximum mean discrepancy (Gretton et al. 2012) under a sum of inverse multiquadric kernels C/(C + ‖a − b‖²), C = 2d·s for
 * s = 0.1 … 10 (Tolstikhin et al. 2018). Around 0, below it too, for two samples of one distribution.
 * @throws InputError when a side has fewer than two points
 */
export function squaredDiscrepancy(a: Points, b: Points): number {
  requireTwo("maximum mean discrepancy", a, b);
  const constants = Float64Array.from(SCALES, (scale) => 2 * (a[0]?.length ?? 1) * scale);
  return meanKernel(a, a, constants) + meanKernel(b, b, constants) - 2 * meanKernel(a, b, constants);
}

/** The mean kernel over pairs; of one sample with itself over pairs of different points. */
function meanKernel(a: Points, b: Points, constants: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as ArrayLike<number>;
    for (let j = a === b ? i + 1 : 0; j < b.length; j++) {
      const distance = squaredDistance(x, b[j] as ArrayLike<number>);
      for (let k = 0; k < constants.length; k++) {
        const constant = constants[k] as number;
        sum += constant / (constant + distance);
      }
    }
  }
  const pairs = a === b ? (a.length * (a.length - 1)) / 2 : a.length * b.length;
  return sum / pairs;
}

export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = (a[k] as number) - (b[k] as number);
    sum += difference * difference;
  }
  return sum;
}

/**
 * The squared sliced 2-Wasserstein distance (Bonneel et al. 2015): along each of `directions` random unit vectors the points of both samples
 * are put in order, and the mean squared difference of those in the same place is taken. 1 is a shift by one standard deviation in
 * every dimension, or a scale of 2 for N(0, I).
 * @param a, b equally many points
 * @throws InputError when there are not
 */
export function slicedWasserstein(
  a: Points,
  b: Points,
  { directions = 100, seed = 1 }: { directions?: number; seed?: number } = {},
): number {
  requireTwo("sliced Wasserstein distance", a, b);
  if (a.length !== b.length) {
    throw new InputError(
      `The sliced Wasserstein distance needs equally many points, but got ${a.length} and ${b.length}.`,
    );
  }
  const random = RandomStream.named(seed, "directions");
  let sum = 0;
  for (let n = 0; n < directions; n++) {
    const direction = random.fillGaussian(new Float32Array(a[0]?.length ?? 0));
    const length = Math.hypot(...direction);
    const [along, other] = [a, b].map((points) =>
      Float64Array.from(points, (point) => dot(point, direction) / length).sort(),
    ) as [Float64Array, Float64Array];
    sum += along.reduce((part, value, i) => part + (value - (other[i] as number)) ** 2, 0) / a.length;
  }
  return sum / directions;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

function requireTwo(what: string, a: Points, b: Points): void {
  if (a.length >= 2 && b.length >= 2) return;
  throw new InputError(`The ${what} needs at least two points a side, but got ${a.length} and ${b.length}.`);
}
