// Plans of an epoch: every sentence once, hardly any padding, the same again from the same seed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { RandomStream } from "../../src/random.ts";
import { planEpoch } from "../../src/text/batches.ts";

const lengthsArray = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 200 });
const plain = (batches: Uint32Array[]) => batches.map((batch) => [...batch]);

function randomLengths(count: number): Uint16Array {
  const random = RandomStream.named(1, "lengths");
  return Uint16Array.from({ length: count }, () => 1 + random.integer(30));
}

describe("planEpoch", () => {
  it("holds every sentence once and keeps to both limits", () => {
    const limits = fc.record({
      batchSize: fc.integer({ min: 1, max: 20 }),
      tokenBudget: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(lengthsArray, limits, fc.integer(), fc.nat(), (lengths, { batchSize, tokenBudget }, seed, epoch) => {
        const batches = plain(planEpoch(lengths, { batchSize, tokenBudget, seed, epoch }));
        expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
        for (const batch of batches) {
          const inside = batch.map((sentence) => lengths[sentence] ?? 0);
          expect(inside).toEqual([...inside].sort((a, b) => a - b));
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          if (batch.length > 1) expect(batch.length * Math.max(...inside)).toBeLessThanOrEqual(tokenBudget);
        }
      }),
    );
  });

  it("makes as few batches of a size as can be, and mixes no more than the left-overs", () => {
    fc.assert(
      fc.property(lengthsArray, fc.integer({ min: 1, max: 20 }), (lengths, batchSize) => {
        const batches = plain(planEpoch(lengths, { batchSize, seed: 1, epoch: 0 }));
        expect(batches.length).toBe(Math.ceil(lengths.length / batchSize));
        const pure = batches.filter((batch) => new Set(batch.map((sentence) => lengths[sentence])).size === 1);
        let possible = 0;
        for (const length of new Set(lengths)) {
          possible += Math.floor(lengths.filter((other) => other === length).length / batchSize);
        }
        expect(pure.length).toBeGreaterThanOrEqual(possible);
      }),
    );
  });

  it("has one batch below the token budget at most, the budget filled but for one sentence", () => {
    const lengths = randomLengths(5000);
    const batches = planEpoch(lengths, { tokenBudget: 600, seed: 1, epoch: 0 });
    const wasteful = batches.filter((batch) => {
      const longest = Math.max(...Array.from(batch, (sentence) => lengths[sentence] ?? 0));
      // A mixed batch ends before a sentence of the next length, which may be longer by one.
      return (batch.length + 1) * (longest + 1) <= 600;
    });
    expect(wasteful.length).toBeLessThanOrEqual(1);
  });

  it("pads next to nothing", () => {
    const lengths = randomLengths(20_000);
    let padded = 0;
    for (const batch of planEpoch(lengths, { batchSize: 64, seed: 1, epoch: 0 })) {
      const inside = Array.from(batch, (sentence) => lengths[sentence] ?? 0);
      padded += batch.length * Math.max(...inside);
    }
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    expect(padded / tokens).toBeLessThan(1.01);
  });

  it("gives the same plan for the same seed and epoch, and others for others", () => {
    const lengths = randomLengths(1000);
    const plan = (seed: number, epoch: number) => plain(planEpoch(lengths, { batchSize: 8, seed, epoch }));
    expect(plan(3, 0)).toEqual(plan(3, 0));
    expect(plan(3, 1)).not.toEqual(plan(3, 0));
    expect(plan(4, 0)).not.toEqual(plan(3, 0));
    // Not only the order of the batches is new: the sentences meet others.
    const keys = (batches: number[][]) => new Set(batches.map((batch) => [...batch].sort((a, b) => a - b).join()));
    const before = keys(plan(3, 0));
    const kept = [...keys(plan(3, 1))].filter((key) => before.has(key));
    expect(kept.length).toBeLessThan(before.size / 10);
  });

  it("does not go through the lengths in order", () => {
    const lengths = randomLengths(2000);
    const firsts = planEpoch(lengths, { batchSize: 8, seed: 1, epoch: 0 }).map((batch) => lengths[batch[0] ?? 0] ?? 0);
    const rises = firsts.slice(1).filter((length, i) => length > (firsts[i] ?? 0)).length;
    expect(rises / firsts.length).toBeGreaterThan(0.4);
  });

  it("gives a sentence longer than the token budget a batch of its own", () => {
    const batches = plain(planEpoch([50, 2, 50, 2], { tokenBudget: 10, seed: 1, epoch: 0 }));
    expect(batches.sort((a, b) => b.length - a.length).map((batch) => batch.sort())).toEqual(
      expect.arrayContaining([[1, 3], [0], [2]]),
    );
    expect(batches).toHaveLength(3);
  });

  it("plans a million sentences, each once", () => {
    const lengths = randomLengths(1_000_000);
    const seen = new Uint8Array(lengths.length);
    for (const batch of planEpoch(lengths, { batchSize: 64, seed: 1, epoch: 0 }))
      for (const index of batch) seen[index] = (seen[index] ?? 0) + 1;
    expect(seen.every((times) => times === 1)).toBe(true);
  });

  it("plans nothing for no sentences", () => {
    expect(planEpoch([], { batchSize: 4, seed: 1, epoch: 0 })).toEqual([]);
  });

  it("refuses limits out of range, and none at all", () => {
    expect(() => planEpoch([1], { seed: 1, epoch: 0 })).toThrow(/Neither a batch size nor a token budget/);
    expect(() => planEpoch([1], { batchSize: 0, seed: 1, epoch: 0 })).toThrow("The batch size is 0");
    expect(() => planEpoch([1], { tokenBudget: 2.5, seed: 1, epoch: 0 })).toThrow(InputError);
  });
});
