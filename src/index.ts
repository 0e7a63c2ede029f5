// The public surface of latentext.
export { createEngine, ENGINE_CHOICES, type EngineChoice, type EngineOptions } from "./engine/select.ts";
export type { Engine, EngineName, NamedArray, NamedArrays } from "./engine/types.ts";
export {
  DisposedError,
  EngineUnavailableError,
  InputError,
  LatentextError,
  NonFiniteError,
  RunFolderError,
} from "./errors.ts";
export { type EvaluateOptions, evaluate } from "./evaluation/evaluate.ts";
export { reportPage } from "./evaluation/report/page.ts";
export type { Evaluation, Report } from "./evaluation/report/report.ts";
export type { EvaluationProgress } from "./evaluation/stages.ts";
export { arithmeticCodes } from "./latent/arithmetic.ts";
export { type Corners, type GridOptions, gridCodes } from "./latent/grid.ts";
export { type RunInfo, readInfo } from "./latent/info.ts";
export { type InterpolateOptions, interpolateCodes, PATHS, type Path } from "./latent/interpolate.ts";
export {
  type ArithmeticOptions,
  type Code,
  type LabelsOptions,
  type LoadOptions,
  load,
  type Model,
  type SampleOptions,
  type TransferOptions,
  type WriteOptions,
  type WrittenText,
} from "./latent/model.ts";
export {
  type BuildIndexOptions,
  buildIndex,
  type CorpusIndex,
  type IndexedLine,
  type Neighbour,
  openIndex,
} from "./latent/neighbours.ts";
export { type Plane, principalPlane } from "./latent/plane.ts";
export { priorCode } from "./latent/prior.ts";
export { type SimilarOptions, similarCodes } from "./latent/similar.ts";
export type { VerseForm, Wishes } from "./latent/wishes.ts";
export type { Config } from "./model/config.ts";
export type { ConfigInput } from "./model/config-input.ts";
export { PRESETS, type PresetName } from "./model/presets.ts";
export type { InputDescription } from "./text/describe-input.ts";
export type { Tokenizer } from "./text/tokenizer.ts";
export type { Listener, StopReason, TrainEvent, TrainResult } from "./training/events.ts";
export type { TrainOptions } from "./training/session.ts";
export { train } from "./training/train.ts";

declare global {
  namespace NodeJS {
    // Standard input is one: so the name is known in projects without Node's types, and nothing is added to it in those that have them.
    interface ReadableStream {}
  }
}
