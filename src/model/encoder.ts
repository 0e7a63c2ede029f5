// The encoder: embedded tokens → features → the code of each sentence, or a Gaussian of codes.
import type { Tensor } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";
import { encoderOf } from "./encoders/kinds.ts";
import { linear } from "./linear.ts";
import type { ModelShape } from "./parameters.ts";
import type { Posterior } from "./posterior.ts";
import { placed } from "./prior.ts";

/**
 * Codes of sentences; of Gaussian ones the means.
 * @param parameters of the autoencoder
 * @param embedded what the encoder wants embedded
 * @returns [batch, latent]
 */
export function encode(
  shape: ModelShape,
  parameters: TensorMap,
  embedded: readonly Tensor[],
  feeds: TensorMap,
): Tensor {
  return placed(shape, linear(parameters, "encoder.code", encoderOf(shape).read(shape, parameters, embedded, feeds)));
}

/** As {@link encode}, with the variance of Gaussian codes. */
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
