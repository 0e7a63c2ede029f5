import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  choiceField,
  indexesField,
  integerField,
  numberField,
  numbersField,
  optionalNumberField,
  optionalTextField,
  pointsField,
  readHash,
  readValues,
  takeToken,
  textField,
  textsField,
  writeHash,
  writeValues,
} from "../../server/web/src/pure/link.ts";

const FIELDS = {
  text: textField(),
  steps: integerField(8, 2, 64),
  similarity: numberField(0.6, 0, 1),
  longest: optionalNumberField(1, 1_000, true),
  path: choiceField("linear", ["linear", "spherical"]),
  plus: textsField(["a default"], 16),
  label: optionalTextField(),
  cells: indexesField(),
  walk: pointsField(),
  near: numbersField(0, 0.95, 32),
};

const hundredth = fc.integer({ min: -99_999, max: 99_999 }).map((value) => value / 100);
const values = fc.record({
  text: fc.string({ unit: "grapheme" }),
  steps: fc.integer({ min: 2, max: 64 }),
  similarity: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  longest: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
  path: fc.constantFrom("linear" as const, "spherical" as const),
  plus: fc.array(fc.string(), { minLength: 1, maxLength: 16 }),
  label: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  cells: fc.option(fc.array(fc.nat(143), { maxLength: 40 }), { nil: undefined }),
  near: fc.option(
    fc.array(
      fc.integer({ min: 0, max: 95 }).map((value) => value / 100),
      { minLength: 1, maxLength: 32 },
    ),
    {
      nil: undefined,
    },
  ),
  walk: fc.option(fc.array(fc.record({ x: hundredth, y: hundredth }), { minLength: 1, maxLength: 24 }), {
    nil: undefined,
  }),
});

describe("links", () => {
  it("give back whatever values they were made of", () => {
    fc.assert(
      fc.property(values, (given) => {
        const hash = writeHash({ tab: "gradient", query: writeValues(FIELDS, given) });
        const { tab, query } = readHash(hash);
        expect(tab).toBe("gradient");
        // -0 is written as 0.
        expect(JSON.parse(JSON.stringify(readValues(FIELDS, query)))).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  it("fall back to the view's own values, then the field's, for what they lack", () => {
    const read = readValues(FIELDS, new URLSearchParams(), { steps: 12 });
    expect(read).toMatchObject({ text: "", steps: 12, path: "linear", plus: ["a default"], longest: undefined });
  });

  it.each([
    ["steps=2.5", "steps", 8],
    ["steps=", "steps", 8],
    ["steps=NaN", "steps", 8],
    ["similarity=Infinity", "similarity", 0.6],
    ["longest=x", "longest", undefined],
    ["path=__proto__", "path", "linear"],
    ["cells=1.-2", "cells", undefined],
    ["cells=1..2", "cells", undefined],
    ["cells=1.1e3", "cells", undefined],
    ["cells=99999999999", "cells", undefined],
    ["near=0.5_", "near", undefined],
    ["near=0.5_x", "near", undefined],
    ["near=", "near", undefined],
    [`near=${new Array(33).fill(0.5).join("_")}`, "near", undefined],
    ["walk=1~2~3", "walk", undefined],
    ["walk=1~x", "walk", undefined],
    ["walk=", "walk", undefined],
  ] as const)("take nothing from %s", (query, key, expected) => {
    expect(readValues(FIELDS, new URLSearchParams(query))[key]).toBe(expected);
  });

  it.each([
    ["steps=1", "steps", 2],
    ["steps=65", "steps", 64],
    ["similarity=-0.1", "similarity", 0],
    ["similarity=7", "similarity", 1],
    ["longest=5000", "longest", 1_000],
    ["near=0.5_1_-1", "near", [0.5, 0.95, 0]],
  ] as const)("take from %s what the control can show", (query, key, expected) => {
    expect(readValues(FIELDS, new URLSearchParams(query))[key]).toEqual(expected);
  });

  it("have an empty path as something else than none", () => {
    expect(readValues(FIELDS, new URLSearchParams("cells=")).cells).toEqual([]);
    expect(writeValues(FIELDS, { ...readValues(FIELDS, new URLSearchParams()), cells: [] }).has("cells")).toBe(true);
  });

  it("name no tab where the fragment is none of theirs", () => {
    for (const hash of ["", "#", "#top", "#token=abc"]) expect(readHash(hash).tab).toBe("");
  });
});

describe("takeToken", () => {
  it("takes the token out of the fragment", () => {
    expect(takeToken("#token=a%2Bb")).toEqual({ token: "a+b", rest: "" });
    expect(takeToken("#token=abc&/samples?seed=1")).toEqual({ token: "abc", rest: "#/samples?seed=1" });
  });

  it("takes a token that holds an &, escaped or not", () => {
    expect(takeToken("#token=s3cret/&+=")).toEqual({ token: "s3cret/&+=", rest: "" });
    expect(takeToken("#token=s3cret%2F%26%2B%3D&/map")).toEqual({ token: "s3cret/&+=", rest: "#/map" });
  });

  it("leaves other fragments as they are, and bad escapes too", () => {
    expect(takeToken("#/samples?token=abc")).toEqual({ token: undefined, rest: "#/samples?token=abc" });
    expect(takeToken("#token=%zz").token).toBe("%zz");
  });
});
