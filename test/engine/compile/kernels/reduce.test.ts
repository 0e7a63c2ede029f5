// Reducing kernels against the cpu backend.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompiledEngine } from "../../../../src/engine/compile/engine.ts";
import { UnsupportedKernelError } from "../../../../src/engine/compile/errors.ts";
import { reduce } from "../../../../src/engine/compile/kernels/reduce.ts";
import { definitionOf, type KernelCase, type Operand, testKernels } from "./kernel-case.ts";
import {
  count,
  type Draw,
  drawAxes,
  drawAxis,
  drawn,
  drawOperand,
  drawShape,
  filledAlong,
  values,
} from "./operands.ts";

type Numbers = fc.Arbitrary<number>;

/** Any axes: none named, one, or several; from either end. */
function drawReduced(draw: Draw, rank: number): number | number[] | undefined {
  if (rank === 0 || draw(fc.integer({ min: 0, max: 4 })) === 0) return undefined;
  return draw(fc.boolean()) ? drawAxis(draw, rank) : drawAxes(draw, rank);
}

interface ReductionOptions {
  /** Whether an empty axis may be reduced: where it has no answer the compiled engine refuses. */
  readonly empty?: boolean;
  readonly axisName?: string;
}

/** Cases of a reduction over elements by type. */
function reductions(
  elements: Partial<Record<Operand["dtype"], Numbers>>,
  options: ReductionOptions = {},
): fc.Arbitrary<KernelCase> {
  const { empty = false, axisName = "axis" } = options;
  return drawn((draw) => {
    const dtype = draw(fc.constantFrom(...(Object.keys(elements) as Operand["dtype"][])));
    const wanted = drawShape(draw);
    const axes = drawReduced(draw, wanted.length);
    const shape = empty ? wanted : filledAlong(wanted, axes);
    const x = drawOperand(draw, shape, elements[dtype] as Numbers, { dtype });
    const largest = x.values.reduce((most, value) => Math.max(most, Number.isFinite(value) ? Math.abs(value) : 0), 0);
    return {
      inputs: { x },
      attributes: { [axisName]: axes, keepDims: draw(fc.boolean()) },
      open: draw(fc.boolean()),
      scale: largest,
    };
  });
}

function positions(): fc.Arbitrary<KernelCase> {
  return drawn((draw) => {
    const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
    const wanted = drawShape(draw, { least: 1 });
    const axis = drawAxis(draw, wanted.length);
    const shape = filledAlong(wanted, axis);
    const ties =
      dtype === "float32" ? draw(fc.constantFrom(values.exact, values.plain)) : fc.integer({ min: -2, max: 2 });
    return {
      inputs: { x: drawOperand(draw, shape, ties, { dtype }) },
      attributes: { axis },
      open: draw(fc.boolean()),
    };
  });
}

const softmaxes = drawn((draw): KernelCase => {
  const shape = drawShape(draw, { least: 1 });
  const element = draw(fc.constantFrom(values.plain, values.between(-80, 80), values.between(-1e30, 1e30)));
  return {
    inputs: { logits: drawOperand(draw, shape, element) },
    attributes: { dim: draw(fc.constantFrom(-1, shape.length - 1)) },
    open: draw(fc.boolean()),
    // Exponentials of differences of hundreds: the shares that matter are those that are not nearly 0.
    scale: 1e-20,
  };
});

const runningSums = drawn((draw): KernelCase => {
  const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
  const shape = drawShape(draw, { least: 1 });
  const x = drawOperand(draw, shape, dtype === "float32" ? values.plain : values.integer, { dtype });
  return {
    inputs: { x },
    attributes: { axis: draw(values.index(shape.length)), exclusive: draw(fc.boolean()), reverse: draw(fc.boolean()) },
    open: draw(fc.boolean()),
    scale: 4,
  };
});

const largest = drawn((draw): KernelCase => {
  const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
  const shape = filledAlong(drawShape(draw, { least: 1 }), -1);
  const ties = dtype === "float32" ? draw(fc.constantFrom(values.exact, values.wide)) : fc.integer({ min: -3, max: 3 });
  return {
    inputs: { x: drawOperand(draw, shape, ties, { dtype }) },
    attributes: { k: draw(fc.integer({ min: 0, max: shape.at(-1) as number })), sorted: true },
    results: 2,
    open: draw(fc.boolean()),
  };
});

const sums = drawn((draw): KernelCase => {
  const dtype = draw(fc.constantFrom<Operand["dtype"]>("float32", "int32"));
  const shape = drawShape(draw);
  const element = dtype === "float32" ? values.plain : values.integer;
  const terms = draw(fc.integer({ min: 1, max: 4 }));
  const all = Array.from(
    { length: terms },
    (_, i) => [String(i), drawOperand(draw, shape, element, { dtype })] as const,
  );
  return { inputs: Object.fromEntries(all), open: draw(fc.boolean()), scale: 4 };
});

describe("reducing kernels", () => {
  testKernels(reduce, {
    Sum: reductions({ float32: values.plain, int32: values.integer, bool: values.bool }, { empty: true }),
    Mean: reductions({ float32: values.plain, int32: values.integer }),
    Max: reductions({ float32: values.wide, int32: values.integer }, { axisName: "reductionIndices" }),
    Min: reductions({ float32: values.wide, int32: values.integer }),
    Prod: reductions({ float32: values.between(-1.5, 1.5), int32: fc.integer({ min: -1, max: 1 }) }, { empty: true }),
    All: reductions({ bool: values.bool }),
    Any: reductions({ bool: values.bool }),
    ArgMax: positions(),
    ArgMin: positions(),
    Softmax: softmaxes,
    Cumsum: runningSums,
    TopK: largest,
    AddN: sums,
  });

  it.each(["Mean", "Max", "Min", "All", "Any", "ArgMax", "ArgMin"])(
    "%s of an axis without elements is refused",
    async (kernel) => {
      const compiled = await CompiledEngine.create({ threads: 1 });
      const dtype = kernel === "All" || kernel === "Any" ? "bool" : "float32";
      const shape = [2, 0];
      const inputs = { x: { shape, dtype, values: new Array<number>(count(shape)), constant: false } } as const;
      const attributes = { axis: 1, reductionIndices: 1, keepDims: false };
      await expect(async () => compiled.function(definitionOf(kernel, { inputs, attributes }))).rejects.toThrow(
        UnsupportedKernelError,
      );
    },
  );
});
