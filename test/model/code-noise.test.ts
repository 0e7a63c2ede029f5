// The noise on codes: how it is drawn, and what runs have.
import { describe, expect, it } from "vitest";
import { meanAndCovariance } from "../../src/model/aggregate.ts";
import { drawnCodes, isotropicNoise, noiseOfRun, withNoise } from "../../src/model/code-noise.ts";
import { RandomStream } from "../../src/random.ts";

const plain = { latent: 2 };

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

  it("is there in every direction alike, but not where none is asked for", () => {
    expect([...(isotropicNoise(plain, 0.5)?.data ?? [])]).toEqual([0.5, 0, 0, 0.5]);
    expect(isotropicNoise(plain, 0)).toBeUndefined();
    const codes = [Float32Array.of(1, 2)];
    expect(withNoise(codes, undefined, RandomStream.named(1, "noise"))).toBe(codes);
  });

  it("of a run is what was kept, or what its settings say where codes were never whitened", () => {
    const settings = { codes: "whitened", posterior: "point", prior: "gaussian", latent: 2, latentNoise: 0.5 } as const;
    const [kept, own] = [{ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, isotropicNoise(plain, 0.5)];
    expect(noiseOfRun(settings, kept)).toBe(kept);
    expect(noiseOfRun(settings, undefined)).toBeUndefined();
    expect(noiseOfRun({ ...settings, codes: "learnt" }, undefined)).toEqual(own);
    expect(noiseOfRun({ ...settings, posterior: "gaussian" }, undefined)).toEqual(own);
    expect(noiseOfRun({ ...settings, prior: "sphere" }, undefined)).toEqual(own);
    expect(noiseOfRun({ ...settings, prior: "sphere", latentNoise: 0 }, undefined)).toBeUndefined();
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

  it("of Gaussians have the noise beside their own", () => {
    const noise = isotropicNoise(plain, 0.5);
    const { covariance } = meanAndCovariance(drawnCodes({ codes, variances }, { ...apart, noise }, random()));
    expect(covariance[0]?.[0]).toBeCloseTo(4 + 0.3 + 0.25, 1);
    expect(covariance[1]?.[1]).toBeCloseTo(0.03 + 0.25, 2);
  });

  it("of points on a sphere are turned by the noise, and are the codes themselves without it", () => {
    const on = [Float32Array.of(1, 1), Float32Array.of(-1, 1)];
    const sphere = { noise: isotropicNoise(plain, 0.5), sphere: true };
    const drawn = drawnCodes({ codes: on }, sphere, random());
    const noisy = withNoise(on, sphere.noise, random());
    for (const [i, draw] of drawn.entries()) {
      const [x, y] = noisy[i] as Float32Array as unknown as [number, number];
      expect([...draw]).toEqual([x, y].map((value) => expect.closeTo((value * Math.SQRT2) / Math.hypot(x, y), 5)));
    }
    expect(on.map((code) => [...code])).toEqual([
      [1, 1],
      [-1, 1],
    ]);
    expect(drawnCodes({ codes: on }, { ...sphere, noise: undefined }, random())).toBe(on);
  });

  it("of points have the noise, where there is some", () => {
    const noise = isotropicNoise(plain, 0.5);
    expect(drawnCodes({ codes }, { ...apart, noise }, random())).toEqual(withNoise(codes, noise, random()));
    expect(drawnCodes({ codes }, apart, random())).toEqual(codes);
  });
});
