// What becomes of states at all times: the last ones, their mean, or their maxima. What stands beyond a sentence's end has no part in it.
import { withGradient } from "../../engine/gradients.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import type { FeedArrays, Signature, TensorMap } from "../../engine/types.ts";
import type { PoolingKind } from "../config-schema.ts";
import { longest, matrix, type Sentences } from "../sentence-arrays.ts";

export interface Pooling {
  readonly feeds: Signature;
  /** The values of {@link feeds}. */
  feedArrays(sentences: Sentences): FeedArrays;
  /** About the standard deviation of what fresh layers give over sentences. */
  readonly deviation: number;
  /** States of values in (−1, 1), [time, batch, width] → [batch, width]. */
  pool(states: Tensor, feeds: TensorMap): Tensor;
}

const last: Pooling = {
  feeds: {
    /** Row of each sentence's last token in a matrix of [sourceTime · batch] rows. */
    sourceLast: { shape: ["batch"], dtype: "int32" },
  },
  feedArrays(sentences) {
    const rows = Int32Array.from(sentences, ({ length }, b) => (length - 1) * sentences.length + b);
    return { sourceLast: { shape: [rows.length], data: rows } };
  },
  deviation: 0.2,
  pool(states, { sourceLast }) {
    const [time, batch, width] = states.shape as [number, number, number];
    return tf.gather(tf.reshape(states, [time * batch, width]), sourceLast as never);
  },
};

/** Each token's part of its sentence: what means and maxima are fed. */
const share = {
  feeds: {
    /** 1 / tokens of the sentence for each token, 0 for padding. */
    sourceShare: { shape: ["sourceTime", "batch"], dtype: "float32" },
  },
  feedArrays(sentences) {
    const batch = sentences.length;
    const time = longest(sentences);
    const shares = new Float32Array(time * batch);
    sentences.forEach(({ length }, b) => {
      for (let t = 0; t < length; t++) shares[t * batch + b] = 1 / length;
    });
    return { sourceShare: matrix(shares, time, batch) };
  },
} satisfies Partial<Pooling>;

const mean: Pooling = {
  ...share,
  deviation: 0.1,
  pool: (states, { sourceShare }) => tf.sum(tf.mul(states, tf.expandDims(sourceShare as Tensor, 2)), 0),
};

const max: Pooling = {
  ...share,
  deviation: 0.15,
  pool(states, { sourceShare }) {
    // Below all states that a token can have.
    const below = tf.mul(tf.cast(tf.equal(sourceShare as Tensor, 0), "float32"), -4);
    return maxOverTime(tf.add(states, tf.expandDims(below, 2)));
  },
};

export const POOLINGS: Readonly<Record<PoolingKind, Pooling>> = { last, mean, max };

/**
 * The largest of each column over time: [time, batch, width] → [batch, width]. Equal ones share the gradient, so that a row that is
 * there twice counts once.
 */
export function maxOverTime(x: Tensor): Tensor {
  return withGradient(
    [x],
    (save) => {
      const most = tf.max(x, 0) as Tensor;
      save([x, most]);
      return most;
    },
    (dy, [all, most]) => {
      const chosen = tf.cast(tf.equal(all as Tensor, most as Tensor), "float32"); // [time, batch, width]
      return [tf.mul(chosen, tf.div(dy, tf.sum(chosen, 0)))];
    },
  );
}
