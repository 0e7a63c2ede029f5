// The Fréchet distance of two sets of embeddings: how far apart two Gaussians with their means and covariances lie.
import { InputError } from "../errors.ts";
import { meanAndCovariance } from "../model/aggregate.ts";
import { product, squareRoot, symmetricEigen } from "../model/symmetric-eigen.ts";

/**
 * ‖μ₁ − μ₂‖² + Tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) (Dowson and Landau 1982; Heusel et al. 2017), divided by Tr Σ₁: in units of the variance of
 * `reference`. 0 for equal sets; sets of one distribution give more the smaller they are, so that only equal sizes compare.
 * @throws InputError when a set has fewer than two embeddings, or all of `reference` are the same
 */
export function frechetDistance(reference: readonly ArrayLike<number>[], other: readonly ArrayLike<number>[]): number {
  if (reference.length < 2 || other.length < 2) {
    throw new InputError(
      `The Fréchet distance needs at least two embeddings a side, but got ${reference.length} and ${other.length}.`,
    );
  }
  const [a, b] = [meanAndCovariance(reference), meanAndCovariance(other)];
  const unit = trace(a.covariance);
  if (!(unit > 0)) throw new InputError("The reference embeddings are all the same; expected some variance.");
  let distance = a.mean.reduce((sum, value, i) => sum + (value - (b.mean[i] as number)) ** 2, 0);
  const root = squareRoot(a.covariance);
  // Σ₁^½ Σ₂ Σ₁^½ is symmetric and has the eigenvalues of Σ₁Σ₂.
  const { values } = symmetricEigen(symmetric(product(product(root, b.covariance), root)));
  const cross = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  distance += unit + trace(b.covariance) - 2 * cross;
  return Math.max(0, distance) / unit;
}

function trace(matrix: readonly Float64Array[]): number {
  return matrix.reduce((sum, row, i) => sum + (row[i] as number), 0);
}

function symmetric(matrix: readonly Float64Array[]): Float64Array[] {
  return matrix.map((row, i) => row.map((value, j) => (value + ((matrix[j] as Float64Array)[i] as number)) / 2));
}
