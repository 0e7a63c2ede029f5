// Principal planes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { principalPlane } from "../../src/latent/plane.ts";
import { RandomStream } from "../../src/random.ts";

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, k) => sum + value * (b[k] ?? Number.NaN), 0);
const flat = (codes: readonly (readonly number[])[]): Float32Array => Float32Array.from(codes.flat());

/** The variance of codes along a direction, straight from its definition. */
function varianceAlong(codes: readonly (readonly number[])[], direction: ArrayLike<number>): number {
  const places = codes.map((code) => dot(code, direction));
  const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
  return places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / places.length;
}

/** Orthonormal: the columns of a Hadamard matrix of order 4. */
const DIRECTIONS = [
  [0.5, 0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5, -0.5],
  [-0.5, -0.5, 0.5, 0.5],
  [-0.5, 0.5, 0.5, -0.5],
] as const;

/** Eight codes about (1, 2, 3, 4) whose covariance is known: variance size²/4 along each direction. */
function codesWithSpread(sizes: readonly number[]): number[][] {
  return DIRECTIONS.flatMap((direction, i) =>
    [-1, 1].map((sign) => direction.map((value, k) => k + 1 + sign * (sizes[i] ?? 0) * value)),
  );
}

describe("principalPlane", () => {
  test("finds mean, axes and shares of a known covariance", () => {
    const codes = codesWithSpread([2, 6, 1, 3]);
    const { mean, axes, explained } = principalPlane(flat(codes), 4);
    for (const k of [0, 1, 2, 3]) expect(mean[k]).toBeCloseTo(k + 1, 6);
    // The squares are 4, 36, 1 and 9; each axis may point either way but for its largest component, the first of equal ones.
    expect(explained[0]).toBeCloseTo(36 / 50, 6);
    expect(explained[1]).toBeCloseTo(9 / 50, 6);
    expect(Math.abs(dot(axes[0], DIRECTIONS[1]))).toBeCloseTo(1, 6);
    expect(Math.abs(dot(axes[1], DIRECTIONS[3]))).toBeCloseTo(1, 6);
  });

  test("has orthonormal axes along which the codes vary as it says, and more than along any other", () => {
    const code = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 5 });
    const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(code, { minLength: 1, maxLength: 30 }), direction, (codes, other) => {
        const { axes, explained } = principalPlane(flat(codes), 5);
        expect(dot(axes[0], axes[0])).toBeCloseTo(1, 5);
        expect(dot(axes[1], axes[1])).toBeCloseTo(1, 5);
        expect(dot(axes[0], axes[1])).toBeCloseTo(0, 5);
        const total = [0, 1, 2, 3, 4].reduce((sum, k) => sum + varianceAlong(codes, unit(k)), 0);
        const [first, second] = [varianceAlong(codes, axes[0]), varianceAlong(codes, axes[1])];
        expect(first).toBeCloseTo(explained[0] * total, 3);
        expect(second).toBeCloseTo(explained[1] * total, 3);
        const length = Math.sqrt(dot(other, other));
        fc.pre(length > 0.01);
        expect(varianceAlong(codes, other) / length ** 2).toBeLessThanOrEqual(first + 1e-3);
        // At a right angle to the first axis, nothing varies more than the second.
        const rest = other.map((value, k) => value - dot(other, axes[0]) * (axes[0][k] ?? 0));
        const left = dot(rest, rest);
        if (left > 0.01) expect(varianceAlong(codes, rest) / left).toBeLessThanOrEqual(second + 1e-3);
      }),
    );
  });

  test("holds for more dimensions, with eigenvalues close together", () => {
    const [count, latent] = [600, 40];
    const codes = RandomStream.named(1, "plane").fillGaussian(new Float32Array(count * latent));
    const rows = Array.from({ length: count }, (_, i) => [...codes.subarray(i * latent, (i + 1) * latent)]);
    const { axes, explained, mean } = principalPlane(codes, latent);
    const total = Array.from({ length: latent }, (_, k) => varianceAlong(rows, unit(k, latent)));
    const sum = total.reduce((a, b) => a + b, 0);
    for (const i of [0, 1] as const) {
      // An eigenvector: the covariance only stretches it.
      const axis = axes[i];
      const image = new Float64Array(latent);
      for (const row of rows) {
        const centred = row.map((value, k) => value - (mean[k] ?? 0));
        const place = dot(centred, axis) / count;
        for (let k = 0; k < latent; k++) image[k] = (image[k] ?? 0) + place * (centred[k] ?? 0);
      }
      for (let k = 0; k < latent; k++) expect(image[k]).toBeCloseTo(explained[i] * sum * (axis[k] ?? 0), 4);
    }
    expect(explained[0]).toBeGreaterThan(explained[1]);
    expect(explained[0] * sum).toBeGreaterThan(Math.max(...total));
  });

  test("points each axis so that its largest component is positive, and gives the same plane again", () => {
    const codes = codesWithSpread([1, 2, 9, 5]).map((code) => code.map((value, k) => value * (k === 2 ? -3 : 1)));
    const once = principalPlane(flat(codes), 4);
    for (const axis of once.axes) {
      const largest = [...axis].sort((a, b) => Math.abs(b) - Math.abs(a))[0];
      expect(largest).toBeGreaterThan(0);
    }
    expect(principalPlane(flat(codes), 4)).toEqual(once);
  });

  test("gives some plane to codes that lie on a line, and to codes that are all the same", () => {
    const line = principalPlane(flat([0, 1, 2, 5].map((t) => [t, 2 * t, -2 * t])), 3);
    expect(line.explained[0]).toBeCloseTo(1, 6);
    expect(line.explained[1]).toBeCloseTo(0, 6);
    expect(Math.abs(dot(line.axes[0], [1 / 3, 2 / 3, -2 / 3]))).toBeCloseTo(1, 6);
    expect(dot(line.axes[0], line.axes[1])).toBeCloseTo(0, 6);
    expect(dot(line.axes[1], line.axes[1])).toBeCloseTo(1, 6);

    const point = principalPlane(Float32Array.of(3, 4, 5), 3);
    expect(point).toEqual({
      mean: Float32Array.of(3, 4, 5),
      axes: [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)],
      explained: [0, 0],
    });
  });

  test.each<[string, Float32Array, number, string]>([
    ["no codes", new Float32Array(0), 3, "0 numbers were given; expected one or more codes of 3."],
    ["part of a code", new Float32Array(7), 3, "7 numbers were given; expected one or more codes of 3."],
    ["one dimension", new Float32Array(4), 1, "The codes have 1 dimensions; expected at least 2 for a plane."],
    ["a number that is none", Float32Array.of(1, Number.NaN), 2, "A code holds a number that is not finite"],
  ])("refuses %s", (_, codes, latent, message) => {
    expect(() => principalPlane(codes, latent)).toThrow(InputError);
    expect(() => principalPlane(codes, latent)).toThrow(message);
  });
});

function unit(k: number, latent = 5): number[] {
  return Array.from({ length: latent }, (_, i) => (i === k ? 1 : 0));
}
