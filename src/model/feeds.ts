// The arrays that a model's encoder and decoder are fed for sentences of ids.
import type { FeedArrays } from "../engine/types.ts";
import { decoderOf } from "./decoders/kinds.ts";
import { encoderOf } from "./encoders/kinds.ts";
import type { ModelShape } from "./parameters.ts";
import type { BoundaryIds, Sentences } from "./sentence-arrays.ts";

/** Feeds of a model's encoder: see its kind. Sentences must not be empty. */
export function encoderFeeds(shape: ModelShape, sentences: Sentences, special: BoundaryIds): FeedArrays {
  return encoderOf(shape).feedArrays(shape, sentences, special);
}

/** Feeds of the loss of a model's decoder: see its kind. */
export function decoderFeeds(shape: ModelShape, sentences: Sentences, special: BoundaryIds): FeedArrays {
  return decoderOf(shape).feedArrays(shape, sentences, special);
}
