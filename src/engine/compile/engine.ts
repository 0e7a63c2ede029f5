// The compiled engine: steps recorded as ONNX graphs, run by the stock onnxruntime-node binary.
import type {
  Engine,
  FunctionDefinition,
  FunctionProgram,
  NamedArrays,
  StepDefinition,
  TrainingProgram,
} from "../types.ts";
import { compileFunction } from "./function-program.ts";
import { loadRuntime, type Runtime } from "./session.ts";
import { compileTraining } from "./training-program.ts";

export interface CompiledEngineOptions {
  readonly threads: number;
}

export class CompiledEngine implements Engine {
  readonly name = "compiled";
  readonly description: string;
  readonly #runtime: Runtime;
  readonly #threads: number;

  private constructor(runtime: Runtime, threads: number) {
    this.#runtime = runtime;
    this.#threads = threads;
    this.description = `compiled (ONNX Runtime ${runtime.env.versions.node ?? runtime.env.versions.common}, ${threads} ${threads === 1 ? "thread" : "threads"})`;
  }

  /** @throws EngineUnavailableError when onnxruntime-node cannot be loaded. */
  static async create({ threads }: CompiledEngineOptions): Promise<CompiledEngine> {
    return new CompiledEngine(await loadRuntime(), threads);
  }

  training(definition: StepDefinition, state: NamedArrays): Promise<TrainingProgram> {
    return compileTraining(this.#runtime, definition, state, { threads: this.#threads, spinning: true });
  }

  function(definition: FunctionDefinition, parameters?: NamedArrays): Promise<FunctionProgram> {
    return compileFunction(this.#runtime, definition, { threads: this.#threads }, parameters);
  }
}
