// Generators of operands: shapes with sizes 0 and 1 among them, pairs that broadcast, values of several kinds.
import fc from "fast-check";
import type { KernelCase, Operand } from "./kernel-case.ts";

/** Draws one value of an arbitrary: lets a generator be written as a plain function. */
export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

/** An arbitrary of what `build` makes of its draws. */
export function drawn<T>(build: (draw: Draw) => T): fc.Arbitrary<T> {
  return fc.gen().map((g) => build((arbitrary) => g(() => arbitrary)));
}

const SMALLEST = 1.1754943508222875e-38;

const float = (min: number, max: number): fc.Arbitrary<number> =>
  fc
    .float({ min: Math.fround(min), max: Math.fround(max), noNaN: true })
    // The runtime flushes denormal numbers, to speed training up; −0 is not told from 0.
    .map((x) => (Math.abs(x) < SMALLEST ? 0 : x));

/** Values of operands, by the kind of numbers a kernel is fed. */
export const values = {
  /** Between −4 and 4, round ones and ties among them. */
  plain: fc.oneof({ weight: 3, arbitrary: float(-4, 4) }, { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 0.5, -2) }),
  /** Eighths: sums and products of a few are exact, and ties are common. */
  exact: fc.integer({ min: -16, max: 16 }).map((x) => x / 8),
  /** Of any magnitude whose square is still a number. */
  wide: fc
    .tuple(fc.constantFrom(-1, 1), fc.double({ min: -17, max: 17, noNaN: true }))
    .map(([sign, power]) => sign * Math.fround(10 ** power)),
  positive: fc.double({ min: -17, max: 17, noNaN: true }).map((power) => Math.fround(10 ** power)),
  special: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1, -3.5, 3e38),
  between: float,
  integer: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -30_000, max: 30_000 })),
  index: (bound: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: Math.max(0, bound - 1) }),
  bool: fc.integer({ min: 0, max: 1 }),
};

const size = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 12, arbitrary: fc.integer({ min: 2, max: 5 }) },
);
const filledSize = fc.oneof(
  { weight: 1, arbitrary: fc.constant(1) },
  { weight: 4, arbitrary: fc.integer({ min: 2, max: 5 }) },
);

/** A shape of a rank in [least, most]; `filled` has no size 0. */
export function drawShape(draw: Draw, { least = 0, most = 4, filled = false } = {}): number[] {
  return draw(fc.array(filled ? filledSize : size, { minLength: least, maxLength: most }));
}

export const count = (shape: readonly number[]): number => shape.reduce((product, part) => product * part, 1);

interface OperandOptions {
  readonly dtype?: Operand["dtype"];
  /** Whether it is a constant of the step; drawn unless given. */
  readonly constant?: boolean;
}

/** An operand with elements drawn from `element`; one in six is the same everywhere. */
export function drawOperand(
  draw: Draw,
  shape: readonly number[],
  element: fc.Arbitrary<number>,
  options: OperandOptions = {},
): Operand {
  const { dtype = "float32", constant = draw(fc.integer({ min: 0, max: 3 })) === 0 } = options;
  const length = count(shape);
  const uniform = draw(fc.integer({ min: 0, max: 5 })) === 0;
  const drawnValues = uniform
    ? new Array<number>(length).fill(draw(element))
    : draw(fc.array(element, { minLength: length, maxLength: length }));
  // A constant may have 256 elements at most.
  return { shape, dtype, values: drawnValues, constant: constant && length <= 256 };
}

/** Two shapes that broadcast to one another. */
export function drawPair(draw: Draw): [number[], number[]] {
  const whole = drawShape(draw);
  const narrowed = (): number[] => {
    if (draw(fc.boolean())) return whole;
    const kept = whole.slice(draw(fc.integer({ min: 0, max: whole.length })));
    return kept.map((part) => (draw(fc.boolean()) ? 1 : part));
  };
  return draw(fc.boolean()) ? [whole, narrowed()] : [narrowed(), narrowed()];
}

/** An axis of a shape, counted from the end as often as not. */
export function drawAxis(draw: Draw, rank: number): number {
  return draw(fc.integer({ min: -rank, max: rank - 1 }));
}

/** Different axes of a shape, or none; each counted from the end as often as not. */
export function drawAxes(draw: Draw, rank: number): number[] {
  const places = draw(fc.subarray(Array.from({ length: rank }, (_, axis) => axis)));
  return places.map((axis) => (draw(fc.boolean()) ? axis : axis - rank));
}

/** A shape whose named axes (all, where none is named) have elements; the others may be of size 0. */
export function filledAlong(shape: readonly number[], axes: number | number[] | undefined): number[] {
  const named =
    axes === undefined ? [...shape.keys()] : [axes].flat().map((axis) => (axis + shape.length) % shape.length);
  return shape.map((size, axis) => (named.includes(axis) ? Math.max(1, size) : size));
}

/** Cases of a kernel f(x). */
export function unaryCases(
  element: fc.Arbitrary<number>,
  { dtype = "float32", attributes = fc.constant({}), scale = 0 }: UnaryOptions = {},
): fc.Arbitrary<KernelCase> {
  return drawn((draw) => ({
    inputs: { x: drawOperand(draw, drawShape(draw), element, { dtype }) },
    attributes: draw(attributes),
    open: draw(fc.boolean()),
    scale,
  }));
}

interface UnaryOptions {
  readonly dtype?: Operand["dtype"];
  readonly attributes?: fc.Arbitrary<Record<string, unknown>>;
  readonly scale?: number;
}

/** Cases of a kernel a ∘ b with broadcasting; `right` are the elements of b, those of a unless given. */
export function binaryCases(
  left: fc.Arbitrary<number>,
  { right = left, dtype = "float32", names = ["a", "b"] }: BinaryOptions = {},
): fc.Arbitrary<KernelCase> {
  return drawn((draw) => {
    const [a, b] = drawPair(draw);
    return {
      inputs: {
        [names[0]]: drawOperand(draw, a, left, { dtype }),
        [names[1]]: drawOperand(draw, b, right, { dtype }),
      },
      open: draw(fc.boolean()),
    };
  });
}

interface BinaryOptions {
  readonly right?: fc.Arbitrary<number>;
  readonly dtype?: Operand["dtype"];
  readonly names?: readonly [string, string];
}
