// What the encoder makes of sentences, points or Gaussians, and the codes that are drawn from them.
import { type Tensor, tf } from "../engine/tf.ts";
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
   * What the decoder learns from: means or, where posteriors are Gaussian, a draw of each, [batch, latent]. These are what has to match the
   * prior, so that what is drawn from it is what the decoder has learnt.
   */
  readonly code: Tensor;
}

/**
 * A code of each sentence: `μ`, or `μ + σ·ε` where the posterior is Gaussian (Kingma & Welling 2014), placed where the prior is.
 * @param noise ε, draws of N(0, I): [batch, latent]
 */
export function drawCodes(shape: ModelShape, posterior: Posterior, noise: Tensor | undefined): Codes {
  const { mean, logVariance } = posterior;
  if (!logVariance) return { mean, code: mean };
  const deviation = tf.exp(tf.mul(logVariance, 0.5));
  return { mean, logVariance, code: placed(shape, tf.add(mean, tf.mul(deviation, noise as Tensor))) };
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
