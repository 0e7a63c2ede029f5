// The encoders by the names that the settings know them by.
import type { EncoderKind } from "../config-schema.ts";
import type { ModelShape } from "../parameters.ts";
import { conv } from "./convolutional.ts";
import type { SentenceEncoder } from "./encoder.ts";
import { recurrentEncoder } from "./recurrent.ts";

const KINDS: Readonly<Record<EncoderKind, SentenceEncoder>> = {
  gru: recurrentEncoder("gru"),
  lstm: recurrentEncoder("lstm"),
  conv,
};

/** The encoder of a model. */
export function encoderOf({ encoder }: Pick<ModelShape, "encoder">): SentenceEncoder {
  return KINDS[encoder];
}
