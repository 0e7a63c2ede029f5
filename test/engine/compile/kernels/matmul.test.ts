// Matrix products against the cpu backend.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompiledEngine } from "../../../../src/engine/compile/engine.ts";
import { UnsupportedKernelError } from "../../../../src/engine/compile/errors.ts";
import { matmul } from "../../../../src/engine/compile/kernels/matmul.ts";
import { definitionOf, type KernelCase, type Operand, testKernels } from "./kernel-case.ts";
import { type Draw, drawn, drawOperand, values } from "./operands.ts";

interface Product {
  readonly inputs: Record<string, Operand>;
  readonly attributes: Record<string, unknown>;
  readonly columns: number;
}

/**
 * Two matrices, or two stacks of them, each transposed or not. Stacks are of one shape or one of them of a single matrix: where both
 * broadcast, the cpu backend multiplies the wrong pairs.
 */
function drawProduct(draw: Draw): Product {
  const size = (): number =>
    draw(fc.integer({ min: 0, max: 5 }).map((part) => (part === 0 && draw(fc.boolean()) ? 1 : part)));
  const [rows, inner, columns] = [size(), size(), size()];
  const outer = draw(
    fc.constantFrom<[number[], number[]]>(
      [[], []],
      [[], []],
      [[2], [2]],
      [[3], [1]],
      [
        [1, 1],
        [2, 3],
      ],
    ),
  );
  const [transposeA, transposeB] = [draw(fc.boolean()), draw(fc.boolean())];
  const a = [...outer[0], ...(transposeA ? [inner, rows] : [rows, inner])];
  const b = [...outer[1], ...(transposeB ? [columns, inner] : [inner, columns])];
  return {
    inputs: { a: drawOperand(draw, a, values.plain), b: drawOperand(draw, b, values.plain) },
    attributes: { transposeA, transposeB },
    columns,
  };
}

const products = drawn((draw): KernelCase => {
  const { inputs, attributes } = drawProduct(draw);
  return { inputs, attributes, open: draw(fc.boolean()), scale: 16 };
});

const fused = drawn((draw): KernelCase => {
  const { inputs, attributes, columns } = drawProduct(draw);
  const activation = draw(fc.constantFrom("linear", "relu", "sigmoid", "elu"));
  if (draw(fc.boolean())) inputs.bias = drawOperand(draw, [columns], values.plain);
  return { inputs, attributes: { ...attributes, activation }, open: draw(fc.boolean()), scale: 16 };
});

describe("matrix products", () => {
  testKernels(matmul, { BatchMatMul: products, _FusedMatMul: fused });

  it("refuses an activation that it does not know", async () => {
    const compiled = await CompiledEngine.create({ threads: 1 });
    const operand: Operand = { shape: [2, 2], dtype: "float32", values: [1, 2, 3, 4], constant: false };
    const testCase = { inputs: { a: operand, b: operand }, attributes: { activation: "prelu" } };
    await expect(async () => compiled.function(definitionOf("_FusedMatMul", testCase))).rejects.toThrow(
      UnsupportedKernelError,
    );
  });
});
