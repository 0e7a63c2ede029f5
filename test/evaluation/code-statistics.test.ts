// Statistics of codes against values worked out by hand and against codes drawn from the prior.
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { codeStatistics } from "../../src/evaluation/code-statistics.ts";
import { RandomStream } from "../../src/random.ts";

describe("codeStatistics", () => {
  it("gives the extremes of the dimensions' means and variances", () => {
    // Dimension 1: 3, −3 (mean 0, variance 18). Dimension 2: 4, 4 (mean 4, variance 0). Norms: 5, 5.
    expect(
      codeStatistics([
        [3, 4],
        [-3, 4],
      ]),
    ).toEqual({
      count: 2,
      dimensions: 2,
      mean: { minimum: 0, mean: 2, maximum: 4 },
      variance: { minimum: 0, mean: 9, maximum: 18 },
      matched: { mean: 1, variance: 0, both: 0 },
      norm: { mean: 5, deviation: 0, expected: Math.SQRT2 },
    });
  });

  it("counts the dimensions whose mean, whose variance, and whose both match the prior", () => {
    const half = Math.SQRT1_2; // ±half has variance 1 over two codes
    const first = [half, 1 + half, 0, 0.1 + half];
    const second = [-half, 1 - half, 0, 0.1 - half];
    expect(codeStatistics([first, second]).matched).toEqual({ mean: 3, variance: 3, both: 2 });
  });

  it("finds every dimension matched in codes of the prior, and norms around √d", () => {
    const random = RandomStream.named(1, "prior");
    const codes = Array.from({ length: 4000 }, () => [...random.fillGaussian(new Float32Array(16))]);
    const { matched, norm } = codeStatistics(codes);
    expect(matched).toEqual({ mean: 16, variance: 16, both: 16 });
    expect(norm.mean).toBeCloseTo(Math.sqrt(16 - 0.5), 1); // the chi distribution's mean
    expect(norm.deviation).toBeCloseTo(Math.SQRT1_2, 1);
  });

  it("finds no variance matched when codes are half as wide as the prior", () => {
    const random = RandomStream.named(2, "prior");
    const codes = Array.from({ length: 1000 }, () => [...random.fillGaussian(new Float32Array(8), 0.5)]);
    expect(codeStatistics(codes).matched).toEqual({ mean: 8, variance: 0, both: 0 });
  });

  it("refuses too few codes and codes of different lengths", () => {
    expect(() => codeStatistics([])).toThrow(InputError);
    expect(() => codeStatistics([[1, 2]])).toThrow("got 1 codes of 2");
    expect(() => codeStatistics([[], []])).toThrow("got 2 codes of 0");
    expect(() => codeStatistics([[1, 2], [3, 4], [5]])).toThrow("Code 3 has 1 dimensions, and code 1 has 2");
  });
});
