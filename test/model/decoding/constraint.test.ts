// Constraints on what a decoder of noise writes, in each way of decoding.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beamSearch } from "../../../src/model/decoding/beam.ts";
import { Constraint } from "../../../src/model/decoding/constraint.ts";
import { roomOfForm, withForm } from "../../../src/model/decoding/form.ts";
import { type Phrase, withoutPhrases, withoutRepeats, withPhrases } from "../../../src/model/decoding/phrases.ts";
import { SharedBatch } from "../../../src/model/decoding/shared-batch.ts";
import { constrainedRule, greedyChoice } from "../../../src/model/decoding/token-rules.ts";
import { all, codesOf, END, scoringDecoder } from "./scoring-decoder.ts";
import { VOCABULARY, WAYS, written } from "./ways.ts";

const word = fc.integer({ min: 2, max: VOCABULARY - 1 });
const phraseOf = (ids: readonly number[]): Phrase => ids.map((id) => [id]);
const codes = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 6 });

/** Whether a run of ids stands in a sentence, by its letters. */
function says(ids: readonly number[], run: readonly number[]): boolean {
  const letters = (list: readonly number[]): string => String.fromCharCode(...list.map((id) => 97 + id));
  return letters(ids).includes(letters(run));
}

describe.each(WAYS)("under a constraint, %s decoding", (way) => {
  it("writes what it would write without one, where all tokens may come", async () => {
    const free = written(way, new Constraint([]), 9, [1, 2, 3]);
    expect(await written(way, new Constraint([withoutRepeats(8)]), 9, [1, 2, 3])).toEqual(await free);
  });

  it("never writes banned words or phrases", async () => {
    const banned = fc.array(fc.array(word, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(banned, codes, async (runs, seeds) => {
        const sentences = await written(way, new Constraint([withoutPhrases(runs.map(phraseOf))]), 10, seeds);
        for (const { ids } of sentences) for (const run of runs) expect(says(ids, run)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it("writes all required phrases, even where they take all the room there is", async () => {
    const required = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(required, fc.nat(4), codes, async (runs, spare, seeds) => {
        const maxLength = runs.flat().length + spare;
        const limits = withPhrases(runs.map(phraseOf), (ids) => [maxLength - ids.length], END);
        for (const { ids } of await written(way, new Constraint(limits), maxLength, seeds)) {
          for (const run of runs) expect(says(ids, run)).toBe(true);
          expect(ids.length).toBeLessThanOrEqual(maxLength);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("writes no run of n tokens twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), codes, async (n, seeds) => {
        for (const { ids } of await written(way, new Constraint([withoutRepeats(n)]), 30, seeds)) {
          const runs = ids.slice(n - 1).map((_, i) => ids.slice(i, i + n).join());
          expect(new Set(runs).size).toBe(runs.length);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("writes forms to the token, with what is required and without what is banned", async () => {
    const marks = [[2], [3]];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 5 }),
        fc.array(fc.integer({ min: 6, max: 11 }), { minLength: 1, maxLength: 2 }),
        codes,
        async (clauses, length, run, seeds) => {
          const form = {
            length,
            marks: Array.from({ length: clauses }, (_, i) => marks[i % 2] as number[]),
            outside: [2, 3, 4],
          };
          const limits = [
            withoutPhrases([[[5]]]),
            withForm(form, END),
            ...withPhrases([phraseOf(run)], roomOfForm(form), END),
            withoutRepeats(2),
          ];
          for (const { ids, finished } of await written(way, new Constraint(limits), 40, seeds)) {
            const shape = ids.map((id) => (id === 2 ? "," : id === 3 ? "." : id >= 6 ? "x" : "?")).join("");
            const expected = form.marks.map(([id]) => "x".repeat(length) + (id === 2 ? "," : ".")).join("");
            expect(shape).toBe(expected);
            expect(says(ids, run)).toBe(true);
            expect(finished).toBe("end");
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("writes a sentence alike alone and among others", async () => {
    const limits = [withoutPhrases([[[4]]]), withoutRepeats(2)];
    const many = await written(way, new Constraint(limits), 12, [5, 6, 7, 8, 9]);
    // Draws are seeded by place, so that the first code is the one to compare.
    const [alone] = await written(way, new Constraint(limits), 12, [5]);
    expect(many[0]).toEqual(alone);
    expect(many[0]?.ids).not.toEqual(many[1]?.ids);
  });
});

describe("a constraint", () => {
  it("shares a batch with others, each for its own sentences", async () => {
    const batch = new SharedBatch(scoringDecoder(VOCABULARY));
    const constraints = [[[2]], [[3]], [[4]]].map((run) => new Constraint([withoutPhrases([run])]));
    const ruleOf = (constraint: Constraint) =>
      constrainedRule({ choiceOf: () => greedyChoice, constraintOf: () => constraint });
    const decode = (shared: SharedBatch, constraint: Constraint) =>
      all(shared.decode(codesOf(1, 2, 3, 4), { maxLength: 15, rule: ruleOf(constraint) }));
    const together = await Promise.all(constraints.map((constraint) => decode(batch, constraint)));
    for (const [i, constraint] of constraints.entries()) {
      expect(together[i]).toEqual(await decode(new SharedBatch(scoringDecoder(VOCABULARY)), constraint));
      expect(together[i]?.some(({ ids }) => ids.includes(2 + i))).toBe(false);
    }
    expect(together[0]).not.toEqual(together[1]);
  });

  it("lets a limit that leaves nothing give way to those before it", () => {
    const scores = Float32Array.of(-1, -2, -3);
    const constraint = new Constraint([() => ({ never: [0] }), () => ({ only: [0] }), () => ({ never: [1, 2, 2] })]);
    constraint.apply(scores, []);
    expect([...scores]).toEqual([Number.NEGATIVE_INFINITY, -2, -3]);
  });
});

describe("beam search", () => {
  it("prefers longer sentences the larger the length penalty", async () => {
    const lengths = await Promise.all(
      [0, 1, 3].map(async (lengthPenalty) => {
        const codes = codesOf(...Array.from({ length: 40 }, (_, i) => i));
        const found = await all(
          beamSearch(scoringDecoder(VOCABULARY), codes, {
            maxLength: 12,
            beam: 6,
            lengthPenalty,
            constraintOf: () => new Constraint([]),
          }),
        );
        return found.reduce((sum, { ids }) => sum + ids.length, 0);
      }),
    );
    expect(lengths[1]).toBeGreaterThan(lengths[0] as number);
    expect(lengths[2]).toBeGreaterThan(lengths[1] as number);
  });
});
