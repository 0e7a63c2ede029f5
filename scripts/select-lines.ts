// Chooses the lines of a shipped corpus out of a larger pool, so that every word is met often enough to be learnt.

import { InputError } from "../src/errors.ts";
import type { RandomStream } from "../src/random.ts";

export interface SelectOptions {
  /** Lines to choose. */
  readonly count: number;
  /** Every word of the result occurs at least this many times in it. */
  readonly floor: number;
  readonly random: RandomStream;
}

/** The words of a line, lower-cased; an apostrophe or hyphen inside belongs to the word, punctuation does not. */
export function wordsOf(line: string): string[] {
  return line.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}

export function countWords(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) for (const word of wordsOf(line)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

// Lines without a word that the pool has too rarely; leaving some out makes other words rarer, hence the loop.
function withoutRareWords(lines: readonly string[], floor: number): readonly string[] {
  const counts = countWords(lines);
  const kept = lines.filter((line) => wordsOf(line).every((word) => (counts.get(word) ?? 0) >= floor));
  return kept.length === lines.length ? lines : withoutRareWords(kept, floor);
}

/**
 * Distinct lines of the pool, in random order: first as many as each word needs to reach the floor, rarest word first,
 * then any others. Lines with a word too rare in the pool to reach it are left out.
 *
 * @throws InputError when too few lines are left, or when more than `count` are needed to reach the floor.
 */
export function selectLines(pool: readonly string[], { count, floor, random }: SelectOptions): string[] {
  const lines = withoutRareWords(random.shuffle([...new Set(pool)]), floor);
  const rarestFirst = [...countWords(lines)].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
  const linesWith = new Map<string, number[]>();
  lines.forEach((line, index) => {
    for (const word of new Set(wordsOf(line))) {
      const list = linesWith.get(word);
      if (list === undefined) linesWith.set(word, [index]);
      else list.push(index);
    }
  });
  const chosen = new Set<number>();
  const met = new Map<string, number>();
  const take = (index: number) => {
    if (chosen.has(index)) return;
    chosen.add(index);
    for (const word of wordsOf(lines[index] ?? "")) met.set(word, (met.get(word) ?? 0) + 1);
  };
  for (const [word] of rarestFirst) {
    for (const index of linesWith.get(word) ?? []) {
      if ((met.get(word) ?? 0) >= floor) break;
      take(index);
    }
  }
  if (chosen.size > count || lines.length < count) {
    throw new InputError(
      `Cannot choose ${count} lines: the pool has ${lines.length} fit ones and a floor of ${floor} needs ${chosen.size}.`,
    );
  }
  for (let index = 0; chosen.size < count; index++) take(index);
  return random.shuffle([...chosen].map((index) => lines[index] ?? ""));
}
