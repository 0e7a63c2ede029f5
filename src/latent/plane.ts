// The plane in which codes vary most, for drawing them.
import { InputError } from "../errors.ts";

/** A plane in the space of codes: a code z lies at x = (z − mean)·axes[0], y = (z − mean)·axes[1]. */
export interface Plane {
  readonly mean: Float32Array;
  /** Two orthonormal directions, that of the largest variance first; the largest component of each (by size) is positive. */
  readonly axes: readonly [Float32Array, Float32Array];
  /** Shares of the variance along them, from 0 to 1; zeros for codes that are all the same. */
  readonly explained: readonly [number, number];
}

/** Rows count as orthogonal below this cosine; ten sweeps or fewer get there. */
const TOLERANCE = 1e-12;
/** What is smaller than the largest eigenvalue by this factor is rounding. */
const NEGLIGIBLE = 1e-13;
const MOST_SWEEPS = 60;

/**
 * Principal component analysis: the two eigenvectors of the codes' covariance with the largest eigenvalues.
 * Nothing is random, so the same codes always give the same plane. It takes O(count·latent² + latent³) multiplications.
 * @param codes flat, (count, latent) in row-major order
 * @throws InputError when there is no code, a code has fewer than two numbers, the numbers do not make whole codes, or one is not finite
 */
export function principalPlane(codes: Float32Array, latent: number): Plane {
  if (!Number.isSafeInteger(latent) || latent < 2) {
    throw new InputError(`The codes have ${latent} dimensions; expected at least 2 for a plane.`);
  }
  if (codes.length === 0 || codes.length % latent !== 0) {
    throw new InputError(`${codes.length} numbers were given; expected one or more codes of ${latent}.`);
  }
  const mean = meanOf(codes, latent);
  const covariance = covarianceOf(codes, mean);
  if (!covariance.every(Number.isFinite)) {
    throw new InputError("A code holds a number that is not finite; expected finite numbers.");
  }
  let total = 0;
  for (let i = 0; i < latent; i++) total += covariance[i * latent + i] as number;
  const [first, second] = largestEigenpairs(covariance, latent);
  const share = (variance: number): number => (total > 0 ? variance / total : 0);
  return {
    mean: Float32Array.from(mean),
    axes: [signed(first.axis), signed(second.axis)],
    explained: [share(first.variance), share(second.variance)],
  };
}

function meanOf(codes: Float32Array, latent: number): Float64Array {
  const mean = new Float64Array(latent);
  for (let at = 0; at < codes.length; at += latent) {
    for (let k = 0; k < latent; k++) mean[k] = (mean[k] as number) + (codes[at + k] as number);
  }
  return mean.map((sum) => (sum * latent) / codes.length);
}

