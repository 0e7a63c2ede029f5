// Gates of places: what lets sums over a sentence's tokens keep which token stood where.
//
// A recurrent layer has to learn to count before a code can hold "the third word is …". Here a feature is multiplied by a number of its own
// at each place, much as binding by products does in tensor product representations (Smolensky 1990): sums of such products are linear in
// what they are of, and learn from the first step on.
import { type Tensor, tf } from "../engine/tf.ts";
import type { NamedArray } from "../engine/types.ts";
import type { ParameterSpec } from "./parameter-specs.ts";
import type { ModelShape } from "./parameters.ts";

/** Places that have gates of their own: those of the longest sentence with its end. All beyond share the last ones. */
const placesOf = ({ maxLength }: ModelShape): number => maxLength + 1;

/** A gate for each feature at each place. Some start below 0 and some above, so that places differ at once. */
export function gateSpec(shape: ModelShape): ParameterSpec {
  return { shape: [placesOf(shape), shape.placeFeatures], deviation: 1 };
}

/** The rows of the gates at times 0 to `time` − 1. */
export function gateRows(shape: ModelShape, time: number): NamedArray {
  const last = placesOf(shape) - 1;
  return { shape: [time], data: Int32Array.from({ length: time }, (_, t) => Math.min(t, last)) };
}

/** The gates at given rows: int32 [rows] → [rows, features]. */
export function gatesAt(gates: Tensor, rows: Tensor): Tensor {
  return tf.gather(gates, rows as never);
}

/** The row of the gates of each place, places counted in floats as the state of a decoder: [batch, 1] → int32 [batch]. */
export function rowsOfPlaces(shape: ModelShape, places: Tensor): Tensor {
  const batch = places.shape[0] as number;
  return tf.cast(tf.minimum(tf.reshape(places, [batch]), placesOf(shape) - 1), "int32");
}
