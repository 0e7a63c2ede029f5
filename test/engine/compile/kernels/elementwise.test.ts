// Element-wise kernels against the cpu backend.
import fc from "fast-check";
import { describe } from "vitest";
import { elementwise } from "../../../../src/engine/compile/kernels/elementwise.ts";
import { type KernelCase, type Operand, testKernels } from "./kernel-case.ts";
import { binaryCases, type Draw, drawn, drawOperand, drawPair, drawShape, unaryCases, values } from "./operands.ts";

const arithmetic = fc.oneof(
  binaryCases(values.plain),
  binaryCases(values.wide),
  binaryCases(values.special),
  binaryCases(values.integer, { dtype: "int32" }),
);
const comparison = fc.oneof(
  binaryCases(values.exact),
  binaryCases(values.special),
  binaryCases(fc.integer({ min: -2, max: 2 }), { dtype: "int32" }),
);
const equality = fc.oneof(comparison, binaryCases(values.bool, { dtype: "bool" }));
const logical = binaryCases(values.bool, { dtype: "bool" });
const rounding = fc.oneof(
  unaryCases(values.plain),
  unaryCases(values.exact),
  unaryCases(values.wide),
  unaryCases(values.special),
);
const anyNumber = fc.oneof(
  unaryCases(values.plain),
  unaryCases(values.wide),
  unaryCases(values.special),
  unaryCases(values.integer, { dtype: "int32" }),
);
const anyFloat = fc.oneof(unaryCases(values.plain), unaryCases(values.wide), unaryCases(values.special));
const alpha = fc.record({ alpha: values.between(-1, 1) });
const nonzero = values.plain.filter((x) => Math.abs(x) > 0.01);

const powers = fc.oneof(
  binaryCases(values.between(0.01, 8), { right: values.between(-4, 4) }),
  binaryCases(values.exact, { right: fc.constantFrom(0, 1, 2, 3) }),
  binaryCases(fc.integer({ min: -9, max: 9 }), { right: fc.constantFrom(0, 1, 2, 3), dtype: "int32" }),
);

const casts = drawn((draw): KernelCase => {
  const from = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32", "bool"));
  const element = { float32: values.plain, int32: values.integer, bool: values.bool }[from];
  return {
    inputs: { x: drawOperand(draw, drawShape(draw), element, { dtype: from }) },
    attributes: { dtype: draw(fc.constantFrom("float32", "int32", "bool")) },
    open: draw(fc.boolean()),
  };
});

const selections = drawn((draw): KernelCase => {
  const shape = drawShape(draw);
  const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
  const branch = (): Operand =>
    drawOperand(draw, shape, dtype === "float32" ? values.special : values.integer, { dtype });
  return {
    inputs: { condition: drawOperand(draw, shape, values.bool, { dtype: "bool" }), t: branch(), e: branch() },
    open: draw(fc.boolean()),
  };
});

const clips = drawn((draw): KernelCase => {
  const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
  const element = dtype === "float32" ? draw(fc.constantFrom(values.plain, values.wide)) : values.integer;
  const low = draw(fc.integer({ min: -4, max: 2 }));
  return {
    inputs: { x: drawOperand(draw, drawShape(draw), element, { dtype }) },
    attributes: { clipValueMin: low, clipValueMax: low + draw(fc.integer({ min: 0, max: 4 })) },
    open: draw(fc.boolean()),
  };
});

const slopes = drawn((draw: Draw): KernelCase => {
  const [x, other] = drawPair(draw);
  return {
    inputs: { x: drawOperand(draw, x, values.plain), alpha: drawOperand(draw, other, values.plain) },
    open: draw(fc.boolean()),
  };
});

