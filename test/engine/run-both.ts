// Runs one function on the compiled engine and on the eager `cpu` one, and compares.
import { expect } from "vitest";
import { CompiledEngine } from "../../src/engine/compile/engine.ts";
import { EagerEngine } from "../../src/engine/eager.ts";
import type { FeedArrays, FunctionDefinition, NamedArray, Signature, TensorMap } from "../../src/engine/types.ts";

export const floats = (shape: number[], values: ArrayLike<number>): NamedArray => ({
  shape,
  data: Float32Array.from(values),
});
export const integers = (shape: number[], values: ArrayLike<number>): NamedArray => ({
  shape,
  data: Int32Array.from(values),
});

/** `length` numbers that look random and are the same every time: the fractions of multiples of the golden ratio, in (−1, 1). */
export function scattered(length: number, seed = 1): number[] {
  return Array.from({ length }, (_, i) => 2 * (((i + 1) * 0.6180339887498949 + seed * 0.7548776662466927) % 1) - 1);
}

/** A function definition without parameters. */
export function definition(
  feeds: Signature,
  outputs: readonly string[],
  call: (feeds: TensorMap) => TensorMap,
): FunctionDefinition {
  return { name: "test", parameters: {}, feeds, outputs, call: (_, given) => call(given) };
}

/** The largest difference of two arrays' elements, as a share of the largest element where that is above 1. */
export function difference(a: NamedArray | undefined, b: NamedArray | undefined): number {
  expect(a?.shape).toEqual(b?.shape);
  expect(a?.data.constructor).toBe(b?.data.constructor);
  let [most, scale] = [0, 1];
  for (let i = 0; i < (a?.data.length ?? 0); i++) {
    const [x, y] = [a?.data[i] as number, b?.data[i] as number];
    const gap = Object.is(x, y) ? 0 : Math.abs(x - y);
    most = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(most, gap);
    scale = Math.max(scale, Math.abs(x));
  }
  return most / scale;
}

/** Compiles once, runs every set of feeds on both engines, expects the same, and returns what the compiled engine gave. */
export async function runBoth(
  tested: FunctionDefinition,
  runs: readonly FeedArrays[],
  tolerance = 1e-6,
): Promise<Record<string, NamedArray>[]> {
  const compiled = await (await CompiledEngine.create({ threads: 1 })).function(tested, new Map());
  const eager = await (await EagerEngine.create("cpu")).function(tested, new Map());
  const results: Record<string, NamedArray>[] = [];
  for (const feeds of runs) {
    const [actual, expected] = [await compiled.run(feeds), await eager.run(feeds)];
    for (const name of tested.outputs)
      expect(difference(actual[name], expected[name]), name).toBeLessThanOrEqual(tolerance);
    results.push(actual);
  }
  await compiled.dispose();
  await eager.dispose();
  return results;
}
