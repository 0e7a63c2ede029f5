// Clauses of a range of lengths, in each way of decoding.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NamedArray } from "../../../src/engine/types.ts";
import { Constraint } from "../../../src/model/decoding/constraint.ts";
import type { Decoder } from "../../../src/model/decoding/decoder.ts";
import { roomOfForm, type TokenForm, withForm } from "../../../src/model/decoding/form.ts";
import { withoutPhrases, withoutRepeats, withPhrases } from "../../../src/model/decoding/phrases.ts";
import { abortingDecoder, END, scoringDecoder } from "./scoring-decoder.ts";
import { tellingDecoder } from "./telling-decoder.ts";
import { VOCABULARY, WAYS, writtenClosing, writtenWith } from "./ways.ts";

const MANY = Array.from({ length: 60 }, (_, i) => i);
const [COMMA, STOP] = [2, 3];

const codes = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 6 });
const range = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .map(([shortest, more]): [number, number] => [shortest, shortest + more]);

function formOf(clauses: number, length: TokenForm["length"]): TokenForm {
  const marks = Array.from({ length: clauses }, (_, i) => [i % 2 === 0 ? COMMA : STOP]);
  return { length, marks, outside: [COMMA, STOP, 4] };
}

const shapeOf = (ids: readonly number[]): string =>
  ids.map((id) => (id === COMMA ? "," : id === STOP ? "." : id === 4 ? "?" : "x")).join("");

function patternOf(clauses: number, [shortest, longest]: readonly [number, number]): RegExp {
  const clause = (i: number): string => `x{${shortest},${longest}}${i % 2 === 0 ? "," : "[.]"}`;
  return new RegExp(`^${Array.from({ length: clauses }, (_, i) => clause(i)).join("")}$`);
}

/** The log-probability of `token` after each beginning of `ids`. */
async function alongside(decoder: Decoder, code: number, ids: readonly number[], token: number): Promise<number[]> {
  let state = await decoder.start({ code: { shape: [1, 1], data: Float32Array.of(code) } });
  const scores: number[] = [];
  for (const id of [decoder.begin, ...ids]) {
    const { scores: given, ...rest } = await decoder.step({
      ...state,
      token: { shape: [1], data: Int32Array.of(id) },
    });
    scores.push((given as NamedArray).data[token] as number);
    state = rest;
  }
  return scores;
}

