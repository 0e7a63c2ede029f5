// Regularizers along the trade between reconstruction and samples: each at several amounts of what a code may say.
import type { Variant } from "./variants.ts";

/**
 * Latent noise σ, which leaves codes of variance 1 a capacity of ½ ln(1/σ²) = −ln σ nats a dimension. `kl` is given as many free
 * nats, which is what it settles at, so that all curves are walked in the same steps.
 */
const NOISES = [0.3, 0.45, 0.6, 0.75] as const;

/** Named "mmd-0.45": regularizer, latent noise. */
export const CURVES: readonly Variant[] = [
  ...(["adversarial", "mmd", "none"] as const).flatMap((regularizer) =>
    NOISES.map((latentNoise) => ({
      name: `${regularizer}-${latentNoise}`,
      why: `${natsOf(latentNoise)} nats a dimension`,
      settings: { regularizer, latentNoise },
    })),
  ),
  ...NOISES.map((noise) => ({
    name: `kl-${noise}`,
    why: `${natsOf(noise)} free nats a dimension`,
    settings: { regularizer: "kl" as const, freeBits: natsOf(noise) },
  })),
];

function natsOf(noise: number): number {
  return Number(-Math.log(noise).toFixed(2));
}
