// The prior that codes are drawn to: N(0, I), or the uniform distribution on the sphere of its size (Davidson et al. 2018).
import { type Tensor, tf } from "../engine/tf.ts";
import type { RandomStream } from "../random.ts";
import type { Config } from "./config.ts";
import type { ModelShape } from "./parameters.ts";

/** Keeps the length of a code of zeros, which has no direction, from being divided by. */
const SQUARE_FLOOR = 1e-12;

/**
 * Codes where the prior can have drawn them: as they are, or scaled to length √latent, so that a dimension has variance 1 on the sphere
 * as well. A code of zeros stays in the middle of the sphere.
 * @param codes [rows, latent]
 * @returns [rows, latent]
 */
export function placed({ sphere, latent }: Pick<ModelShape, "sphere" | "latent">, codes: Tensor): Tensor {
  if (!sphere) return codes;
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(codes), 1, true), SQUARE_FLOOR)); // [rows, 1]
  return tf.mul(codes, tf.div(Math.sqrt(latent), lengths));
}

/** Fills whole codes, one after another, with draws of the prior: all directions are equally likely for draws of N(0, I). */
export function fillPrior(
  { prior, latent }: Pick<Config, "prior" | "latent">,
  random: RandomStream,
  codes: Float32Array,
): Float32Array {
  random.fillGaussian(codes);
  if (prior === "sphere")
    for (let at = 0; at < codes.length; at += latent) putOnSphere(codes.subarray(at, at + latent));
  return codes;
}

/** As {@link placed}, of one code, in place. */
export function putOnSphere(code: Float32Array): Float32Array {
  const square = code.reduce((sum, value) => sum + value * value, 0);
  const scale = Math.sqrt(code.length / Math.max(square, SQUARE_FLOOR));
  for (let k = 0; k < code.length; k++) code[k] = (code[k] as number) * scale;
  return code;
}
