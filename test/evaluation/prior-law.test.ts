// The exact laws of the priors against known ones, and against each other.
import { describe, expect, it } from "vitest";
import { priorLaw } from "../../src/evaluation/prior-law.ts";

/** ∫ density from `from` to `to`, by the midpoints of many strips. */
function area(density: (x: number) => number, from: number, to: number): number {
  const strips = 20_000;
  const width = (to - from) / strips;
  let sum = 0;
  for (let i = 0; i < strips; i++) sum += density(from + (i + 0.5) * width);
  return sum * width;
}

describe("priorLaw", () => {
  it("gives a dimension of the sphere in space a uniform distribution (Archimedes), and one of the circle that of the arcsine", () => {
    const space = priorLaw("sphere", 3);
    for (const x of [-1.7, -0.4, 0, 1, 1.5]) {
      expect(space.distribution(x)).toBeCloseTo(0.5 + x / (2 * Math.sqrt(3)), 12);
      expect(space.density(x)).toBeCloseTo(1 / (2 * Math.sqrt(3)), 12);
    }
    const circle = priorLaw("sphere", 2);
    for (const x of [-1.2, 0, 0.7]) {
      expect(circle.distribution(x)).toBeCloseTo(0.5 + Math.asin(x / Math.SQRT2) / Math.PI, 12);
      expect(circle.density(x)).toBeCloseTo(1 / (Math.PI * Math.sqrt(2 - x * x)), 12);
    }
  });

  it.each([
    ["sphere", 4],
    ["sphere", 7],
    ["sphere", 32],
    ["gaussian", 5],
  ] as const)("has a density whose integral is the distribution: %s of %i", (kind, latent) => {
    const law = priorLaw(kind, latent);
    for (const x of [-1.9, -0.5, 0, 1.1, 1.99]) expect(area(law.density, -10, x)).toBeCloseTo(law.distribution(x), 5);
    expect([law.distribution(-60), law.distribution(60)]).toEqual([0, 1]);
  });

  it("says that two dimensions of N(0, I) and of spheres lie in circles of the share asked for", () => {
    expect(priorLaw("gaussian", 8).radius(0.5)).toBeCloseTo(Math.sqrt(2 * Math.LN2), 12);
    expect(priorLaw("sphere", 2).radius(0.3)).toBeCloseTo(Math.SQRT2, 12);
    // Two of four dimensions: r²/4 is uniform.
    expect(priorLaw("sphere", 4).radius(0.25)).toBeCloseTo(1, 12);
  });

  it("comes to N(0, I) where a sphere has many dimensions", () => {
    const [sphere, gaussian] = [priorLaw("sphere", 4_096), priorLaw("gaussian", 4_096)];
    for (const x of [-2, -1, 0, 0.5, 3]) expect(sphere.distribution(x)).toBeCloseTo(gaussian.distribution(x), 3);
    expect(sphere.radius(0.95)).toBeCloseTo(gaussian.radius(0.95), 2);
  });
});
