// Self-BLEU: how much sentences of one set repeat each other's wording.
import { InputError } from "../errors.ts";
import { BLEU_ORDER, BleuTally } from "./bleu.ts";
import { longer, NgramTrie, ROOT, type Sentence } from "./ngram-trie.ts";

/**
 * BLEU-4 of every sentence with all the others as its references (never itself), matches summed over the set as corpus BLEU does: 100 for
 * sentences that are all the same. It grows with the size of the set, so only sets of one size compare. For each n-gram it is enough to
 * know the sentence that has it most often and how often the next one has it, so that the time is linear in the tokens.
 * @throws InputError when there are fewer than two sentences
 */
export function selfBleu(sentences: readonly Sentence[]): number {
  if (sentences.length < 2) {
    throw new InputError(`Self-BLEU needs at least two sentences, but got ${sentences.length}.`);
  }
  const most = new MostOften();
  for (const [i, sentence] of sentences.entries()) {
    for (const [node, count] of most.countsOf(sentence).entries()) most.offer(node, count[0], i);
  }
  const lengths = new Map<number, number>();
  for (const { length } of sentences) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  const tally = new BleuTally();
  for (const [i, sentence] of sentences.entries()) {
    for (const [node, [count, order]] of most.countsOf(sentence)) {
      const matched = Math.min(count, most.amongOthers(node, i));
      for (let k = 0; k < count; k++) tally.add(order, k < matched);
    }
    tally.addLengths(sentence.length, closestOther(sentence.length, lengths));
  }
  return tally.bleu();
}

/** The most often that any sentence has an n-gram, which one it is, and the most often that any other has it. */
class MostOften {
  readonly #trie = new NgramTrie();
  #first = new Int32Array(1 << 10);
  #second = new Int32Array(1 << 10);
  #owner = new Int32Array(1 << 10);

  /** The n-grams of a sentence, how often it has each, and their lengths. */
  countsOf(sentence: Sentence): Map<number, readonly [count: number, order: number]> {
    const counts = new Map<number, readonly [number, number]>();
    for (let start = 0; start < sentence.length; start++) {
      let node = ROOT;
      for (let at = start; at < Math.min(sentence.length, start + BLEU_ORDER); at++) {
        node = this.#trie.add(node, sentence[at] as number);
        counts.set(node, [(counts.get(node)?.[0] ?? 0) + 1, at - start + 1]);
      }
    }
    return counts;
  }

  offer(node: number, count: number, sentence: number): void {
    while (this.#trie.size > this.#first.length) {
      this.#first = longer(this.#first);
      this.#second = longer(this.#second);
      this.#owner = longer(this.#owner);
    }
    const first = this.#first[node] as number;
    if (count > first) {
      this.#second[node] = first;
      this.#first[node] = count;
      this.#owner[node] = sentence;
    } else if (count > (this.#second[node] as number)) this.#second[node] = count;
  }

  amongOthers(node: number, sentence: number): number {
    return (this.#owner[node] === sentence ? this.#second[node] : this.#first[node]) as number;
  }
}

/** The length of another sentence closest to `length`; the shorter of two equally close. */
function closestOther(length: number, lengths: ReadonlyMap<number, number>): number {
  for (let away = 0; ; away++) {
    const needed = away === 0 ? 2 : 1;
    if ((lengths.get(length - away) ?? 0) >= needed) return length - away;
    if ((lengths.get(length + away) ?? 0) >= needed) return length + away;
  }
}
