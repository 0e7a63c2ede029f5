// The decoder: a code and the words so far → the next word's distribution.
import { type Tensor, tf } from "../engine/tf.ts";
import type { Signature, TensorMap } from "../engine/types.ts";
import { CELLS } from "./cells.ts";
import { projectedCrossEntropy } from "./cross-entropy.ts";
import { layerWeights } from "./encoder.ts";
import type { ModelShape } from "./parameters.ts";
import { recurrentLayer, recurrentStep } from "./recurrent.ts";

/** What the decoder is fed in training, by teacher forcing. */
export const DECODER_FEEDS: Signature = {
  /** The begin token, then the sentence. */
  input: { shape: ["time", "batch"], dtype: "int32" },
  /** The sentence, then the end token. */
  target: { shape: ["time", "batch"], dtype: "int32" },
  /** 1 / sentences for each target, 0 for padding. */
  targetWeight: { shape: ["time", "batch"], dtype: "float32" },
};

/** The state of each layer before the first word: tanh for the hidden state, which is bounded, and linear for the memory. */
export function initialStates(shape: ModelShape, parameters: TensorMap, code: Tensor): Tensor[][] {
  const states = CELLS[shape.cell].states;
  return Array.from({ length: shape.layers }, (_, layer) => {
    const weight = parameters[`decoder.${layer}.initial.weight`];
    const all = tf.add(
      tf.matMul(code as never, weight as never),
      parameters[`decoder.${layer}.initial.bias`] as Tensor,
    );
    // The gradient of a split into one part fails in TensorFlow.js.
    const [hidden, ...rest] = (states === 1 ? [all] : tf.split(all, states, 1)) as [Tensor, ...Tensor[]];
    return [tf.tanh(hidden), ...rest];
  });
}

/** The code's part of the decoder's input, added to every word: [batch, embedding]. */
export function condition(parameters: TensorMap, code: Tensor): Tensor {
  return tf.matMul(code as never, parameters["decoder.condition"] as never);
}

/**
 * Reconstruction loss `−Σ_t log p(x_t | x_<t, z)`, mean over sentences, in nats: a scalar.
 * @param code [batch, latent]
 * @param embedded words so far, [time, batch, embedding]
 */
export function reconstructionLoss(
  shape: ModelShape,
  parameters: TensorMap,
  code: Tensor,
  embedded: Tensor,
  feeds: TensorMap,
): Tensor {
  const [time, batch] = embedded.shape as [number, number];
  const initial = initialStates(shape, parameters, code);
  let y = tf.add(embedded, tf.expandDims(condition(parameters, code), 0)) as Tensor; // [time, batch, embedding]
  for (let layer = 0; layer < shape.layers; layer++) {
    y = recurrentLayer(shape.cell, y, layerWeights(parameters, `decoder.${layer}`), initial[layer] as Tensor[]);
  }
  const losses = projectedCrossEntropy(
    tf.reshape(y, [time * batch, shape.hidden]),
    parameters["decoder.output.weight"] as Tensor,
    parameters["decoder.output.bias"] as Tensor,
    tf.reshape(feeds.target as Tensor, [time * batch]),
    tf.reshape(feeds.targetWeight as Tensor, [time * batch]),
  );
  return tf.sum(losses);
}

/**
 * One step of free-running decoding.
 * @param embedded the last word, [batch, embedding]
 * @param conditioning from {@link condition}
 * @returns the new states and the logits, [batch, vocabulary]
 */
export function decodeStep(
  shape: ModelShape,
  parameters: TensorMap,
  embedded: Tensor,
  conditioning: Tensor,
  states: readonly Tensor[][],
): { states: Tensor[][]; logits: Tensor } {
  let y = tf.add(embedded, conditioning) as Tensor;
  const next = states.map((state, layer) => {
    const after = recurrentStep(shape.cell, y, layerWeights(parameters, `decoder.${layer}`), state);
    y = after[0] as Tensor;
    return after;
  });
  const product = tf.matMul(y as never, parameters["decoder.output.weight"] as never);
  return { states: next, logits: tf.add(product, parameters["decoder.output.bias"] as Tensor) };
}
