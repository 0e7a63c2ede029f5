// Matrix products: ONNX Gemm for two matrices, the fused batched product otherwise. ONNX Runtime runs transposed operands as fast.
import type { TensorInfo } from "@tensorflow/tfjs";
import { tf } from "../../tf.ts";
import type { KernelCall, KernelEntry, KernelMap } from "./kernel.ts";

const ACTIVATIONS: Readonly<Record<string, string>> = { relu: "Relu", sigmoid: "Sigmoid", elu: "Elu" };

function product(call: KernelCall, bias?: TensorInfo): TensorInfo {
  const { backend } = call;
  const [a, b] = [call.input("a"), call.input("b")];
  const [transA, transB] = [Number(call.flag("transposeA")), Number(call.flag("transposeB"))];
  const rows = a.shape.at(transA ? -1 : -2) as number;
  const columns = b.shape.at(transB ? -2 : -1) as number;
  const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  // The runtime's batched product leaves sums of nothing as they were in memory, and gives empty results of a wrong shape.
  const empty = a.shape.at(transA ? -2 : -1) === 0 || shape.includes(0);
  if (empty) return bias ? broadcast(call, bias, shape) : backend.fill(0, shape, "float32");
  const names = [backend.name(a), backend.name(b)];
  if (a.shape.length === 2 && b.shape.length === 2) {
    if (bias) names.push(backend.name(bias));
    return backend.emit("Gemm", names, shape, "float32", { attributes: { transA, transB } });
  }
  const options = { attributes: { transA, transB }, domain: "com.microsoft" };
  const result = backend.builder.emit("FusedMatMul", names, options);
  if (!bias) return backend.node(result, shape, "float32");
  return backend.emit("Add", [result, backend.name(bias)], shape, "float32");
}

function broadcast({ backend }: KernelCall, x: TensorInfo, shape: number[]): TensorInfo {
  return backend.emit("Expand", [backend.name(x), backend.builder.shape(shape)], shape, x.dtype);
}

const fused: KernelEntry = (call) => {
  const result = product(call, call.optionalInput("bias"));
  const activation = String(call.attribute("activation") ?? "linear");
  if (activation === "linear") return result;
  const op = ACTIVATIONS[activation];
  if (!op) throw call.unsupported(`activation = ${activation}`);
  return call.backend.emit(op, [call.backend.name(result)], result.shape, result.dtype);
};

export const matmul: KernelMap = {
  BatchMatMul: (call) => product(call),
  _FusedMatMul: fused,
};
