// The native runtime: loading `onnxruntime-node`, which may be absent, and making sessions with the settings that training wants.
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { EngineUnavailableError, messageOf } from "../../errors.ts";
import type { NamedArray } from "../types.ts";

export type Runtime = typeof import("onnxruntime-node");

export interface SessionOptions {
  /** Threads within an operator. */
  readonly threads: number;
  /** Let idle threads wait for the next operator by spinning, for at most {@link SPIN_MICROSECONDS}, before they sleep. */
  readonly spinning?: boolean;
}

/**
 * Long enough for the pause between two operators of a step, which it makes 5 % faster; ONNX Runtime's own choice spins on for so long
 * that any neighbour on the machine halves the speed of both.
 */
const SPIN_MICROSECONDS = 20;

let loaded: Runtime | undefined;

/** @throws EngineUnavailableError when the package is absent or its native part does not load. */
export async function loadRuntime(): Promise<Runtime> {
  if (loaded) return loaded;
  try {
    const module = await import("onnxruntime-node");
    loaded = "default" in module ? (module.default as Runtime) : module;
    return loaded;
  } catch (cause) {
    throw new EngineUnavailableError(`onnxruntime-node cannot be used here: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string | undefined {
  // Its install script looks for files elsewhere than in the registry; where it cannot have them, npm leaves out the package and says nothing.
  if (cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")
    return "it is not installed; `npm install --onnxruntime-node-install=skip` installs it, also where only the npm registry can be reached.";
  return messageOf(cause).split("\n")[0];
}

export async function createSession(
  runtime: Runtime,
  model: Uint8Array,
  { threads, spinning = false }: SessionOptions,
): Promise<InferenceSession> {
  return runtime.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Sizes differ from run to run: a plan of allocations for each would only be remembered, never used again.
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Moments of rarely used rows decay into denormal numbers, on which arithmetic is a hundred times slower.
        set_denormal_as_zero: "1",
        intra_op: spinning
          ? { allow_spinning: "1", spin_duration_us: String(SPIN_MICROSECONDS) }
          : { allow_spinning: "0" },
      },
    },
  });
}

/** Wraps an array without copying it. */
export function toTensor(runtime: Runtime, { data, shape }: NamedArray): Tensor {
  return data instanceof Float32Array
    ? new runtime.Tensor("float32", data, shape)
    : new runtime.Tensor("int32", data, shape);
}

export function fromTensor(tensor: Tensor): NamedArray {
  const { data, dims } = tensor;
  if (data instanceof Float32Array || data instanceof Int32Array) return { data, shape: [...dims] };
  throw new TypeError(`An output of type ${tensor.type} came back: float32 and int32 were expected.`);
}
