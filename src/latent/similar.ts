// Codes around a code.
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import { checkCount, commonLength } from "./codes.ts";

export interface SimilarOptions {
  /** s, from 0 (draws from the prior) to 1 (the code itself). */
  readonly similarity?: number | undefined;
  /** Seed of the noise. */
  readonly seed?: number | undefined;
  /** Number of the first sample. */
  readonly first?: number | undefined;
}

/**
 * Samples around a code `z`: `√s·z + √(1 − s)·ε`, ε from N(0, I). Where codes are distributed like the prior, so are the samples, which a
 * plain `z + σ·ε` is not: its norm grows with the noise, and the decoder has not met such codes. Sample i of a seed is the same
 * whatever `n` is.
 * @returns `n` codes of the length of `code`, samples `first` to `first + n − 1`
 * @throws InputError when `n` or `first` is no integer of at least 0, or `similarity` is not in [0, 1]
 */
export function similarCodes(
  code: Float32Array,
  { n, similarity = 0.8, seed = 1, first = 0 }: SimilarOptions & { readonly n: number },
): Float32Array[] {
  commonLength([code]);
  checkCount("texts", n, 0);
  if (!Number.isSafeInteger(first) || first < 0) {
    throw new InputError(`The number of the first sample is ${first}; expected an integer of at least 0.`);
  }
  if (!(similarity >= 0 && similarity <= 1)) {
    throw new InputError(`The similarity is ${similarity}; expected a number from 0 to 1.`);
  }
  const [kept, added] = [Math.sqrt(similarity), Math.sqrt(1 - similarity)];
  return Array.from({ length: n }, (_, i) => {
    const noise = RandomStream.named(seed, `similar/${first + i}`).fillGaussian(new Float32Array(code.length));
    return code.map((value, k) => kept * value + added * (noise[k] as number));
  });
}
