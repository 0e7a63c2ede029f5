// Softmax cross-entropy of an output layer over a large vocabulary, projection included, without a one-hot tensor.
import { addRows } from "../engine/control-flow.ts";
import { withGradient } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";

/** The smallest normal float32: a probability below it counts as this, so that a loss is at most 87.3 nats a token. */
const TINY = 1.1754943508222875e-38;

/**
 * `−w·log softmax(W·h + b)[target]` for each row.
 *
 * The gradient with respect to the logits is `w·(p − onehot)`. The one-hot part is never written into the large matrix p: it enters
 * the small results directly, as rows of W taken from dh, and rows of h taken from dW.
 * @param hidden [rows, hidden]
 * @param weight [vocabulary, hidden]
 * @param bias [vocabulary]
 * @param targets int32 [rows]
 * @param rowWeights float32 [rows]; 0 for padding
 * @returns [rows], in nats
 */
export function projectedCrossEntropy(
  hidden: Tensor,
  weight: Tensor,
  bias: Tensor,
  targets: Tensor,
  rowWeights: Tensor,
): Tensor {
  const [rows] = hidden.shape as [number];
  const [vocabulary] = weight.shape as [number];
  return withGradient(
    [hidden, weight, bias],
    (save) => {
      const p = tf.softmax(tf.add(tf.matMul(hidden as never, weight as never, false, true), bias)); // [rows, vocabulary]
      save([hidden, weight, p, targets, rowWeights]);
      const chosen = tf.reshape(tf.gather(p, tf.reshape(targets, [rows, 1]) as never, 1, 1), [rows]);
      return tf.mul(tf.neg(tf.log(tf.maximum(chosen, TINY))), rowWeights);
    },
    (dy, saved) => {
      const [h, w, p, ids, weights] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const scale = tf.reshape(tf.mul(dy, weights), [rows, 1]);
      const scaled = tf.mul(h, scale) as Tensor; // [rows, hidden]
      const dHidden = tf.mul(tf.sub(tf.matMul(p as never, w as never), tf.gather(w, ids as never)), scale) as Tensor;
      const dWeight = addRows(tf.matMul(p as never, scaled as never, true, false), ids, scaled, { negative: true });
      // One row times p: the runtime multiplies a single row three times as fast as a single column.
      const total = tf.matMul(tf.reshape(scale, [1, rows]) as never, p as never);
      const dBias = addRows(tf.reshape(total, [vocabulary, 1]), ids, scale as Tensor, { negative: true });
      return [dHidden, dWeight, tf.reshape(dBias, [vocabulary])];
    },
  );
}
