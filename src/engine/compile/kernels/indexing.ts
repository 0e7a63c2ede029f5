// Kernels that pick or place elements by index.
import { elementCount } from "../../shapes.ts";
import { ONNX_TYPE } from "../onnx-writer.ts";
import { type KernelEntry, type KernelMap, positiveAxis } from "./kernel.ts";

const gather: KernelEntry = (call) => {
  const { backend } = call;
  const [x, indices] = [call.input("x"), call.input("indices")];
  const axis = positiveAxis(call.number("axis"), x.shape.length);
  const batchDims = call.number("batchDims", 0);
  // Elements of a matrix by row: each row of indices picks from its own row.
  if (batchDims === 1 && axis === 1 && x.shape.length === 2 && indices.shape.length === 2) {
    const names = [backend.name(x), backend.name(indices)];
    return backend.emit("GatherElements", names, indices.shape, x.dtype, { attributes: { axis } });
  }
  if (batchDims !== 0) throw call.unsupported(`batchDims = ${batchDims} and shapes [${x.shape}], [${indices.shape}]`);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return backend.emit("Gather", [backend.name(x), backend.name(indices)], shape, x.dtype, { attributes: { axis } });
};

const gatherNd: KernelEntry = (call) => {
  const { backend } = call;
  const [params, indices] = [call.input("params"), call.input("indices")];
  const depth = indices.shape.at(-1) as number;
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  const wide = backend.builder.emit("Cast", [backend.name(indices)], { attributes: { to: ONNX_TYPE.int64 } });
  return backend.emit("GatherND", [backend.name(params), wide], shape, params.dtype);
};

/** result[segment] = Σ x[i] over the rows i with segmentIds[i] = segment. */
const unsortedSegmentSum: KernelEntry = (call) => {
  const { backend } = call;
  const graph = backend.builder;
  const [x, ids] = [call.input("x"), call.input("segmentIds")];
  const segments = call.number("numSegments");
  const rest = x.shape.slice(1);
  const width = elementCount(rest);
  const shape = [segments, ...rest];
  if (elementCount(x.shape) === 0) return backend.fill(0, shape, x.dtype);
  let rows = backend.name(x);
  if (rest.length !== 1) rows = graph.emit("Reshape", [rows, graph.shape([x.shape[0] as number, width])]);
  const zeros = backend.name(backend.fill(0, [segments, width], x.dtype));
  const sums = backend.scatterRows(zeros, ids, rows, width);
  if (rest.length === 1) return backend.node(sums, shape, x.dtype);
  return backend.emit("Reshape", [sums, graph.shape(shape)], shape, x.dtype);
};

/** Scatter of slices into zeros, repeated indices added: as a sum over rows of the flattened result. */
const scatterNd: KernelEntry = (call) => {
  const { backend } = call;
  const graph = backend.builder;
  const [indices, updates] = [call.input("indices"), call.input("updates")];
  const shape = call.numbers("shape");
  if (elementCount(updates.shape) === 0) return backend.fill(0, shape, updates.dtype);
  const depth = indices.shape.at(-1) as number;
  const strides = Array.from({ length: depth }, (_, i) => elementCount(shape.slice(i + 1, depth)));
  const count = elementCount(indices.shape.slice(0, -1));
  const rows = elementCount(shape.slice(0, depth));
  const width = elementCount(shape.slice(depth));
  const flat = graph.emit("Mul", [backend.name(indices), graph.constant(Int32Array.from(strides), [depth], "int32")]);
  const row = graph.emit("ReduceSum", [flat, graph.integers([-1])], { attributes: { keepdims: 0 } });
  const ids = backend.node(graph.emit("Reshape", [row, graph.shape([count])]), [count], "int32");
  const zeros = backend.name(backend.fill(0, [rows, width], updates.dtype));
  const values = graph.emit("Reshape", [backend.name(updates), graph.shape([count, width])]);
  const sums = backend.scatterRows(zeros, ids, values, width);
  return backend.emit("Reshape", [sums, graph.shape(shape)], shape, updates.dtype);
};

/** ONNX Runtime has no int32 one-hot on int32 indices: it is made as float32 from int64 and cast. */
const oneHot: KernelEntry = (call) => {
  const { backend } = call;
  const graph = backend.builder;
  const indices = call.input("indices");
  const depth = call.number("depth");
  const dtype = (call.attribute("dtype") as "float32" | "int32" | "bool" | undefined) ?? "int32";
  const shape = [...indices.shape, depth];
  const wide = graph.emit("Cast", [backend.name(indices)], { attributes: { to: ONNX_TYPE.int64 } });
  // An index below 0 is on nowhere; ONNX would count it from the end.
  const beyond = graph.scalar(depth, "int64");
  const counted = graph.emit("Where", [graph.emit("Less", [wide, graph.scalar(0, "int64")]), beyond, wide]);
  const values = graph.constant(Float32Array.of(call.number("offValue"), call.number("onValue")), [2], "float32");
  const scalar = indices.shape.length === 0;
  const places = scalar ? graph.emit("Reshape", [counted, graph.integers([1])]) : counted;
  const rows = graph.emit("OneHot", [places, graph.integers([depth]), values], { attributes: { axis: -1 } });
  const hot = scalar ? graph.emit("Reshape", [rows, graph.integers([depth])]) : rows;
  if (dtype === "float32") return backend.node(hot, shape, dtype);
  return backend.emit("Cast", [hot], shape, dtype, { attributes: { to: ONNX_TYPE[dtype] } });
};

export const indexing: KernelMap = {
  GatherV2: gather,
  GatherNd: gatherNd,
  UnsortedSegmentSum: unsortedSegmentSum,
  ScatterNd: scatterNd,
  OneHot: oneHot,
};
