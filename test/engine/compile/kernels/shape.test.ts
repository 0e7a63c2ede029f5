// Kernels that only move data against the cpu backend: results are equal to the last bit.
import fc from "fast-check";
import { describe } from "vitest";
import { shape as shapeKernels } from "../../../../src/engine/compile/kernels/shape.ts";
import { type KernelCase, type Operand, testKernels } from "./kernel-case.ts";
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

const drawType = (draw: Draw): Operand["dtype"] =>
  draw(fc.constantFrom<Operand["dtype"]>("float32", "float32", "int32", "bool"));
const ELEMENTS = { float32: fc.oneof(values.plain, values.special), int32: values.integer, bool: values.bool };

const drawData = (draw: Draw, shape: readonly number[], dtype = drawType(draw)): Operand =>
  drawOperand(draw, shape, ELEMENTS[dtype], { dtype });

interface Options {
  readonly input?: string;
  readonly least?: number;
  readonly filled?: boolean;
  readonly open?: boolean;
  readonly results?: (attributes: Record<string, unknown>) => number;
}

/** Cases of a kernel of one operand, with attributes that depend on its shape. */
function cases(
  attributes: (draw: Draw, shape: number[]) => Record<string, unknown>,
  { input = "x", least = 0, filled = false, open = false, results }: Options = {},
): fc.Arbitrary<KernelCase> {
  return drawn((draw) => {
    const shape = drawShape(draw, { least, filled });
    const chosen = attributes(draw, shape);
    return {
      inputs: { [input]: drawData(draw, shape) },
      attributes: chosen,
      results: results?.(chosen) ?? 1,
      open: open && draw(fc.boolean()),
    };
  });
}

/** Another shape of as many elements. */
function regrouped(draw: Draw, shape: readonly number[]): number[] {
  const sizes = draw(fc.shuffledSubarray([...shape], { minLength: shape.length }));
  const joined =
    sizes.length > 1 && draw(fc.boolean()) ? [(sizes[0] as number) * (sizes[1] as number), ...sizes.slice(2)] : sizes;
  const at = draw(values.index(joined.length + 1));
  const withOne = draw(fc.boolean()) ? [...joined.slice(0, at), 1, ...joined.slice(at)] : joined;
  // One size may be left to be found out, where the others tell it.
  if (withOne.length === 0 || count(withOne) === 0 || draw(fc.boolean())) return withOne;
  const unknown = draw(values.index(withOne.length));
  return withOne.map((size, axis) => (axis === unknown ? -1 : size));
}

const slices = (draw: Draw, shape: number[]): Record<string, unknown> => {
  const begin = shape.map((size) => draw(fc.integer({ min: 0, max: size })));
  const size = shape.map((whole, axis) => {
    const left = whole - (begin[axis] as number);
    return draw(fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: left })));
  });
  return { begin, size };
};

const lists = (joinsAxis: boolean): fc.Arbitrary<KernelCase> =>
  drawn((draw) => {
    const shape = drawShape(draw, { least: joinsAxis ? 1 : 0, most: 3 });
    const dtype = drawType(draw);
    const axis = drawAxis(draw, joinsAxis ? shape.length : shape.length + 1);
    const joined = axis < 0 ? axis + shape.length : axis;
    const terms = draw(fc.integer({ min: 1, max: 4 }));
    const inputs = Array.from({ length: terms }, (_, i): [string, Operand] => {
      const own = joinsAxis
        ? shape.map((size, at) => (at === joined ? draw(fc.integer({ min: 0, max: 3 })) : size))
        : shape;
      return [String(i), drawData(draw, own, dtype)];
    });
    return {
      inputs: Object.fromEntries(inputs),
      attributes: { axis },
      // A size along the joined axis would be a sum of named ones.
      open: !joinsAxis && draw(fc.boolean()),
    };
  });

const splits = (draw: Draw, shape: number[]): Record<string, unknown> => {
  const axis = drawAxis(draw, shape.length);
  const size = shape.at(axis) as number;
  const divisors = [1, 2, 3, 4, 5].filter((parts) => size % parts === 0);
  if (draw(fc.boolean())) return { axis, numOrSizeSplits: draw(fc.constantFrom(...divisors)) };
  const first = draw(fc.integer({ min: 0, max: size }));
  return { axis, numOrSizeSplits: draw(fc.constantFrom([first, size - first], [first, -1], [size])) };
};

const paddings = (draw: Draw, shape: number[]): Record<string, unknown> => ({
  paddings: shape.map(() => [draw(fc.integer({ min: 0, max: 2 })), draw(fc.integer({ min: 0, max: 2 }))]),
  constantValue: draw(fc.constantFrom(0, 1)),
});

const fills = drawn((draw): KernelCase => {
  const shape = drawShape(draw);
  const value = draw(fc.constantFrom(0, 1, -2, 0.5));
  const dtype = Number.isInteger(value) && draw(fc.boolean()) ? "int32" : "float32";
  return { inputs: {}, attributes: { shape, value, dtype } };
});

describe("moving kernels", () => {
  testKernels(shapeKernels, {
    Identity: cases(() => ({}), { open: true }),
    Reshape: cases((draw, shape) => ({ shape: regrouped(draw, shape) })),
    ExpandDims: cases((draw, shape) => ({ dim: drawAxis(draw, shape.length + 1) }), { input: "input", open: true }),
    Transpose: cases(
      (draw, shape) => ({ perm: draw(fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })) }),
      {
        open: true,
      },
    ),
    Slice: cases(slices, { least: 1 }),
    Reverse: cases((draw, shape) => ({ dims: drawAxes(draw, shape.length) }), { least: 1, open: true }),
    PadV2: cases(paddings, { least: 1, open: true }),
    Concat: lists(true),
    Pack: lists(false),
    SplitV: cases(splits, {
      least: 1,
      results: ({ numOrSizeSplits: parts }) => (Array.isArray(parts) ? parts.length : (parts as number)),
    }),
    Unpack: drawn((draw) => {
      const wanted = drawShape(draw, { least: 1 });
      const axis = drawAxis(draw, wanted.length);
      const shape = filledAlong(wanted, axis);
      return { inputs: { value: drawData(draw, shape) }, attributes: { axis }, results: shape.at(axis) as number };
    }),
    Tile: cases((draw, shape) => ({ reps: shape.map(() => draw(fc.integer({ min: 0, max: 3 }))) }), { open: true }),
    Fill: fills,
    ZerosLike: cases(() => ({}), { open: true }),
    OnesLike: cases(() => ({}), { open: true }),
  });
});
