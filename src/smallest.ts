// Keeps the few smallest of many, without sorting the many.

interface Entry<T> {
  readonly key: number;
  readonly item: T;
}

/** Held beyond the count before the rest is cut off: the larger, the fewer sorts. */
const SLACK = 64;

/**
 * The `count` items of the smallest keys among those added; of equal keys the one added first. Memory is O(`count`), and an item costs
 * O(log `count`) at most, on average over many.
 */
export class Smallest<T> {
  readonly #count: number;
  #entries: Entry<T>[] = [];
  #bound: number;

  constructor(count: number) {
    this.#count = count;
    this.#bound = count > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  /** Whether an item of this key would be kept for now; never for NaN and infinity. */
  admits(key: number): boolean {
    return key < this.#bound;
  }

  add(key: number, item: T): void {
    if (!this.admits(key)) return;
    this.#entries.push({ key, item });
    if (this.#entries.length >= 2 * this.#count + SLACK) this.#cut();
  }

  /** What is kept, smallest key first. */
  sorted(): Entry<T>[] {
    if (this.#count > 0) this.#cut();
    return [...this.#entries];
  }

  #cut(): void {
    this.#entries = this.#entries.sort((a, b) => a.key - b.key).slice(0, this.#count);
    // Whatever comes later with the key of the last one kept would come after it.
    if (this.#entries.length === this.#count) this.#bound = this.#entries[this.#count - 1]?.key ?? this.#bound;
  }
}
