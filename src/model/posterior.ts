// What the encoder makes of sentences, points or Gaussians, and the codes that are drawn from them.
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";
import type { ModelShape } from "./parameters.ts";
import { placed } from "./prior.ts";

/** The codes of sentences or, where the shape says so, a Gaussian for each. */
export interface Posterior {
  /** [batch, latent]; on the sphere, where codes lie on one, so that no longer code makes the noise beside it small. */
  readonly mean: Tensor;
  /** Of each dimension: [batch, latent]. */
  readonly logVariance?: Tensor;
}

/** The codes of a batch, and what they were drawn from. */
export interface Codes extends Posterior {
  /**
   * What the decoder learns from: means or, where there is noise on codes or posteriors are Gaussian, a draw around each, [batch, latent].
   * These are what has to match the prior, so that what is drawn from it is what the decoder has learnt.
   */
  readonly code: Tensor;
}

/**
 * A code of each sentence: `μ`, or `μ + σ·ε` where the posterior is Gaussian (Kingma & Welling 2014), with noise of a fixed size where that
 * is fed, placed where the prior is.
 * @param feeds `posteriorNoise`, ε, draws of N(0, I), and `latentNoise`, where there is such noise: [batch, latent] each
 */
export function drawCodes(shape: ModelShape, posterior: Posterior, { posteriorNoise, latentNoise }: TensorMap): Codes {
  const { mean, logVariance } = posterior;
  const deviations = logVariance ? tf.mul(tf.exp(tf.mul(logVariance, 0.5)), posteriorNoise as Tensor) : undefined;
  const noise = [deviations, latentNoise].filter((tensor) => tensor !== undefined);
  if (noise.length === 0) return { ...posterior, code: mean };
  return { ...posterior, code: placed(shape, tf.addN([mean, ...noise] as never)) };
}

/**
 * `Σⱼ |log σⱼ²|` as the mean over a batch (Shen et al. 2020), a scalar: an objective on draws alone is met by points, and a decoder that
 * learns from them hears more the smaller the noise, so that a Gaussian shrinks to a point unless its size is asked for.
 * @param logVariance [batch, latent]
 * @param perCode 1 / batch
 */
export function spreadPenalty(logVariance: Tensor, perCode: Tensor): Tensor {
  return tf.mul(tf.sum(tf.abs(logVariance)), perCode);
}
