// What a step is, and what an engine promises: pure functions over named tensors, run eagerly or compiled.
import type { Tensor } from "./tf.ts";

/** A size: a number that is fixed, or the name of a dimension that differs from run to run ("batch", "time"). */
export type Dimension = number | string;

export type DataType = "float32" | "int32";

/** Shape and type of one named tensor. */
export interface TensorSpec {
  readonly shape: readonly Dimension[];
  readonly dtype: DataType;
}

export type Signature = Readonly<Record<string, TensorSpec>>;

export type TensorMap = Record<string, Tensor>;

/** One array with its shape, row-major. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export type NamedArrays = ReadonlyMap<string, NamedArray>;

/** Values for a {@link Signature}, one entry a name. */
export type FeedArrays = Readonly<Record<string, NamedArray>>;

/**
 * A training step as a pure function: `step(state, feeds) → { state, outputs }`. The new state has the names, shapes and types
 * of the old; outputs are scalars. Everything that varies (noise, learning rate, data) comes in as a feed: a step that
 * draws random numbers or reads a tensor's data cannot be compiled.
 */
export interface StepDefinition {
  readonly name: string;
  /** Fixed shapes only. */
  readonly state: Signature;
  readonly feeds: Signature;
  /** Names of the scalars that a step returns. */
  readonly outputs: readonly string[];
  step(state: TensorMap, feeds: TensorMap): { state: TensorMap; outputs: TensorMap };
}

/** A pure function without state: `call(parameters, feeds) → outputs`. */
export interface FunctionDefinition {
  readonly name: string;
  /** Fixed shapes only. */
  readonly parameters: Signature;
  readonly feeds: Signature;
  readonly outputs: readonly string[];
  call(parameters: TensorMap, feeds: TensorMap): TensorMap;
}

/** A compiled (or eager) training step together with its state. */
export interface TrainingProgram {
  /** Runs one step for each element of `steps`, in order; returns each output as one number a step. */
  run(steps: readonly FeedArrays[]): Promise<Record<string, Float32Array>>;
  /** Takes back the last call of `run`: the state is again what it was before it. Only one call can be taken back. */
  undo(): void;
  /** The state after the last step. The arrays belong to the program: copy them to keep them past the next run. */
  state(): NamedArrays;
  load(state: NamedArrays): void;
  dispose(): Promise<void>;
}

/** A compiled (or eager) pure function. */
export interface FunctionProgram {
  /** `parameters` is needed exactly when the program was made without them. */
  run(feeds: FeedArrays, parameters?: NamedArrays): Promise<Record<string, NamedArray>>;
  dispose(): Promise<void>;
}

export type EngineName = "compiled" | "tensorflow" | "wasm" | "cpu";

/** A way to run steps. All engines give the same numbers up to rounding. */
export interface Engine {
  readonly name: EngineName;
  /** One line for people: which library, how many threads. */
  readonly description: string;
  training(definition: StepDefinition, state: NamedArrays): Promise<TrainingProgram>;
  /** With `parameters` given they are baked in, which is faster; without, each run brings its own. */
  function(definition: FunctionDefinition, parameters?: NamedArrays): Promise<FunctionProgram>;
}

/** A loop inside a step; see `scan`. */
export interface ScanSpec {
  /** The state before the first trip. */
  readonly initial: readonly Tensor[];
  /** Tensors of shape [trips, ...]; each trip gets one slice of each. At least one. */
  readonly sequences: readonly Tensor[];
  /** Go from the last slice to the first; stacked outputs keep the order of the slices. */
  readonly reverse?: boolean;
  /** One trip. May use tensors from outside. New state and old have the same shapes. */
  body(state: Tensor[], slices: Tensor[]): { state: Tensor[]; outputs: Tensor[] };
}
