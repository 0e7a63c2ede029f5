// Whether texts have a form, against regular expressions.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { formCheck, formedShare } from "../../src/evaluation/well-formed.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

const characters = createTokenizer("char", ["春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。？"]);
const words = createTokenizer("whitespace", ["the sea is calm , a storm is near . -"]);

describe("formCheck", () => {
  it.each<[string, number | [number, number], RegExp, string[], number, string[]]>([
    [
      "one length",
      3,
      /^\p{L}{3}，\p{L}{3}。$/u,
      ["春眠不，处处闻。", "春眠，处处闻。", "春眠不，处处闻"],
      8,
      ["", "晓", "，", "。", "？"],
    ],
    [
      "a range of lengths",
      [2, 4],
      /^\p{L}{2,4}，\p{L}{2,4}。$/u,
      ["春眠不，处处闻。", "春眠，处处闻啼。", "春眠不觉晓，处处。", "春眠不，处处闻"],
      9,
      ["", "晓", "晓晓", "，", "。", "？"],
    ],
  ])(
    "finds clauses of %s that a regular expression finds, in verse with places changed at random",
    (_, length, form, verses, last, changes) => {
      const hasForm = formCheck({ clauses: 2, length }, characters, 20);
      const text = fc
        .tuple(fc.constantFrom(...verses), fc.nat(last), fc.constantFrom(...changes))
        .map(([verse, place, put]) => verse.slice(0, place) + put + verse.slice(place + 1));
      let found = 0;
      fc.assert(
        fc.property(text, (written) => {
          if (form.test(written)) found++;
          expect(hasForm(characters.encode(written))).toBe(form.test(written));
        }),
        { numRuns: 500 },
      );
      expect(found).toBeGreaterThan(10);
    },
  );

  it("counts a character that the model does not know as one of a clause", () => {
    const hasForm = formCheck({ clauses: 1, length: 3 }, characters, 20);
    expect(hasForm(characters.encode("春龘不，"))).toBe(true);
    expect(hasForm(characters.encode("春龘龘不，"))).toBe(false);
  });

  it("counts words, with marks of the form's own", () => {
    const hasForm = formCheck({ clauses: 2, length: 3, marks: [",", "."] }, words, 20);
    expect(hasForm(words.encode("the sea is , a storm is ."))).toBe(true);
    for (const other of [
      "",
      "the sea is , a storm is",
      "the sea is . a storm is .",
      "the sea - , a storm is .",
      "the sea is , a storm is . calm",
    ]) {
      expect(hasForm(words.encode(other)), other).toBe(false);
    }
  });

  it("refuses a form that no text of the model can have", () => {
    expect(() => formCheck({ clauses: 4, length: 5 }, words, 40)).toThrow(InputError);
    expect(() => formCheck({ clauses: 4, length: 5 }, characters, 23)).toThrow("takes 24 tokens with its marks");
    expect(() => formCheck({ clauses: 4, length: 5 }, characters, 24)).not.toThrow();
    expect(() => formCheck({ clauses: 4, length: [5, 9] }, characters, 23)).toThrow("takes 24 tokens with its marks");
    expect(() => formCheck({ clauses: 4, length: [5, 9] }, characters, 24)).not.toThrow();
    expect(() => formCheck({ clauses: 4, length: [5, 4] }, characters, 40)).toThrow("expected the shorter");
  });
});

describe("formedShare", () => {
  it("is the share of texts that have the form", () => {
    const hasForm = formCheck({ clauses: 1, length: 2, marks: ["."] }, words, 20);
    const texts = ["the sea .", "a storm .", "the sea is calm .", "sea ."];
    expect(
      formedShare(
        texts.map((text) => words.encode(text)),
        hasForm,
      ),
    ).toBe(2 / 4);
  });
});
