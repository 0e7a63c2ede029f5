// Keeping the few smallest of many.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Smallest } from "../src/smallest.ts";

describe("Smallest", () => {
  test("keeps what a full, stable sort would put first", () => {
    const keys = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 600 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 40 }), (all, count) => {
        const smallest = new Smallest<number>(count);
        for (const [place, key] of all.entries()) smallest.add(key, place);
        const expected = all.map((key, item) => ({ key, item })).sort((a, b) => a.key - b.key || a.item - b.item);
        expect(smallest.sorted()).toEqual(expected.slice(0, count));
      }),
    );
  });

  test("never says of a key that is kept in the end that it would not be", () => {
    const smallest = new Smallest<string>(2);
    for (let i = 200; i > 0; i--) {
      expect(smallest.admits(i)).toBe(true);
      smallest.add(i, `${i}`);
    }
    expect(smallest.sorted().map(({ item }) => item)).toEqual(["1", "2"]);
    expect(smallest.admits(2)).toBe(false);
    expect(smallest.admits(1.5)).toBe(true);
  });

  test("keeps nothing that has no place in an order", () => {
    const smallest = new Smallest<string>(3);
    smallest.add(Number.NaN, "not a number");
    smallest.add(Number.POSITIVE_INFINITY, "infinite");
    expect(smallest.sorted()).toEqual([]);
  });
});
