// What any encoder may read beside its own features: a sum of the sentence's words, each bound to its place.
import { type Tensor, tf } from "../../engine/tf.ts";
import { gateRows, gateSpec, gatesAt } from "../place-gates.ts";
import { longest, matrix } from "../sentence-arrays.ts";
import type { SentenceEncoder } from "./encoder.ts";

/** Standard deviation of a fresh sum of one word, about as large as the last state of a fresh layer after the words of a line. */
const DEVIATION = 0.25;

/** The ids that the sum is of: those that recurrent encoders read, so that they are looked up once. */
const SOURCE = "source";

/** The encoder with `Σ_t g_t ⊙ (W e_t)` beside its features, for words e_t and the gates g_t of their places. */
export function withPlaces(encoder: SentenceEncoder): SentenceEncoder {
  const embedsOf: SentenceEncoder["embeds"] = (shape) => [...new Set([...encoder.embeds(shape), SOURCE])];
  return {
    deviation: (shape) => encoder.deviation(shape),

    feeds: (shape) => ({
      ...encoder.feeds(shape),
      /** Tokens in reading order. */
      [SOURCE]: { shape: ["sourceTime", "batch"], dtype: "int32" },
      /** 1 for each token, 0 for padding. */
      sourceHere: { shape: ["sourceTime", "batch"], dtype: "float32" },
      /** The row of each time's gates. */
      sourcePlace: { shape: ["sourceTime"], dtype: "int32" },
    }),

    feedArrays(shape, sentences, special) {
      const own = encoder.feedArrays(shape, sentences, special);
      // As many times as the encoder's own arrays have, which may be more than the longest sentence has tokens.
      const time = Object.entries(encoder.feeds(shape))
        .filter(([, { shape: dimensions }]) => dimensions[0] === "sourceTime")
        .reduce((most, [name]) => Math.max(most, own[name]?.shape[0] ?? 0), longest(sentences));
      const batch = sentences.length;
      const source = new Int32Array(time * batch).fill(special.pad);
      const here = new Float32Array(time * batch);
      sentences.forEach((sentence, b) => {
        for (let t = 0; t < sentence.length; t++) {
          source[t * batch + b] = sentence[t] as number;
          here[t * batch + b] = 1;
        }
      });
      return {
        [SOURCE]: matrix(source, time, batch),
        ...own,
        sourceHere: matrix(here, time, batch),
        sourcePlace: gateRows(shape, time),
      };
    },

    embeds: embedsOf,

    parameters(shape) {
      const { embedding, placeFeatures } = shape;
      return {
        ...encoder.parameters(shape),
        "encoder.places.weight": { shape: [embedding, placeFeatures], deviation: DEVIATION / Math.sqrt(embedding) },
        "encoder.places.gates": gateSpec(shape),
      };
    },

    width: (shape) => encoder.width(shape) + shape.placeFeatures,

    read(shape, parameters, embedded, feeds) {
      const { placeFeatures } = shape;
      const words = embedded[embedsOf(shape).indexOf(SOURCE)] as Tensor;
      const [time, batch, width] = words.shape as [number, number, number];
      const rows = tf.reshape(words, [time * batch, width]);
      const product = tf.matMul(rows as never, parameters["encoder.places.weight"] as never);
      const gates = gatesAt(parameters["encoder.places.gates"] as Tensor, feeds.sourcePlace as Tensor);
      const bound = tf.mul(tf.reshape(product, [time, batch, placeFeatures]), tf.expandDims(gates, 1));
      const sum = tf.sum(tf.mul(bound, tf.expandDims(feeds.sourceHere as Tensor, 2)), 0); // [batch, placeFeatures]
      return tf.concat([encoder.read(shape, parameters, embedded, feeds), sum as Tensor], 1);
    },
  };
}
