// All codes together as one Gaussian, held against the prior N(0, I).

/** A dimension of the codes is active when its variance is above this (Burda et al. 2016). */
export const ACTIVE_VARIANCE = 0.01;

/** A pivot below it is a direction without variance. */
const SMALLEST_PIVOT = 1e-12;

/** Mean and covariance (divided by n − 1) of rows of numbers. */
export function meanAndCovariance(rows: readonly ArrayLike<number>[]): {
  mean: Float64Array;
  covariance: Float64Array[];
} {
  const size = rows[0]?.length ?? 0;
  const mean = new Float64Array(size);
  for (const row of rows)
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (row[i] as number) / rows.length;
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  const centred = new Float64Array(size);
  for (const row of rows) {
    for (let i = 0; i < size; i++) centred[i] = (row[i] as number) - (mean[i] as number);
    for (let i = 0; i < size; i++) {
      const [target, value] = [covariance[i] as Float64Array, centred[i] as number];
      for (let j = 0; j <= i; j++) target[j] = (target[j] as number) + value * (centred[j] as number);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = ((covariance[i] as Float64Array)[j] as number) / Math.max(1, rows.length - 1);
      (covariance[i] as Float64Array)[j] = value;
      (covariance[j] as Float64Array)[i] = value;
    }
  }
  return { mean, covariance };
}

/** `KL(N(μ, Σ) ‖ N(0, I)) = ½(Tr Σ + μᵀμ − d − ln |Σ|)`, in nats; null where a direction has no variance. */
export function gaussianDivergence(mean: Float64Array, covariance: readonly Float64Array[]): number | null {
  const determinant = logDeterminant(covariance);
  if (determinant === null) return null;
  let sum = -determinant - mean.length;
  for (const [i, value] of mean.entries()) sum += value * value + ((covariance[i] as Float64Array)[i] as number);
  return sum / 2;
}

/**
 * What {@link gaussianDivergence} gives on average for `count` true draws of N(0, I) in `dimensions` dimensions: it is above 0, as the
 * estimated covariance is not quite I. With n − 1 times that covariance Wishart distributed it is
 * `½(d/n + d ln((n − 1)/2) − Σᵢ₌₁ᵈ ψ((n − i)/2))`.
 * @param count more than `dimensions`
 */
export function divergenceOfDraws(count: number, dimensions: number): number {
  let sum = dimensions / count + dimensions * Math.log((count - 1) / 2);
  for (let i = 1; i <= dimensions; i++) sum -= digamma((count - i) / 2);
  return sum / 2;
}

/** `ln |A|` of a symmetric matrix by Cholesky's decomposition, O(n³/3); null where it is not positive definite. */
function logDeterminant(matrix: readonly Float64Array[]): number | null {
  const rows: Float64Array[] = [];
  let sum = 0;
  for (const [i, source] of matrix.entries()) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j < i ? (rows[j] as Float64Array) : row;
      let rest = source[j] as number;
      for (let k = 0; k < j; k++) rest -= (row[k] as number) * (other[k] as number);
      if (j < i) row[j] = rest / (other[j] as number);
      else {
        if (!(rest > SMALLEST_PIVOT)) return null;
        row[i] = Math.sqrt(rest);
        sum += Math.log(rest);
      }
    }
    rows.push(row);
  }
  return sum;
}

/** ψ(x), the derivative of ln Γ, for x > 0: by its recurrence from where its asymptotic series is exact. */
function digamma(x: number): number {
  let [at, sum] = [x, 0];
  for (; at < 10; at++) sum -= 1 / at;
  const square = 1 / (at * at);
  return sum + Math.log(at) - 1 / (2 * at) - square * (1 / 12 - square * (1 / 120 - square / 252));
}
