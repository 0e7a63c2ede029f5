// A decoder that writes all tokens at once (Zhang et al. 2017): transposed convolutions make a vector of each place, and tokens are
// judged by the angle between it and their embeddings.

import { withGradient } from "../../engine/gradients.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import type { TensorMap } from "../../engine/types.ts";
import { InputError } from "../../errors.ts";
import { projectedCrossEntropy } from "../cross-entropy.ts";
import { heardWidth } from "../labels.ts";
import { linear } from "../linear.ts";
import type { ParameterSpecs } from "../parameter-specs.ts";
import type { ModelShape } from "../parameters.ts";
import { sampledLayer } from "../sampled-softmax.ts";
import { longest, matrix, TARGET_FEEDS, targetArrays } from "../sentence-arrays.ts";
import type { SentenceDecoder } from "./decoder.ts";

/**
 * τ: logits are cosines divided by it. Of 0.01 (as in the paper), 0.03, 0.05, 0.1 and 0.2 the best by dev sentences after 500 steps on the
 * verse of the project: 3.72, 3.59, 3.56, 3.72 and 4.40 nats a token.
 */
const TEMPERATURE = 0.05;

/** Places that the code is made into, at most; each layer then doubles their number. */
const FIRST_PLACES = 4;

/** Layers, and places before the first: after the last there are at least as many as the longest sentence has tokens with its end. */
function sizesOf({ maxLength }: ModelShape): { layers: number; first: number; places: number } {
  const needed = maxLength + 1;
  const layers = Math.max(0, Math.ceil(Math.log2(needed / FIRST_PLACES)));
  const first = Math.ceil(needed / 2 ** layers);
  return { layers, first, places: first * 2 ** layers };
}

/**
 * A decoder of transposed convolutions of stride 2. Each place's token depends on the code alone, none on what was written before. Logits are
 * `cos(x_t, e_v)/τ` for the embedding e_v of each token, which the encoder reads too. What comes after the end token is no target, as in
 * the other decoders: losses of a token compare, and the softmax is spared all that a shorter sentence leaves empty.
 */
export const deconv: SentenceDecoder = {
  feeds: () => ({
    ...TARGET_FEEDS,
    /** Row of each target in a matrix of [batch · places] rows; any for padding. */
    targetRow: { shape: ["time", "batch"], dtype: "int32" },
  }),

  feedArrays(shape, sentences, special) {
    const { maxLength } = shape;
    const most = longest(sentences);
    if (most > maxLength)
      throw new InputError(
        `A sentence has ${most} tokens: expected at most ${maxLength}, as many as the model writes.`,
      );
    const { places } = sizesOf(shape);
    const batch = sentences.length;
    const targetRow = Int32Array.from(
      { length: (most + 1) * batch },
      (_, i) => (i % batch) * places + Math.floor(i / batch),
    );
    return { ...targetArrays(sentences, special), targetRow: matrix(targetRow, most + 1, batch) };
  },

  embeds: () => [],

  parameters(shape) {
    const { embedding, hidden, latent } = shape;
    const { layers, first } = sizesOf(shape);
    const stack = Array.from({ length: layers }, (_, layer): ParameterSpecs => {
      const inputs = 3 * hidden;
      return {
        [`decoder.${layer}.weight`]: { shape: [inputs, 2 * hidden], deviation: Math.sqrt(2 / inputs) },
        [`decoder.${layer}.bias`]: { shape: [hidden] },
      };
    });
    return {
      "decoder.first.weight": { shape: [heardWidth(shape), first * hidden], deviation: 1 / Math.sqrt(latent) },
      "decoder.first.bias": { shape: [first * hidden] },
      ...Object.assign({}, ...stack),
      "decoder.place.weight": { shape: [hidden, embedding], deviation: 1 / Math.sqrt(hidden) },
      "decoder.place.bias": { shape: [embedding] },
    };
  },

  codeReaders: () => [{ weight: "decoder.first.weight", bias: "decoder.first.bias" }],

  loss(shape, parameters, code, _, feeds) {
    const { embedding, reconstruction } = shape;
    const [time, batch] = (feeds.target as Tensor).shape as [number, number];
    const flat = (name: string): Tensor => tf.reshape(feeds[name] as Tensor, [time * batch]);
    const vectors = tf.reshape(placeVectors(shape, parameters, code), [batch * sizesOf(shape).places, embedding]);
    const own = tf.gather(vectors, flat("targetRow") as never); // [time · batch, embedding]
    if (reconstruction === "mean-squared-error")
      return squaredDistance(own, parameters.embedding as Tensor, flat("target"), flat("targetWeight"));
    const { weight, bias } = sampledLayer(this.output(shape, parameters), feeds);
    const logits = tf.div(own, TEMPERATURE) as Tensor;
    return tf.sum(projectedCrossEntropy(logits, weight, bias, flat("target"), flat("targetWeight")));
  },

  longest: ({ maxLength }) => maxLength,

  constants: (shape) => ({ vectors: sizesOf(shape).places * shape.embedding }),

  states: () => ({ place: 1 }),

  start(shape, parameters, code) {
    const vectors = placeVectors(shape, parameters, code);
    const [batch, places, width] = vectors.shape as [number, number, number];
    return { vectors: tf.reshape(vectors, [batch, places * width]), place: tf.zeros([batch, 1]) };
  },

  step(shape, _, __, { vectors, place }) {
    const { places } = sizesOf(shape);
    const batch = (place as Tensor).shape[0] as number;
    const all = tf.reshape(vectors as Tensor, [batch, places, shape.embedding]);
    const index = tf.cast(tf.reshape(place as Tensor, [batch]), "int32");
    const here = tf.reshape(tf.oneHot(index, places, 1, 0, "float32"), [batch, 1, places]);
    const own = tf.reshape(tf.matMul(here as never, all as never), [batch, shape.embedding]);
    return { features: tf.div(own, TEMPERATURE), states: { place: tf.add(place as Tensor, 1) } };
  },

  output: ({ vocabulary }, parameters) => ({
    weight: tf.transpose(unitRows(parameters.embedding as Tensor)),
    bias: tf.zeros([vocabulary]),
  }),
};

