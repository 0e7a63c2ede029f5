// Readies the WebAssembly backend of TensorFlow.js: it lacks a kernel that embeddings need, gathers row by row from the wrong places,
// writes the 1 of a float's one-hot rows as an integer's, and multiplies transposed matrices slowly.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs";
import { elementCount } from "./shapes.ts";
import { tf } from "./tf.ts";

const require = createRequire(import.meta.url);

let prepared = false;

/** Loads the backend's package and repairs its kernel table. Calling it again does nothing. */
export async function prepareWasm(): Promise<void> {
  if (prepared) return;
  const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  registerSegmentSum();
  registerBatchedGather();
  registerFloatOneHot();
  registerTransposedMatMul();
  prepared = true;
}

/** UnsortedSegmentSum by ScatterNd, which adds at repeated indices. */
function registerSegmentSum(): void {
  if (tf.getKernel("UnsortedSegmentSum", "wasm")) return;
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) => {
      const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
      const { numSegments } = attrs as unknown as { numSegments: number };
      const column = kernel("Reshape", { x: segmentIds }, { shape: [...segmentIds.shape, 1] });
      return kernel("ScatterNd", { indices: column, updates: x }, { shape: [numSegments, ...x.shape.slice(1)] });
    },
  });
}

/** GatherV2 with batch dimensions reads beyond its input in the backend: here each index is moved to its batch's rows first. */
function registerBatchedGather(): void {
  const original = tf.getKernel("GatherV2", "wasm");
  if (!original) return;
  tf.unregisterKernel("GatherV2", "wasm");
  tf.registerKernel({
    ...original,
    kernelFunc: (call) => {
      const { x, indices } = call.inputs as { x: TensorInfo; indices: TensorInfo };
      const { axis, batchDims } = call.attrs as unknown as { axis: number; batchDims: number };
      if (batchDims === 0) return original.kernelFunc(call);
      if (axis !== batchDims)
        throw new RangeError(`GatherV2 on wasm: axis ${axis} after ${batchDims} batch dimensions is not written.`);
      const batches = elementCount(x.shape.slice(0, axis));
      const [rows, each] = [x.shape[axis] as number, elementCount(indices.shape.slice(axis))];
      const starts = tf.tensor1d(
        Array.from({ length: batches * each }, (_, i) => Math.floor(i / each) * rows),
        "int32",
      );
      const flat = kernel("Reshape", { x: indices }, { shape: [batches * each] });
      const moved = kernel("Add", { a: flat, b: starts }, {});
      const all = kernel("Reshape", { x }, { shape: [batches * rows, ...x.shape.slice(axis + 1)] });
      const picked = kernel("GatherV2", { x: all, indices: moved }, { axis: 0, batchDims: 0 });
      return kernel("Reshape", { x: picked }, { shape: [...indices.shape, ...x.shape.slice(axis + 1)] });
    },
  });
}

interface OneHotAttributes {
  readonly depth: number;
  readonly dtype: string;
  readonly onValue: number;
  readonly offValue: number;
}

/** OneHot writes the bits of integers whatever type it is asked for: floats are made of integers here. */
function registerFloatOneHot(): void {
  const original = tf.getKernel("OneHot", "wasm");
  if (!original) return;
  tf.unregisterKernel("OneHot", "wasm");
  tf.registerKernel({
    ...original,
    kernelFunc: (call) => {
      const { depth, dtype, onValue, offValue } = call.attrs as unknown as OneHotAttributes;
      if (dtype !== "float32") return original.kernelFunc(call);
      const whole = kernel("OneHot", call.inputs, { depth, dtype: "int32", onValue: 1, offValue: 0 });
      const x = kernel("Cast", { x: whole }, { dtype });
      if (onValue === 1 && offValue === 0) return x;
      const scaled = kernel("Multiply", { a: x, b: tf.scalar(onValue - offValue) }, {});
      return kernel("Add", { a: scaled, b: tf.scalar(offValue) }, {});
    },
  });
}

/** The backend's own product runs its fast path only without transposition: transposing first is eight times as fast. */
function registerTransposedMatMul(): void {
  for (const kernelName of ["BatchMatMul", "_FusedMatMul"]) {
    const original = tf.getKernel(kernelName, "wasm");
    if (!original) continue;
    const plain: KernelFunc = original.kernelFunc;
    tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({
      ...original,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
        const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
        const straight = { ...inputs, a: transposeA ? swapped(a) : a, b: transposeB ? swapped(b) : b };
        return plain({ inputs: straight, attrs: { ...attrs, transposeA: false, transposeB: false }, backend });
      },
    });
  }
}

function swapped(x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = [...Array(rank).keys()];
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return kernel("Transpose", { x }, { perm });
}

function kernel(name: string, inputs: object, attributes: object): TensorInfo {
  return tf.engine().runKernel(name, inputs as never, attributes as never) as unknown as TensorInfo;
}
