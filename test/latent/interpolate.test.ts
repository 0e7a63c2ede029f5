// Paths between codes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { interpolateCodes, type Path } from "../../src/latent/interpolate.ts";

const numbers = fc.float({ min: -4, max: 4, noNaN: true });
const pair = fc.integer({ min: 1, max: 12 }).chain((length) => {
  const code = fc.array(numbers, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
  return fc.tuple(code, code);
});
const steps = fc.integer({ min: 2, max: 12 });
const path = fc.constantFrom<Path>("linear", "spherical");

const norm = (code: Float32Array): number => Math.hypot(...code);
const angle = (a: Float32Array, b: Float32Array): number => {
  const product = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return Math.acos(Math.min(1, Math.max(-1, product / (norm(a) * norm(b)))));
};

describe("interpolateCodes", () => {
  test("goes in equal steps along a straight line", () => {
    const points = interpolateCodes(Float32Array.of(0, 4), Float32Array.of(8, 0), { steps: 5 });
    expect(points.map((point) => [...point])).toEqual([
      [0, 4],
      [2, 3],
      [4, 2],
      [6, 1],
      [8, 0],
    ]);
  });

  test("goes in equal angles along an arc", () => {
    const points = interpolateCodes(Float32Array.of(2, 0), Float32Array.of(0, 2), { steps: 3, path: "spherical" });
    expect(points[1]?.[0]).toBeCloseTo(Math.SQRT2, 6);
    expect(points[1]?.[1]).toBeCloseTo(Math.SQRT2, 6);
  });

  test("has as many points as steps, all finite, and its ends exactly", () => {
    fc.assert(
      fc.property(pair, steps, path, ([a, b], count, kind) => {
        const points = interpolateCodes(a, b, { steps: count, path: kind });
        expect(points).toHaveLength(count);
        expect(points[0]).toEqual(a);
        expect(points.at(-1)).toEqual(b);
        for (const point of points) expect(point.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test("gives the same way backwards", () => {
    fc.assert(
      fc.property(pair, steps, path, ([a, b], count, kind) => {
        const there = interpolateCodes(a, b, { steps: count, path: kind });
        const back = interpolateCodes(b, a, { steps: count, path: kind }).reverse();
        for (const [i, point] of there.entries()) {
          for (const [k, value] of point.entries()) expect(back[i]?.[k]).toBeCloseTo(value, 4);
        }
      }),
    );
  });

  test("keeps the length of codes of one length on an arc, and turns by equal angles", () => {
    fc.assert(
      fc.property(pair, steps, ([a, b], count) => {
        fc.pre(norm(a) > 0.1 && norm(b) > 0.1 && angle(a, b) > 0.05 && angle(a, b) < 3.09);
        const scaled = b.map((value) => (value * norm(a)) / norm(b));
        const points = interpolateCodes(a, scaled, { steps: count, path: "spherical" });
        for (const [i, point] of points.entries()) {
          expect(norm(point) / norm(a)).toBeCloseTo(1, 3);
          expect(angle(a, point)).toBeCloseTo((angle(a, b) * i) / (count - 1), 2);
        }
      }),
    );
  });

  test.each([
    ["parallel", [1, 2], [2, 4]],
    ["opposite", [1, 2], [-1, -2]],
    ["zero", [0, 0], [3, 1]],
  ])("is linear on an arc between %s codes", (_, from, to) => {
    const [a, b] = [Float32Array.from(from), Float32Array.from(to)];
    expect(interpolateCodes(a, b, { steps: 6, path: "spherical" })).toEqual(interpolateCodes(a, b, { steps: 6 }));
  });

  test("does not give away its arguments", () => {
    const [a, b] = [Float32Array.of(1), Float32Array.of(2)];
    const points = interpolateCodes(a, b, { steps: 2 });
    points[0]?.fill(9);
    points[1]?.fill(9);
    expect([a[0], b[0]]).toEqual([1, 2]);
  });

  test.each([1, 0, 2.5, Number.NaN])("refuses %f steps", (count) => {
    const code = new Float32Array(2);
    expect(() => interpolateCodes(code, code, { steps: count })).toThrow(InputError);
    expect(() => interpolateCodes(code, code, { steps: count })).toThrow(
      `The number of steps is ${count}; expected an integer of at least 2`,
    );
  });

  test("refuses codes of different lengths, and a path that is none", () => {
    expect(() => interpolateCodes(new Float32Array(2), new Float32Array(3))).toThrow("The codes have 2 and 3 numbers");
    expect(() => interpolateCodes(new Float32Array(2), new Float32Array(2), { path: "curly" as Path })).toThrow(
      'The path is "curly"; expected linear or spherical.',
    );
  });
});
