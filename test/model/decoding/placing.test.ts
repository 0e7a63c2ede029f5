// Required phrases in good places, in each way of decoding.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Constraint, type TokenLimit } from "../../../src/model/decoding/constraint.ts";
import { roomOfForm, withForm } from "../../../src/model/decoding/form.ts";
import { type Phrase, withoutPhrases, withoutRepeats, withPhrases } from "../../../src/model/decoding/phrases.ts";
import { abortingDecoder, END, scoringDecoder } from "./scoring-decoder.ts";
import { tellingDecoder } from "./telling-decoder.ts";
import { VOCABULARY, WAYS, written, writtenWith } from "./ways.ts";

const MANY = Array.from({ length: 150 }, (_, i) => i);

const word = fc.integer({ min: 2, max: VOCABULARY - 1 });
const codes = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 6 });
const phraseOf = (ids: readonly number[]): Phrase => ids.map((id) => [id]);

/** Whether a run of ids stands in a text. */
function says(ids: readonly number[], run: readonly number[]): boolean {
  return ids.some((_, at) => run.every((id, i) => ids[at + i] === id));
}

function requiring(runs: readonly (readonly number[])[], maxLength: number, ...others: TokenLimit[]): Constraint {
  return new Constraint([...withPhrases(runs.map(phraseOf), (ids) => [maxLength - ids.length], END), ...others]);
}

