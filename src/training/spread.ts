// Which sentences of a corpus stand for all.

/** At most `most` places of `size`, spread evenly over them: files are often sorted. */
export function spreadPlaces(size: number, most: number): number[] {
  const count = Math.min(most, size);
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}
