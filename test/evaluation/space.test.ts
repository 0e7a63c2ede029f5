// Figures of the space of codes against known values, true draws and spaces that are made to be good or bad.
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { neighbourhood, rankCorrelation } from "../../src/evaluation/neighbourhood.ts";
import { priorMatch } from "../../src/evaluation/prior-match.ts";
import {
  criticalKolmogorovSmirnov,
  kolmogorovSmirnov,
  normalDistribution,
  slicedWasserstein,
  squaredDiscrepancy,
} from "../../src/evaluation/sample-distances.ts";
import { fillPrior } from "../../src/model/prior.ts";
import { RandomStream } from "../../src/random.ts";

function draws(
  count: number,
  size: number,
  name: string,
  change = (value: number, _k: number) => value,
): Float32Array[] {
  const random = RandomStream.named(1, name);
  return Array.from({ length: count }, () => random.fillGaussian(new Float32Array(size)).map(change));
}

describe("normalDistribution", () => {
  it("gives tabulated values, far out too", () => {
    expect(normalDistribution(0)).toBe(0.5);
    expect(normalDistribution(1)).toBeCloseTo(0.841344746068543, 13);
    expect(normalDistribution(-1.96)).toBeCloseTo(0.0249978951482204, 13);
    expect(normalDistribution(-4) / 3.16712418331199e-5).toBeCloseTo(1, 10);
    expect(normalDistribution(-8) / 6.22096057427178e-16).toBeCloseTo(1, 10);
    expect([normalDistribution(-50), normalDistribution(50)]).toEqual([0, 1]);
  });
});

describe("kolmogorovSmirnov", () => {
  it("is the largest difference of the distribution functions", () => {
    expect(kolmogorovSmirnov([0])).toBe(0.5);
    // Φ(−1) = 0.1587: at −1 the steps are 0 and 1/3, so 1/3 − 0.1587 is the largest.
    expect(kolmogorovSmirnov([1, -1, 0])).toBeCloseTo(1 / 3 - 0.158655253931457, 12);
    expect(kolmogorovSmirnov([9, 9, 9])).toBeCloseTo(1, 12);
    expect(() => kolmogorovSmirnov([])).toThrow(InputError);
  });

  it("exceeds its critical value for true draws about five times in a hundred", () => {
    const random = RandomStream.named(3, "ks");
    const rejected = Array.from({ length: 1_000 }, () => kolmogorovSmirnov(random.fillGaussian(new Float32Array(200))));
    const share = rejected.filter((value) => value > criticalKolmogorovSmirnov(200)).length / 1_000;
    expect(share).toBeGreaterThan(0.025);
    expect(share).toBeLessThan(0.075);
  });
});

