// The encoders by the names that the settings know them by.
import type { EncoderKind } from "../config-schema.ts";
import type { ModelShape } from "../parameters.ts";
import { conv } from "./convolutional.ts";
import type { SentenceEncoder } from "./encoder.ts";
import { withPlaces } from "./places.ts";
import { recurrentEncoder } from "./recurrent.ts";

const KINDS: Readonly<Record<EncoderKind, SentenceEncoder>> = {
  gru: recurrentEncoder("gru"),
  lstm: recurrentEncoder("lstm"),
  conv,
};

const PLACED: Readonly<Record<EncoderKind, SentenceEncoder>> = {
  gru: withPlaces(KINDS.gru),
  lstm: withPlaces(KINDS.lstm),
  conv: withPlaces(KINDS.conv),
};

/** The encoder of a model. */
export function encoderOf({ encoder, placeFeatures }: Pick<ModelShape, "encoder" | "placeFeatures">): SentenceEncoder {
  return (placeFeatures > 0 ? PLACED : KINDS)[encoder];
}
