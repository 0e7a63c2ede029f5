// A TensorFlow.js backend that computes nothing: each kernel that runs on it adds nodes to an ONNX graph.
import type { BackendValues, DataId, TensorInfo, DataType as TfDataType } from "@tensorflow/tfjs";
import { elementCount } from "../shapes.ts";
import type { Tensor } from "../tf.ts";
import { tf } from "../tf.ts";
import type { ScanSpec } from "../types.ts";
import { ImpurityError, UnsupportedKernelError } from "./errors.ts";
import { type EmitOptions, type GraphBuilder, typedArray } from "./graph.ts";
import type { OnnxType } from "./onnx-writer.ts";

export const TRACE_BACKEND = "latentext-trace";

/** The largest non-uniform constant that a step may hold, in bytes; larger data must be fed. */
export const CONSTANT_LIMIT = 1024;

/** What a recorded tensor is: a name in the graph, one value everywhere, or a small constant. */
type Value =
  | { readonly kind: "node"; readonly name: string }
  | { readonly kind: "fill"; readonly value: number }
  | { readonly kind: "data"; readonly values: ArrayLike<number> };

interface Entry {
  readonly value: Value;
  references: number;
}

/**
 * Records kernels into a {@link GraphBuilder}. Uniform constants (`ones`, `zeros`, which gradients make by the dozen at full
 * size) are kept as a number and expanded only where a shape needs it. Reading data throws: a step has no values yet.
 */
export class TraceBackend extends tf.KernelBackend {
  #builder: GraphBuilder | undefined;
  #entries = new Map<DataId, Entry>();

  /** Everything that `record` runs on this backend goes into `builder`. */
  recording<T>(builder: GraphBuilder, record: () => T): T {
    if (this.#builder) throw new ImpurityError("foreign-tensor", "A step is being recorded while another one is.");
    this.#builder = builder;
    try {
      return record();
    } finally {
      this.#builder = undefined;
      this.#entries = new Map();
    }
  }

  get builder(): GraphBuilder {
    if (!this.#builder) throw new ImpurityError("foreign-tensor", "A tensor of a recorded step is used outside of it.");
    return this.#builder;
  }

  /** A tensor that stands for the value `name` of the graph. */
  placeholder(name: string, shape: number[], dtype: TfDataType): Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.node(name, shape, dtype), this);
  }

  /** The result of a kernel: the value `name`. */
  node(name: string, shape: number[], dtype: TfDataType): TensorInfo {
    this.builder.describe(name, onnxType(dtype), shape);
    return this.#info({ kind: "node", name }, shape, dtype);
  }

  /** The result of a kernel: `value` everywhere. */
  fill(value: number, shape: number[], dtype: TfDataType): TensorInfo {
    return this.#info({ kind: "fill", value: dtype === "float32" ? Math.fround(value) : value }, shape, dtype);
  }

