// The noise on codes: how it is drawn, and who has none.
import { describe, expect, it } from "vitest";
import { meanAndCovariance } from "../../src/model/aggregate.ts";
import { isotropicNoise, withNoise } from "../../src/model/code-noise.ts";
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
