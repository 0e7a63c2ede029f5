// The encoder: embedded tokens → features → the code of each sentence, or a Gaussian of codes.
import type { Tensor } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";
import { encoderOf } from "./encoders/kinds.ts";
import { linear } from "./linear.ts";
import type { ModelShape } from "./parameters.ts";
import type { Posterior } from "./posterior.ts";
import { placed } from "./prior.ts";

/**
 * Codes of sentences; of Gaussian ones the means and the variance.
 * @param parameters of the autoencoder
 * @param embedded what the encoder wants embedded
 */
export function encodePosterior(
  shape: ModelShape,
  parameters: TensorMap,
  embedded: readonly Tensor[],
  feeds: TensorMap,
): Posterior {
  const features = encoderOf(shape).read(shape, parameters, embedded, feeds);
  const mean = placed(shape, linear(parameters, "encoder.code", features));
  return shape.gaussian ? { mean, logVariance: linear(parameters, "encoder.logVariance", features) } : { mean };
}
