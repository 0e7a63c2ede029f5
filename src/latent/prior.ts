// Codes drawn from the prior N(0, I). A model whose prior is a sphere hears their directions, of which all are equally likely.
import { InputError } from "../errors.ts";
import type { Config } from "../model/config.ts";
import { RandomStream } from "../random.ts";

/**
 * Draw `index` of a seed: the same whatever is drawn before or after it.
 * @param temperature standard deviation of each dimension; 1 for the prior itself
 */
export function priorCode(latent: number, seed: number, index: number, temperature = 1): Float32Array {
  return RandomStream.named(seed, `prior/${index}`).fillGaussian(new Float32Array(latent), temperature);
}

export interface PriorDraws {
  readonly seed: number;
  readonly count: number;
  readonly first?: number | undefined;
  readonly temperature?: number | undefined;
}

/** Draws `first` to `first + count − 1`, made one by one as they are asked for. */
export function* priorCodes(
  latent: number,
  { seed, count, first = 0, temperature = 1 }: PriorDraws,
): Generator<Float32Array> {
  for (let i = 0; i < count; i++) yield priorCode(latent, seed, first + i, temperature);
}

/** @throws InputError for a temperature that is not above 0 and finite, or that a sphere, of whose draws only directions are heard, cannot have */
export function checkPriorTemperature(temperature: number | undefined, prior: Config["prior"]): void {
  if (temperature === undefined) return;
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new InputError(`The temperature of the prior is ${temperature}; expected a number above 0.`);
  if (prior === "sphere" && temperature !== 1)
    throw new InputError(
      `The temperature of the prior is ${temperature}; expected 1, as this model's prior is a sphere: it hears directions alone.`,
    );
}
