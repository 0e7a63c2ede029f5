// How varied a set of sentences is, and how much of it is copied.
import { InputError } from "../errors.ts";
import { NgramTrie, ROOT, type Sentence } from "./ngram-trie.ts";

/**
 * Different n-grams as a share of all n-grams, in the first `tokens` tokens of the sentences: the share falls with the number of tokens, so
 * only figures of one number compare. N-grams do not reach from one sentence into the next.
 * 0 where there is no n-gram.
 * @throws InputError when there are fewer tokens
 */
export function distinctShare(sentences: readonly Sentence[], order: number, tokens: number): number {
  const trie = new NgramTrie();
  const seen = new Set<number>();
  let total = 0;
  let left = tokens;
  for (const sentence of sentences) {
    if (left === 0) break;
    const length = Math.min(left, sentence.length);
    left -= length;
    for (let start = 0; start + order <= length; start++) {
      let node = ROOT;
      for (let at = start; at < start + order; at++) node = trie.add(node, sentence[at] as number);
      seen.add(node);
      total++;
    }
  }
  if (left > 0) throw new InputError(`There are ${tokens - left} tokens; expected at least ${tokens}.`);
  return total === 0 ? 0 : seen.size / total;
}

/** Tokens of all sentences. */
export function tokenCount(sentences: readonly Sentence[]): number {
  return sentences.reduce((sum, { length }) => sum + length, 0);
}

/** The share of sentences that stand in `source` word for word. */
export function copiedShare(keys: readonly string[], source: ReadonlySet<string>): number {
  return keys.filter((key) => source.has(key)).length / keys.length;
}
