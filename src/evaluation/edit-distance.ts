// The edit distance of two sentences, in tokens.
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

/** The edit distance as a share of the longer sentence: 0 for equal ones, 1 for those without a token in common at its place. */
export function relativeEditDistance(a: Sentence, b: Sentence): number {
  const length = Math.max(a.length, b.length);
  return length === 0 ? 0 : editDistance(a, b) / length;
}
