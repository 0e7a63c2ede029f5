// Kernels that reduce along axes: sums, extremes, softmax, cumulative sums, the largest k.
import type { DataType, TensorInfo } from "@tensorflow/tfjs";
import { elementCount } from "../../shapes.ts";
import { tf } from "../../tf.ts";
import { ONNX_TYPE } from "../onnx-writer.ts";
import { type KernelCall, type KernelEntry, type KernelMap, positiveAxis } from "./kernel.ts";

/** Axes of a reduction and the shape that is left. */
function plan(call: KernelCall): { axes: number[]; shape: number[]; keep: boolean } {
  const x = call.input("x");
  const given = (call.attribute("axis") ?? call.attribute("reductionIndices")) as number | number[];
  const axes = tf.util.parseAxisParam(given, x.shape);
  const keep = call.flag("keepDims");
  const shape = keep
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return { axes, shape, keep };
}

/** Only sums and products of nothing have a value; of extremes, means and places there is none that backends agree on. */
function refuseEmpty(call: KernelCall, x: TensorInfo, axes: readonly number[]): void {
  if (axes.some((axis) => x.shape[axis] === 0))
    throw call.unsupported(`shape [${x.shape}] reduced over an axis without elements`);
}

function reduction(op: string, through?: DataType): KernelEntry {
  return (call) => {
    const { backend } = call;
    const x = call.input("x");
    const { axes, shape, keep } = plan(call);
    if (op !== "ReduceSum" && op !== "ReduceProd") refuseEmpty(call, x, axes);
    const graph = backend.builder;
    const options = { attributes: { keepdims: Number(keep) } };
    const name = backend.name(x);
    // An empty list of axes would mean "all of them" to ONNX and means "none" to TensorFlow.js.
    if (axes.length === 0) return backend.alias(x);
    if (op === "ReduceSum" && x.dtype === "float32") {
      // A sum of squares needs no squares in memory.
      const node = graph.producer(name);
      const square = node?.op === "Mul" && node.inputs[0] === node.inputs[1];
      if (square)
        return backend.emit(
          "ReduceSumSquare",
          [node.inputs[0] as string, graph.integers(axes)],
          shape,
          x.dtype,
          options,
        );
    }
    if (x.dtype !== "bool") return backend.emit(op, [name, graph.integers(axes)], shape, x.dtype, options);
    const cast = (from: string, to: number): string => graph.emit("Cast", [from], { attributes: { to } });
    const reduced = graph.emit(op, [cast(name, ONNX_TYPE.int32), graph.integers(axes)], options);
    return through === "bool"
      ? backend.node(cast(reduced, ONNX_TYPE.bool), shape, "bool")
      : backend.node(reduced, shape, "int32");
  };
}

/** The mean, a real number also for integers. */
const mean: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const { axes, shape, keep } = plan(call);
  refuseEmpty(call, x, axes);
  const graph = backend.builder;
  const name = backend.name(x);
  const real = x.dtype === "float32" ? name : graph.emit("Cast", [name], { attributes: { to: ONNX_TYPE.float32 } });
  const options = { attributes: { keepdims: Number(keep), noop_with_empty_axes: 1 } };
  return backend.emit("ReduceMean", [real, graph.integers(axes)], shape, "float32", options);
};

/** ArgMax and ArgMin: the first of equals, as int32. */
function position(op: string): KernelEntry {
  return (call) => {
    const { backend } = call;
    const x = call.input("x");
    const axis = positiveAxis(call.numbers("axis")[0] ?? 0, x.shape.length);
    refuseEmpty(call, x, [axis]);
    const shape = x.shape.filter((_, i) => i !== axis);
    const found = backend.builder.emit(op, [backend.name(x)], { attributes: { axis, keepdims: 0 } });
    return backend.emit("Cast", [found], shape, "int32", { attributes: { to: ONNX_TYPE.int32 } });
  };
}

/** Softmax over the last axis. */
const softmax: KernelEntry = (call) => {
  const logits = call.input("logits");
  const axis = positiveAxis(call.number("dim", -1), logits.shape.length);
  return call.backend.emit("Softmax", [call.backend.name(logits)], logits.shape, "float32", { attributes: { axis } });
};

const cumsum: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const axis = backend.builder.scalar(positiveAxis(call.number("axis"), x.shape.length), "int64");
  const attributes = { exclusive: Number(call.flag("exclusive")), reverse: Number(call.flag("reverse")) };
  return backend.emit("CumSum", [backend.name(x), axis], x.shape, x.dtype, { attributes });
};

const topK: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const k = call.number("k");
  const shape = [...x.shape.slice(0, -1), k];
  // Of no rows the runtime's TopK kills the process with a division by 0.
  if (elementCount(shape) === 0) return [backend.fill(0, shape, x.dtype), backend.fill(0, shape, "int32")];
  const attributes = { axis: -1, largest: 1, sorted: 1 };
  const names = backend.builder.emitMany("TopK", [backend.name(x), backend.builder.integers([k])], 2, { attributes });
  const [values, indices] = names as [string, string];
  const places = backend.builder.emit("Cast", [indices], { attributes: { to: ONNX_TYPE.int32 } });
  return [backend.node(values, shape, x.dtype), backend.node(places, shape, "int32")];
};

const addN: KernelEntry = (call) => {
  const all = call.list();
  const [first] = all;
  if (!first) throw call.unsupported("no inputs");
  const { backend } = call;
  const names = all.map((tensor) => backend.name(tensor));
  if (first.dtype === "float32") return backend.emit("Sum", names, first.shape, first.dtype);
  // ONNX sums lists of real numbers only.
  return backend.node(
    names.reduce((a, b) => backend.builder.emit("Add", [a, b])),
    first.shape,
    first.dtype,
  );
};

export const reduce: KernelMap = {
  Sum: reduction("ReduceSum"),
  Mean: mean,
  Max: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
  Prod: reduction("ReduceProd"),
  All: reduction("ReduceMin", "bool"),
  Any: reduction("ReduceMax", "bool"),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
  Softmax: softmax,
  Cumsum: cumsum,
  TopK: topK,
  AddN: addN,
};
