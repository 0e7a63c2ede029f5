// A grid of codes between four.
import { checkCount, commonLength } from "./codes.ts";

export interface GridOptions {
  /** At least 2. */
  readonly rows?: number | undefined;
  /** At least 2. */
  readonly columns?: number | undefined;
}

/** Four of a kind: top left, top right, bottom left, bottom right. */
export type Corners<T> = readonly [topLeft: T, topRight: T, bottomLeft: T, bottomRight: T];

/**
 * Blends four codes over a grid, bilinearly: `(1 − v)·((1 − u)·a + u·b) + v·((1 − u)·c + u·d)`, u from left to right, v from top to bottom.
 *
 *     a  .  .  b
 *     .  .  .  .       rows = 3, columns = 4: twelve codes, row after row
 *     c  .  .  d
 *
 * The corners are exact copies, and each edge is the straight line between its corners.
 * @throws InputError when the codes differ in length, or `rows` or `columns` is no integer of at least 2
 */
export function gridCodes(corners: Corners<Float32Array>, { rows = 5, columns = 5 }: GridOptions = {}): Float32Array[] {
  commonLength(corners);
  checkCount("rows", rows, 2);
  checkCount("columns", columns, 2);
  const [a, b, c, d] = corners;
  const last = rows * columns - 1;
  const exact = new Map([
    [0, a],
    [columns - 1, b],
    [last - columns + 1, c],
    [last, d],
  ]);
  return Array.from({ length: rows * columns }, (_, i) => {
    const corner = exact.get(i);
    if (corner) return corner.slice();
    const v = Math.floor(i / columns) / (rows - 1);
    const u = (i % columns) / (columns - 1);
    return a.map((value, k) => {
      const top = (1 - u) * value + u * (b[k] as number);
      const bottom = (1 - u) * (c[k] as number) + u * (d[k] as number);
      return (1 - v) * top + v * bottom;
    });
  });
}