  /** The result of a kernel: the same data under another name for its shape or type. */
  alias(tensor: TensorInfo): TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
  }

  /** Adds a node with one output. */
  emit(
    op: string,
    inputs: readonly string[],
    shape: number[],
    dtype: TfDataType,
    options: EmitOptions = {},
  ): TensorInfo {
    return this.node(this.builder.emit(op, inputs, options), shape, dtype);
  }

  /** The one value that fills a tensor, when it is known to be uniform. */
  uniform(tensor: TensorInfo): number | undefined {
    const { value } = this.#entry(tensor.dataId);
    return value.kind === "fill" ? value.value : undefined;
  }

  /** The graph's name for a tensor at its full shape. */
  name(tensor: TensorInfo): string {
    const { value } = this.#entry(tensor.dataId);
    if (value.kind === "node") return value.name;
    const type = onnxType(tensor.dtype);
    if (value.kind === "data") return this.builder.constant(typedArray(value.values, type), tensor.shape, type);
    const scalar = this.builder.scalar(value.value, type);
    if (tensor.shape.length === 0) return scalar;
    return this.builder.emit("Expand", [scalar, this.builder.shape(tensor.shape)]);
  }

  /** The graph's name for an operand that may be broadcast: a uniform tensor comes as a scalar. */
  operand(tensor: TensorInfo): string {
    const { value } = this.#entry(tensor.dataId);
    return value.kind === "fill" ? this.builder.scalar(value.value, onnxType(tensor.dtype)) : this.name(tensor);
  }

  /** Records `scan` as one ONNX Scan node whose body may use tensors from outside. */
  scan({ initial, sequences, reverse, body }: ScanSpec): { state: Tensor[]; outputs: Tensor[] } {
    const { builder } = this;
    const first = sequences[0] as Tensor;
    const inputs = [...initial, ...sequences].map((tensor) => this.name(tensor));
    const { scope, result } = builder.inScope(() => {
      const declared = (tensor: Tensor, shape: number[]): { name: string; tensor: Tensor; type: OnnxType } => {
        const name = builder.fresh("s");
        return { name, tensor: this.placeholder(name, shape, tensor.dtype), type: onnxType(tensor.dtype) };
      };
      const states = initial.map((tensor) => declared(tensor, tensor.shape));
      const slices = sequences.map((tensor) => declared(tensor, tensor.shape.slice(1)));
      const produced = body(
        states.map(({ tensor }) => tensor),
        slices.map(({ tensor }) => tensor),
      );
      const names = builder.asOutputs([...produced.state, ...produced.outputs].map((tensor) => this.name(tensor)));
      return { produced, names, declared: [...states, ...slices] };
    });
    const { produced, names, declared } = result;
    const value = (name: string, type: OnnxType): { name: string; type: OnnxType } => ({ name, type });
    const returned = [...produced.state, ...produced.outputs];
    const graph = builder.subgraph(
      builder.fresh("scan"),
      scope,
      declared.map(({ name, type }) => value(name, type)),
      names.map((name, i) => value(name, onnxType((returned[i] as Tensor).dtype))),
    );
    const direction = reverse ? 1 : 0;
    const results = builder.emitMany("Scan", inputs, returned.length, {
      attributes: {
        body: { graph },
        num_scan_inputs: sequences.length,
        scan_input_directions: sequences.map(() => direction),
        ...(produced.outputs.length > 0 && { scan_output_directions: produced.outputs.map(() => direction) }),
      },
    });
    const tensors = returned.map((tensor, i) => {
      const stacked = i >= produced.state.length;
      const shape = stacked ? [first.shape[0] as number, ...tensor.shape] : tensor.shape;
      return this.placeholder(results[i] as string, shape, tensor.dtype);
    });
    return { state: tensors.slice(0, produced.state.length), outputs: tensors.slice(produced.state.length) };
  }

  /** Records `setElements` as one ScatterElements node. */
  setElements(target: TensorInfo, columns: TensorInfo, values: TensorInfo): Tensor {
    const { builder } = this;
    const [places, updates] = [columns, values].map((tensor) =>
      builder.emit("Unsqueeze", [this.name(tensor), builder.integers([1])]),
    );
    const names = [this.name(target), places as string, updates as string];
    return this.placeholder(
      builder.emit("ScatterElements", names, { attributes: { axis: 1 } }),
      target.shape,
      target.dtype,
    );
  }

  /**
   * Adds `rows` [k, width] at the rows `ids` [k] of `target`, repeated ids included. ScatterND with a reduction loses updates on several
   * threads (a data race in its CPU kernel); ScatterElements does not. (Along one flat axis it was measured four times slower.)
   */
  scatterRows(target: string, ids: TensorInfo, rows: string, width: number): string {
    const { builder } = this;
    const column = builder.emit("Unsqueeze", [this.name(ids), builder.integers([1])]);
    const places = builder.emit("Expand", [column, builder.shape([1, width])]);
    return builder.emit("ScatterElements", [target, places, rows], { attributes: { axis: 0, reduction: "add" } });
  }

  override write(given: BackendValues, shape: number[], dtype: TfDataType): DataId {
    onnxType(dtype);
    const values = given as ArrayLike<number>;
    const length = values?.length ?? 0;
    let uniform = true;
    for (let i = 1; uniform && i < length; i++) uniform = values[i] === values[0];
    if (uniform) return this.#info({ kind: "fill", value: Number(values?.[0] ?? 0) }, shape, dtype).dataId;
    if (4 * length > CONSTANT_LIMIT) {
      throw new ImpurityError(
        "large-constant",
        `The step makes a constant of shape [${shape}] with ${length} differing values (at most ${CONSTANT_LIMIT / 4} are allowed): pass it as a feed.`,
      );
    }
    return this.#info({ kind: "data", values: Array.from(values) }, shape, dtype).dataId;
  }

  override readSync(): never {
    throw new ImpurityError(
      "data-read",
      "The step reads a tensor's data: a recorded step has none, return the tensor as an output.",
    );
  }

  override read(): never {
    return this.readSync();
  }

  override move(): never {
    throw new ImpurityError("foreign-tensor", "A tensor made outside of the step is used in it: pass it as a feed.");
  }

  override incRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId);
    if (entry) entry.references++;
  }

  override refCount(dataId: DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }

  override disposeData(dataId: DataId): boolean {
    const entry = this.#entries.get(dataId);
    if (!entry) return true;
    entry.references--;
    // The entry stays: a disposed tensor's value may still be named by nodes recorded later, and a recording is short.
    return entry.references <= 0;
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  #info(value: Value, shape: number[], dtype: TfDataType): TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    return { dataId, shape, dtype };
  }

  #entry(dataId: DataId): Entry {
    const entry = this.#entries.get(dataId);
    return entry ?? this.move();
  }
}

/** The ONNX type of a TensorFlow.js type. */
export function onnxType(dtype: TfDataType): OnnxType {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new UnsupportedKernelError(`Tensors of type ${dtype} cannot be compiled: float32, int32 and bool can.`);
}

/** Number of elements of a tensor. */
export function sizeOf(tensor: TensorInfo): number {
  return elementCount(tensor.shape);
}
