// Affine layers.
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";

/** `x·W + b`: [rows, in], [in, out] and [out] → [rows, out]. */
export function affine(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return tf.add(tf.matMul(x as never, weight as never), bias);
}

/** {@link affine} of the parameters `NAME.weight` and `NAME.bias`. */
export function linear(parameters: TensorMap, name: string, x: Tensor): Tensor {
  return affine(x, parameters[`${name}.weight`] as Tensor, parameters[`${name}.bias`] as Tensor);
}