/** The covariance, (latent, latent), of the codes about their mean. */
function covarianceOf(codes: Float32Array, mean: Float64Array): Float64Array {
  const latent = mean.length;
  const sums = new Float64Array(latent * latent);
  // Four codes at a time, so that each sum is fetched and stored once for four products; a last group is filled up with zeros.
  const group = Array.from({ length: 4 }, () => new Float64Array(latent)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [p, q, r, s] = group;
  for (let at = 0; at < codes.length; at += 4 * latent) {
    for (const [g, row] of group.entries()) {
      const start = at + g * latent;
      if (start >= codes.length) row.fill(0);
      else for (let k = 0; k < latent; k++) row[k] = (codes[start + k] as number) - (mean[k] as number);
    }
    for (let i = 0; i < latent; i++) {
      const [pi, qi, ri, si] = [p[i] as number, q[i] as number, r[i] as number, s[i] as number];
      for (let j = i; j < latent; j++) {
        const at = i * latent + j;
        sums[at] =
          (sums[at] as number) +
          pi * (p[j] as number) +
          qi * (q[j] as number) +
          ri * (r[j] as number) +
          si * (s[j] as number);
      }
    }
  }
  const count = codes.length / latent;
  for (let i = 0; i < latent; i++) {
    for (let j = i; j < latent; j++) {
      const value = (sums[i * latent + j] as number) / count;
      sums[i * latent + j] = value;
      sums[j * latent + i] = value;
    }
  }
  return sums;
}

interface Eigenpair {
  readonly variance: number;
  readonly axis: Float64Array;
}

/**
 * The two eigenvectors with the largest eigenvalues of a symmetric matrix without negative eigenvalues, by one-sided Jacobi rotations
 * (Hestenes 1958): rows are turned against each other until all are orthogonal, and are then the eigenvectors, each as long as its
 * eigenvalue. Codes that match their prior have eigenvalues close together, which power iteration would be slow to tell apart.
 */
function largestEigenpairs(matrix: Float64Array, size: number): [Eigenpair, Eigenpair] {
  const rows = Array.from({ length: size }, (_, i) => matrix.slice(i * size, (i + 1) * size));
  const squares = new Float64Array(size);
  let turned = true;
  for (let sweep = 0; turned && sweep < MOST_SWEEPS; sweep++) {
    turned = false;
    for (const [i, row] of rows.entries()) squares[i] = dot(row, row);
    const negligible = NEGLIGIBLE ** 2 * Math.max(...squares);
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        const [a, b] = [squares[p] as number, squares[q] as number];
        if (a <= negligible || b <= negligible) continue;
        const product = dot(rows[p] as Float64Array, rows[q] as Float64Array);
        if (Math.abs(product) <= TOLERANCE * Math.sqrt(a * b)) continue;
        // The smaller of the two angles that will do: the larger one would undo what earlier turns did.
        const cotangent = (b - a) / (2 * product);
        const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(cotangent, 1));
        turn(rows[p] as Float64Array, rows[q] as Float64Array, tangent);
        squares[p] = a - tangent * product;
        squares[q] = b + tangent * product;
        turned = true;
      }
    }
  }
  const lengths = rows.map((row) => Math.sqrt(dot(row, row)));
  const order = rows.map((_, i) => i).sort((i, j) => (lengths[j] as number) - (lengths[i] as number) || i - j);
  const pair = (place: number): Eigenpair => {
    const i = order[place] as number;
    const length = lengths[i] as number;
    return { variance: length, axis: (rows[i] as Float64Array).map((value) => value / length) };
  };
  const largest = (lengths[order[0] as number] as number) > 0 ? pair(0) : { variance: 0, axis: unit(size, 0) };
  const flat = !((lengths[order[1] as number] as number) > NEGLIGIBLE * largest.variance);
  return [largest, flat ? { variance: 0, axis: orthogonalTo(largest.axis) } : pair(1)];
}

function turn(p: Float64Array, q: Float64Array, tangent: number): void {
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = cosine * tangent;
  for (let k = 0; k < p.length; k++) {
    const [x, y] = [p[k] as number, q[k] as number];
    p[k] = cosine * x - sine * y;
    q[k] = sine * x + cosine * y;
  }
}

/** Some direction at a right angle to `axis`, for codes that all lie on one line: the one nearest to the unit vector that leans on it least. */
function orthogonalTo(axis: Float64Array): Float64Array {
  const sizes = Array.from(axis, Math.abs);
  const k = sizes.indexOf(Math.min(...sizes));
  const rest = unit(axis.length, k).map((value, i) => value - (axis[k] as number) * (axis[i] as number));
  const length = Math.sqrt(dot(rest, rest));
  return rest.map((value) => value / length);
}

function unit(size: number, k: number): Float64Array {
  const axis = new Float64Array(size);
  axis[k] = 1;
  return axis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** An axis, or its opposite: both are as good, and a map should not flip over from one build to the next. */
function signed(axis: Float64Array): Float32Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return Float32Array.from(axis, (value) => (largest < 0 ? -value : value));
}
