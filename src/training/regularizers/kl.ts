// The divergence of a variational autoencoder (Kingma & Welling 2014): each sentence has a Gaussian of codes, drawn to the prior.
import { type Tensor, tf } from "../../engine/tf.ts";
import { type Regularizer, scalar, scalarSpec } from "./regularizer.ts";

/**
 * `KL(N(μ, σ²) ‖ N(0, 1)) = (μ² + σ² − 1 − log σ²)/2` of each dimension, in nats, as the mean over a batch: [latent].
 * @param mean [batch, latent]
 * @param logVariance [batch, latent]
 * @param perCode 1 / batch
 */
export function divergence(mean: Tensor, logVariance: Tensor, perCode: Tensor): Tensor {
  const terms = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
  return tf.mul(tf.sum(terms, 0), tf.mul(perCode, 0.5));
}

export const kl: Regularizer = {
  outputs: ["divergence"],

  /** Nats of each dimension that cost nothing. */
  feeds: () => ({ freeBits: scalarSpec }),
  feedArrays: ({ freeBits }) => ({ freeBits: scalar(freeBits) }),

  parameters: () => ({}),

  /** `Σⱼ max(free bits, KLⱼ)` (Kingma et al. 2016), where KLⱼ is the batch's mean; reported without the free bits. */
  loss(_, { mean, logVariance }, { perSentence, freeBits }) {
    const each = divergence(mean, logVariance as Tensor, perSentence as Tensor);
    return { loss: tf.sum(tf.maximum(each, freeBits as Tensor)), value: tf.sum(each) };
  },
};
