// Conditional models: what the decoder hears of a sentence is its code and, beside it, a vector of its label.
import { type Tensor, tf } from "../engine/tf.ts";
import type { FeedArrays, Signature, TensorMap } from "../engine/types.ts";
import { embed } from "./embedding.ts";
import { EMBEDDING_DEVIATION, type ParameterSpecs } from "./parameter-specs.ts";
import type { ModelShape } from "./parameters.ts";

/** Numbers that the decoder hears of a sentence: those of its code and, in a conditional model, of its label's vector. */
export function heardWidth({ latent, labels, embedding }: ModelShape): number {
  return labels === undefined ? latent : latent + embedding;
}

/**
 * What the decoder hears: the code itself or, in a conditional model, code and label side by side (Makhzani et al. 2015, section 4). Whatever
 * a decoder makes of a code, its first states and what it adds to each word, it makes of the label as well.
 * @param code [batch, latent]
 * @returns [batch, {@link heardWidth}]
 */
export function heard(shape: ModelShape, parameters: TensorMap, code: Tensor, feeds: TensorMap): Tensor {
  if (shape.labels === undefined) return code;
  const [vectors] = embed(parameters["decoder.label"] as Tensor, [feeds.label as Tensor]) as [Tensor];
  return tf.concat([code, vectors], 1);
}

/** The vectors of all labels; row 0 is for sentences of which no label is known. */
export function labelParameters({ labels, embedding }: ModelShape): ParameterSpecs {
  if (labels === undefined) return {};
  return { "decoder.label": { shape: [labels + 1, embedding], deviation: EMBEDDING_DEVIATION } };
}

/** The number of each sentence's label, in a conditional model. */
export function labelFeeds({ labels }: ModelShape): Signature {
  return labels === undefined ? {} : { label: { shape: ["batch"], dtype: "int32" } };
}

/** The values of {@link labelFeeds}. */
export function labelArrays({ labels }: ModelShape, numbers: readonly number[]): FeedArrays {
  return labels === undefined ? {} : { label: { shape: [numbers.length], data: Int32Array.from(numbers) } };
}