describe.each(WAYS)("in a range of lengths, %s decoding", (way) => {
  it("writes forms to the token, with what is required and without what is banned", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        range,
        fc.array(fc.integer({ min: 6, max: 11 }), { minLength: 1, maxLength: 2 }),
        codes,
        async (clauses, length, run, seeds) => {
          fc.pre(run.length <= length[1]);
          const form = formOf(clauses, length);
          const constraint = new Constraint([
            withoutPhrases([[[5]]]),
            withForm(form, END),
            ...withPhrases([run.map((id) => [id])], roomOfForm(form), END),
            withoutRepeats(2),
          ]);
          for (const { ids, finished } of await writtenWith(way, constraint, 40, seeds)) {
            expect(shapeOf(ids)).toMatch(patternOf(clauses, length));
            expect(ids.some((_, at) => run.every((id, i) => ids[at + i] === id))).toBe(true);
            expect(ids).not.toContain(5);
            expect(finished).toBe("end");
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("writes clauses of many lengths, and closes a full one where its mark is likeliest", async () => {
    const form = formOf(3, [2, 5]);
    const texts = await writtenClosing(way, new Constraint([withForm(form, END)]), 18, MANY);
    const lengths = new Set<number>();
    for (const { index, ids } of texts) {
      expect(shapeOf(ids)).toMatch(patternOf(3, [2, 5]));
      let start = 0;
      for (const [i, clause] of shapeOf(ids).split(/[,.]/).slice(0, 3).entries()) {
        lengths.add(clause.length);
        if (clause.length === 5) {
          const scores = await alongside(scoringDecoder(VOCABULARY), index, ids, i % 2 === 0 ? COMMA : STOP);
          expect(scores[start + 5]).toBe(Math.max(...scores.slice(start + 2, start + 6)));
        }
        start += clause.length + 1;
      }
    }
    expect([...lengths].sort()).toEqual([2, 3, 4, 5]);
  });

  it("ends a clause where the model would, and one that has no such place where it comes nearest to one", async () => {
    // The mark suits after 6 7 as well as any word, and everywhere else hardly at all: least badly after 6 9 9.
    const decoder = tellingDecoder(12, (ids) => {
      if (ids.at(-1) === COMMA) return { 6: -0.1 };
      if (ids.at(-1) === STOP) return { [END]: -0.1 };
      const clause = ids.slice(ids.lastIndexOf(COMMA) + 1);
      const mark = ids.includes(COMMA) ? STOP : COMMA;
      if (clause.length === 0) return { 6: -0.1 };
      if (clause.at(-1) === 7) return { [mark]: -0.1, 8: -3 };
      if (!ids.includes(COMMA)) return { 9: -0.1, [mark]: clause.length === 3 ? -5 : -9 };
      return { 7: -0.1, [mark]: -9 };
    });
    const constraint = new Constraint([withForm(formOf(2, [2, 6]), END)]);
    const [text] = await writtenClosing(way, constraint, 20, [0], { decoder });
    expect(text).toMatchObject({ index: 0, ids: [6, 9, 9, COMMA, 6, 7, STOP], finished: "end" });
  });

  it("lets no clause end before it has what no later one has room for", async () => {
    const form = formOf(2, [1, 4]);
    // A mark is what the model would write everywhere.
    const decoder = tellingDecoder(12, () => ({ [COMMA]: -0.1, [STOP]: -0.1, 6: -3 }));
    const phrases = [
      [[7], [8], [9]],
      [[10], [11], [9]],
    ];
    const constraint = new Constraint([withForm(form, END), ...withPhrases(phrases, roomOfForm(form), END)]);
    const [text] = await writtenWith(way, constraint, 10, [0], { decoder });
    const ids = text?.ids.join() ?? "";
    expect(ids).toContain("7,8,9");
    expect(ids).toContain("10,11,9");
    expect(shapeOf(text?.ids ?? [])).toMatch(patternOf(2, [1, 4]));
  });

  it("writes a text alike alone and among others", async () => {
    const constraint = new Constraint([withForm(formOf(3, [2, 5]), END), withoutRepeats(2)]);
    const many = await writtenClosing(way, constraint, 18, MANY);
    expect(await writtenClosing(way, constraint, 18, [0])).toEqual([many[0]]);
    if (way === "greedy" || way === "beam")
      expect((await writtenClosing(way, constraint, 18, [59]))[0]?.ids).toEqual(many[59]?.ids);
  });

  it("goes on with the label of each code", async () => {
    // Words are the label's number; the mark is likeliest after as many of them, and never likely.
    const decoder = tellingDecoder(12, (ids, label) => {
      if (ids.at(-1) === COMMA) return { [END]: -0.1 };
      return { [label]: -0.1, [COMMA]: ids.length === label - 4 ? -4 : -30 };
    });
    const labels = [6, 8, 7];
    const labelOf = (index: number): number => labels[index] as number;
    const constraint = new Constraint([withForm(formOf(1, [1, 6]), END)]);
    const texts = await writtenClosing(way, constraint, 9, [0, 0, 0], { decoder, labelOf });
    expect(texts.map(({ ids }) => ids.join(""))).toEqual(["662", "88882", "7772"]);
  });

  it("names a code that does not fit by its number, whatever stands before it", async () => {
    const constraint = new Constraint([withForm(formOf(1, [1, 3]), END)]);
    const writing = writtenClosing(way, constraint, 4, [...Array(300).fill(1), Number.NaN]);
    await expect(writing).rejects.toThrow("Code 300 holds NaN");
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const decoder = abortingDecoder(scoringDecoder(VOCABULARY), controller, 20);
    const constraint = new Constraint([withForm(formOf(4, [2, 9]), END)]);
    const writing = writtenClosing(way, constraint, 40, MANY, { decoder, signal: controller.signal });
    await expect(writing).rejects.toThrow("left");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(decoder.steps()).toBeLessThan(24);
  });
});
