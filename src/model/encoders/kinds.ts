// The encoders by the names that the settings know them by.
import type { ModelShape } from "../parameters.ts";
import type { SentenceEncoder } from "./encoder.ts";
import { recurrentEncoder } from "./recurrent.ts";

export type EncoderKind = "gru" | "lstm";

const KINDS: Readonly<Record<EncoderKind, SentenceEncoder>> = {
  gru: recurrentEncoder("gru"),
  lstm: recurrentEncoder("lstm"),
};

/** The encoder of a model. */
export function encoderOf({ encoder }: Pick<ModelShape, "encoder">): SentenceEncoder {
  return KINDS[encoder];
}