describe("element-wise kernels", () => {
  testKernels(elementwise, {
    Add: arithmetic,
    Sub: arithmetic,
    Multiply: arithmetic,
    RealDiv: fc.oneof(binaryCases(values.plain), binaryCases(values.wide), binaryCases(values.special)),
    FloorDiv: fc.oneof(
      binaryCases(values.exact, { right: nonzero }),
      binaryCases(values.integer, { right: values.integer.filter((x) => x !== 0), dtype: "int32" }),
    ),
    Minimum: arithmetic,
    Maximum: arithmetic,
    Pow: powers,
    SquaredDifference: fc.oneof(
      binaryCases(values.plain),
      binaryCases(values.wide),
      binaryCases(values.special),
      binaryCases(fc.integer({ min: -2000, max: 2000 }), { dtype: "int32" }),
    ),
    Greater: comparison,
    GreaterEqual: comparison,
    Less: comparison,
    LessEqual: comparison,
    Equal: equality,
    NotEqual: equality,
    LogicalAnd: logical,
    LogicalOr: logical,
    LogicalNot: unaryCases(values.bool, { dtype: "bool" }),
    Exp: fc.oneof(unaryCases(values.plain), unaryCases(values.between(-100, 100)), unaryCases(values.special)),
    Expm1: fc.oneof(anyFloat, unaryCases(values.between(-100, 100))),
    Log: fc.oneof(unaryCases(values.positive), unaryCases(values.between(0.9, 1.1)), unaryCases(values.special)),
    Log1p: fc.oneof(unaryCases(values.positive), unaryCases(values.between(-0.99, 0.99)), unaryCases(values.special)),
    Sqrt: fc.oneof(unaryCases(values.positive), unaryCases(values.special)),
    Rsqrt: fc.oneof(unaryCases(values.positive), unaryCases(values.special)),
    Reciprocal: anyFloat,
    // The cpu backend squares integers in float32.
    Square: fc.oneof(anyFloat, unaryCases(fc.integer({ min: -4000, max: 4000 }), { dtype: "int32" })),
    Neg: anyNumber,
    Abs: anyNumber,
    // Of NaN the cpu backend says 0, and the compiled engine NaN, which a later check for finite numbers still sees.
    Sign: fc.oneof(unaryCases(values.plain), unaryCases(values.wide)),
    Floor: rounding,
    Ceil: rounding,
    Round: rounding,
    // Near a multiple of π an error of the argument's last digit is all there is.
    Sin: unaryCases(values.between(-30, 30), { scale: 0.1 }),
    Cos: unaryCases(values.between(-30, 30), { scale: 0.1 }),
    // The cpu backend approximates it to 2e-7 (Abramowitz & Stegun 7.1.26).
    Erf: fc.oneof(
      unaryCases(values.plain, { scale: 0.1 }),
      unaryCases(values.wide, { scale: 0.1 }),
      unaryCases(values.special, { scale: 0.1 }),
    ),
    Sigmoid: anyFloat,
    // The runtime's rational approximation flushes what is smaller.
    Tanh: fc.oneof(unaryCases(values.plain, { scale: 1e-30 }), unaryCases(values.wide), unaryCases(values.special)),
    Relu: anyFloat,
    Relu6: anyFloat,
    LeakyRelu: fc.oneof(
      unaryCases(values.plain, { attributes: alpha }),
      unaryCases(values.special, { attributes: alpha }),
    ),
    // Both compute exp(x) − 1, which has no digits of its own near 0.
    Elu: fc.oneof(
      unaryCases(values.plain, { scale: 0.1 }),
      unaryCases(values.wide, { scale: 0.1 }),
      unaryCases(values.special),
    ),
    Prelu: slopes,
    Softplus: fc.oneof(anyFloat, unaryCases(values.between(-80, 80))),
    Step: fc.oneof(unaryCases(values.plain, { attributes: alpha }), unaryCases(values.wide, { attributes: alpha })),
    IsNan: unaryCases(values.special),
    IsFinite: unaryCases(values.special),
    ClipByValue: clips,
    Cast: casts,
    Select: selections,
  });
});
