// Counts of n-grams, as a Kneser–Ney model wants them: with the shorter n-gram behind each, and the first token's context.
import { longer, NgramTrie, ROOT, type Sentence } from "./ngram-trie.ts";

/** The tokens that stand around a sentence: `begin` is a context only, `end` is predicted like any token. */
export interface SentenceBorders {
  readonly begin: number;
  readonly end: number;
}

/**
 * How often each n-gram of one to `order` tokens occurs. Of every sentence `begin, tokens …, end` all n-grams are counted but the unigram
 * `begin`, which nobody predicts.
 */
export class NgramCounts {
  readonly trie = new NgramTrie();
  readonly order: number;
  readonly borders: SentenceBorders;
  #count = new Int32Array(1 << 10);
  #suffix = new Int32Array(1 << 10);
  #length = new Uint8Array(1 << 10);
  #events = 0;
  /** N-grams that end at the present token, by length, and at the token before it. */
  #ending: Int32Array;
  #before: Int32Array;

  constructor(order: number, borders: SentenceBorders) {
    this.order = order;
    this.borders = borders;
    this.#ending = new Int32Array(order + 1);
    this.#before = new Int32Array(order + 1);
  }

  /** Tokens and sentence ends that were counted. */
  get events(): number {
    return this.#events;
  }

  /** Occurrences by n-gram. */
  count(node: number): number {
    return this.#count[node] as number;
  }

  /** The n-gram without its first token. */
  suffixOf(node: number): number {
    return this.#suffix[node] as number;
  }

  /** Tokens of an n-gram. */
  lengthOf(node: number): number {
    return this.#length[node] as number;
  }

  add(sentence: Sentence): void {
    const begin = this.trie.add(ROOT, this.borders.begin);
    this.#room();
    this.#length[begin] = 1;
    this.#before[0] = ROOT;
    this.#before[1] = begin;
    let known = Math.min(1, this.order - 1);
    for (let i = 0; i <= sentence.length; i++) {
      this.#addEvent(i < sentence.length ? (sentence[i] as number) : this.borders.end, known);
      known = Math.min(this.order - 1, known + 1);
      [this.#before, this.#ending] = [this.#ending, this.#before];
    }
    this.#events += sentence.length + 1;
  }

  /** Counts the n-grams that end in `token`, behind the last `known` tokens. */
  #addEvent(token: number, known: number): void {
    const [before, ending] = [this.#before, this.#ending];
    ending[0] = ROOT;
    for (let length = 1; length <= known + 1; length++) {
      const node = this.trie.add(before[length - 1] as number, token);
      this.#room();
      this.#count[node] = (this.#count[node] as number) + 1;
      this.#suffix[node] = ending[length - 1] as number;
      this.#length[node] = length;
      ending[length] = node;
    }
  }

  #room(): void {
    if (this.trie.size <= this.#count.length) return;
    this.#count = longer(this.#count);
    this.#suffix = longer(this.#suffix);
    this.#length = longer(this.#length);
  }
}