describe("squaredDiscrepancy", () => {
  it("gives the value of two small sets worked out by hand", () => {
    // One dimension, constants 0.2 … 20. Within {0, 1} and {3, 4} the distance is 1; between them 9, 16, 4, 9.
    const kernel = (square: number) =>
      [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce((sum, scale) => sum + (2 * scale) / (2 * scale + square), 0);
    const expected = 2 * kernel(1) - (2 * (2 * kernel(9) + kernel(16) + kernel(4))) / 4;
    expect(squaredDiscrepancy([[0], [1]], [[3], [4]])).toBeCloseTo(expected, 12);
  });

  it("is about 0 for two samples of one distribution, and larger for another", () => {
    const [a, b] = [draws(500, 8, "a"), draws(500, 8, "b")];
    expect(Math.abs(squaredDiscrepancy(a, b))).toBeLessThan(0.005);
    expect(
      squaredDiscrepancy(
        a,
        draws(500, 8, "b", (value) => 2 * value),
      ),
    ).toBeGreaterThan(0.1);
  });
});

describe("slicedWasserstein", () => {
  it("is the mean squared shift a dimension, and the squared difference of the scales", () => {
    const points = draws(2_000, 16, "points");
    const shifted = points.map((point) => point.map((value) => value + 1));
    expect(slicedWasserstein(points, shifted, { directions: 2_000 })).toBeCloseTo(1, 0);
    expect(slicedWasserstein(points, points)).toBe(0);
    expect(
      slicedWasserstein(
        points,
        points.map((point) => point.map((value) => 2 * value)),
      ),
    ).toBeCloseTo(1, 0);
  });

  it("refuses sets of different sizes", () => {
    expect(() => slicedWasserstein([[1], [2]], [[1], [2], [3]])).toThrow("got 2 and 3");
  });
});

describe("priorMatch", () => {
  it("finds true draws like true draws", () => {
    const { model, prior } = priorMatch(draws(2_000, 10, "codes"));
    expect(model.activeUnits).toBe(10);
    expect(model.wideUnits).toBe(10);
    expect(model.kolmogorovSmirnov.largest).toBeLessThan(0.05);
    expect(Math.abs(model.discrepancy)).toBeLessThan(0.003);
    expect(model.slicedWasserstein).toBeLessThan(0.01);
    expect(model.gaussianDivergence as number).toBeLessThan(0.06);
    expect(prior.gaussianDivergence as number).toBeLessThan(0.06);
  });

  it("compares codes with the prior that they are of: a sphere of few dimensions is far from N(0, I)", () => {
    const random = RandomStream.named(2, "sphere");
    const codes = Array.from({ length: 2_000 }, () =>
      fillPrior({ prior: "sphere", latent: 3 }, random, new Float32Array(3)),
    );
    const [own, other] = [priorMatch(codes, { kind: "sphere" }), priorMatch(codes)];
    expect(own.model.kolmogorovSmirnov.rejected).toBe(0);
    expect(own.prior.statistics.norm.deviation).toBeLessThan(1e-6);
    expect(Math.abs(own.model.discrepancy)).toBeLessThan(0.003);
    expect(own.model.slicedWasserstein).toBeLessThan(0.01);
    expect(other.model.kolmogorovSmirnov.rejected).toBe(1);
    expect(other.model.discrepancy).toBeGreaterThan(0.01);
  });

  it("finds a narrow dimension, a dead one, and a shifted one", () => {
    const codes = draws(1_000, 4, "codes", (value, k) => [value, 0.3 * value, 0, value + 1][k] ?? 0);
    const { model, byDimension } = priorMatch(codes);
    expect(model.activeUnits).toBe(3);
    expect(model.wideUnits).toBe(2);
    expect(model.kolmogorovSmirnov.rejected).toBe(0.75);
    expect(byDimension.map((distance) => distance > 0.1)).toEqual([false, true, true, true]);
    expect(byDimension[2]).toBeCloseTo(0.5, 6);
    expect(model.gaussianDivergence).toBeNull(); // no density
  });

  it("counts as active what varies without the noise", () => {
    const means = draws(1_000, 3, "means", (value, k) => [value, 0.2 * value, 0.01 * value][k] ?? 0);
    const noise = draws(1_000, 3, "noise");
    const { model } = priorMatch(
      means.map((code, i) => code.map((value, k) => value + (noise[i]?.[k] ?? 0))),
      { means },
    );
    expect(model.activeUnits).toBe(2);
    expect(priorMatch(noise).model.activeUnits).toBe(3);
  });

  it("refuses a single code", () => {
    expect(() => priorMatch([Float32Array.of(1)])).toThrow(InputError);
  });
});

describe("rankCorrelation", () => {
  it("is 1 for one order, −1 for the opposite, and shares the ranks of equal values", () => {
    expect(rankCorrelation([1, 5, 9], [2, 3, 100])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 5, 9], [3, 2, 1])).toBeCloseTo(-1, 12);
    // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5/√(4.5 · 5).
    expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(rankCorrelation([1, 1], [1, 2])).toBe(0);
  });
});

describe("neighbourhood", () => {
  // Sentences of one repeated word, n times: edit distance grows with the difference of their lengths.
  const sentences = Array.from({ length: 60 }, (_, i) => new Array(i + 1).fill(1));
  const line = sentences.map((_, i) => Float32Array.of(Math.log(i + 1)));
  // By their angles as the codes on their line; their lengths, which do not count, would turn the order around.
  const embeddings = line.map(([angle = 0], i) => {
    const length = 1_000 / (i + 1) ** 2;
    return Float64Array.of(length * Math.cos(angle / 2), length * Math.sin(angle / 2));
  });
  const scattered = draws(60, 3, "scattered");

  it("finds a space that keeps the order of edit distances, and one that keeps nothing", () => {
    // |m − n| / max(m, n) = 1 − e^(−|ln m − ln n|) rises with the distance of the codes.
    const good = neighbourhood(sentences, line, embeddings, { nearest: 5 });
    expect(good.recall).toBeCloseTo(1, 12);
    expect(good.editCorrelation).toBeCloseTo(1, 4); // codes are rounded to float32
    expect(good.embeddingCorrelation).toBeCloseTo(1, 4);
    const bad = neighbourhood(sentences, scattered, embeddings, { nearest: 5 });
    expect(Math.abs(bad.editCorrelation)).toBeLessThan(0.2);
    expect(bad.recall).toBeLessThan(0.25);
    expect(bad.embeddingRecall).toBeCloseTo(1, 12);
    expect(bad.chanceRecall).toBeCloseTo(5 / 59, 2);
  });

  it("looks for fewer neighbours where there are few sentences, and refuses two", () => {
    expect(neighbourhood(sentences.slice(0, 5), line.slice(0, 5), embeddings.slice(0, 5)).nearest).toBe(3);
    expect(() => neighbourhood(sentences.slice(0, 2), line.slice(0, 2), embeddings.slice(0, 2))).toThrow("got 2");
  });
});
