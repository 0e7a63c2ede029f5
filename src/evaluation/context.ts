// What all parts of an evaluation share.
import type { Model, SampleOptions } from "../latent/model.ts";
import type { EncodedSentences } from "../model/code-noise.ts";
import type { Lines } from "./lines.ts";
import type { Sources } from "./sources.ts";
import type { Stages } from "./stages.ts";
import type { FormCheck } from "./well-formed.ts";

export interface EvaluationContext extends Sources {
  readonly runPath: string;
  readonly model: Model;
  /** Number of samples. */
  readonly count: number;
  /** Of every draw. */
  readonly seed: number;
  /** How samples are written. */
  readonly write: SampleOptions & { readonly seed: number };
  /** Whether a text has the form of verse that was asked about; none where none was. */
  readonly hasForm: FormCheck | undefined;
  readonly stages: Stages;
  readonly note: (sentence: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Real texts with their codes, in one order. */
export interface EncodedLines extends EncodedSentences {
  readonly lines: Lines;
}
