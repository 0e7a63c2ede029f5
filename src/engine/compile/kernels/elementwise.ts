// Kernels that work element by element, with broadcasting.
import type { DataType, TensorInfo } from "@tensorflow/tfjs";
import { tf } from "../../tf.ts";
import type { GraphBuilder } from "../graph.ts";
import { ONNX_TYPE } from "../onnx-writer.ts";
import { onnxType } from "../trace-backend.ts";
import { type KernelCall, type KernelEntry, type KernelMap, sameShape } from "./kernel.ts";

type Fold = (a: number, b: number) => number;

/** a ∘ b with broadcasting; `fold` computes it at once where both sides are uniform. */
function binary(op: string, fold: Fold, result?: DataType): KernelEntry {
  return (call) => {
    const { backend } = call;
    const [a, b] = [call.input("a"), call.input("b")];
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const [x, y] = [backend.uniform(a), backend.uniform(b)];
    const dtype = result ?? a.dtype;
    if (x !== undefined && y !== undefined) return backend.fill(fold(x, y), shape, dtype);
    return backend.emit(op, operands(call, a, b, shape), shape, dtype);
  };
}

/** Names of two operands, not both uniform: a uniform one may stay a scalar where the other alone gives the result its shape. */
function operands({ backend }: KernelCall, a: TensorInfo, b: TensorInfo, shape: number[]): string[] {
  return [
    sameShape(b.shape, shape) ? backend.operand(a) : backend.name(a),
    sameShape(a.shape, shape) ? backend.operand(b) : backend.name(b),
  ];
}

/** A comparison or a logical connective. */
function truth(op: string, holds: (a: number, b: number) => boolean): KernelEntry {
  return binary(op, (a, b) => Number(holds(a, b)), "bool");
}

/** As {@link binary}, where one uniform operand of the value `neutral` leaves the other one as it is. */
function withNeutral(op: string, neutral: number, fold: Fold, sides: readonly ("a" | "b")[]): KernelEntry {
  const general = binary(op, fold);
  return (call) => {
    const { backend } = call;
    for (const side of sides) {
      const unit = call.input(side);
      const other = call.input(side === "a" ? "b" : "a");
      if (backend.uniform(unit) !== neutral || backend.uniform(other) !== undefined) continue;
      const shape = tf.backend_util.assertAndGetBroadcastShape(unit.shape, other.shape);
      if (sameShape(other.shape, shape)) return backend.alias(other);
      return backend.emit("Expand", [backend.name(other), backend.builder.shape(shape)], shape, other.dtype);
    }
    return general(call);
  };
}

/** f(x) by a chain of nodes that `build` adds. */
function unary(build: (graph: GraphBuilder, x: string, call: KernelCall) => string, result?: DataType): KernelEntry {
  return (call) => {
    const { backend } = call;
    const x = call.input("x");
    return backend.node(build(backend.builder, backend.name(x), call), x.shape, result ?? x.dtype);
  };
}

function named(op: string, result?: DataType): KernelEntry {
  return unary((graph, x) => graph.emit(op, [x]), result);
}

/** expm1 and log1p lose their digits near 0 when computed plainly; Kahan's correction restores them. */
function corrected(graph: GraphBuilder, x: string, kind: "expm1" | "log1p"): string {
  const one = graph.scalar(1, "float32");
  const u = kind === "expm1" ? graph.emit("Exp", [x]) : graph.emit("Add", [x, one]);
  const difference = graph.emit("Sub", [u, one]);
  const logarithm = graph.emit("Log", [u]);
  if (kind === "log1p") {
    const scaled = graph.emit("Mul", [logarithm, graph.emit("Div", [x, difference])]);
    const exact = graph.emit("Where", [graph.emit("Equal", [u, one]), x, scaled]);
    return graph.emit("Where", [graph.emit("IsInf", [u], { attributes: { detect_negative: 0 } }), u, exact]);
  }
  const scaled = graph.emit("Mul", [difference, graph.emit("Div", [x, logarithm])]);
  const exact = graph.emit("Where", [graph.emit("Equal", [u, one]), x, scaled]);
  // Far from 0 the plain difference is exact, and the correction would divide by an infinite logarithm.
  const far = graph.emit("Greater", [graph.emit("Abs", [x]), graph.scalar(1, "float32")]);
  return graph.emit("Where", [far, difference, exact]);
}

