// Stand-in sizes of named dimensions.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Dimensions } from "../../../src/engine/compile/dimensions.ts";

describe("Dimensions.choose", () => {
  it("gives each name a prime of its own that divides no fixed size, and other primes in the other variant", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 4 }), (fixed) => {
        const names = ["batch", "time", "sourceTime"];
        const all = ([0, 1] as const).flatMap((variant) => [
          ...Dimensions.choose(names, fixed, variant).markers.values(),
        ]);
        expect(new Set(all).size).toBe(6);
        for (const prime of all) {
          expect([2, 3, 5, 7, 11, 13].some((divisor) => prime % divisor === 0)).toBe(false);
          expect(fixed.some((size) => size > 0 && size % prime === 0)).toBe(false);
        }
      }),
    );
  });

  it("says so when there are too many names for its primes", () => {
    const names = Array.from({ length: 12 }, (_, i) => `d${i}`);
    expect(() => Dimensions.choose(names, [], 0)).toThrow(/12 named dimensions/);
  });
});

describe("Dimensions", () => {
  const dimensions = Dimensions.choose(["batch", "time"], [97 * 3], 0);
  const batch = dimensions.sizeOf("batch");
  const time = dimensions.sizeOf("time");

  it("keeps a number and stands in for a name", () => {
    expect(dimensions.sizeOf(7)).toBe(7);
    expect(batch).not.toBe(97);
    expect(() => dimensions.sizeOf("width")).toThrow(/"width" has no stand-in/);
  });

  it("tells which dimensions a size is made of", () => {
    expect(dimensions.expression(12)).toEqual({ factor: 12, symbols: [] });
    expect(dimensions.expression(0)).toEqual({ factor: 0, symbols: [] });
    expect(dimensions.expression(batch)).toEqual({ factor: 1, symbols: ["batch"] });
    expect(dimensions.expression(6 * time * batch)).toEqual({ factor: 6, symbols: ["batch", "time"] });
    expect(dimensions.expression(batch * batch)).toEqual({ factor: 1, symbols: ["batch", "batch"] });
  });
});
