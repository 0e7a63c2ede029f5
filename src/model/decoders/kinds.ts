// The decoders by the names that the settings know them by.
import type { DecoderKind } from "../config-schema.ts";
import type { ModelShape } from "../parameters.ts";
import type { SentenceDecoder } from "./decoder.ts";
import { deconv } from "./deconvolutional.ts";
import { recurrentDecoder } from "./recurrent.ts";

const KINDS: Readonly<Record<DecoderKind, SentenceDecoder>> = {
  gru: recurrentDecoder("gru"),
  lstm: recurrentDecoder("lstm"),
  deconv,
};

/** The decoder of a model. */
export function decoderOf({ decoder }: Pick<ModelShape, "decoder">): SentenceDecoder {
  return KINDS[decoder];
}
