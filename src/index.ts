// The public surface of latentext.
export { createEngine, ENGINE_CHOICES, type EngineChoice, type EngineOptions } from "./engine/select.ts";
export type { Engine, EngineName, NamedArray, NamedArrays } from "./engine/types.ts";
export {
  EngineUnavailableError,
  InputError,
  LatentextError,
  NonFiniteError,
  RunFolderError,
} from "./errors.ts";
export { type RunInfo, readInfo } from "./latent/info.ts";
export { type InterpolateOptions, interpolateCodes, PATHS, type Path } from "./latent/interpolate.ts";
export { type Code, type LoadOptions, load, type Model, type WriteOptions, type WrittenText } from "./latent/model.ts";
export { priorCode } from "./latent/prior.ts";
export type { Config, ConfigInput } from "./model/config.ts";
export { PRESETS, type PresetName } from "./model/presets.ts";
export type { InputDescription } from "./text/describe-input.ts";
export type { Tokenizer } from "./text/tokenizer.ts";
export type { Listener, StopReason, TrainEvent, TrainResult } from "./training/events.ts";
export type { TrainOptions } from "./training/session.ts";
export { train } from "./training/train.ts";
