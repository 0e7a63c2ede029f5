// What a decoder that writes word by word hears of the place that it writes: features of the code, each times the place's gate.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { FeedArrays, Signature, TensorMap } from "../../engine/types.ts";
import { heardWidth } from "../labels.ts";
import { EMBEDDING_DEVIATION, type ParameterSpecs } from "../parameter-specs.ts";
import type { ModelShape } from "../parameters.ts";
import { gateRows, gateSpec, gatesAt, rowsOfPlaces } from "../place-gates.ts";
import type { CodeReader } from "./decoder.ts";

/** Standard deviation of what is added to a fresh state: about that of the state after a few words. */
const STATE_DEVIATION = 0.2;

/** The names under which a decoder holds the code's features, and the place that it writes next. */
const FEATURES = "placed";
const PLACE = "place";

/**
 * Both what a decoder reads at place t and the state that it makes its next word of hear of `g_t ⊙ (A z + a)`, for a code z and the gates g_t of
 * the place: each place has a product of its own with the code, at the cost of one for all. Models without such features hear nothing.
 */
export const places = {
  feeds: (shape: ModelShape): Signature => {
    if (shape.placeFeatures === 0) return {};
    /** The row of each time's gates. */
    return { [PLACE]: { shape: ["time"], dtype: "int32" } };
  },

  /** The values of {@link places.feeds} for `time` steps. */
  feedArrays: (shape: ModelShape, time: number): FeedArrays =>
    shape.placeFeatures === 0 ? {} : { [PLACE]: gateRows(shape, time) },

  parameters(shape: ModelShape): ParameterSpecs {
    const { latent, embedding, hidden, placeFeatures } = shape;
    if (placeFeatures === 0) return {};
    const to = (width: number, deviation: number) => ({
      shape: [placeFeatures, width],
      deviation: deviation / Math.sqrt(placeFeatures),
    });
    return {
      "decoder.places.code": { shape: [heardWidth(shape), placeFeatures], deviation: 1 / Math.sqrt(latent) },
      // With the gates a bias of each place, which codes would else have to bring by a mean that is not 0.
      "decoder.places.bias": { shape: [placeFeatures] },
      "decoder.places.gates": gateSpec(shape),
      "decoder.places.word": to(embedding, EMBEDDING_DEVIATION),
      "decoder.places.state": to(hidden, STATE_DEVIATION),
    };
  },

  codeReaders: ({ placeFeatures }: ModelShape): CodeReader[] =>
    placeFeatures === 0 ? [] : [{ weight: "decoder.places.code", bias: "decoder.places.bias" }],

  /** What a code holds for all places, while a sentence is written. */
  constants: ({ placeFeatures }: ModelShape): Record<string, number> =>
    placeFeatures === 0 ? {} : { [FEATURES]: placeFeatures },

  states: ({ placeFeatures }: ModelShape): Record<string, number> => (placeFeatures === 0 ? {} : { [PLACE]: 1 }),

  start(shape: ModelShape, parameters: TensorMap, code: Tensor): TensorMap {
    if (shape.placeFeatures === 0) return {};
    return { [FEATURES]: featuresOf(parameters, code), [PLACE]: tf.zeros([code.shape[0] as number, 1]) };
  },

  /** `g_t ⊙ (A z + a)` at all times: [time · batch, placeFeatures]. */
  bound(shape: ModelShape, parameters: TensorMap, code: Tensor, feeds: TensorMap): Tensor | undefined {
    if (shape.placeFeatures === 0) return undefined;
    const gates = gatesAt(parameters["decoder.places.gates"] as Tensor, feeds[PLACE] as Tensor); // [time, placeFeatures]
    const all = tf.mul(tf.expandDims(gates, 1), tf.expandDims(featuresOf(parameters, code), 0)) as Tensor;
    const [time, batch] = all.shape as [number, number, number];
    return tf.reshape(all, [time * batch, shape.placeFeatures]);
  },

  /** The same at the place that each row is at, [batch, placeFeatures], and the states after. */
  step(shape: ModelShape, parameters: TensorMap, held: TensorMap): { bound: Tensor | undefined; states: TensorMap } {
    if (shape.placeFeatures === 0) return { bound: undefined, states: {} };
    const place = held[PLACE] as Tensor;
    const gates = gatesAt(parameters["decoder.places.gates"] as Tensor, rowsOfPlaces(shape, place));
    return { bound: tf.mul(gates, held[FEATURES] as Tensor), states: { [PLACE]: tf.add(place, 1) } };
  },

  /** Words as they are read, [rows, embedding], with what is `bound` to their places. */
  withWords: (words: Tensor, parameters: TensorMap, bound: Tensor | undefined): Tensor =>
    added(words, bound, parameters["decoder.places.word"]),

  /** The same of the last layer's states, [rows, hidden]. */
  withStates: (states: Tensor, parameters: TensorMap, bound: Tensor | undefined): Tensor =>
    added(states, bound, parameters["decoder.places.state"]),
};

function added(to: Tensor, bound: Tensor | undefined, weight: Tensor | undefined): Tensor {
  return bound ? tf.add(to, tf.matMul(bound as never, weight as never)) : to;
}

/** A·z + a, [batch, {@link heardWidth}] → [batch, placeFeatures]. */
function featuresOf(parameters: TensorMap, code: Tensor): Tensor {
  const product = tf.matMul(code as never, parameters["decoder.places.code"] as never);
  return tf.add(product, parameters["decoder.places.bias"] as Tensor);
}
