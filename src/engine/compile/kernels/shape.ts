// Kernels that move data without computing on it: reshape, split, join, pad, slice.
import type { TensorInfo } from "@tensorflow/tfjs";
import { elementCount } from "../../shapes.ts";
import { tf } from "../../tf.ts";
import { onnxType, sizeOf, type TraceBackend } from "../trace-backend.ts";
import { type KernelCall, type KernelEntry, type KernelMap, positiveAxis, sameShape } from "./kernel.ts";

/** Beyond any size: ONNX reads it as "to the end". */
const END = Number.MAX_SAFE_INTEGER;

function reshaped(backend: TraceBackend, x: TensorInfo, shape: number[]): TensorInfo {
  const uniform = backend.uniform(x);
  if (uniform !== undefined) return backend.fill(uniform, shape, x.dtype);
  if (sameShape(x.shape, shape)) return backend.alias(x);
  // Without allowzero a size of 0 would mean "as in the input".
  const options = shape.includes(0) ? { attributes: { allowzero: 1 } } : {};
  return backend.emit("Reshape", [backend.name(x), backend.builder.shape(shape)], shape, x.dtype, options);
}

const alias: KernelEntry = (call) => call.backend.alias(call.input("x"));

const expandDims: KernelEntry = (call) => {
  const input = call.input("input");
  const shape = [...input.shape];
  shape.splice(positiveAxis(call.number("dim"), shape.length + 1), 0, 1);
  return reshaped(call.backend, input, shape);
};

const transpose: KernelEntry = (call) => {
  const x = call.input("x");
  const perm = call.numbers("perm");
  const shape = perm.map((axis) => x.shape[axis] as number);
  return call.backend.emit("Transpose", [call.backend.name(x)], shape, x.dtype, { attributes: { perm } });
};

const slice: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const parsed = tf.slice_util.parseSliceParams(x, call.numbers("begin"), call.numbers("size"));
  const [begin, size] = parsed as [number[], number[]];
  const axes = x.shape.map((_, axis) => axis).filter((axis) => size[axis] !== x.shape[axis]);
  if (axes.length === 0) return backend.alias(x);
  const at = (values: readonly number[]): number[] => axes.map((axis) => values[axis] as number);
  const graph = backend.builder;
  // The end itself may be a sum of sizes, which is no size that the graph knows.
  const ends = at(
    x.shape.map((whole, axis) => {
      const end = (begin[axis] as number) + (size[axis] as number);
      return end === whole ? END : end;
    }),
  );
  return backend.emit(
    "Slice",
    [backend.name(x), graph.shape(at(begin)), graph.shape(ends), graph.integers(axes)],
    size,
    x.dtype,
  );
};

const reverse: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const axes = call.numbers("dims").map((axis) => positiveAxis(axis, x.shape.length));
  if (axes.length === 0) return backend.alias(x);
  const graph = backend.builder;
  const bounds = [-1, -END, -1].map((value) => graph.integers(axes.map(() => value)));
  const [starts, ends, steps] = bounds as [string, string, string];
  return backend.emit("Slice", [backend.name(x), starts, ends, graph.integers(axes), steps], x.shape, x.dtype);
};

const pad: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const paddings = call.attribute("paddings") as [number, number][];
  const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
  const pads = backend.builder.shape([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const value = backend.builder.scalar(call.number("constantValue"), onnxType(x.dtype));
  return backend.emit("Pad", [backend.name(x), pads, value], shape, x.dtype);
};

const concat: KernelEntry = (call) => {
  const { backend } = call;
  const all = call.list();
  const [first] = all as [TensorInfo];
  const axis = positiveAxis(call.number("axis"), first.shape.length);
  const shape = [...first.shape];
  shape[axis] = all.reduce((total, tensor) => total + (tensor.shape[axis] as number), 0);
  const filled = all.filter((tensor) => sizeOf(tensor) > 0);
  if (filled.length === 0) return backend.fill(0, shape, first.dtype);
  if (filled.length === 1) return backend.alias(filled[0] as TensorInfo);
  const names = filled.map((tensor) => backend.name(tensor));
  return backend.emit("Concat", names, shape, first.dtype, { attributes: { axis } });
};

const pack: KernelEntry = (call) => {
  const { backend } = call;
  const all = call.list();
  const [first] = all as [TensorInfo];
  const axis = positiveAxis(call.number("axis"), first.shape.length + 1);
  const axes = backend.builder.integers([axis]);
  const names = all.map((tensor) => backend.builder.emit("Unsqueeze", [backend.name(tensor), axes]));
  const shape = [...first.shape];
  shape.splice(axis, 0, all.length);
  return backend.emit("Concat", names, shape, first.dtype, { attributes: { axis } });
};

/** Parts of a tensor along an axis, of the given sizes. */
function parts(call: KernelCall, x: TensorInfo, axis: number, sizes: number[]): TensorInfo[] {
  const { backend } = call;
  const shapeOf = (size: number): number[] => x.shape.map((whole, i) => (i === axis ? size : whole));
  const uniform = backend.uniform(x);
  if (uniform !== undefined) return sizes.map((size) => backend.fill(uniform, shapeOf(size), x.dtype));
  if (sizes.length === 1) return [backend.alias(x)];
  const names = backend.builder.emitMany("Split", [backend.name(x), backend.builder.shape(sizes)], sizes.length, {
    attributes: { axis },
  });
  return names.map((name, i) => backend.node(name, shapeOf(sizes[i] as number), x.dtype));
}

const splitV: KernelEntry = (call) => {
  const x = call.input("x");
  const axis = positiveAxis(call.number("axis"), x.shape.length);
  const wanted = call.attribute("numOrSizeSplits") as number | number[];
  return parts(call, x, axis, tf.backend_util.prepareSplitSize(x as never, wanted, axis));
};

const unpack: KernelEntry = (call) => {
  const value = call.input("value");
  const axis = positiveAxis(call.number("axis"), value.shape.length);
  const rest = value.shape.filter((_, i) => i !== axis);
  const slices = parts(
    call,
    value,
    axis,
    Array.from({ length: value.shape[axis] as number }, () => 1),
  );
  return slices.map((part) => reshaped(call.backend, part, rest));
};

const tile: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const reps = call.numbers("reps");
  const shape = x.shape.map((size, axis) => size * (reps[axis] as number));
  const uniform = backend.uniform(x);
  if (uniform !== undefined) return backend.fill(uniform, shape, x.dtype);
  return backend.emit("Tile", [backend.name(x), backend.builder.shape(reps)], shape, x.dtype);
};

export const shape: KernelMap = {
  Identity: alias,
  Reshape: (call) => {
    const x = call.input("x");
    const wanted = tf.util.inferFromImplicitShape(call.numbers("shape"), elementCount(x.shape));
    return reshaped(call.backend, x, wanted);
  },
  ExpandDims: expandDims,
  Transpose: transpose,
  Slice: slice,
  Reverse: reverse,
  PadV2: pad,
  Concat: concat,
  Pack: pack,
  SplitV: splitV,
  Unpack: unpack,
  Tile: tile,
  Fill: (call) => {
    const dtype = (call.attribute("dtype") as "float32" | "int32" | undefined) ?? "float32";
    return call.backend.fill(call.number("value"), call.numbers("shape"), dtype);
  },
  ZerosLike: (call) => call.backend.fill(0, call.input("x").shape, call.input("x").dtype),
  OnesLike: (call) => call.backend.fill(1, call.input("x").shape, call.input("x").dtype),
};