describe.each(WAYS)("with required phrases, %s decoding", (way) => {
  it("writes them all, even where they take all the room there is", async () => {
    const required = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(required, fc.nat(12), codes, async (runs, spare, seeds) => {
        const maxLength = runs.flat().length + spare;
        const texts = await writtenWith(way, requiring(runs, maxLength), maxLength, seeds);
        expect(texts.map(({ index }) => index)).toEqual(seeds.map((_, i) => i));
        for (const { ids } of texts) {
          expect(runs.filter((run) => !says(ids, run))).toEqual([]);
          expect(ids.length).toBeLessThanOrEqual(maxLength);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("keeps the form, and writes nothing that is banned", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 5 }),
        fc.array(fc.integer({ min: 7, max: 11 }), { minLength: 1, maxLength: 2 }),
        codes,
        async (clauses, length, run, seeds) => {
          const form = { length, marks: new Array<number[]>(clauses).fill([2]), outside: [2, 3] };
          const constraint = new Constraint([
            withoutPhrases([[[4]], [[5], [run[0] as number]]]),
            withForm(form, END),
            ...withPhrases([phraseOf(run)], roomOfForm(form), END),
            withoutRepeats(2),
          ]);
          for (const { ids, finished } of await writtenWith(way, constraint, 40, seeds)) {
            const shape = ids.map((id) => (id === 2 ? "." : id >= 5 ? "x" : "?")).join("");
            expect(shape).toBe(`${"x".repeat(length)}.`.repeat(clauses));
            expect(says(ids, run)).toBe(true);
            expect(says(ids, [5, run[0] as number])).toBe(false);
            expect(finished).toBe("end");
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("leaves texts alone that hold them anyway", async () => {
    const free = await written(way, new Constraint([]), 12, MANY);
    const texts = await writtenWith(way, requiring([[5]], 12), 12, MANY);
    const holding = free.filter(({ ids }) => ids.includes(5));
    expect(holding.length).toBeGreaterThan(10);
    for (const { index, ids } of holding) expect(texts[index]?.ids).toEqual(ids);
  });

  it("does not wait for the last moment", async () => {
    const constraint = requiring([[5, 6]], 40);
    const lengthOf = (texts: readonly { ids: readonly number[] }[]): number =>
      texts.reduce((sum, { ids }) => sum + ids.length, 0) / texts.length;
    const texts = await writtenWith(way, constraint, 40, MANY);
    expect(lengthOf(texts)).toBeLessThan(0.6 * lengthOf(await written(way, constraint, 40, MANY)));
    expect(texts.filter(({ finished }) => finished === "length").length).toBeLessThan(10);
  });

  it("finds a place where the repetition guard has nothing against the phrase", async () => {
    const constraint = requiring([[5, 6, 7]], 9, withoutRepeats(1));
    for (const { ids } of await writtenWith(way, constraint, 9, MANY)) {
      expect(says(ids, [5, 6, 7])).toBe(true);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("writes a text alike alone and among others", async () => {
    const constraint = requiring([[5, 6], [7]], 15, withoutRepeats(2));
    const many = await writtenWith(way, constraint, 15, MANY);
    expect(await writtenWith(way, constraint, 15, [0])).toEqual([many[0]]);
    if (way === "greedy" || way === "beam")
      expect((await writtenWith(way, constraint, 15, [99]))[0]?.ids).toEqual(many[99]?.ids);
  });

  it("puts them where the model likes the whole text best", async () => {
    // 5 comes easiest after 2, but what comes then is hard; 2 3 5 4 is better, and better than 2 3 4 5.
    const decoder = tellingDecoder(8, (ids) => {
      if (says(ids, [2, 5])) return { 4: -9, 1: -9 };
      const last = ids.at(-1) ?? 0;
      const next = { 0: 2, 2: 3, 3: 4, 4: 1, 5: ids.includes(4) ? 1 : 4 }[last] ?? 1;
      return { [next]: -0.1, 5: last === 2 ? -2.3 : last === 3 ? -2.5 : -7 };
    });
    const [text] = await writtenWith(way, requiring([[5]], 9), 9, [0], { decoder });
    expect(text).toEqual({ index: 0, ids: [2, 3, 5, 4], finished: "end" });
  });

  it("leaves room for what else is missing", async () => {
    // 5 comes easiest at the end, and 6 nowhere but before it.
    const decoder = tellingDecoder(8, (ids) => {
      const next = [2, 3, 4, 1][ids.filter((id) => id < 5).length] as number;
      return { [next]: -0.1, 5: -8 + ids.length, 6: ids.length === 1 ? -3 : -12 };
    });
    const [text] = await writtenWith(way, requiring([[5], [6]], 5), 5, [0], { decoder });
    expect(text?.ids).toEqual([2, 6, 3, 4, 5]);
  });

  it("reads and writes on with the label of each code", async () => {
    // Texts are their label over and over. Under label 2 they begin with 5, under others 5 comes easiest at the place of the label's number.
    const decoder = tellingDecoder(8, (ids, label) => {
      if (ids.length > 5) return { [END]: -0.1 };
      return { [label]: -0.2, 5: label === 2 && ids.length === 0 ? -0.1 : ids.length === label ? -6 : -12 };
    });
    const labels = [2, 3, 4, 2, 4];
    const options = { decoder, labelOf: (index: number) => labels[index] as number };
    const texts = await writtenWith(way, requiring([[5]], 9), 9, [0, 0, 0, 0, 0], options);
    for (const { index, ids } of texts) {
      const label = labels[index] as number;
      const place = label === 2 ? 0 : label;
      expect(ids).toEqual(Array.from({ length: 6 }, (_, i) => (i === place ? 5 : label)));
    }
  });

  it("goes on without a token that the model cannot write, as it must", async () => {
    const decoder = tellingDecoder(8, (ids) => ({ [ids.length > 2 ? 1 : 2]: -0.1, 6: Number.NEGATIVE_INFINITY }));
    const [text] = await writtenWith(way, requiring([[5, 6]], 4), 4, [0], { decoder });
    expect(text?.ids.length).toBeLessThanOrEqual(4);
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const decoder = abortingDecoder(scoringDecoder(VOCABULARY), controller, 20);
    const writing = writtenWith(way, requiring([[5, 6]], 40), 40, MANY, { decoder, signal: controller.signal });
    await expect(writing).rejects.toThrow("left");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(decoder.steps()).toBeLessThan(24);
  });
});
