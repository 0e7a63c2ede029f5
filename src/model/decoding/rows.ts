// The decoder's matrices while it writes: a row for each sentence under way.
import type { FeedArrays, NamedArray } from "../../engine/types.ts";

/** Matrices with a row for each sentence: what the code adds to every input, and the states. Rows are moved by copying. */
export class Rows {
  readonly #capacity: number;
  readonly #matrices = new Map<string, { readonly width: number; data: Float32Array }>();

  /** Empty matrices with room for `capacity` rows of the given widths. */
  constructor(widths: ReadonlyMap<string, number>, capacity: number) {
    this.#capacity = capacity;
    for (const [name, width] of widths) this.#matrices.set(name, { width, data: new Float32Array(capacity * width) });
  }

  /** Takes matrices over, without copying them, in place of those of the same names. */
  take(arrays: Readonly<Record<string, NamedArray>>): void {
    for (const [name, matrix] of this.#matrices) {
      const data = arrays[name]?.data;
      if (data instanceof Float32Array) matrix.data = data;
    }
  }

  /** Copies row `from` of `source`, which may be this one, over row `to`; makes room where there are not as many rows. */
  copy(source: Rows, from: number, to: number): void {
    for (const [name, matrix] of this.#matrices) {
      const { width } = matrix;
      if ((to + 1) * width > matrix.data.length) {
        const roomier = new Float32Array(Math.max(to + 1, this.#capacity) * width);
        roomier.set(matrix.data);
        matrix.data = roomier;
      }
      const other = source.#matrices.get(name);
      if (other) matrix.data.set(other.data.subarray(from * width, (from + 1) * width), to * width);
    }
  }

  /** The first `count` rows, as feeds. */
  feeds(count: number): FeedArrays {
    const entries = [...this.#matrices].map(([name, { width, data }]): [string, NamedArray] => [
      name,
      { shape: [count, width], data: data.subarray(0, count * width) },
    ]);
    return Object.fromEntries(entries);
  }
}
