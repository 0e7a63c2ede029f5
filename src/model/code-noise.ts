// The noise on codes that a decoder has learnt from, as the model that is kept has it: the codes of texts together with it fill the prior.
import type { NamedArray } from "../engine/types.ts";
import type { RandomStream } from "../random.ts";
import type { ModelShape } from "./parameters.ts";

/** The array of a run's model that holds it: [latent, latent], by which a row of draws of N(0, I) is multiplied. Not one of the parameters. */
export const CODE_NOISE = "code.noise";

/** Noise of `deviation` in every direction; none for Gaussian posteriors, which bring their own, and on spheres, where it turns codes. */
export function isotropicNoise(
  { latent, gaussian, sphere }: Pick<ModelShape, "latent" | "gaussian" | "sphere">,
  deviation: number,
): NamedArray | undefined {
  if (deviation === 0 || gaussian || sphere) return undefined;
  const data = new Float32Array(latent * latent);
  for (let i = 0; i < latent; i++) data[i * latent + i] = deviation;
  return { shape: [latent, latent], data };
}

/** Codes with draws of the noise, each [latent]; without noise the codes as they are. */
export function withNoise(
  codes: readonly Float32Array[],
  noise: NamedArray | undefined,
  random: RandomStream,
): readonly Float32Array[] {
  if (!noise) return codes;
  return codes.map((code) => {
    const draws = random.fillGaussian(new Float32Array(code.length));
    return code.map((value, j) => {
      let sum = value;
      for (let i = 0; i < draws.length; i++) sum += (draws[i] as number) * (noise.data[i * draws.length + j] as number);
      return sum;
    });
  });
}
