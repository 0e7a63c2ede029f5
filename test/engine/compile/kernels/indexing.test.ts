// Kernels that pick and place by index against the cpu backend. Indices are in range, as every TensorFlow.js backend demands.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompiledEngine } from "../../../../src/engine/compile/engine.ts";
import { UnsupportedKernelError } from "../../../../src/engine/compile/errors.ts";
import { indexing } from "../../../../src/engine/compile/kernels/indexing.ts";
import { definitionOf, type KernelCase, type Operand, testKernels } from "./kernel-case.ts";
import { count, type Draw, drawAxis, drawn, drawOperand, drawShape, filledAlong, values } from "./operands.ts";

const drawData = (draw: Draw, shape: readonly number[]): Operand => {
  const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
  return drawOperand(draw, shape, dtype === "float32" ? values.plain : values.integer, { dtype });
};

const gathers = drawn((draw): KernelCase => {
  const shape = drawShape(draw, { least: 1, most: 3 });
  const axis = drawAxis(draw, shape.length);
  const picked = drawShape(draw, { most: 3 });
  // Of an axis without elements nothing can be picked.
  const outer = shape.at(axis) === 0 && count(picked) > 0 ? [0, ...picked] : picked;
  const indices = drawOperand(draw, outer, values.index(shape.at(axis) as number), { dtype: "int32" });
  return {
    inputs: { x: drawData(draw, shape), indices },
    attributes: { axis, batchDims: 0 },
    open: draw(fc.boolean()),
  };
});

const rowWiseGathers = drawn((draw): KernelCase => {
  const [rows, columns, picked] = [
    draw(fc.integer({ min: 1, max: 4 })),
    draw(fc.integer({ min: 1, max: 4 })),
    draw(fc.integer({ min: 0, max: 4 })),
  ];
  const indices = drawOperand(draw, [rows, picked], values.index(columns), { dtype: "int32" });
  return {
    inputs: { x: drawData(draw, [rows, columns]), indices },
    attributes: { axis: draw(fc.constantFrom(1, -1)), batchDims: 1 },
    open: draw(fc.boolean()),
  };
});

/** Rows of `depth` indices into the first sizes of `shape`. */
function drawPlaces(draw: Draw, outer: readonly number[], shape: readonly number[], depth: number): Operand {
  const places = Array.from({ length: count(outer) }, () =>
    shape.slice(0, depth).map((size) => draw(values.index(size))),
  );
  return { shape: [...outer, depth], dtype: "int32", values: places.flat(), constant: false };
}

const nestedGathers = drawn((draw): KernelCase => {
  // Of a tensor without elements the cpu backend gathers nothing, not even nothing.
  const shape = drawShape(draw, { least: 1, most: 3, filled: true });
  const depth = draw(fc.integer({ min: 1, max: shape.length }));
  const indices = drawPlaces(draw, drawShape(draw, { least: 1, most: 2 }), shape, depth);
  return { inputs: { params: drawData(draw, shape), indices } };
});

const segmentSums = drawn((draw): KernelCase => {
  const shape = drawShape(draw, { least: 1, most: 3 });
  const numSegments = draw(fc.integer({ min: 1, max: 5 }));
  const segmentIds = drawOperand(draw, [shape[0] as number], values.index(numSegments), { dtype: "int32" });
  // Integers come out of the cpu backend as float32.
  const x = drawOperand(draw, shape, values.plain);
  return { inputs: { x, segmentIds }, attributes: { numSegments }, open: draw(fc.boolean()), scale: 4 };
});

const scatters = drawn((draw): KernelCase => {
  const wanted = drawShape(draw, { least: 1, most: 3 });
  const depth = draw(fc.integer({ min: 1, max: wanted.length }));
  const shape = filledAlong(wanted, [...wanted.keys()].slice(0, depth));
  const outer = drawShape(draw, { least: 1, most: 2 });
  const indices = drawPlaces(draw, outer, shape, depth);
  const updates = drawData(draw, [...outer, ...shape.slice(depth)]);
  return { inputs: { indices, updates }, attributes: { shape }, scale: 4 };
});

const oneHots = drawn((draw): KernelCase => {
  const depth = draw(fc.integer({ min: 2, max: 5 }));
  // Out of range on purpose: such rows hold nothing but the "off" value.
  const indices = drawOperand(draw, drawShape(draw, { most: 3 }), fc.integer({ min: -2, max: depth + 1 }), {
    dtype: "int32",
  });
  const [onValue, offValue] = draw(fc.constantFrom([1, 0], [3, -2]));
  const dtype = draw(fc.constantFrom("float32", "int32"));
  return { inputs: { indices }, attributes: { depth, onValue, offValue, dtype }, open: draw(fc.boolean()) };
});

describe("indexing kernels", () => {
  testKernels(indexing, {
    GatherV2: fc.oneof(gathers, rowWiseGathers),
    GatherNd: nestedGathers,
    UnsortedSegmentSum: segmentSums,
    ScatterNd: scatters,
    OneHot: oneHots,
  });

  it("refuses gathers with batch dimensions other than row by row", async () => {
    const compiled = await CompiledEngine.create({ threads: 1 });
    const x: Operand = { shape: [2, 2, 2], dtype: "float32", values: [1, 2, 3, 4, 5, 6, 7, 8], constant: false };
    const indices: Operand = { shape: [2, 2, 1], dtype: "int32", values: [0, 1, 1, 0], constant: false };
    const testCase = { inputs: { x, indices }, attributes: { axis: 2, batchDims: 2 } };
    await expect(async () => compiled.function(definitionOf("GatherV2", testCase))).rejects.toThrow(
      UnsupportedKernelError,
    );
  });
});
