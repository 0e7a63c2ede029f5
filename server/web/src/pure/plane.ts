// Arithmetic of codes: the plane of the map, and codes near a code.

export type Code = readonly number[];

export interface Plane {
  readonly mean: Code;
  /** Orthonormal. */
  readonly axes: readonly [Code, Code];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a code lies on the plane: x = (z − mean)·axes[0], y = (z − mean)·axes[1]. */
export function project({ mean, axes: [first, second] }: Plane, code: Code): Point {
  let x = 0;
  let y = 0;
  for (let i = 0; i < code.length; i++) {
    const off = (code[i] ?? 0) - (mean[i] ?? 0);
    x += off * (first[i] ?? 0);
    y += off * (second[i] ?? 0);
  }
  return { x, y };
}

/** `anchor` moved within the plane's two directions until it lies at `point`: what it has off the plane stays. */
export function moveTo(plane: Plane, anchor: Code, point: Point): number[] {
  const from = project(plane, anchor);
  const [first, second] = plane.axes;
  return anchor.map((value, i) =>
    tidy(value + (point.x - from.x) * (first[i] ?? 0) + (point.y - from.y) * (second[i] ?? 0)),
  );
}

/** The point of `a + t · (b − a)`. */
export function between(a: Code, b: Code, t: number): number[] {
  return a.map((value, i) => value + t * ((b[i] ?? 0) - value));
}

/**
 * √s·z + √(1−s)·ε with ε of N(0, I) drawn by `seed`: a code as near to `code` as `similarity` s says, of the norm that codes of the
 * prior have. The same seed gives the same code.
 */
export function similarCode(code: Code, similarity: number, seed: number): number[] {
  const gaussian = gaussians(seed);
  const keep = Math.sqrt(similarity);
  const stir = Math.sqrt(1 - similarity);
  return code.map((value) => tidy(keep * value + stir * gaussian()));
}

/** Codes in requests have four decimals: enough to decode alike, and short enough to be read in an example call. */
function tidy(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Standard normal numbers by Box and Muller from a 32-bit counter generator. */
function gaussians(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
