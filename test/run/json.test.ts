// JSON that comes back exactly as it went in.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, RunFolderError } from "../../src/errors.ts";
import { exactJson, isJsonObject, type JsonValue, parseJson } from "../../src/run/json.ts";

describe("exactJson", () => {
  it("gives back any JSON value (but for the sign of zero)", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const held = JSON.parse(JSON.stringify(value)) as JsonValue;
        expect(parseJson(exactJson(held, "it"), "it")).toEqual(held);
      }),
    );
  });

  it("keeps every bit of a number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseJson(exactJson([value], "it"), "it")).toEqual([value === 0 ? 0 : value]);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("refuses %s and names its key", (value) => {
    expect(() => exactJson({ best: { loss: value } }, "the state")).toThrow(InputError);
    expect(() => exactJson({ best: { loss: value } }, "the state")).toThrow(`the state holds ${value} at "loss"`);
  });
});

describe("parseJson", () => {
  it("names the source of what is not JSON", () => {
    expect(() => parseJson("{", "RUN/state.json")).toThrow(RunFolderError);
    expect(() => parseJson("{", "RUN/state.json")).toThrow(/^RUN\/state.json is not JSON: /);
  });
});

describe("isJsonObject", () => {
  it("tells objects from the rest", () => {
    expect([{}, [], null, 1, "a"].map((value) => isJsonObject(value))).toEqual([true, false, false, false, false]);
  });
});
