// The form of an entry of the kernel map: one TensorFlow.js kernel, recorded as ONNX nodes.
import type { TensorInfo } from "@tensorflow/tfjs";
import { UnsupportedKernelError } from "../errors.ts";
import type { TraceBackend } from "../trace-backend.ts";

/** One call of a kernel: inputs by their TensorFlow.js names, attributes as they come. */
export class KernelCall {
  readonly kernel: string;
  readonly backend: TraceBackend;
  readonly #inputs: Readonly<Record<string, TensorInfo | undefined>>;
  readonly #attributes: Readonly<Record<string, unknown>>;

  constructor(kernel: string, backend: TraceBackend, inputs: object, attributes: object) {
    this.kernel = kernel;
    this.backend = backend;
    this.#inputs = inputs as Record<string, TensorInfo | undefined>;
    this.#attributes = attributes as Record<string, unknown>;
  }

  input(name: string): TensorInfo {
    const tensor = this.#inputs[name];
    if (!tensor) throw new UnsupportedKernelError(`${this.kernel} was called without its input "${name}".`);
    return tensor;
  }

  optionalInput(name: string): TensorInfo | undefined {
    return this.#inputs[name] ?? undefined;
  }

  /** All inputs of a kernel that takes a list. */
  list(): TensorInfo[] {
    const keys = Object.keys(this.#inputs).sort((a, b) => Number(a) - Number(b));
    return keys.map((key) => this.input(key));
  }

  number(name: string, fallback?: number): number {
    const value = this.#attributes[name] ?? fallback;
    if (typeof value !== "number") throw this.unsupported(`${name} = ${String(value)}`);
    return value;
  }

  numbers(name: string): number[] {
    const value = this.#attributes[name];
    if (typeof value === "number") return [value];
    if (!Array.isArray(value)) throw this.unsupported(`${name} = ${String(value)}`);
    return value as number[];
  }

  flag(name: string): boolean {
    return Boolean(this.#attributes[name]);
  }

  attribute(name: string): unknown {
    return this.#attributes[name];
  }

  unsupported(what: string): UnsupportedKernelError {
    return new UnsupportedKernelError(`The kernel ${this.kernel} with ${what} cannot be compiled.`);
  }
}

export type KernelEntry = (call: KernelCall) => TensorInfo | TensorInfo[];

export type KernelMap = Readonly<Record<string, KernelEntry>>;

/** A possibly negative axis as a place in [0, rank). */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