const castEntry: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const dtype = call.attribute("dtype") as DataType;
  if (dtype === x.dtype) return backend.alias(x);
  const uniform = backend.uniform(x);
  const converted = (value: number): number =>
    dtype === "bool" ? Number(value !== 0) : dtype === "int32" ? Math.trunc(value) : value;
  if (uniform !== undefined) return backend.fill(converted(uniform), x.shape, dtype);
  return backend.emit("Cast", [backend.name(x)], x.shape, dtype, { attributes: { to: ONNX_TYPE[onnxType(dtype)] } });
};

/** Integer division that rounds down: through float32 as TensorFlow.js does it. */
const floorDivEntry: KernelEntry = (call) => {
  const { backend } = call;
  const graph = backend.builder;
  const [a, b] = [call.input("a"), call.input("b")];
  const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const float = (tensor: TensorInfo): string =>
    tensor.dtype === "float32"
      ? backend.name(tensor)
      : graph.emit("Cast", [backend.name(tensor)], { attributes: { to: ONNX_TYPE.float32 } });
  const quotient = graph.emit("Floor", [graph.emit("Div", [float(a), float(b)])]);
  return backend.emit("Cast", [quotient], shape, "int32", { attributes: { to: ONNX_TYPE.int32 } });
};

const selectEntry: KernelEntry = (call) => {
  const { backend } = call;
  const [condition, t, e] = [call.input("condition"), call.input("t"), call.input("e")];
  return backend.emit("Where", [backend.name(condition), backend.name(t), backend.name(e)], t.shape, t.dtype);
};

const clipEntry: KernelEntry = (call) => {
  const { backend } = call;
  const x = call.input("x");
  const bound = (name: string): string => backend.builder.scalar(call.number(name), onnxType(x.dtype));
  return backend.emit("Clip", [backend.name(x), bound("clipValueMin"), bound("clipValueMax")], x.shape, x.dtype);
};

const preluEntry: KernelEntry = (call) => {
  const { backend } = call;
  const [x, alpha] = [call.input("x"), call.input("alpha")];
  const shape = tf.backend_util.assertAndGetBroadcastShape(x.shape, alpha.shape);
  const graph = backend.builder;
  const negative = graph.emit("Less", [backend.name(x), graph.scalar(0, "float32")]);
  const scaled = graph.emit("Mul", [backend.name(x), backend.name(alpha)]);
  return backend.emit("Where", [negative, scaled, backend.name(x)], shape, x.dtype);
};

const plainAdd = withNeutral("Add", 0, (a, b) => a + b, ["a", "b"]);

/** Adding to a matrix product goes into the product (the C of ONNX Gemm): one pass over the result instead of two. */
const add: KernelEntry = (call) => {
  const { backend } = call;
  for (const [side, other] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const [product, term] = [call.input(side), call.input(other)];
    const shape = tf.backend_util.assertAndGetBroadcastShape(product.shape, term.shape);
    const known = backend.uniform(product) ?? backend.uniform(term);
    if (known !== undefined || product.shape.length !== 2 || !sameShape(product.shape, shape)) continue;
    const node = backend.builder.producer(backend.name(product));
    // Where the bare product is used as well it stays in the graph; where it is not, the runtime drops it.
    if (node?.op !== "Gemm" || node.inputs.length !== 2) continue;
    const inputs = [...node.inputs, backend.name(term)];
    return backend.emit("Gemm", inputs, shape, "float32", { attributes: node.attributes ?? {} });
  }
  return plainAdd(call);
};

