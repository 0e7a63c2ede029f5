// Dropout with one choice a sentence (Gal & Ghahramani 2016): features that all words of a sentence, or all its states, are read without.
import { type Tensor, tf } from "../engine/tf.ts";
import type { FeedArrays, NamedArray, Signature, TensorMap } from "../engine/types.ts";
import type { RandomStream } from "../random.ts";
import type { ModelShape } from "./parameters.ts";

const WORDS = "keptWords";
const STATES = "keptStates";

/** What a step that leaves features out is fed: a factor a feature of each sentence, 0 or 1 / (1 − chance). */
export function dropoutFeeds(shape: ModelShape): Signature {
  const widths = Object.entries(widthsOf(shape));
  return Object.fromEntries(
    widths.map(([name, width]) => [name, { shape: ["batch", width], dtype: "float32" as const }]),
  );
}

/** Features of the words and, where sentences are written from states, of these. */
function widthsOf({ embedding, hidden, decoder }: ModelShape): Record<string, number> {
  return { [WORDS]: embedding, ...(decoder !== "deconv" && { [STATES]: hidden }) };
}

/** The values of {@link dropoutFeeds} for `batch` sentences. */
export function dropoutArrays(shape: ModelShape, batch: number, chance: number, random: RandomStream): FeedArrays {
  const factors = (width: number): NamedArray => ({
    shape: [batch, width],
    data: Float32Array.from({ length: batch * width }, () => (random.uniform() < chance ? 0 : 1 / (1 - chance))),
  });
  return Object.fromEntries(Object.entries(widthsOf(shape)).map(([name, width]) => [name, factors(width)]));
}

/** Embedded words, [time, batch, ..., embedding], as a step reads them. */
export function keptWords(words: Tensor, feeds: TensorMap): Tensor {
  return kept(words, feeds[WORDS]);
}

/** States, [time, batch, hidden], as a step makes logits of them. */
export function keptStates(states: Tensor, feeds: TensorMap): Tensor {
  return kept(states, feeds[STATES]);
}

function kept(values: Tensor, factors: Tensor | undefined): Tensor {
  if (!factors) return values;
  const [batch, width] = factors.shape as [number, number];
  const between = new Array<number>(values.rank - 3).fill(1);
  return tf.mul(values, tf.reshape(factors, [1, batch, ...between, width]));
}
