// How often whole sentences are repeated in a set of them: the plainest sign that a model has collapsed.

export interface Repetition {
  /** Different sentences as a share of all: 1 when no two are the same. */
  readonly unique: number;
  /** The share of the sentence that occurs most often. */
  readonly mostFrequent: number;
}

/** How often whole sentences are repeated, by what stands for each (equal for equal ones). */
export function repetition(keys: readonly string[]): Repetition {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  let most = 0;
  for (const count of counts.values()) most = Math.max(most, count);
  return { unique: counts.size / keys.length, mostFrequent: most / keys.length };
}
