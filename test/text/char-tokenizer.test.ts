// Grapheme clusters, by the fast path and by the segmenter.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charScheme } from "../../src/text/char-tokenizer.ts";

const { split, join } = charScheme;
const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
const segments = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);

describe("the char tokenizer", () => {
  it.each([
    ["碧原开雾隰，绮岭。", ["碧", "原", "开", "雾", "隰", "，", "绮", "岭", "。"]],
    ["a  b", ["a", " ", " ", "b"]],
    ["e\u0301x", ["e\u0301", "x"]],
    ["👨‍👩‍👧 🇫🇷", ["👨‍👩‍👧", " ", "🇫🇷"]],
    ["한국", ["한", "국"]],
    ["  ", []],
    ["", []],
  ])("splits %j into what a reader calls characters", (text, tokens) => {
    expect(split(text)).toEqual(tokens);
  });

  it("splits as the segmenter does, also where it does not ask it", () => {
    const plain = fc.array(
      fc.oneof(
        fc.integer({ min: 0x20, max: 0x7e }),
        fc.integer({ min: 0x3000, max: 0x3029 }),
        fc.integer({ min: 0x3400, max: 0x9fff }),
        fc.integer({ min: 0xff01, max: 0xff60 }),
        fc.constantFrom(0x302a, 0x3099, 0x4dc0, 0xff9e, 0x200d, 0x0301),
      ),
    );
    fc.assert(
      fc.property(plain, (codes) => {
        const text = String.fromCodePoint(...codes).trim();
        expect(split(text)).toEqual(segments(text));
      }),
      { numRuns: 1000 },
    );
  });

  it("brings back any text but for white space at its ends", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(join(split(text))).toBe(text.trim());
      }),
    );
  });
});
