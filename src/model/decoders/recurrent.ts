// Recurrent decoders: a code and the words so far → the next word's distribution.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { TensorMap } from "../../engine/types.ts";
import { CELLS, type CellKind } from "../cells.ts";
import { projectedCrossEntropy } from "../cross-entropy.ts";
import { keptStates } from "../dropout.ts";
import { heardWidth } from "../labels.ts";
import { EMBEDDING_DEVIATION, type ParameterSpecs } from "../parameter-specs.ts";
import type { ModelShape } from "../parameters.ts";
import { layerParameters, layerWeights, recurrentLayer, recurrentStep } from "../recurrent.ts";
import { sampledLayer } from "../sampled-softmax.ts";
import { matrix, TARGET_FEEDS, targetArrays } from "../sentence-arrays.ts";
import type { SentenceDecoder } from "./decoder.ts";
import { places } from "./places.ts";

/**
 * A decoder of recurrent layers: the code sets their first states and is added, projected, to every word; what it says of each {@link places}
 * is added to the word that is read there and to the state that the next word is made of. It learns by teacher forcing.
 */
export function recurrentDecoder(cell: CellKind): SentenceDecoder {
  const stateKinds = ["hidden", "memory"].slice(0, CELLS[cell].states);
  const layersOf = ({ layers }: ModelShape): number[] => Array.from({ length: layers }, (_, layer) => layer);

  return {
    feeds: (shape) => ({
      /** The begin token, then the sentence. */
      input: { shape: ["time", "batch"], dtype: "int32" },
      ...TARGET_FEEDS,
      ...places.feeds(shape),
    }),

    feedArrays(shape, sentences, special) {
      const targets = targetArrays(sentences, special);
      const [time, batch] = targets.target.shape as [number, number];
      const input = new Int32Array(time * batch).fill(special.pad);
      sentences.forEach((sentence, b) => {
        for (let t = 0; t <= sentence.length; t++)
          input[t * batch + b] = t === 0 ? special.begin : (sentence[t - 1] as number);
      });
      return { input: matrix(input, time, batch), ...targets, ...places.feedArrays(shape, time) };
    },

    embeds: () => ["input"],

    parameters(shape) {
      const { vocabulary, embedding, hidden, latent } = shape;
      const heard = heardWidth(shape);
      const layers = layersOf(shape).map((layer): ParameterSpecs => {
        const states = CELLS[cell].states * hidden;
        return {
          ...layerParameters(`decoder.${layer}`, cell, layer === 0 ? embedding : hidden, hidden),
          // Small enough that tanh of it starts in its linear part for codes of unit variance.
          [`decoder.${layer}.initial.weight`]: { shape: [heard, states], deviation: 0.5 / Math.sqrt(latent) },
          [`decoder.${layer}.initial.bias`]: { shape: [states] },
        };
      });
      return {
        "decoder.condition": { shape: [heard, embedding], deviation: EMBEDDING_DEVIATION / Math.sqrt(latent) },
        ...Object.assign({}, ...layers),
        ...places.parameters(shape),
        ...(shape.tied
          ? {
              "decoder.output.projection": {
                shape: [hidden, embedding],
                deviation: 1 / (EMBEDDING_DEVIATION * Math.sqrt(hidden * embedding)),
              },
            }
          : { "decoder.output.weight": { shape: [hidden, vocabulary], deviation: 1 / Math.sqrt(hidden) } }),
        "decoder.output.bias": { shape: [vocabulary] },
      };
    },

    codeReaders: (shape) => [
      ...layersOf(shape).map((layer) => ({
        weight: `decoder.${layer}.initial.weight`,
        bias: `decoder.${layer}.initial.bias`,
      })),
      { weight: "decoder.condition", through: "decoder.0.input", bias: "decoder.0.bias" },
      ...places.codeReaders(shape),
    ],

    loss(shape, parameters, code, [embedded], feeds) {
      const [time, batch] = (embedded as Tensor).shape as [number, number];
      const { embedding, hidden } = shape;
      const initial = initialStates(cell, shape, parameters, code);
      const bound = places.bound(shape, parameters, code, feeds);
      const read = tf.add(embedded as Tensor, tf.expandDims(condition(parameters, code), 0)) as Tensor;
      const words = places.withWords(tf.reshape(read, [time * batch, embedding]), parameters, bound);
      let y = tf.reshape(words, [time, batch, embedding]) as Tensor;
      for (const layer of layersOf(shape))
        y = recurrentLayer(cell, y, layerWeights(parameters, `decoder.${layer}`), initial[layer] as Tensor[]);
      y = keptStates(y, feeds);
      const { weight, bias } = sampledLayer(this.output(shape, parameters), feeds);
      const losses = projectedCrossEntropy(
        features(parameters, places.withStates(tf.reshape(y, [time * batch, hidden]), parameters, bound)),
        weight,
        bias,
        tf.reshape(feeds.target as Tensor, [time * batch]),
        tf.reshape(feeds.targetWeight as Tensor, [time * batch]),
      );
      return tf.sum(losses);
    },

    constants: (shape) => ({ conditioning: shape.embedding, ...places.constants(shape) }),

    states: (shape) => ({
      ...Object.fromEntries(
        layersOf(shape).flatMap((layer) => stateKinds.map((kind) => [`${kind}.${layer}`, shape.hidden])),
      ),
      ...places.states(shape),
    }),

    start(shape, parameters, code) {
      const initial = named(stateKinds, initialStates(cell, shape, parameters, code));
      return { conditioning: condition(parameters, code), ...initial, ...places.start(shape, parameters, code) };
    },

    step(shape, parameters, embedded, held) {
      const { bound, states } = places.step(shape, parameters, held);
      let y = places.withWords(tf.add(embedded, held.conditioning as Tensor), parameters, bound);
      const after = layersOf(shape).map((layer) => {
        const before = stateKinds.map((kind) => held[`${kind}.${layer}`] as Tensor);
        const next = recurrentStep(cell, y, layerWeights(parameters, `decoder.${layer}`), before);
        y = next[0] as Tensor;
        return next;
      });
      return {
        features: features(parameters, places.withStates(y, parameters, bound)),
        states: { ...named(stateKinds, after), ...states },
      };
    },

    output({ tied }, parameters) {
      const bias = parameters["decoder.output.bias"] as Tensor;
      if (!tied) return { weight: parameters["decoder.output.weight"] as Tensor, bias };
      const rows = parameters.embedding as Tensor;
      return { weight: tf.transpose(rows), bias, rows };
    },
  };
}

/** The state of each layer before the first word: tanh for the hidden state, which is bounded, and linear for the memory. */
function initialStates(cell: CellKind, { layers }: ModelShape, parameters: TensorMap, code: Tensor): Tensor[][] {
  const { states } = CELLS[cell];
  return Array.from({ length: layers }, (_, layer) => {
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
function condition(parameters: TensorMap, code: Tensor): Tensor {
  return tf.matMul(code as never, parameters["decoder.condition"] as never);
}

/** What logits are made of: states, [rows, hidden], or, where the output layer is the embeddings, their projection to the width of these. */
function features(parameters: TensorMap, states: Tensor): Tensor {
  const projection = parameters["decoder.output.projection"];
  return projection ? tf.matMul(states as never, projection as never) : states;
}

/** The states of all layers by name. */
function named(kinds: readonly string[], layers: readonly Tensor[][]): TensorMap {
  return Object.fromEntries(
    layers.flatMap((states, layer) => kinds.map((kind, i) => [`${kind}.${layer}`, states[i] as Tensor])),
  );
}
