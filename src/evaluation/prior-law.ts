// How draws of the prior are distributed, exactly: one dimension of them, and two.
import type { Config } from "../model/config.ts";
import { normalDistribution } from "./sample-distances.ts";

export type PriorKind = Config["prior"];

export interface PriorLaw {
  /** As reports name it. */
  readonly name: string;
  /** The share of one dimension's values that are at most `x`, and their density at `x`. */
  distribution(x: number): number;
  density(x: number): number;
  /** The radius of the circle around 0 that holds `share` of two dimensions. */
  radius(share: number): number;
}

/** @param latent dimensions of a code, at least 2 for a sphere */
export function priorLaw(kind: PriorKind, latent: number): PriorLaw {
  return kind === "sphere" ? sphereLaw(latent) : NORMAL;
}

const NORMAL: PriorLaw = {
  name: "prior N(0, I)",
  distribution: normalDistribution,
  density: (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI),
  radius: (share) => Math.sqrt(-2 * Math.log(1 - share)),
};

/** A dimension of the sphere of radius √latent is `√latent·sin θ`, θ between −π/2 and π/2 with a density like cosⁿ θ, n = latent − 2. */
function sphereLaw(latent: number): PriorLaw {
  const radius = Math.sqrt(latent);
  const angleOf = (x: number): number => Math.asin(Math.min(1, Math.max(-1, x / radius)));
  const n = latent - 2;
  const whole = cosineIntegral(n, Math.PI / 2);
  return {
    name: "uniform prior on the sphere of radius √d",
    distribution: (x) => 0.5 + cosineIntegral(n, angleOf(x)) / (2 * whole),
    density: (x) => (Math.abs(x) < radius ? Math.cos(angleOf(x)) ** (n - 1) / (2 * whole * radius) : 0),
    // All but (1 − r²/latent)^(n/2) of two dimensions lie within r.
    radius: (share) => radius * Math.sqrt(n === 0 ? 1 : 1 - (1 - share) ** (2 / n)),
  };
}

/** `∫ cosⁿ` from 0 to `angle`, by parts: `(cosⁿ⁻¹·sin + (n − 1) ∫ cosⁿ⁻²)/n`, whose terms all have one sign. */
function cosineIntegral(n: number, angle: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  let integral = n % 2 === 0 ? angle : sine;
  for (let k = 2 + (n % 2); k <= n; k += 2) integral = (cosine ** (k - 1) * sine + (k - 1) * integral) / k;
  return integral;
}
