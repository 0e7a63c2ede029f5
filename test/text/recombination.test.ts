// New texts out of the clauses of others.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random.ts";
import { closingIds, recombined } from "../../src/text/recombination.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

const [COMMA, STOP] = [1, 2];
const closing = new Set([COMMA, STOP]);
const settings = { share: 1, closing, maxLength: 40 };
const random = (seed = 1): RandomStream => RandomStream.named(seed, "recombination");

describe("recombined", () => {
  it("takes clauses from the same place of texts with as many, closed alike", () => {
    // The first number of a word tells its text, the second its clause.
    const poem = (text: number): number[] => [100 * text + 10, COMMA, 100 * text + 20, 100 * text + 21, STOP];
    const texts = Array.from({ length: 12 }, (_, i) => poem(1 + i));
    const found = recombined(texts, settings, random());
    for (const text of found) {
      expect(text).toHaveLength(5);
      expect([
        (text[0] as number) % 100,
        text[1],
        (text[2] as number) % 100,
        (text[3] as number) % 100,
        text[4],
      ]).toEqual([10, COMMA, 20, 21, STOP]);
      // A clause comes whole.
      expect(Math.floor((text[2] as number) / 100)).toBe(Math.floor((text[3] as number) / 100));
    }
    expect(found.some((text) => Math.floor((text[0] as number) / 100) !== Math.floor((text[2] as number) / 100))).toBe(
      true,
    );
    expect(recombined(texts, settings, random())).toEqual(found);
    expect(recombined(texts, settings, random(2))).not.toEqual(found);
  });

  it("leaves texts as they are that have one clause, or no other of their shape or group", () => {
    const texts = [
      [7, 8],
      [9, STOP],
      [7, COMMA, 8, STOP],
      [7, STOP, 8, COMMA],
      [5, COMMA, 6],
    ];
    expect(recombined(texts, settings, random())).toEqual(texts);
    const pair = [
      [7, COMMA, 8, STOP],
      [17, COMMA, 18, STOP],
    ];
    for (let seed = 0; seed < 20; seed++)
      expect(recombined(pair, { ...settings, groupOf: String }, random(seed))).toEqual(pair);
  });

  it("takes marks that stand together as one, and no text that would be too long", () => {
    const texts = [
      [7, STOP, STOP, 8, STOP],
      [17, 17, 17, STOP, STOP, 18, STOP],
    ];
    for (let seed = 0; seed < 20; seed++) {
      const found = recombined(texts, { ...settings, maxLength: 5 }, random(seed));
      expect(found[1]?.length === 5 || found[1]?.length === 7).toBe(true);
      expect(found[0]?.length).toBe(5);
    }
  });

  it("changes nothing at a share of 0, and about that share of clauses", () => {
    const texts = Array.from({ length: 500 }, (_, i) => [10 + i, COMMA, 1_010 + i, STOP]);
    expect(recombined(texts, { ...settings, share: 0 }, random())).toEqual(texts);
    const changed = recombined(texts, { ...settings, share: 0.3 }, random()).flatMap((text, i) => [
      text[0] !== 10 + i,
      text[2] !== 1_010 + i,
    ]);
    expect(changed.filter(Boolean).length / 1_000).toBeGreaterThan(0.24);
    expect(changed.filter(Boolean).length / 1_000).toBeLessThan(0.36);
  });

  it("makes texts of clauses that were there, at their places, whatever the texts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 9 }), { maxLength: 8 }),
        fc.nat(),
        (texts, seed) => {
          const found = recombined(texts, settings, random(seed));
          expect(found).toHaveLength(texts.length);
          for (const [i, text] of found.entries()) {
            const marks = (ids: ArrayLike<number>): number[] => Array.from(ids).filter((id) => closing.has(id));
            if (text.length === 0) expect(texts[i]).toEqual([]);
            expect(marks(text).at(-1)).toBe(marks(texts[i] as number[]).at(-1));
            const words = new Set(texts.flat());
            expect(Array.from(text).every((id) => words.has(id))).toBe(true);
          }
        },
      ),
    );
  });
});

describe("closingIds", () => {
  it("are those of marks alone, with the spaces that tokenizers keep in them", () => {
    const { vocabulary } = createTokenizer("word", [
      "the sea, the sky; a storm is near.",
      "who knows?",
      "it's 3.5 miles - or so",
    ]);
    const tokens = [...closingIds(vocabulary)].map((id) => vocabulary.tokenOf(id).trim()).sort();
    expect(tokens).toEqual([",", ".", ";", "?"]);
    expect(closingIds(vocabulary)).toBe(closingIds(vocabulary));
    const verse = createTokenizer("char", ["秦川雄帝宅，函谷壮皇居。"]).vocabulary;
    expect([...closingIds(verse)].map((id) => verse.tokenOf(id)).sort()).toEqual(["。", "，"].sort());
  });
});
