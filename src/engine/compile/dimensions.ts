// Named dimensions while recording: each is stood in for by a prime, so that any recorded size tells which dimensions it is made of.

/** A size as `factor × Π symbols`. */
export interface SizeExpression {
  readonly factor: number;
  readonly symbols: readonly string[];
}

/** Candidates for stand-ins: small enough that constants of a recorded step stay small, prime so that products factor uniquely. */
const PRIMES = [
  97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199,
];

/** The stand-in sizes of one recording. */
export class Dimensions {
  readonly markers: ReadonlyMap<string, number>;

  constructor(markers: ReadonlyMap<string, number>) {
    this.markers = markers;
  }

  /**
   * Picks a prime for each name such that none divides a fixed size. `variant` 0 and 1 share no prime.
   * Sizes that are sums (a concatenation of E and Z rows) may still be divisible by chance; recording twice, once a variant,
   * and comparing the graphs finds every such accident.
   */
  static choose(names: readonly string[], fixedSizes: Iterable<number>, variant: 0 | 1): Dimensions {
    const fixed = [...fixedSizes].filter((size) => size > 0);
    const usable = PRIMES.filter((prime) => fixed.every((size) => size % prime !== 0));
    if (usable.length < 2 * names.length) {
      throw new RangeError(
        `${names.length} named dimensions are more than the ${usable.length} usable stand-in sizes allow.`,
      );
    }
    return new Dimensions(new Map(names.map((name, i) => [name, usable[2 * i + variant] as number])));
  }

  sizeOf(dimension: number | string): number {
    if (typeof dimension === "number") return dimension;
    const marker = this.markers.get(dimension);
    if (marker === undefined) throw new RangeError(`Dimension "${dimension}" has no stand-in.`);
    return marker;
  }

  expression(size: number): SizeExpression {
    const symbols: string[] = [];
    let factor = size;
    for (const [name, prime] of this.markers) {
      while (factor > 0 && factor % prime === 0) {
        symbols.push(name);
        factor /= prime;
      }
    }
    return { factor, symbols };
  }
}