/** Leaky, so that no place is left with nothing but 0, which has no direction. */
const rectified = (x: Tensor): Tensor => tf.leakyRelu(x, 0.2);

/** A vector of length 1 for each place: [batch, {@link heardWidth}] → [batch, places, embedding]. */
function placeVectors(shape: ModelShape, parameters: TensorMap, code: Tensor): Tensor {
  const { embedding, hidden } = shape;
  const { layers, first, places } = sizesOf(shape);
  const batch = code.shape[0] as number;
  let y = rectified(linear(parameters, "decoder.first", code));
  for (let layer = 0; layer < layers; layer++) {
    const count = first * 2 ** layer;
    const around = tf.reshape(withNeighbours(tf.reshape(y, [batch, count, hidden])), [batch * count, 3 * hidden]);
    // Two places side by side in a row are, as rows, two places in order.
    const two = tf.matMul(around as never, parameters[`decoder.${layer}.weight`] as never);
    const each = tf.reshape(two, [batch * count * 2, hidden]);
    y = rectified(tf.add(each, parameters[`decoder.${layer}.bias`] as Tensor));
  }
  const vectors = linear(parameters, "decoder.place", tf.reshape(y, [batch * places, hidden]));
  return tf.reshape(unitRows(vectors), [batch, places, embedding]);
}

/** Each row divided by its length, [rows, width]. Rows far shorter than any that occur stay short: their gradient would know no bound. */
function unitRows(x: Tensor): Tensor {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-6)));
}

/**
 * `[x_{t−1}, x_t, x_{t+1}]` side by side, with 0 beyond the ends: [batch, count, width] → [batch, count, 3 · width]. Its gradient adds up
 * what was shifted, where that of the slices would be a matrix of full size for each.
 */
export function withNeighbours(x: Tensor): Tensor {
  const later = (y: Tensor): Tensor => shifted(y, [1, 0], 0);
  const sooner = (y: Tensor): Tensor => shifted(y, [0, 1], 1);
  return withGradient(
    [x],
    () => tf.concat([later(x), x, sooner(x)], 2),
    (dy) => {
      const [before, here, after] = tf.split(dy, 3, 2) as [Tensor, Tensor, Tensor];
      return [tf.addN([sooner(before), here, later(after)])];
    },
  );
}

/** `x` [batch, count, ·] with rows of 0 before and after, from row `begin` of that on. */
function shifted(x: Tensor, padding: [number, number], begin: number): Tensor {
  const padded = tf.pad(x, [[0, 0], padding, [0, 0]]);
  return tf.slice(padded, [0, begin, 0], x.shape as [number, number, number]);
}

/**
 * `Σ_t w_t·|x_t − e_t|²` for vectors x of length 1 and the embeddings e of the targets, scaled to length 1: at most 4 a token. The
 * embeddings stand still in it and learn by what the encoder reads: they would else fall together, which makes every distance 0.
 * @param vectors [rows, width]
 * @param table [vocabulary, width]
 * @param targets int32 [rows]
 * @param weights [rows]
 */
function squaredDistance(vectors: Tensor, table: Tensor, targets: Tensor, weights: Tensor): Tensor {
  return withGradient(
    [vectors],
    (save) => {
      const off = tf.sub(vectors, unitRows(tf.gather(table, targets as never))) as Tensor; // [rows, width]
      save([off, weights]);
      return tf.sum(tf.mul(tf.sum(tf.square(off), 1), weights));
    },
    (dy, [off, each]) => {
      const scale = tf.expandDims(tf.mul(each as Tensor, tf.mul(dy, 2)), 1);
      return [tf.mul(off as Tensor, scale)];
    },
  );
}
