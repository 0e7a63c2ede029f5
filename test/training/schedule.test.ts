// The weights of what is asked of codes over the steps of a run.
import { describe, expect, it } from "vitest";
import { instanceNoise, isSettled, rateFactor, scheduledWeight } from "../../src/training/schedule.ts";

const SETTINGS = { regularizer: "kl", codeClassifierWeight: 0, warmupSteps: 3, rampSteps: 4, cycles: 1 } as const;
const WEIGHT = 2;

const weights = (settings: Partial<typeof SETTINGS> | { cycles: number } | { rampSteps: number }, steps: number) =>
  Array.from({ length: steps }, (_, step) => scheduledWeight({ ...SETTINGS, ...settings }, WEIGHT, step));

describe("scheduledWeight", () => {
  it("is 0 while reconstruction is learnt alone, then rises in equal steps and stays", () => {
    expect(weights({}, 10)).toEqual([0, 0, 0, 0.5, 1, 1.5, 2, 2, 2, 2]);
  });

  it("begins at 0 again in each cycle, after as many steps at its full value as it rose", () => {
    const cycle = [0.5, 1, 1.5, 2, 2, 2, 2, 2];
    expect(weights({ cycles: 2 }, 23)).toEqual([0, 0, 0, ...cycle, ...cycle, 2, 2, 2, 2]);
  });

  it("is at its full value at once without a ramp, whatever the cycles", () => {
    expect(weights({ rampSteps: 0 }, 5)).toEqual([0, 0, 0, 2, 2]);
    expect(scheduledWeight({ ...SETTINGS, rampSteps: 0, cycles: 3 }, WEIGHT, 3)).toBe(2);
  });
});

describe("instanceNoise", () => {
  it("falls in equal steps to 0, and stays there", () => {
    const at = (step: number): number => instanceNoise({ instanceNoise: 0.5, instanceNoiseSteps: 5 }, step);
    expect([0, 1, 2, 3, 4, 5, 6, 1_000].map(at)).toEqual(
      [0.5, 0.4, 0.3, 0.2, 0.1, 0, 0, 0].map((value) => expect.closeTo(value, 12)),
    );
  });
});

describe("isSettled", () => {
  it.each([1, 2, 3])("is true from the step on after which the weight changes no more, of %i cycles", (cycles) => {
    const series = weights({ cycles }, 60);
    const last = series.findLastIndex((weight) => weight < 2);
    const settled = series.map((_, step) => isSettled({ ...SETTINGS, cycles }, step));
    expect(settled.indexOf(true)).toBe(last + 1);
    expect(settled.slice(last + 1).every(Boolean)).toBe(true);
  });

  it("is true from the beginning where nothing is asked of codes, and not where a classifier is to be deceived", () => {
    expect(isSettled({ ...SETTINGS, regularizer: "none" }, 0)).toBe(true);
    expect(isSettled({ ...SETTINGS, regularizer: "none", codeClassifierWeight: 1 }, 0)).toBe(false);
    expect(isSettled({ ...SETTINGS, regularizer: "none", codeClassifierWeight: 1 }, 6)).toBe(true);
  });
});

describe("rateFactor", () => {
  const factors = (schedule: "linear" | "hold" | "constant", steps: readonly number[]): number[] =>
    steps.map((step) => rateFactor(schedule, { lastStep: 100, maxMinutes: null }, null, { step, seconds: 0 }));

  it("falls linearly to a twentieth, from the start or after six tenths of the run, or stays", () => {
    const steps = [0, 50, 60, 80, 100, 120];
    const expected = {
      linear: [1, 0.525, 0.43, 0.24, 0.05, 0.05],
      hold: [1, 1, 1, 0.525, 0.05, 0.05],
      constant: [1, 1, 1, 1, 1, 1],
    };
    for (const schedule of ["linear", "hold", "constant"] as const)
      expect(factors(schedule, steps)).toEqual(expected[schedule].map((factor) => expect.closeTo(factor, 12)));
  });

  it("goes by the nearer end where steps and minutes are given, and stays where no end is", () => {
    const run = { lastStep: 100, maxMinutes: 1 };
    expect(rateFactor("hold", run, null, { step: 0, seconds: 48 })).toBeCloseTo(0.525, 12);
    expect(rateFactor("hold", run, null, { step: 80, seconds: 0 })).toBeCloseTo(0.525, 12);
    expect(rateFactor("hold", { lastStep: null, maxMinutes: null }, null, { step: 1e6, seconds: 1e6 })).toBe(1);
  });

  it("falls from where learning stood still to the end of the run, if that is before six tenths of it", () => {
    const run = { lastStep: 100, maxMinutes: null };
    const at = (step: number, stood: number): number =>
      rateFactor("hold", run, { step: stood, seconds: 0 }, { step, seconds: 0 });
    expect([20, 60, 100].map((step) => at(step, 20))).toEqual([1, 0.525, 0.05].map((f) => expect.closeTo(f, 12)));
    expect(at(80, 70)).toBeCloseTo(0.525, 12);
    const timed = { lastStep: null, maxMinutes: 1 };
    expect(rateFactor("hold", timed, { step: 5, seconds: 30 }, { step: 9, seconds: 45 })).toBeCloseTo(0.525, 12);
    for (const schedule of ["linear", "constant"] as const) {
      const place = { step: 50, seconds: 0 };
      expect(rateFactor(schedule, run, { step: 20, seconds: 0 }, place)).toBe(rateFactor(schedule, run, null, place));
    }
  });

  it("falls over two thirds of the steps that it was held, where no end is known", () => {
    const run = { lastStep: null, maxMinutes: null };
    const factors = [300, 400, 500, 900].map((step) =>
      rateFactor("hold", run, { step: 300, seconds: 9 }, { step, seconds: step }),
    );
    expect(factors).toEqual([1, 0.525, 0.05, 0.05].map((factor) => expect.closeTo(factor, 12)));
  });
});
