// An affine layer by its name.
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";

/** `x·W + b` of the parameters `NAME.weight` [in, out] and `NAME.bias` [out]: [rows, in] → [rows, out]. */
export function linear(parameters: TensorMap, name: string, x: Tensor): Tensor {
  const product = tf.matMul(x as never, parameters[`${name}.weight`] as never);
  return tf.add(product, parameters[`${name}.bias`] as Tensor);
}