export const elementwise: KernelMap = {
  Add: add,
  Sub: withNeutral("Sub", 0, (a, b) => a - b, ["b"]),
  Multiply: withNeutral("Mul", 1, (a, b) => a * b, ["a", "b"]),
  RealDiv: withNeutral("Div", 1, (a, b) => a / b, ["b"]),
  FloorDiv: floorDivEntry,
  Minimum: binary("Min", Math.min),
  Maximum: binary("Max", Math.max),
  Pow: binary("Pow", Math.pow),
  SquaredDifference: (call) => {
    const { backend } = call;
    const [a, b] = [call.input("a"), call.input("b")];
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const difference = backend.builder.emit("Sub", [backend.name(a), backend.name(b)]);
    return backend.emit("Mul", [difference, difference], shape, a.dtype);
  },
  Greater: truth("Greater", (a, b) => a > b),
  GreaterEqual: truth("GreaterOrEqual", (a, b) => a >= b),
  Less: truth("Less", (a, b) => a < b),
  LessEqual: truth("LessOrEqual", (a, b) => a <= b),
  Equal: truth("Equal", (a, b) => a === b),
  NotEqual: (call) => {
    const { backend } = call;
    const [a, b] = [call.input("a"), call.input("b")];
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const equal = backend.builder.emit("Equal", [backend.name(a), backend.name(b)]);
    return backend.emit("Not", [equal], shape, "bool");
  },
  LogicalAnd: truth("And", (a, b) => a !== 0 && b !== 0),
  LogicalOr: truth("Or", (a, b) => a !== 0 || b !== 0),
  LogicalNot: named("Not"),
  Exp: named("Exp"),
  Expm1: unary((graph, x) => corrected(graph, x, "expm1")),
  Log: named("Log"),
  Log1p: unary((graph, x) => corrected(graph, x, "log1p")),
  Sqrt: named("Sqrt"),
  Rsqrt: unary((graph, x) => graph.emit("Reciprocal", [graph.emit("Sqrt", [x])])),
  Reciprocal: named("Reciprocal"),
  Square: unary((graph, x) => graph.emit("Mul", [x, x])),
  Neg: named("Neg"),
  Abs: named("Abs"),
  Sign: named("Sign"),
  Floor: named("Floor"),
  Ceil: named("Ceil"),
  Round: named("Round"),
  Sin: named("Sin"),
  Cos: named("Cos"),
  Erf: named("Erf"),
  Sigmoid: named("Sigmoid"),
  Tanh: named("Tanh"),
  Relu: named("Relu"),
  Relu6: unary((graph, x) => graph.emit("Clip", [x, graph.scalar(0, "float32"), graph.scalar(6, "float32")])),
  LeakyRelu: unary((graph, x, call) =>
    graph.emit("LeakyRelu", [x], { attributes: { alpha: { float: call.number("alpha", 0.2) } } }),
  ),
  Elu: named("Elu"),
  Prelu: preluEntry,
  Softplus: named("Softplus"),
  // 1 for x > 0 and `alpha` elsewhere; NaN counts as "elsewhere" in ONNX, which a later finite check still sees.
  Step: unary((graph, x, call) => {
    const positive = graph.emit("Greater", [x, graph.scalar(0, "float32")]);
    return graph.emit("Where", [
      positive,
      graph.scalar(1, "float32"),
      graph.scalar(call.number("alpha", 0), "float32"),
    ]);
  }),
  IsNan: named("IsNaN", "bool"),
  IsFinite: unary((graph, x) => {
    // x − x is 0 for every finite number and NaN for the others.
    return graph.emit("Equal", [graph.emit("Sub", [x, x]), graph.scalar(0, "float32")]);
  }, "bool"),
  ClipByValue: clipEntry,
  Cast: castEntry,
  Select: selectEntry,
};
