// Gathers what the pictures of a report are drawn from.
import { RunFolderError } from "../../errors.ts";
import { principalPlane } from "../../latent/plane.ts";
import { readJournal } from "../../run/journal.ts";
import type { JsonObject } from "../../run/json.ts";
import type { Lines } from "../lines.ts";
import type { Histogram, MapPoint } from "./report.ts";

const REACH = 4;
const BINS = 40;
const MOST_HISTOGRAMS = 15;
const MOST_POINTS = 1_000;

/** All numbers of the codes together, and the dimensions that are furthest from the prior. */
export function codeHistograms(codes: readonly Float32Array[], distances: readonly number[]): Histogram[] {
  const all = histogram(
    "all dimensions",
    codes.flatMap((code) => Array.from(code)),
  );
  const worst = distances
    .map((distance, dimension) => ({ distance, dimension }))
    .sort((a, b) => b.distance - a.distance || a.dimension - b.dimension)
    .slice(0, MOST_HISTOGRAMS);
  return [
    all,
    ...worst.map(({ dimension, distance }) =>
      histogram(
        `dimension ${dimension + 1}, KS ${distance.toFixed(3)}`,
        codes.map((code) => code[dimension] as number),
      ),
    ),
  ];
}

export function histogram(title: string, values: readonly number[]): Histogram {
  const counts: number[] = new Array(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + REACH) / (2 * REACH)) * BINS);
    const place = Math.min(BINS - 1, Math.max(0, bin));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return { title, low: -REACH, high: REACH, counts };
}

/** Codes on the plane of their largest variance; none where a code has one dimension. */
export function codeMap(
  lines: Lines,
  codes: readonly Float32Array[],
): { points: MapPoint[]; explained: readonly [number, number] } {
  const latent = codes[0]?.length ?? 0;
  if (latent < 2) return { points: [], explained: [1, 0] };
  const flat = new Float32Array(codes.length * latent);
  for (const [i, code] of codes.entries()) flat.set(code, i * latent);
  const { mean, axes, explained } = principalPlane(flat, latent);
  const along = (code: Float32Array, axis: Float32Array): number =>
    code.reduce((sum, value, k) => sum + (value - (mean[k] as number)) * (axis[k] as number), 0);
  const points = codes.slice(0, MOST_POINTS).map((code, i) => ({
    x: along(code, axes[0]),
    y: along(code, axes[1]),
    text: lines.texts[i] ?? "",
    label: lines.labels[i] ?? null,
  }));
  return { points, explained };
}

/** A journal of the run; empty, with a note, where it is damaged. */
export function journalOf(path: string, note: (sentence: string) => void): JsonObject[] {
  try {
    return readJournal(path);
  } catch (cause) {
    if (!(cause instanceof RunFolderError)) throw cause;
    note(`${cause.message}: what it shows is left out.`);
    return [];
  }
}
