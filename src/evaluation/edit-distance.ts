// The edit distance of two sentences, in tokens, and the edits that it counts.
import type { Sentence } from "./ngram-trie.ts";

let above = new Int32Array(64);
let present = new Int32Array(64);

/** Fewest tokens to put in, take out or replace to make `b` of `a` (Levenshtein 1966). */
export function editDistance(a: Sentence, b: Sentence): number {
  if (b.length >= above.length) [above, present] = [new Int32Array(2 * b.length), new Int32Array(2 * b.length)];
  for (let j = 0; j <= b.length; j++) above[j] = j;
  for (let i = 1; i <= a.length; i++) {
    present[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const inserted = (present[j - 1] as number) + 1;
      const removed = (above[j] as number) + 1;
      let least = replaced < inserted ? replaced : inserted;
      if (removed < least) least = removed;
      present[j] = least;
    }
    [above, present] = [present, above];
  }
  return above[b.length] as number;
}

/**
 * One of the shortest ways to make `b` of `a`, from left to right: the places of tokens that stand for each other, the same or replaced, and
 * −1 for the side that has none, where a token is put in or taken out.
 */
export function alignment(a: Sentence, b: Sentence): [from: number, to: number][] {
  // distances[i][j]: from the first i tokens of a to the first j of b.
  const distances = Array.from({ length: a.length + 1 }, (_, i) =>
    Int32Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const distance = (i: number, j: number): number => distances[i]?.[j] ?? Number.POSITIVE_INFINITY;
  const replaced = (i: number, j: number): number => distance(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  for (let i = 1; i <= a.length; i++) {
    const row = distances[i] as Int32Array;
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(replaced(i, j), distance(i, j - 1) + 1, distance(i - 1, j) + 1);
    }
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [a.length, b.length]; i > 0 || j > 0; ) {
    if (i > 0 && j > 0 && distance(i, j) === replaced(i, j)) pairs.push([--i, --j]);
    else if (i > 0 && distance(i, j) === distance(i - 1, j) + 1) pairs.push([--i, -1]);
    else pairs.push([-1, --j]);
  }
  return pairs.reverse();
}

/** The edit distance as a share of the longer sentence: 0 for equal ones, 1 for those without a token in common at its place. */
export function relativeEditDistance(a: Sentence, b: Sentence): number {
  const length = Math.max(a.length, b.length);
  return length === 0 ? 0 : editDistance(a, b) / length;
}
