// Words and marks: what the tokens are, and that the text comes back exactly.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wordScheme } from "../../src/text/word-tokenizer.ts";

const { split, join } = wordScheme;

/** All that the word tokenizer changes: white space becomes single spaces, and none at the ends. */
const folded = (text: string) => text.replace(/\p{White_Space}+/gu, " ").replace(/^ | $/g, "");

describe("the word tokenizer", () => {
  it.each([
    ["Hello world", ["Hello", "world"]],
    ["Hello, world.", ["Hello", ", ", "world", ". "]],
    ['"Wait (no)," she said', [' "', "Wait", " (", "no", ")", ",", '" ', "she", "said"]],
    ["That's 7-Day U.S. news", ["That", "'s", "7", "-", "Day", "U.S.", "news"]],
    ["don’t WE'LL O'Brien", ["don", "’t", "WE", "'LL", "O", "'", "Brien"]],
    ["$1,000.50 at 10:30, 3.", [" $", "1,000.50", "at", "10:30", ", ", "3", ". "]],
    ["it 's so -- good !", ["it", " 's", "so", " -- ", "good", " ! "]],
    ["What?! No.....", ["What", "?", "! ", "No", "...", ".. "]],
    ["I ❤️ 😀😀 été_1", ["I", " ❤", "️", " 😀😀 ", "été_1"]],
    ["", []],
    [" \t ", []],
  ])("splits %j", (text, tokens) => {
    expect(split(text)).toEqual(tokens);
    expect(join(tokens)).toBe(folded(text));
  });

  it("gives a word the same token wherever it stands", () => {
    for (const text of ["moon", "the moon", '"moon"', "(moon)", "moon-lit", "moon's", "honey-moon", "moon."]) {
      expect(split(text)).toContain("moon");
    }
  });

  it("gives a full stop the same token inside a text and at its end", () => {
    expect(split("One. Two.")).toEqual(["One", ". ", "Two", ". "]);
  });

  it("brings back any text but for runs of white space", () => {
    const awkward = fc.string({
      unit: fc.constantFrom(...Array.from("aAstSLv01.,:'’\"-() $_é\u0301 \t!…😀漢")),
      maxLength: 40,
    });
    for (const text of [awkward, fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })]) {
      fc.assert(
        fc.property(text, (value) => {
          expect(join(split(value))).toBe(folded(value));
        }),
        { numRuns: 500 },
      );
    }
  });

  it("shows an unknown token as a word", () => {
    expect(join(["the", "<unk>", "moon", ", ", "<unk>"])).toBe("the <unk> moon, <unk>");
  });

  it("takes time in proportion to hostile texts", () => {
    // Each of these took seconds with a pattern that tries again from every place.
    for (const text of [
      "a.".repeat(50_000).concat("aa"),
      " ".repeat(100_000),
      "'".repeat(100_000),
      "1.".repeat(50_000),
    ]) {
      const start = performance.now();
      split(text);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});
