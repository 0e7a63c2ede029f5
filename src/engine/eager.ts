// The eager engines: steps run operation by operation on a TensorFlow.js backend.
import { EngineUnavailableError, messageOf } from "../errors.ts";
import { prepareWasm } from "./eager-wasm.ts";
import { bindDimensions, checkArrays, SignatureError } from "./shapes.ts";
import { type Tensor, tf } from "./tf.ts";
import type {
  Engine,
  EngineName,
  FeedArrays,
  FunctionDefinition,
  FunctionProgram,
  NamedArray,
  NamedArrays,
  StepDefinition,
  TensorMap,
  TrainingProgram,
} from "./types.ts";

type EagerName = Exclude<EngineName, "compiled">;

const DESCRIPTIONS: Readonly<Record<EagerName, string>> = {
  tensorflow: "eager on the TensorFlow library (@tensorflow/tfjs-node)",
  wasm: "eager on WebAssembly (1 thread)",
  cpu: "eager on plain JavaScript (1 thread; slow)",
};

export class EagerEngine implements Engine {
  readonly name: EagerName;
  readonly description: string;

  private constructor(name: EagerName) {
    this.name = name;
    this.description = DESCRIPTIONS[name];
  }

  /** @throws EngineUnavailableError when the backend's package is absent or does not load. */
  static async create(name: EagerName): Promise<EagerEngine> {
    try {
      if (name === "wasm") await prepareWasm();
      // Not a dependency that is always there: its install script downloads a library.
      if (name === "tensorflow") await import("@tensorflow/tfjs-node" as string);
      if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
    } catch (cause) {
      throw new EngineUnavailableError(`The engine "${name}" cannot be used here: ${messageOf(cause).split("\n")[0]}`, {
        cause,
      });
    }
    return new EagerEngine(name);
  }

  async training(definition: StepDefinition, state: NamedArrays): Promise<TrainingProgram> {
    const program = new EagerTraining(this.name, definition);
    program.load(state);
    return program;
  }

  async function(definition: FunctionDefinition, parameters?: NamedArrays): Promise<FunctionProgram> {
    return new EagerFunction(this.name, definition, parameters);
  }
}

class EagerTraining implements TrainingProgram {
  readonly #backend: EagerName;
  readonly #definition: StepDefinition;
  #state: TensorMap = {};
  #before: TensorMap = {};

  constructor(backend: EagerName, definition: StepDefinition) {
    this.#backend = backend;
    this.#definition = definition;
  }

  async run(steps: readonly FeedArrays[]): Promise<Record<string, Float32Array>> {
    const { feeds: signature, outputs, step } = this.#definition;
    if (steps.length === 0) throw new SignatureError("A run of no steps was asked for: at least one is needed.");
    for (const feeds of steps) bindDimensions(signature, feeds);
    const series = new Map(outputs.map((name) => [name, new Float32Array(steps.length)]));
    await tf.setBackend(this.#backend);
    tf.dispose(this.#before);
    this.#before = {};
    const first = this.#state;
    for (const [i, feeds] of steps.entries()) {
      const before = this.#state;
      const result = tf.tidy(() => {
        const returned = step(before, tensors(Object.entries(feeds)));
        return { ...prefixed("state.", returned.state), ...prefixed("output.", returned.outputs) };
      });
      const after: TensorMap = {};
      for (const [name, tensor] of Object.entries(result)) {
        if (name.startsWith("state.")) after[name.slice("state.".length)] = tensor;
        else {
          const values = series.get(name.slice("output.".length));
          if (values) values[i] = (await tensor.data())[0] ?? Number.NaN;
          tensor.dispose();
        }
      }
      if (before !== first) tf.dispose(before);
      this.#state = after;
    }
    this.#before = first;
    return Object.fromEntries(series);
  }

  undo(): void {
    if (Object.keys(this.#before).length === 0) throw new SignatureError("There is no run to take back.");
    tf.dispose(this.#state);
    this.#state = this.#before;
    this.#before = {};
  }

  state(): NamedArrays {
    return new Map(Object.keys(this.#definition.state).map((name) => [name, arrayOf(this.#state[name] as Tensor)]));
  }

  load(state: NamedArrays): void {
    checkArrays(this.#definition.state, state);
    tf.dispose([this.#state, this.#before]);
    this.#before = {};
    void tf.setBackend(this.#backend);
    this.#state = tensors([...state]);
  }

  async dispose(): Promise<void> {
    tf.dispose([this.#state, this.#before]);
    this.#state = {};
    this.#before = {};
  }
}

class EagerFunction implements FunctionProgram {
  readonly #backend: EagerName;
  readonly #definition: FunctionDefinition;
  readonly #parameters: TensorMap | undefined;

  constructor(backend: EagerName, definition: FunctionDefinition, parameters?: NamedArrays) {
    this.#backend = backend;
    this.#definition = definition;
    if (parameters) checkArrays(definition.parameters, parameters);
    this.#parameters = parameters && tensors([...parameters]);
  }

  async run(feeds: FeedArrays, parameters?: NamedArrays): Promise<Record<string, NamedArray>> {
    bindDimensions(this.#definition.feeds, feeds);
    const baked = this.#parameters !== undefined;
    if (baked === (parameters !== undefined)) {
      throw new SignatureError(`"${this.#definition.name}" was made ${baked ? "with" : "without"} its parameters.`);
    }
    if (parameters) checkArrays(this.#definition.parameters, parameters);
    await tf.setBackend(this.#backend);
    const outputs = tf.tidy(() =>
      this.#definition.call(this.#parameters ?? tensors([...(parameters ?? [])]), tensors(Object.entries(feeds))),
    );
    const arrays = this.#definition.outputs.map((name): [string, NamedArray] => [
      name,
      arrayOf(outputs[name] as Tensor),
    ]);
    tf.dispose(outputs);
    return Object.fromEntries(arrays);
  }

  async dispose(): Promise<void> {
    if (this.#parameters) tf.dispose(this.#parameters);
  }
}

function tensors(arrays: Iterable<readonly [string, NamedArray]>): TensorMap {
  const entries = [...arrays].map(([name, { data, shape }]): [string, Tensor] => [
    name,
    tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32"),
  ]);
  return Object.fromEntries(entries);
}

function prefixed(prefix: string, map: TensorMap): TensorMap {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [prefix + name, tensor]));
}

function arrayOf(tensor: Tensor): NamedArray {
  const data = tensor.dataSync();
  return {
    shape: [...tensor.shape],
    data: tensor.dtype === "float32" ? Float32Array.from(data) : Int32Array.from(data),
  };
}
