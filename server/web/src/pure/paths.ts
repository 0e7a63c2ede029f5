// Paths across the grid and over the map.
import type { Point } from "./plane.ts";

/** The cells from one corner of a grid to the opposite one, as even as whole cells allow. */
export function diagonal(rows: number, columns: number): number[] {
  const length = Math.max(rows, columns);
  return Array.from({ length }, (_, i) => {
    const share = i / (length - 1);
    return Math.round(share * (rows - 1)) * columns + Math.round(share * (columns - 1));
  });
}

/**
 * `path` lengthened to `cell`: by all cells between where the pointer left some out, not at all where it stays, and shortened by one
 * where it goes straight back.
 */
export function extendPath(path: readonly number[], cell: number, columns: number): readonly number[] {
  const last = path.at(-1);
  if (last === undefined) return [cell];
  if (cell === last) return path;
  if (cell === path.at(-2)) return path.slice(0, -1);
  const [row, column] = [Math.floor(last / columns), last % columns];
  const [down, right] = [Math.floor(cell / columns) - row, (cell % columns) - column];
  const length = Math.max(Math.abs(down), Math.abs(right));
  const added = Array.from({ length }, (_, i) => {
    const share = (i + 1) / length;
    return Math.round(row + share * down) * columns + Math.round(column + share * right);
  });
  return [...path, ...added];
}

/** `count` points at equal distances along the line through `points`, its two ends among them. */
export function resample(points: readonly Point[], count: number): Point[] {
  const first = points[0];
  if (first === undefined) return [];
  const along: number[] = [0];
  for (let i = 1; i < points.length; i++) along.push((along[i - 1] ?? 0) + distance(points[i - 1], points[i]));
  const total = along.at(-1) ?? 0;
  if (total === 0) return [first];
  const result: Point[] = [];
  let segment = 1;
  for (let k = 0; k < count; k++) {
    const target = (total * k) / (count - 1);
    while (segment < points.length - 1 && (along[segment] ?? 0) < target) segment++;
    const [a, b] = [points[segment - 1] ?? first, points[segment] ?? first];
    const start = along[segment - 1] ?? 0;
    const length = (along[segment] ?? 0) - start;
    const share = length === 0 ? 0 : (target - start) / length;
    result.push({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
  }
  return result;
}

export function distance(a: Point | undefined, b: Point | undefined): number {
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
}
