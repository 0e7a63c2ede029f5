// The noise on codes that a decoder has learnt from, as the model that is kept has it: the codes of texts together with it fill the prior.
import type { NamedArray } from "../engine/types.ts";
import type { RandomStream } from "../random.ts";
import type { Config } from "./config.ts";
import type { ModelShape } from "./parameters.ts";
import { putOnSphere } from "./prior.ts";

/** The array of a run's model that holds it: [latent, latent], by which a row of draws of N(0, I) is multiplied. Not one of the parameters. */
export const CODE_NOISE = "code.noise";

/** Noise of `deviation` in every direction, as codes have it while they are learnt. */
export function isotropicNoise({ latent }: Pick<ModelShape, "latent">, deviation: number): NamedArray | undefined {
  if (deviation === 0) return undefined;
  const data = new Float32Array(latent * latent);
  for (let i = 0; i < latent; i++) data[i * latent + i] = deviation;
  return { shape: [latent, latent], data };
}

/**
 * The noise of a run's model: what lies beside its weights or, where its codes were never whitened, what the settings say, as runs of before
 * did not keep it, those of Gaussian codes and of spheres for longest.
 * @returns undefined where there was none, and where it went the way of whitened codes and was not kept
 */
export function noiseOfRun(
  { codes, posterior, prior, latent, latentNoise }: NoiseSettings,
  kept: NamedArray | undefined,
): NamedArray | undefined {
  const whitened = codes === "whitened" && posterior === "point" && prior !== "sphere";
  return kept ?? (whitened ? undefined : isotropicNoise({ latent }, latentNoise));
}

type NoiseSettings = Pick<Config, "codes" | "posterior" | "prior" | "latent" | "latentNoise">;

/** What sentences are read as. */
export interface EncodedSentences {
  /** [latent] each; of Gaussian codes the means. */
  readonly codes: readonly Float32Array[];
  /** Of each dimension of each code; absent where codes are points. */
  readonly variances?: readonly Float32Array[] | undefined;
}

/**
 * A code of each sentence as the decoder has learnt from it, and as it was drawn to the prior: of Gaussian codes a draw, whose covariance over
 * all sentences is that of the means and the mean of the variances, and of points the code itself; with a draw of the noise, where there is
 * some, and then put back on the sphere, where codes lie on one.
 */
export function drawnCodes(
  { codes, variances }: EncodedSentences,
  { noise, sphere }: { readonly noise: NamedArray | undefined; readonly sphere: boolean | undefined },
  random: RandomStream,
): readonly Float32Array[] {
  const draws = variances ? codes.map((mean, i) => drawAround(mean, variances[i] as Float32Array, random)) : codes;
  const noisy = withNoise(draws, noise, random);
  // Points without noise lie on their sphere as they are, and are the caller's.
  return sphere && noisy !== codes ? noisy.map(putOnSphere) : noisy;
}

/** A draw of N(mean, variance), both [latent]. */
function drawAround(mean: Float32Array, variance: Float32Array, random: RandomStream): Float32Array {
  const draw = random.fillGaussian(new Float32Array(mean.length));
  for (const [k, value] of draw.entries()) draw[k] = (mean[k] as number) + Math.sqrt(variance[k] as number) * value;
  return draw;
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
