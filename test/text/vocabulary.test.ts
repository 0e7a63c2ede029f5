// Vocabularies from counts and from files that may be hostile.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { SPECIAL_TOKENS, TokenVocabulary } from "../../src/text/vocabulary.ts";

const SPECIAL = { "<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3, "<blank>": 4 };

describe("TokenVocabulary.fromCounts", () => {
  it("puts the special tokens first, then the most frequent, ties in code-point order", () => {
    // U+FF01 comes before U+1F600, though its UTF-16 unit is the larger; "ab" after its beginning "a".
    const counts = new Map([
      ["😀", 2],
      ["！", 2],
      ["b", 2],
      ["ab", 2],
      ["a", 2],
      ["z", 9],
    ]);
    const vocabulary = TokenVocabulary.fromCounts(counts);
    expect(vocabulary.tokens()).toEqual([...Object.keys(SPECIAL), "z", "a", "ab", "b", "！", "😀"]);
    expect(vocabulary.special).toEqual({ pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 });
  });

  it("orders ties as comparing code points one by one would", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "binary", minLength: 1, maxLength: 4 })), (tokens) => {
        const points = (token: string) =>
          Array.from(token, (c) => c.codePointAt(0)?.toString(16).padStart(6, "0")).join();
        const vocabulary = TokenVocabulary.fromCounts(new Map(tokens.map((token) => [token, 1])));
        const expected = tokens.map(points).sort();
        expect(vocabulary.tokens().slice(SPECIAL_TOKENS.length).map(points)).toEqual(expected);
      }),
    );
  });

  it("keeps to the size, special tokens included, and to the minimum count", () => {
    const counts = new Map([
      ["a", 5],
      ["b", 4],
      ["c", 3],
      ["d", 1],
    ]);
    expect(TokenVocabulary.fromCounts(counts, { vocabularySize: 7 }).tokens().slice(5)).toEqual(["a", "b"]);
    expect(TokenVocabulary.fromCounts(counts, { minimumCount: 3 }).tokens().slice(5)).toEqual(["a", "b", "c"]);
  });

  it("leaves out words that read like special tokens", () => {
    const vocabulary = TokenVocabulary.fromCounts(
      new Map([
        ["<eos>", 99],
        ["a", 1],
      ]),
    );
    expect(vocabulary.size).toBe(6);
    expect(vocabulary.tokenOf(5)).toBe("a");
  });

  it("refuses sizes and counts out of range", () => {
    expect(() => TokenVocabulary.fromCounts(new Map(), { vocabularySize: 5 })).toThrow(/vocabulary size is 5/);
    expect(() => TokenVocabulary.fromCounts(new Map(), { vocabularySize: 10.5 })).toThrow(InputError);
    expect(() => TokenVocabulary.fromCounts(new Map(), { minimumCount: 0 })).toThrow(/minimum count is 0/);
  });
});

describe("TokenVocabulary", () => {
  const vocabulary = TokenVocabulary.fromCounts(new Map([["a", 1]]));

  it("gives the unknown id for a token it does not hold, whatever objects inherit", () => {
    expect(vocabulary.idOf("a")).toBe(5);
    for (const token of ["b", "", "constructor", "__proto__", "toString"]) {
      expect(vocabulary.idOf(token)).toBe(3);
      expect(vocabulary.has(token)).toBe(false);
    }
  });

  it("refuses ids outside the vocabulary", () => {
    for (const id of [-1, 6, 1.5, Number.NaN]) expect(() => vocabulary.tokenOf(id)).toThrow(RangeError);
  });
});

describe("TokenVocabulary.fromJson", () => {
  const parse = (json: string) => TokenVocabulary.fromJson(JSON.parse(json));
  const withSpecial = (more: string) => JSON.stringify(SPECIAL).replace("}", `,${more}}`);

  it("takes a word named __proto__ as a word like any other", () => {
    const vocabulary = parse(withSpecial('"__proto__":6,"constructor":5'));
    expect(vocabulary.idOf("__proto__")).toBe(6);
    expect(vocabulary.tokenOf(5)).toBe("constructor");
    expect(({} as Record<string, unknown>)["6"]).toBeUndefined();
  });

  it.each([
    ["a hole", '"a":6', "one for each of its 6 tokens"],
    ["an id twice", '"a":5,"b":5,"c":6', 'the id 5 to both "a" and "b"'],
    ["a token twice", '"a":5,"b":7,"a":6', "one for each of its 7 tokens"],
    ["a negative id", '"a":-1', "the id -1"],
    ["a fraction", '"a":5.5', "the id 5.5"],
    ["a string", '"a":"5"', 'the id "5"'],
    ["an object", '"__proto__":{"x":1}', 'gives "__proto__" the id {"x":1}'],
    ["a huge id", '"a":1e300', "the id 1e+300"],
  ])("refuses %s", (_, more, message) => {
    expect(() => parse(withSpecial(more))).toThrow(InputError);
    expect(() => parse(withSpecial(more))).toThrow(message);
  });

  it("refuses what is no object, and special tokens that are missing or elsewhere", () => {
    for (const json of ["null", "[]", '"x"', "5"]) expect(() => parse(json)).toThrow(/is no object/);
    expect(() => parse('{"a":0}')).toThrow('has "a" at id 0; expected <pad>');
    expect(() => parse("{}")).toThrow(InputError);
  });
});
