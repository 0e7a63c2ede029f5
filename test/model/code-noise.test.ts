// The noise on codes: how it is drawn, and who has none.
import { describe, expect, it } from "vitest";
import { meanAndCovariance } from "../../src/model/aggregate.ts";
import { drawnCodes, isotropicNoise, withNoise } from "../../src/model/code-noise.ts";
import { RandomStream } from "../../src/random.ts";

const plain = { latent: 2, gaussian: false, sphere: false };

describe("noise on codes", () => {
  it("has the covariance TᵀT around each code, and the same draws for the same stream", () => {
    const noise = { shape: [2, 2], data: Float32Array.of(0.5, 0.2, 0, 0.3) };
    const codes = Array.from({ length: 20_000 }, () => Float32Array.of(1, -2));
    const noisy = withNoise(codes, noise, RandomStream.named(1, "noise"));
    const { mean, covariance } = meanAndCovariance(noisy);
    expect([...mean]).toEqual([expect.closeTo(1, 1), expect.closeTo(-2, 1)]);
    expect(covariance.map((row) => [...row])).toEqual([
      [expect.closeTo(0.25, 2), expect.closeTo(0.1, 2)],
      [expect.closeTo(0.1, 2), expect.closeTo(0.04 + 0.09, 2)],
    ]);
    expect(withNoise(codes, noise, RandomStream.named(1, "noise"))).toEqual(noisy);
    expect(codes[0]).toEqual(Float32Array.of(1, -2));
  });

  it("is there in every direction alike, but not for Gaussian posteriors, on spheres and where none is asked for", () => {
    expect([...(isotropicNoise(plain, 0.5)?.data ?? [])]).toEqual([0.5, 0, 0, 0.5]);
    expect(isotropicNoise(plain, 0)).toBeUndefined();
    expect(isotropicNoise({ ...plain, gaussian: true }, 0.5)).toBeUndefined();
    expect(isotropicNoise({ ...plain, sphere: true }, 0.5)).toBeUndefined();
    const codes = [Float32Array.of(1, 2)];
    expect(withNoise(codes, undefined, RandomStream.named(1, "noise"))).toBe(codes);
  });
});

describe("drawn codes", () => {
  // Two kinds of Gaussians in turn. Means: (2, 0) and (−2, 0); variances: (0.5, 0.01) and (0.1, 0.05).
  const kinds = Array.from({ length: 20_000 }, (_, i) => i % 2);
  const codes = kinds.map((kind) => Float32Array.of(kind ? 2 : -2, 0));
  const variances = kinds.map((kind) => (kind ? Float32Array.of(0.5, 0.01) : Float32Array.of(0.1, 0.05)));
  const apart = { noise: undefined, sphere: false };
  const random = () => RandomStream.named(1, "draws");

  it("of Gaussians have the covariance of the means and the mean of the variances, each its own", () => {
    const drawn = drawnCodes({ codes, variances }, apart, random());
    const { mean, covariance } = meanAndCovariance(drawn);
    expect([...mean]).toEqual([expect.closeTo(0, 1), expect.closeTo(0, 1)]);
    expect(covariance[0]?.[0]).toBeCloseTo(4 + 0.3, 1);
    expect(covariance[1]?.[1]).toBeCloseTo(0.03, 3);
    expect(covariance[0]?.[1]).toBeCloseTo(0, 1);
    const wide = meanAndCovariance(drawn.filter((_, i) => kinds[i] === 1));
    expect([wide.covariance[0]?.[0], wide.covariance[1]?.[1]]).toEqual([
      expect.closeTo(0.5, 1),
      expect.closeTo(0.01, 3),
    ]);
    expect(codes[0]).toEqual(Float32Array.of(-2, 0));
  });

  it("of Gaussians on a sphere lie on it", () => {
    const drawn = drawnCodes({ codes, variances }, { ...apart, sphere: true }, random());
    for (const draw of drawn.slice(0, 100)) expect(Math.hypot(...draw)).toBeCloseTo(Math.SQRT2, 5);
    expect(new Set(drawn.slice(0, 100).map(String)).size).toBe(100);
  });

  it("of points have the noise, where there is some", () => {
    const noise = isotropicNoise(plain, 0.5);
    expect(drawnCodes({ codes }, { ...apart, noise }, random())).toEqual(withNoise(codes, noise, random()));
    expect(drawnCodes({ codes }, apart, random())).toEqual(codes);
  });
});
