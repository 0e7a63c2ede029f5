// Which sentences of a corpus are the same text: found by their ids, without a string for each.
import type { EncodedCorpus } from "./encoded-corpus.ts";

/** An index over the sentences of a corpus, whatever their labels. Takes 12 to 20 bytes a sentence, and time linear in tokens. */
export class TextIndex {
  /** For each sentence the first of the same ids: itself, where none stands before it. */
  readonly firsts: Uint32Array;
  readonly #corpus: EncodedCorpus;
  /** A hash table: the number of a sentence, from 1, or 0. At least half of it is empty. */
  readonly #slots: Uint32Array;

  constructor(corpus: EncodedCorpus) {
    this.#corpus = corpus;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * corpus.size + 1)));
    this.firsts = new Uint32Array(corpus.size);
    for (let index = 0; index < corpus.size; index++) {
      const slot = this.#slotOf(corpus.sentence(index));
      const number = this.#slots[slot] || index + 1;
      this.#slots[slot] = number;
      this.firsts[index] = number - 1;
    }
  }

  /** The first sentence of the corpus that has these ids. */
  find(ids: ArrayLike<number>): number | undefined {
    const number = this.#slots[this.#slotOf(ids)] as number;
    return number === 0 ? undefined : number - 1;
  }

  /** Where a sentence of these ids stands, or the empty slot where it would. */
  #slotOf(ids: ArrayLike<number>): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(ids) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number;
      if (number === 0 || this.#is(number - 1, ids)) return slot;
    }
  }

  #is(index: number, ids: ArrayLike<number>): boolean {
    // Most of those that meet by chance differ in length, which is known without a view of the sentence.
    return this.#corpus.length(index) === ids.length && same(this.#corpus.sentence(index), ids);
  }
}

/** MurmurHash3 (Appleby) of 32-bit blocks. */
function hash(ids: ArrayLike<number>): number {
  let state = ids.length;
  for (let i = 0; i < ids.length; i++) {
    const mixed = Math.imul(ids[i] as number, 0xcc9e2d51);
    state ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    state = (Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Of arrays of the same length. */
function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
