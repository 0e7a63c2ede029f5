// Compares TensorFlow.js' float32 gradients of a function with central differences of its double-precision counterpart.
import { expect } from "vitest";
import { differentiate } from "../../src/engine/gradients.ts";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { TensorMap } from "../../src/engine/types.ts";
import { scattered } from "../engine/run-both.ts";
import { gradients, type Values } from "./reference.ts";

/** Values of the given shapes, in (−size, size). */
export function drawValues(shapes: Readonly<Record<string, readonly number[]>>, size = 1): Values {
  return new Map(
    Object.entries(shapes).map(([name, shape], i) => {
      const length = shape.reduce((product, part) => product * part, 1);
      return [name, { shape, data: Float64Array.from(scattered(length, i + 1), (x) => Math.fround(x * size)) }];
    }),
  );
}

export function tensorsOf(values: Values): TensorMap {
  const entries = [...values].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    tf.tensor(Float32Array.from(data), [...shape], "float32"),
  ]);
  return Object.fromEntries(entries);
}

/** Σ wᵢ·yᵢ with fixed weights that look random: a scalar in which no element's error hides. */
export function projected(y: Tensor): Tensor {
  return tf.sum(tf.mul(y, tf.tensor(scattered(y.size, 77), y.shape, "float32")));
}

export function projectedNumbers(y: readonly number[]): number {
  const weights = scattered(y.length, 77);
  return y.reduce((sum, value, i) => sum + value * Math.fround(weights[i] as number), 0);
}

/** Fails unless loss and gradients of both agree, gradients to `tolerance` of the largest element of each tensor. */
export function expectGradients(
  values: Values,
  objective: (tensors: TensorMap) => Tensor,
  reference: () => number,
  tolerance = 1e-4,
): void {
  const expected = gradients(values, reference);
  tf.tidy(() => {
    const tensors = tensorsOf(values);
    const { loss, gradients: found } = differentiate(tensors, () => ({ loss: objective(tensors), extra: {} }));
    const exact = reference();
    expect(Math.abs((loss.dataSync()[0] as number) - exact)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(exact)));
    for (const [name, gradient] of expected) expectSimilar(name, found[name]?.dataSync() ?? [], gradient, tolerance);
  });
}

/** Fails unless all elements differ by at most `tolerance` of the largest expected one. */
export function expectSimilar(
  name: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance = 1e-4,
): void {
  expect(actual.length, name).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const off = expected.map((value, i) => Math.abs((actual[i] as number) - value));
  const most = Math.max(...off.map((x) => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : x)));
  expect(most, `${name}: [${Array.from(actual)}] against [${expected}]`).toBeLessThanOrEqual(
    tolerance * largest + 1e-7,
  );
}
