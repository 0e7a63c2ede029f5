// When learning stands still: gains in the hundredth, counted in reports.
import { describe, expect, it } from "vitest";
import { type Standstill, standsStill, standstillAfter } from "../../src/training/standstill.ts";

const after = (reconstructions: readonly number[]): Standstill =>
  reconstructions.reduce<Standstill | null>(standstillAfter, null) as Standstill;

describe("a standstill", () => {
  it("counts reports since the last gain of a hundredth, and small gains add up", () => {
    expect(after([2])).toEqual({ reconstruction: 2, reports: 0 });
    expect(after([2, 1.99, 2.5, 1.985])).toEqual({ reconstruction: 2, reports: 3 });
    expect(after([2, 1.99, 1.985, 1.979])).toEqual({ reconstruction: 1.979, reports: 0 });
    expect(after([0, 0])).toEqual({ reconstruction: 0, reports: 1 });
  });

  it("is reached after half of the reports that patience allows", () => {
    const stands = (reports: number, patience: number): boolean =>
      standsStill({ reconstruction: 1, reports }, patience);
    expect([stands(4, 10), stands(5, 10)]).toEqual([false, true]);
    expect([stands(0, 1), stands(1, 1)]).toEqual([false, true]);
    expect([stands(1, 3), stands(2, 3)]).toEqual([false, true]);
  });
});
