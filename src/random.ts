// Seeded random streams: randomness is an argument everywhere, and its state can be saved and restored.

/** The whole state of a {@link RandomStream}: four unsigned 32-bit integers. */
export type RandomState = readonly [number, number, number, number];

/**
 * The sfc32 generator (Doty-Humphrey, PractRand): small, fast, period about 2^127.
 * Every draw uses only the four words of {@link RandomStream.state}, so that a restored stream goes on exactly.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor([a, b, c, d]: RandomState) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  /** A stream of its own for each (seed, name): `RandomStream.named(7, "data-order/3")`. */
  static named(seed: number, name: string): RandomStream {
    let hash = 0x811c9dc5 ^ seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    const stream = new RandomStream([hash, seed, Math.imul(hash, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32), 1]);
    for (let i = 0; i < 15; i++) stream.word();
    return stream;
  }

  static fromState(state: RandomState): RandomStream {
    return new RandomStream(state);
  }

  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** An unsigned 32-bit integer. */
  word(): number {
    const sum = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** An integer in [0, bound); bound at most 2^32. */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Fills with draws from N(0, deviation²) by Box and Muller; always takes an even number of words. */
  fillGaussian(target: Float32Array, deviation = 1): Float32Array {
    for (let i = 0; i < target.length; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log((this.word() + 1) / 2 ** 32));
      const angle = 2 * Math.PI * this.uniform();
      target[i] = radius * Math.cos(angle);
      if (i + 1 < target.length) target[i + 1] = radius * Math.sin(angle);
    }
    return target;
  }

  /** Fills with draws from U(−bound, bound). */
  fillUniform(target: Float32Array, bound: number): Float32Array {
    for (let i = 0; i < target.length; i++) target[i] = (this.uniform() * 2 - 1) * bound;
    return target;
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }
}
