// How points of the plane lie on a canvas.
import type { Point } from "./plane.ts";

/** Pixels = centre + scale · (point − middle), y upwards. */
export interface Frame {
  readonly middle: Point;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** Share of the points at either end that may lie outside: a few far ones are not to press all others together. */
const OUTLIERS = 0.005;
const MARGIN = 0.06;

/** The frame in which `points` fill a canvas of `width` × `height` pixels, with the same scale along both axes. */
export function frameOf(points: readonly Point[], width: number, height: number): Frame {
  const [left, right] = rangeOf(points.map(({ x }) => x));
  const [bottom, top] = rangeOf(points.map(({ y }) => y));
  const scale = (1 - 2 * MARGIN) * Math.min(width / (right - left), height / (top - bottom));
  return { middle: { x: (left + right) / 2, y: (bottom + top) / 2 }, scale, width, height };
}

export function toPixels({ middle, scale, width, height }: Frame, { x, y }: Point): Point {
  return { x: width / 2 + scale * (x - middle.x), y: height / 2 - scale * (y - middle.y) };
}

export function fromPixels({ middle, scale, width, height }: Frame, { x, y }: Point): Point {
  return { x: middle.x + (x - width / 2) / scale, y: middle.y - (y - height / 2) / scale };
}

/** The point nearest to `place`, its index, and its distance; undefined where there are none. */
export function nearestPoint<P extends Point>(
  points: readonly P[],
  place: Point,
): { readonly point: P; readonly distance: number } | undefined {
  let best: { point: P; distance: number } | undefined;
  for (const point of points) {
    const distance = Math.hypot(point.x - place.x, point.y - place.y);
    if (!best || distance < best.distance) best = { point, distance };
  }
  return best;
}

/** Least and largest of all but the outliers, never the same. */
function rangeOf(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const skip = Math.floor(sorted.length * OUTLIERS);
  const [least, largest] = [sorted[skip] ?? 0, sorted[sorted.length - 1 - skip] ?? 0];
  return largest > least ? [least, largest] : [least - 1, least + 1];
}
