// What every kind of encoder promises: features of sentences, from which codes are made.
import type { Tensor } from "../../engine/tf.ts";
import type { FeedArrays, Signature, TensorMap } from "../../engine/types.ts";
import type { ParameterSpecs } from "../parameter-specs.ts";
import type { ModelShape } from "../parameters.ts";
import type { BoundaryIds, Sentences } from "../sentence-arrays.ts";

/** A way to read sentences. What a sentence gives is the same alone and beside others of any length. */
export interface SentenceEncoder {
  /** What it is fed. */
  feeds(shape: ModelShape): Signature;
  /** The values of {@link feeds}. Sentences must not be empty. */
  feedArrays(shape: ModelShape, sentences: Sentences, special: BoundaryIds): FeedArrays;
  /** Names of the feeds whose ids it wants embedded. */
  embeds(shape: ModelShape): readonly string[];
  /** Its parameters, all of which have names that begin with "encoder.". */
  parameters(shape: ModelShape): ParameterSpecs;
  /** Number of features of a sentence. */
  width(shape: ModelShape): number;
  /** About the standard deviation of features by fresh weights: codes are scaled up from it to near 1. */
  deviation(shape: ModelShape): number;
  /**
   * Features of sentences.
   * @param embedded what {@link embeds} names, each [...shape of its ids, embedding]
   * @returns [batch, width]
   */
  read(shape: ModelShape, parameters: TensorMap, embedded: readonly Tensor[], feeds: TensorMap): Tensor;
}
