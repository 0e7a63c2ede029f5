// The divergence of codes as one Gaussian: by hand, against eigenvalues, and against true draws.
import { describe, expect, it } from "vitest";
import { divergenceOfDraws, gaussianDivergence, meanAndCovariance } from "../../src/model/aggregate.ts";
import { symmetricEigen } from "../../src/model/symmetric-eigen.ts";
import { RandomStream } from "../../src/random.ts";

const draws = (count: number, dimensions: number, name: string): Float32Array[] => {
  const random = RandomStream.named(1, name);
  return Array.from({ length: count }, () => random.fillGaussian(new Float32Array(dimensions)));
};

describe("gaussianDivergence", () => {
  it("gives the divergence of Gaussians worked out by hand", () => {
    // ½(Tr Σ + μᵀμ − d − ln |Σ|) for Σ = diag(2, 1), μ = (1, 0): ½(3 + 1 − 2 − ln 2).
    const divergence = gaussianDivergence(Float64Array.of(1, 0), [Float64Array.of(2, 0), Float64Array.of(0, 1)]);
    expect(divergence).toBeCloseTo((2 - Math.log(2)) / 2, 12);
  });

  it("is that of the eigenvalues for correlated dimensions", () => {
    const codes = draws(50, 6, "mixed").map((code) => code.map((value, i) => value + 0.8 * (code[(i + 1) % 6] ?? 0)));
    const { mean, covariance } = meanAndCovariance(codes);
    const spread = symmetricEigen(covariance).values.reduce((sum, value) => sum + value - 1 - Math.log(value), 0);
    const shift = mean.reduce((sum, value) => sum + value * value, 0);
    expect(gaussianDivergence(mean, covariance)).toBeCloseTo((spread + shift) / 2, 9);
  });

  it("is null where a direction has no variance: of fewer codes than dimensions, or of dimensions that depend on each other", () => {
    const of = (codes: readonly Float32Array[]): number | null => {
      const { mean, covariance } = meanAndCovariance(codes);
      return gaussianDivergence(mean, covariance);
    };
    expect(of(draws(4, 8, "few"))).toBeNull();
    expect(of(draws(50, 1, "line").map(([x = 0]) => Float32Array.of(x, -2 * x)))).toBeNull();
    expect(of(draws(50, 2, "flat").map(([x = 0]) => Float32Array.of(x, 3)))).toBeNull();
  });
});

describe("divergenceOfDraws", () => {
  it.each([
    [20, 3],
    [60, 16],
    [400, 32],
  ])("is the mean over sets of %i true draws in %i dimensions", (count, dimensions) => {
    const found = Array.from({ length: 200 }, (_, i) => {
      const { mean, covariance } = meanAndCovariance(draws(count, dimensions, `set ${i}`));
      return gaussianDivergence(mean, covariance) ?? Number.NaN;
    });
    const average = found.reduce((sum, value) => sum + value, 0) / found.length;
    expect(divergenceOfDraws(count, dimensions) / average).toBeCloseTo(1, 1);
  });

  it("is what one dimension gives by hand", () => {
    // n = 3: ½(1/3 + ln 1 − ψ(1)), and ψ(1) = −γ.
    expect(divergenceOfDraws(3, 1)).toBeCloseTo((1 / 3 + 0.5772156649015329) / 2, 9);
  });
});
