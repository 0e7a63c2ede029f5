// Penalties on the moments of a batch of codes: they hold codes at the prior's place and scale from the first step on.
import { type Tensor, tf } from "../engine/tf.ts";

/** Keeps the logarithm finite for a batch of one sentence. */
const VARIANCE_FLOOR = 1e-4;

/**
 * How far a batch of codes is from N(0, I), or the sphere of its size, by mean and variance of each dimension: `Σⱼ KL(N(mⱼ, sⱼ²) ‖ N(0, 1))`, a scalar in nats.
 * It holds codes at the prior's place and scale from the first step on, where a discriminator, which soon tells codes apart
 * that are far away, gives no direction; the shape within that scale is the discriminator's part. Batches hold sentences of one length, so
 * that the codes of each length come to that place and scale by themselves, and a code says little of its sentence's length.
 * @param codes [batch, latent]
 * @param perCode 1 / batch
 */
export function momentPenalty(codes: Tensor, perCode: Tensor): Tensor {
  const mean = tf.mul(tf.sum(codes, 0), perCode); // [latent]
  const variance = tf.mul(tf.sum(tf.square(tf.sub(codes, mean)), 0), perCode);
  const terms = tf.sub(tf.add(variance, tf.square(mean)), tf.add(tf.log(tf.add(variance, VARIANCE_FLOOR)), 1));
  return tf.mul(tf.sum(terms), 0.5);
}

/**
 * How far the codes of each label are from 0 by their mean: `½ Σ_y p(y) ‖m_y‖²`, a scalar in nats, which is what the means cost in the
 * divergence from N(0, I). Labels whose codes differ in their mean can be read off them, and a discriminator is slow to tell. `‖m_y‖²` is estimated
 * by the products of different codes of a label, `Σ_{i≠j} ⟨zᵢ, zⱼ⟩/n(n−1)`, which is right on average however few there are, and by chance below 0;
 * a code that is alone with its label, or has none, says nothing.
 * @param codes [batch, latent]
 * @param labels numbers of the labels, 0 where there is none: int32 [batch]
 * @param perCode 1 / batch
 */
export function labelMeanPenalty(codes: Tensor, labels: Tensor, perCode: Tensor): Tensor {
  const labelled = tf.cast(tf.greater(labels, tf.scalar(0, "int32")), "float32"); // [batch]
  const alike = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), "float32");
  const pairs = tf.mul(alike, labelled) as Tensor; // [batch, batch]
  const products = tf.matMul(codes as never, codes as never, false, true);
  const own = tf.mul(tf.sum(tf.square(codes), 1), labelled);
  const others = tf.maximum(tf.sub(tf.sum(pairs, 1), 1), 1); // [batch]
  const each = tf.div(tf.sub(tf.sum(tf.mul(products, pairs), 1), own), others);
  return tf.mul(tf.sum(each), tf.mul(perCode, 0.5));
}
