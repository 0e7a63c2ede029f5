// Eigenvalues and eigenvectors of small symmetric matrices, and what is made of them.

export interface Eigensystem {
  /** In no order. */
  readonly values: Float64Array;
  /** Row i is the unit eigenvector of value i. */
  readonly vectors: readonly Float64Array[];
}

const MOST_SWEEPS = 60;
const NEGLIGIBLE = 1e-15;

/**
 * All eigenpairs of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan 2013, section 8.5): each turn makes one entry beside
 * the diagonal zero, and some ten sweeps make all of them small to rounding. O(n³) a sweep.
 * @param matrix rows of a symmetric matrix; it is not changed
 */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigensystem {
  const size = matrix.length;
  const a = matrix.map((row) => row.slice());
  const vectors = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)),
  );
  const at = (i: number, j: number): number => (a[i] as Float64Array)[j] as number;
  const scale = Math.sqrt(a.reduce((sum, row) => sum + row.reduce((part, value) => part + value * value, 0), 0));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) off = Math.max(off, Math.abs(at(p, q)));
    if (!(off > NEGLIGIBLE * scale)) break;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(at(p, q)) <= NEGLIGIBLE * scale) continue;
        const cotangent = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(cotangent, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        const sine = cosine * tangent;
        for (const row of a) turn(row, p, row, q, cosine, sine);
        const [rowP, rowQ] = [a[p] as Float64Array, a[q] as Float64Array];
        const [vectorP, vectorQ] = [vectors[p] as Float64Array, vectors[q] as Float64Array];
        for (let k = 0; k < size; k++) {
          turn(rowP, k, rowQ, k, cosine, sine);
          turn(vectorP, k, vectorQ, k, cosine, sine);
        }
      }
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => at(i, i)), vectors };
}

/** The positive root R of a symmetric matrix without negative eigenvalues, R·R = matrix; rounding below zero counts as zero. */
export function squareRoot(matrix: readonly Float64Array[]): Float64Array[] {
  const { values, vectors } = symmetricEigen(matrix);
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)));
  return matrix.map((_, i) =>
    Float64Array.from(matrix, (_, j) =>
      vectors.reduce((sum, vector, k) => sum + (roots[k] as number) * (vector[i] as number) * (vector[j] as number), 0),
    ),
  );
}

export function product(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  const columns = b[0]?.length ?? 0;
  return a.map((row) => {
    const result = new Float64Array(columns);
    for (const [k, value] of row.entries()) {
      const other = b[k] as Float64Array;
      for (let j = 0; j < columns; j++) result[j] = (result[j] as number) + value * (other[j] as number);
    }
    return result;
  });
}

function turn(x: Float64Array, i: number, y: Float64Array, j: number, cosine: number, sine: number): void {
  const [a, b] = [x[i] as number, y[j] as number];
  x[i] = cosine * a - sine * b;
  y[j] = sine * a + cosine * b;
}
