// Recurrent encoders: layers of cells in one or two reading directions, and what is pooled of their states.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { TensorMap } from "../../engine/types.ts";
import { CELLS, type CellKind } from "../cells.ts";
import type { ModelShape } from "../parameters.ts";
import { layerParameters, layerWeights, recurrentLayer } from "../recurrent.ts";
import { longest, matrix } from "../sentence-arrays.ts";
import type { SentenceEncoder } from "./encoder.ts";
import { POOLINGS } from "./pooling.ts";

/** Names of the reading directions, in the order in which their states are joined. */
function directionsOf({ directions }: ModelShape): readonly ("forward" | "backward")[] {
  return directions === 2 ? ["forward", "backward"] : ["forward"];
}

/**
 * An encoder of recurrent layers. Sentences of one batch may differ in length: each starts at time 0 in both reading directions, and its
 * states are pooled up to where it ends, so that what follows (padding) has no effect.
 */
export function recurrentEncoder(cell: CellKind): SentenceEncoder {
  return {
    deviation: ({ pooling }) => POOLINGS[pooling].deviation,

    feeds: ({ pooling }) => ({
      /** Tokens in reading order. */
      source: { shape: ["sourceTime", "batch"], dtype: "int32" },
      /** Tokens of each sentence in reverse order, also from time 0. */
      sourceReversed: { shape: ["sourceTime", "batch"], dtype: "int32" },
      ...POOLINGS[pooling].feeds,
      /** For each row of a matrix of [sourceTime · batch] rows, the row that holds the same token in the reversed order. */
      sourceMirror: { shape: ["sourceTime", "batch"], dtype: "int32" },
    }),

    feedArrays({ pooling }, sentences, { pad }) {
      const batch = sentences.length;
      const time = longest(sentences);
      const source = new Int32Array(time * batch).fill(pad);
      const sourceReversed = new Int32Array(time * batch).fill(pad);
      const sourceMirror = new Int32Array(time * batch);
      sentences.forEach((sentence, b) => {
        const { length } = sentence;
        for (let t = 0; t < length; t++) {
          source[t * batch + b] = sentence[t] as number;
          sourceReversed[t * batch + b] = sentence[length - 1 - t] as number;
        }
        // Beyond its end a sentence's rows mirror themselves: they hold padding, which nothing reads.
        for (let t = 0; t < time; t++) sourceMirror[t * batch + b] = (t < length ? length - 1 - t : t) * batch + b;
      });
      return {
        source: matrix(source, time, batch),
        sourceReversed: matrix(sourceReversed, time, batch),
        sourceMirror: matrix(sourceMirror, time, batch),
        ...POOLINGS[pooling].feedArrays(sentences),
      };
    },

    embeds: (shape) => (shape.directions === 2 ? ["source", "sourceReversed"] : ["source"]),

    parameters(shape) {
      const { embedding, hidden, layers, directions } = shape;
      return Object.assign(
        {},
        ...Array.from({ length: layers }, (_, layer) => {
          const width = layer === 0 ? embedding : hidden * directions;
          return directionsOf(shape).map((direction) =>
            layerParameters(`encoder.${layer}.${direction}`, cell, width, hidden),
          );
        }).flat(),
      );
    },

    width: ({ hidden, directions }) => hidden * directions,

    read(shape, parameters, embedded, feeds) {
      const { hidden, layers, pooling } = shape;
      const batch = (embedded[0] as Tensor).shape[1] as number;
      let inputs = [...embedded]; // one a direction, each [time, batch, width]
      let outputs: Tensor[] = [];
      for (let layer = 0; layer < layers; layer++) {
        const initial = Array.from({ length: CELLS[cell].states }, () => tf.zeros([batch, hidden]));
        outputs = directionsOf(shape).map((direction, i) =>
          recurrentLayer(cell, inputs[i] as Tensor, layerWeights(parameters, `encoder.${layer}.${direction}`), initial),
        );
        if (layer + 1 < layers) inputs = joinDirections(outputs, feeds);
      }
      const pooled = outputs.map((y) => POOLINGS[pooling].pool(y, feeds));
      return pooled.length === 1 ? (pooled[0] as Tensor) : tf.concat(pooled, 1);
    },
  };
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
