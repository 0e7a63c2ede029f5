// Grids between four codes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { type Corners, gridCodes } from "../../src/latent/grid.ts";
import { interpolateCodes } from "../../src/latent/interpolate.ts";

const numbers = fc.float({ min: -4, max: 4, noNaN: true });
const corners = fc.integer({ min: 1, max: 6 }).chain((length) => {
  const code = fc.array(numbers, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
  return fc.tuple(code, code, code, code);
});
const side = fc.integer({ min: 2, max: 7 });

describe("gridCodes", () => {
  test("goes row by row, from left to right", () => {
    const given: Corners<Float32Array> = [
      Float32Array.of(0, 0),
      Float32Array.of(4, 0),
      Float32Array.of(0, 8),
      Float32Array.of(4, 8),
    ];
    expect(gridCodes(given, { rows: 3, columns: 5 }).map((code) => [...code])).toEqual(
      [0, 4, 8].flatMap((y) => [0, 1, 2, 3, 4].map((x) => [x, y])),
    );
  });

  test("weighs all four in the middle alike", () => {
    const given: Corners<Float32Array> = [
      Float32Array.of(1, 0),
      Float32Array.of(2, 0),
      Float32Array.of(4, 0),
      Float32Array.of(9, 8),
    ];
    expect(gridCodes(given, { rows: 3, columns: 3 })[4]).toEqual(Float32Array.of(4, 2));
    expect(gridCodes(given)).toHaveLength(25);
  });

  test("has the corners exactly, and straight lines along its edges", () => {
    fc.assert(
      fc.property(corners, side, side, (given, rows, columns) => {
        const codes = gridCodes(given, { rows, columns });
        expect(codes).toHaveLength(rows * columns);
        const last = rows * columns - 1;
        const [a, b, c, d] = given;
        for (const [place, corner] of [
          [0, a],
          [columns - 1, b],
          [last - columns + 1, c],
          [last, d],
        ] as const) {
          expect(codes[place]).toEqual(corner);
        }
        const left = codes.filter((_, i) => i % columns === 0);
        const edges = [
          [codes.slice(0, columns), interpolateCodes(a, b, { steps: columns })],
          [left, interpolateCodes(a, c, { steps: rows })],
        ] as const;
        for (const [edge, line] of edges) {
          for (const [i, code] of edge.entries()) {
            for (const [k, value] of code.entries()) expect(value).toBeCloseTo(line[i]?.[k] ?? Number.NaN, 5);
          }
        }
      }),
    );
  });

  test("is turned over when its corners are", () => {
    fc.assert(
      fc.property(corners, side, side, ([a, b, c, d], rows, columns) => {
        const there = gridCodes([a, b, c, d], { rows, columns });
        const turned = gridCodes([d, c, b, a], { rows, columns }).reverse();
        for (const [i, code] of there.entries()) {
          for (const [k, value] of code.entries()) expect(turned[i]?.[k]).toBeCloseTo(value, 5);
        }
      }),
    );
  });

  test("does not give away its arguments", () => {
    const zero = new Float32Array(2);
    for (const code of gridCodes([zero, zero, zero, zero])) code.fill(1);
    expect(zero).toEqual(new Float32Array(2));
  });

  test("refuses sides below 2 and codes of different lengths", () => {
    const [two, three] = [new Float32Array(2), new Float32Array(3)];
    expect(() => gridCodes([two, two, two, two], { rows: 1 })).toThrow(InputError);
    expect(() => gridCodes([two, two, two, two], { rows: 1 })).toThrow(
      "The number of rows is 1; expected an integer of at least 2.",
    );
    expect(() => gridCodes([two, two, two, two], { columns: 2.5 })).toThrow("The number of columns is 2.5; expected");
    expect(() => gridCodes([two, two, three, two])).toThrow(
      "The codes have 2, 2, 3 and 2 numbers; expected codes of one model.",
    );
  });
});
