// Checks of arrays against signatures.
import { describe, expect, it } from "vitest";
import { bindDimensions, checkArrays, elementCount, openDimensions, SignatureError } from "../../src/engine/shapes.ts";
import type { FeedArrays, Signature } from "../../src/engine/types.ts";
import { floats, integers } from "./run-both.ts";

const SIGNATURE: Signature = {
  ids: { shape: ["time", "batch"], dtype: "int32" },
  codes: { shape: ["batch", 2], dtype: "float32" },
  rate: { shape: [], dtype: "float32" },
};
const GOOD: FeedArrays = { ids: integers([3, 1], [1, 2, 3]), codes: floats([1, 2], [1, 2]), rate: floats([], [0.1]) };

describe("bindDimensions", () => {
  it("finds the size of each named dimension", () => {
    expect([...bindDimensions(SIGNATURE, GOOD)]).toEqual([
      ["time", 3],
      ["batch", 1],
    ]);
  });

  it("binds sizes of 0", () => {
    const empty = { ids: integers([0, 0], []), codes: floats([0, 2], []), rate: floats([], [1]) };
    expect(bindDimensions(SIGNATURE, empty).get("batch")).toBe(0);
  });

  it.each<[string, FeedArrays, RegExp]>([
    ["a missing feed", { ids: integers([3, 1], [1, 2, 3]) }, /"codes" is missing: float32 \[batch, 2\]/],
    ["an unknown feed", { ...GOOD, noise: floats([], [1]) }, /"noise" is unknown: expected ids, codes, rate/],
    [
      "floats for integers",
      { ...GOOD, ids: floats([3, 1], [1, 2, 3]) },
      /"ids" is \[3, 1\] \(Float32Array of 3\): int32/,
    ],
    [
      "integers for floats",
      { ...GOOD, rate: integers([], [1]) },
      /"rate" is .*Int32Array.*: float32 \[\] was expected/,
    ],
    ["another rank", { ...GOOD, codes: floats([2], [1, 2]) }, /"codes" is \[2\]/],
    ["another fixed size", { ...GOOD, codes: floats([1, 3], [1, 2, 3]) }, /"codes" is \[1, 3\]/],
    [
      "two sizes of one dimension",
      { ...GOOD, codes: floats([2, 2], [1, 2, 3, 4]) },
      /expected with time = 3, batch = 1/,
    ],
    [
      "fewer elements than its shape says",
      { ...GOOD, codes: floats([1, 2], [1]) },
      /"codes" is \[1, 2\] \(Float32Array of 1\)/,
    ],
  ])("refuses %s", (_, feeds, message) => {
    expect(() => bindDimensions(SIGNATURE, feeds)).toThrow(SignatureError);
    expect(() => bindDimensions(SIGNATURE, feeds)).toThrow(message);
  });
});

describe("checkArrays", () => {
  const fixed: Signature = { w: { shape: [2], dtype: "float32" } };

  it("accepts exactly the tensors of the signature", () => {
    expect(() => checkArrays(fixed, new Map([["w", floats([2], [1, 2])]]))).not.toThrow();
    expect(() => checkArrays(fixed, new Map())).toThrow(SignatureError);
    expect(() =>
      checkArrays(
        fixed,
        new Map([
          ["w", floats([2], [1, 2])],
          ["v", floats([], [1])],
        ]),
      ),
    ).toThrow(/"v" is unknown/);
  });
});

describe("openDimensions", () => {
  it("lists each name once, sorted, over all signatures", () => {
    expect(openDimensions(SIGNATURE, { more: { shape: ["area", "batch"], dtype: "float32" } })).toEqual([
      "area",
      "batch",
      "time",
    ]);
    expect(openDimensions()).toEqual([]);
  });
});

describe("elementCount", () => {
  it("is the product of the sizes, 1 for a scalar", () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([2, 3, 4])).toBe(24);
    expect(elementCount([2, 0])).toBe(0);
  });
});
