// Word noise for denoising training: local shuffling, dropping, blanking and substituting.
import { InputError } from "../errors.ts";
import type { RandomStream } from "../random.ts";
import type { SpecialIds, Vocabulary } from "./tokenizer.ts";

export type NoiseSettings = {
  /** Probability that a token is left out. */
  drop?: number;
  /** Probability that a token becomes the blank token. */
  blank?: number;
  /** Probability that a token becomes a random ordinary one, each as likely as any other. */
  substitute?: number;
  /** Farthest that a token may move, in tokens. */
  shuffle?: number;
};

/**
 * A noisy copy of a sentence, as for the denoising autoencoders of Shen et al., "Educating Text Autoencoders" (2020): shuffle,
 * then drop, blank and substitute. A sentence that is not empty keeps at least one token. The number of draws from `random`
 * depends on `ids.length` and on which settings are above 0, and on nothing else.
 * @throws InputError when a probability is outside [0, 1] or the shuffle distance is no integer from 0 on
 */
export function noisy(
  ids: ArrayLike<number>,
  settings: NoiseSettings,
  vocabulary: Pick<Vocabulary, "size" | "special">,
  random: RandomStream,
): number[] {
  const { drop = 0, blank = 0, substitute = 0, shuffle = 0 } = settings;
  checkProbability("drop", drop);
  checkProbability("blank", blank);
  checkProbability("substitute", substitute);
  if (!Number.isInteger(shuffle) || shuffle < 0) {
    throw new InputError(`The shuffle distance of the noise is ${shuffle}; expected an integer of at least 0.`);
  }

  const ordinary = new OrdinaryIds(vocabulary);
  const tokens = shuffle > 0 ? shuffled(ids, shuffle, random) : Array.from(ids);
  const kept: number[] = [];
  // Where all would be dropped, the token that came nearest to staying stays: each is as likely as any other.
  let nearest = 0;
  let highest = -1;
  for (const token of tokens) {
    const luck = drop > 0 ? random.uniform() : 1;
    const blanked = blank > 0 && random.uniform() < blank;
    const replaced = substitute > 0 && random.uniform() < substitute;
    const replacement = substitute > 0 ? ordinary.at(random.uniform()) : token;
    const result = replaced ? replacement : blanked ? vocabulary.special.blank : token;
    if (luck >= drop) kept.push(result);
    if (luck > highest) {
      highest = luck;
      nearest = result;
    }
  }
  if (kept.length === 0 && tokens.length > 0) kept.push(nearest);
  return kept;
}

/**
 * Sorts by place + U[0, distance + 1), as Lample et al. (2018) do. A token is overtaken only by tokens whose place is less than
 * `distance` + 1 after its own, so that none moves farther than `distance`.
 */
function shuffled(ids: ArrayLike<number>, distance: number, random: RandomStream): number[] {
  const keyed = Array.from(ids, (id, place) => ({ id, key: place + random.uniform() * (distance + 1) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ id }) => id);
}

/** The ids of a vocabulary that are not special; blank alone where there are none. */
class OrdinaryIds {
  readonly #special: SpecialIds;
  readonly #reserved: readonly number[];
  readonly #count: number;

  constructor({ size, special }: Pick<Vocabulary, "size" | "special">) {
    const { pad, begin, end, unknown, blank } = special;
    this.#special = special;
    this.#reserved = [pad, begin, end, unknown, blank].sort((a, b) => a - b);
    this.#count = size - this.#reserved.length;
  }

  /** @param fraction in [0, 1) */
  at(fraction: number): number {
    if (this.#count <= 0) return this.#special.blank;
    let id = Math.floor(fraction * this.#count);
    for (const other of this.#reserved) if (id >= other) id++;
    return id;
  }
}

function checkProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new InputError(`The ${name} probability of the noise is ${value}; expected a number from 0 to 1.`);
  }
}
