// What sentences must hold, and where there is room for it.
import { describe, expect, it } from "vitest";
import { type Phrase, Requirement } from "../../../src/model/decoding/phrases.ts";

const [SEA, CALM, NIGHT]: [Phrase, Phrase, Phrase] = [[[2], [3]], [[4]], [[5], [6, 7], [8]]];
const within = (most: number) => (ids: readonly number[]) => [most - ids.length];

describe("a requirement", () => {
  it("misses what does not stand in a row, in any of its spellings", () => {
    const requirement = new Requirement([SEA, CALM, NIGHT], within(9));
    expect(requirement.missing([2, 9, 3])).toEqual([SEA, CALM, NIGHT]);
    expect(requirement.missing([9, 2, 3, 4])).toEqual([NIGHT]);
    expect(requirement.missing([2, 3, 4, 5, 7, 8])).toEqual([]);
  });

  it("tells what a phrase lacks, less of one that is begun", () => {
    const requirement = new Requirement([NIGHT], within(9));
    expect(requirement.rest([9], NIGHT, [NIGHT])).toEqual(NIGHT);
    expect(requirement.rest([9, 5], NIGHT, [NIGHT])).toEqual([[6, 7], [8]]);
    expect(requirement.rest([9, 5, 6], NIGHT, [NIGHT])).toEqual([[8]]);
    expect(requirement.rest([9, 5, 6, 9], NIGHT, [NIGHT])).toEqual(NIGHT);
  });

  it("has no place for a phrase without room for it and for the others", () => {
    const requirement = new Requirement([SEA, NIGHT], within(6));
    expect(requirement.rest([9], SEA, [SEA, NIGHT])).toEqual(SEA);
    expect(requirement.rest([9, 9], SEA, [SEA, NIGHT])).toBeUndefined();
    expect(requirement.rest([9, 9, 9, 9], SEA, [SEA])).toEqual(SEA);
    expect(requirement.rest([9, 9, 9, 9, 9], SEA, [SEA])).toBeUndefined();
  });

  it("puts no phrase across two stretches", () => {
    const requirement = new Requirement([NIGHT, SEA], () => [2, 3]);
    expect(requirement.rest([], NIGHT, [NIGHT])).toBeUndefined();
    expect(requirement.rest([], SEA, [SEA, NIGHT])).toEqual(SEA);
    expect(requirement.due([])).toEqual({ only: [2] });
  });

  it("forbids what would close a stretch before phrases that later ones have no room for", () => {
    const room = Object.assign((ids: readonly number[]) => [3 - ids.length, 2], { closing: [10] });
    const requirement = new Requirement([SEA, NIGHT], room);
    expect(requirement.tooEarly([])).toEqual([10]);
    expect(requirement.tooEarly([5, 7, 8])).toEqual([]);
    expect(new Requirement([SEA, CALM], room).tooEarly([4])).toEqual([]);
    expect(new Requirement([SEA, CALM], room).tooEarly([])).toEqual([10]);
    expect(new Requirement([SEA], within(3)).tooEarly([])).toEqual([]);
  });

  it("says that nothing is due while there is room", () => {
    const requirement = new Requirement([SEA, CALM], within(4));
    expect(requirement.due([])).toBeUndefined();
    expect(requirement.due([9])).toEqual({ only: [2] });
    expect(requirement.due([9, 2, 3])).toEqual({ only: [4] });
    expect(requirement.due([2, 3, 4])).toBeUndefined();
  });
});
