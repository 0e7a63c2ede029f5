// A tree of n-grams in typed arrays: every n-gram has a number, and its last token taken off gives another n-gram's number.

/** A sentence as every figure takes it: token numbers, integers of at least 0. */
export type Sentence = ArrayLike<number>;

/** The empty n-gram. */
export const ROOT = 0;

const FIRST_CAPACITY = 1 << 10;
/** The hash table is kept at most this full: probes then stay short. */
const MOST_FULL = 0.6;

/**
 * A set of n-grams, as paths from {@link ROOT}. Each takes 8 bytes and 7 to 14 bytes of hash table; 20 million fit into about 400 MB, where
 * a `Map` with joined tokens as its keys would need several gigabytes.
 */
export class NgramTrie {
  #prefix = new Int32Array(FIRST_CAPACITY);
  #token = new Int32Array(FIRST_CAPACITY);
  #slots = new Int32Array(2 * FIRST_CAPACITY).fill(-1);
  #size = 1;

  /** N-grams held, the empty one included: every number is below it. */
  get size(): number {
    return this.#size;
  }

  /** The n-gram without its last token; always of a smaller number. */
  prefixOf(node: number): number {
    return this.#prefix[node] as number;
  }

  /** The last token of an n-gram that is not empty. */
  tokenOf(node: number): number {
    return this.#token[node] as number;
  }

  /** The number of `node` with `token` behind it, −1 where it is not held. */
  find(node: number, token: number): number {
    return this.#slots[this.#slotOf(node, token)] as number;
  }

  /** The same, taken in where it was not held. */
  add(node: number, token: number): number {
    const slot = this.#slotOf(node, token);
    const held = this.#slots[slot] as number;
    if (held >= 0) return held;
    if (this.#size === this.#prefix.length) this.#grow();
    const fresh = this.#size++;
    this.#prefix[fresh] = node;
    this.#token[fresh] = token;
    this.#slots[slot] = fresh;
    if (this.#size > MOST_FULL * this.#slots.length) this.#rehash();
    return fresh;
  }

  /** The slot of a pair, or the free one that it would take. */
  #slotOf(node: number, token: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(node, token) & mask;
    for (;;) {
      const held = slots[slot] as number;
      if (held < 0 || (this.#prefix[held] === node && this.#token[held] === token)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#prefix = longer(this.#prefix);
    this.#token = longer(this.#token);
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length).fill(-1);
    const mask = slots.length - 1;
    for (let node = 1; node < this.#size; node++) {
      let slot = hash(this.#prefix[node] as number, this.#token[node] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = node;
    }
    this.#slots = slots;
  }
}

/** An array of half as much length again, with the same start and zeros behind it. */
export function longer<T extends Int32Array | Uint8Array>(array: T, least = 0): T {
  const grown = new (array.constructor as new (length: number) => T)(Math.max(least, Math.ceil(array.length * 1.5)));
  grown.set(array);
  return grown;
}

function hash(node: number, token: number): number {
  let mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
