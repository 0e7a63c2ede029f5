// Codes drawn from the prior N(0, I). A model whose prior is a sphere hears their directions, of which all are equally likely.
import { RandomStream } from "../random.ts";

/** Draw `index` of a seed: the same whatever is drawn before or after it. */
export function priorCode(latent: number, seed: number, index: number): Float32Array {
  return RandomStream.named(seed, `prior/${index}`).fillGaussian(new Float32Array(latent));
}

/** Draws `first` to `first + count − 1`, made one by one as they are asked for. */
export function* priorCodes(latent: number, seed: number, count: number, first = 0): Generator<Float32Array> {
  for (let i = 0; i < count; i++) yield priorCode(latent, seed, first + i);
}
