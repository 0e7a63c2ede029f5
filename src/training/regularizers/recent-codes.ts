// A queue of the codes of the last steps, kept as state of the training step: an opponent that still sees what the encoder did before
// cannot be deceived by going round in circles (Shrivastava et al. 2017).
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Signature } from "../../engine/types.ts";
import type { ModelShape } from "../../model/parameters.ts";

/**
 * The queue's name in the state. It has a row for each of a fixed number of codes, newest first, whose last column is 1, or 0 as long as
 * the row is empty: batches of any size fit in.
 */
export const RECENT = "discriminator.recent";

export function recentSignature({ latent }: ModelShape, rows: number): Signature {
  return { [RECENT]: { shape: [rows, latent + 1], dtype: "float32" } };
}

/** The codes of a queue, [rows, latent], and the weight of each, 1 or 0: [rows]. */
export function recall(queue: Tensor): { codes: Tensor; weights: Tensor } {
  const [rows, width] = queue.shape as [number, number];
  const [codes, weights] = tf.split(queue, [width - 1, 1], 1) as [Tensor, Tensor];
  return { codes, weights: tf.reshape(weights, [rows]) };
}

/** The queue with codes [batch, latent] in front; as many fall out at its end. */
export function remember(queue: Tensor, codes: Tensor): Tensor {
  const [batch] = codes.shape as [number, number];
  const newest = tf.concat([codes, tf.ones([batch, 1])] as Tensor[], 1);
  return tf.slice(tf.concat([newest, queue]), [0, 0], queue.shape);
}
