// Which sentences of a corpus stand for all.
import { describe, expect, it } from "vitest";
import { spreadPlaces } from "../../src/training/spread.ts";

describe("spreadPlaces", () => {
  it("are all of a small corpus, and spread evenly over a large one", () => {
    expect(spreadPlaces(3, 10)).toEqual([0, 1, 2]);
    expect(spreadPlaces(10, 4)).toEqual([0, 2, 5, 7]);
    expect(spreadPlaces(0, 4)).toEqual([]);
    const many = spreadPlaces(1_000_003, 1_000);
    expect(new Set(many).size).toBe(1_000);
    expect(many.at(-1)).toBeGreaterThan(999_000);
  });
});
