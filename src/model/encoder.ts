// The encoder: embedded tokens → recurrent layers → the code of each sentence.
import { type Tensor, tf } from "../engine/tf.ts";
import type { Signature, TensorMap } from "../engine/types.ts";
import { CELLS } from "./cells.ts";
import { directionsOf, type ModelShape } from "./parameters.ts";
import { type LayerWeights, recurrentLayer } from "./recurrent.ts";

/**
 * What the encoder is fed. Sentences of one batch may differ in length: each starts at time 0 in both reading directions, and its
 * state is taken where it ends, so that what follows (padding) has no effect.
 */
export const ENCODER_FEEDS: Signature = {
  /** Tokens in reading order. */
  source: { shape: ["sourceTime", "batch"], dtype: "int32" },
  /** Tokens of each sentence in reverse order, also from time 0. */
  sourceReversed: { shape: ["sourceTime", "batch"], dtype: "int32" },
  /** Row of each sentence's last token in a matrix of [sourceTime · batch] rows. */
  sourceLast: { shape: ["batch"], dtype: "int32" },
  /** For each row of such a matrix, the row that holds the same token in the reversed order. */
  sourceMirror: { shape: ["sourceTime", "batch"], dtype: "int32" },
};

/** What the encoder makes of sentences: their codes or, where the shape says so, a Gaussian for each. */
export interface Posterior {
  /** [batch, latent] */
  readonly mean: Tensor;
  /** Of each dimension: [batch, latent]. */
  readonly logVariance?: Tensor;
}

/**
 * Codes of sentences; of Gaussian ones the means.
 * @param parameters of the autoencoder
 * @param embedded tokens in each reading direction, each [sourceTime, batch, embedding]
 * @returns [batch, latent]
 */
export function encode(
  shape: ModelShape,
  parameters: TensorMap,
  embedded: readonly Tensor[],
  feeds: TensorMap,
): Tensor {
  return linear(parameters, "encoder.code", read(shape, parameters, embedded, feeds));
}

/** As {@link encode}, with the variance of Gaussian codes. */
export function encodePosterior(
  shape: ModelShape,
  parameters: TensorMap,
  embedded: readonly Tensor[],
  feeds: TensorMap,
): Posterior {
  const states = read(shape, parameters, embedded, feeds);
  const mean = linear(parameters, "encoder.code", states);
  return shape.gaussian ? { mean, logVariance: linear(parameters, "encoder.logVariance", states) } : { mean };
}

function linear(parameters: TensorMap, name: string, x: Tensor): Tensor {
  const product = tf.matMul(x as never, parameters[`${name}.weight`] as never);
  return tf.add(product, parameters[`${name}.bias`] as Tensor);
}

/** The recurrent layers' last states of each sentence, directions side by side: [batch, directions · hidden]. */
function read(shape: ModelShape, parameters: TensorMap, embedded: readonly Tensor[], feeds: TensorMap): Tensor {
  const { cell, hidden, layers } = shape;
  const directions = directionsOf(shape);
  const [time, batch] = (embedded[0] as Tensor).shape as [number, number];
  let inputs = [...embedded];
  let outputs: Tensor[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const initial = Array.from({ length: CELLS[cell].states }, () => tf.zeros([batch, hidden]));
    outputs = directions.map((direction, i) =>
      recurrentLayer(cell, inputs[i] as Tensor, layerWeights(parameters, `encoder.${layer}.${direction}`), initial),
    );
    if (layer + 1 < layers) inputs = joinDirections(outputs, feeds);
  }
  const last = outputs.map((y) => tf.gather(tf.reshape(y, [time * batch, hidden]), feeds.sourceLast as never));
  return last.length === 1 ? (last[0] as Tensor) : tf.concat(last, 1);
}

/** Inputs of the next layer: both directions' states of the same token side by side, in each reading order. */
function joinDirections(outputs: readonly Tensor[], feeds: TensorMap): Tensor[] {
  const [forward, backward] = outputs;
  if (!forward || !backward) return [...outputs];
  const mirrored = (y: Tensor): Tensor => {
    const [time, batch, hidden] = y.shape as [number, number, number];
    const rows = tf.reshape(y, [time * batch, hidden]);
    const mirror = tf.reshape(feeds.sourceMirror as Tensor, [time * batch]);
    return tf.reshape(tf.gather(rows, mirror as never), [time, batch, hidden]);
  };
  return [tf.concat([forward, mirrored(backward)], 2), tf.concat([mirrored(forward), backward], 2)];
}

/** The weights of a recurrent layer by its name. */
export function layerWeights(parameters: TensorMap, name: string): LayerWeights {
  const recurrentBias = parameters[`${name}.recurrentBias`];
  return {
    input: parameters[`${name}.input`] as Tensor,
    bias: parameters[`${name}.bias`] as Tensor,
    recurrent: parameters[`${name}.recurrent`] as Tensor,
    ...(recurrentBias && { recurrentBias }),
  };
}
