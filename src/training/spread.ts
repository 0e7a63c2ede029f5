// Which sentences of a corpus stand for all.

/** Dev sentences that a report judges, at most: enough for a steady figure, few enough for each report. No more than these need be held out. */
export const MOST_JUDGED = 2_000;

/** At most `most` places of `size`, spread evenly over them: files are often sorted. */
export function spreadPlaces(size: number, most: number): number[] {
  const count = Math.min(most, size);
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}
