// The choice of lines: distinct, as many as asked, every word often enough.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countWords, selectLines, wordsOf } from "../../scripts/select-lines.ts";
import { InputError } from "../../src/errors.ts";
import { RandomStream } from "../../src/random.ts";

const random = (seed = 1) => RandomStream.named(seed, "select");

describe("wordsOf", () => {
  it("keeps apostrophes and hyphens inside words and drops punctuation", () => {
    expect(wordsOf("Don't: the moon's 'two-day' owl, 8% of it!")).toEqual([
      "don't",
      "the",
      "moon's",
      "two-day",
      "owl",
      "8",
      "of",
      "it",
    ]);
  });
});

describe("selectLines", () => {
  it("leaves out lines with words too rare, and what becomes too rare by that", () => {
    const pool = ["a b", "a c", "b c", "c d", "a b c", "d e"]; // e is rare, then d, then nothing more
    expect(selectLines(pool, { count: 4, floor: 2, random: random() }).sort()).toEqual(["a b", "a b c", "a c", "b c"]);
  });

  it("takes each line once", () => {
    expect(selectLines(["x y", "x y", "y x"], { count: 2, floor: 1, random: random() }).sort()).toEqual(["x y", "y x"]);
  });

  it("reaches the floor for every word of any pool, or says that it cannot", () => {
    const line = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 4 }),
        (words, count, floor) => {
          const pool = words.map((each) => each.join(" "));
          let chosen: string[];
          try {
            chosen = selectLines(pool, { count, floor, random: random(count) });
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
            return;
          }
          expect(chosen).toHaveLength(count);
          expect(new Set(chosen).size).toBe(count);
          expect(pool).toEqual(expect.arrayContaining(chosen));
          for (const times of countWords(chosen).values()) expect(times).toBeGreaterThanOrEqual(floor);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("refuses to choose more lines than there are, or fewer than the floor needs", () => {
    expect(() => selectLines(["a", "a b"], { count: 3, floor: 1, random: random() })).toThrow(/has 2 fit ones/);
    expect(() => selectLines(["a", "b", "c"], { count: 2, floor: 1, random: random() })).toThrow(/needs 3/);
  });
});
