// Averages of weights: against the closed form of their shares, and kept over a stop.
import { describe, expect, it } from "vitest";
import type { NamedArray, NamedArrays } from "../../src/engine/types.ts";
import { AVERAGED_STEPS, isAverage, lastAveraged, WeightAverage } from "../../src/training/weight-average.ts";

const weights = (...values: number[]): NamedArrays =>
  new Map<string, NamedArray>([
    ["a", { shape: [values.length], data: Float32Array.from(values) }],
    ["b", { shape: [], data: Float32Array.of(-(values[0] as number)) }],
  ]);

const valuesOf = (average: WeightAverage): number[] => [...average.weights().values()].flatMap(({ data }) => [...data]);

describe("WeightAverage", () => {
  it("gives the k-th of n weights the share (k^p − (k−1)^p) / n^p, where 1 / (p + 1) is their mean age", () => {
    const [n, share] = [40, 0.2];
    const p = 1 / share - 1;
    const average = new WeightAverage(weights(99, 99), share);
    let [expected, age] = [0, 0];
    for (let k = 1; k <= n; k++) {
      const part = (k ** p - (k - 1) ** p) / n ** p;
      expected += part * Math.sin(k);
      age += part * (1 - (k - 0.5) / n);
      average.add(weights(Math.sin(k), 2 * Math.sin(k)), k * AVERAGED_STEPS);
    }
    const close = [expected, 2 * expected, -expected].map((value) => expect.closeTo(value, 5));
    expect(valuesOf(average)).toEqual(close);
    expect(age).toBeCloseTo(share, 2);
  });

  it("weighs the last steps by how many they stand for, and takes none in twice", () => {
    const [share, steps] = [0.2, [20, 40, 50, 60, 61, 80]];
    const p = 1 / share - 1;
    const average = new WeightAverage(weights(99, 99), share);
    let expected = 0;
    for (const [k, step] of steps.entries()) {
      expected += (step ** p - (steps[k - 1] ?? 0) ** p) * Math.sin(step);
      for (const value of [Math.sin(step), 99]) average.add(weights(value, 0), step);
      expect(average.last).toBe(step);
    }
    expect(valuesOf(average)[0]).toBeCloseTo(expected / 80 ** p, 5);
  });

  it("of a checkpoint from before had taken in the last multiple of 20 steps", () => {
    expect([lastAveraged({ step: 59, averaged: null }), lastAveraged({ step: 60, averaged: null })]).toEqual([40, 60]);
    expect(lastAveraged({ step: 59, averaged: 50 })).toBe(50);
  });

  it("is the first weights until others come, and goes on from what was kept", () => {
    const average = new WeightAverage(weights(1, 2), 0.1);
    expect(valuesOf(average)).toEqual([1, 2, -1]);
    average.add(weights(3, 4), 10 * AVERAGED_STEPS);
    const kept = average.kept();
    expect([...kept.keys()].every(isAverage)).toBe(true);
    const again = WeightAverage.of(weights(7, 7), 0.1, kept, average.last);
    for (const one of [average, again]) one.add(weights(5, 6), 11 * AVERAGED_STEPS);
    expect(valuesOf(again)).toEqual(valuesOf(average));
  });

  it("begins with the present weights where none, or not all, were kept, and leaves those alone", () => {
    const present = weights(7, 8);
    const kept = new Map([...new WeightAverage(weights(1, 2), 0.1).kept()].slice(0, 1));
    for (const before of [undefined, new Map(), kept])
      expect(valuesOf(WeightAverage.of(present, 0.1, before, 3))).toEqual([7, 8, -7]);
    const average = new WeightAverage(present, 0.1);
    average.add(weights(0, 0), 5 * AVERAGED_STEPS);
    expect([...(present.get("a")?.data ?? [])]).toEqual([7, 8]);
  });
});
