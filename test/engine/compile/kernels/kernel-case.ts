// One call of a TensorFlow.js kernel as plain data, run compiled and on TensorFlow.js' own `cpu` backend, and the two compared.
import fc from "fast-check";
import { expect, it } from "vitest";
import { CompiledEngine } from "../../../../src/engine/compile/engine.ts";
import { functionGraph } from "../../../../src/engine/compile/function-program.ts";
import { EagerEngine } from "../../../../src/engine/eager.ts";
import { type Tensor, tf } from "../../../../src/engine/tf.ts";
import type { FeedArrays, FunctionDefinition, NamedArray, Signature } from "../../../../src/engine/types.ts";
import { allNodes } from "../all-nodes.ts";

/** Cases a kernel; more for a deeper look, as in `KERNEL_CASES=1000 KERNEL_SEED=2 npx vitest run test/engine/compile/kernels`. */
const CASES = Number(process.env.KERNEL_CASES ?? 30);
const SEED = Number(process.env.KERNEL_SEED ?? 1);

/** Results below the smallest normal float32 are as good as 0: the runtime flushes them. */
const SMALLEST = 1.1754943508222875e-38;

export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: readonly number[];
  /** Whether the step itself makes it, as `tf.tensor(values)`, instead of being fed it. */
  readonly constant: boolean;
}

export interface KernelCase {
  /** By name; the names "0", "1", ... make a list. */
  readonly inputs: Readonly<Record<string, Operand>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Number of results, 1 unless told. */
  readonly results?: number;
  /** Compile for all sizes: each size above 1 of a fed operand becomes a named dimension, unless a constant has it. Never where an attribute holds sizes. */
  readonly open?: boolean;
  /** Magnitude below which differences count absolutely: that of the terms where terms may cancel. */
  readonly scale?: number;
}

/** The kernel's call as a function over its fed operands. A bool is fed as int32 and comes back as int32. */
export function definitionOf(kernel: string, testCase: KernelCase): FunctionDefinition {
  const { inputs, attributes = {}, results = 1, open = false } = testCase;
  const outputs = Array.from({ length: results }, (_, i) => `result${i}`);
  const fed = Object.entries(inputs).filter(([, { constant }]) => !constant);
  // What meets a constant's size has that size.
  const fixed = new Set(Object.values(inputs).flatMap(({ constant, shape }) => (constant ? shape : [])));
  const feeds: Signature = Object.fromEntries(
    fed.map(([name, { shape, dtype }]) => [
      name,
      {
        shape: shape.map((size) => (open && size > 1 && !fixed.has(size) ? `size${size}` : size)),
        dtype: dtype === "float32" ? "float32" : "int32",
      },
    ]),
  );
  return {
    name: kernel,
    parameters: {},
    feeds,
    outputs,
    call(_, given) {
      const tensors = Object.entries(inputs).map(([name, operand]): [string, Tensor] => {
        const { shape, dtype, values, constant } = operand;
        if (constant) return [name, tf.tensor([...values], [...shape], dtype)];
        const tensor = given[name] as Tensor;
        return [name, dtype === "bool" ? tf.cast(tensor, "bool") : tensor];
      });
      const named = "0" in inputs ? tensors.map(([, tensor]) => tensor) : Object.fromEntries(tensors);
      const returned = tf.engine().runKernel(kernel, named as never, attributes as never) as Tensor | Tensor[];
      const all = Array.isArray(returned) ? returned : [returned];
      return Object.fromEntries(
        all.map((tensor, i) => [`result${i}`, tensor.dtype === "bool" ? tf.cast(tensor, "int32") : tensor]),
      );
    },
  };
}

export function feedsOf({ inputs }: KernelCase): FeedArrays {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, { constant }]) => !constant)
      .map(([name, { shape, dtype, values }]): [string, NamedArray] => [
        name,
        { shape: [...shape], data: dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values) },
      ]),
  );
}

/** Fails unless `actual` has the type, shape and, to a relative 1e-5, the values of `expected`; integers must be equal. */
export function expectClose(actual: NamedArray | undefined, expected: NamedArray | undefined, scale = 0): void {
  expect(actual?.shape).toEqual(expected?.shape);
  expect(actual?.data.constructor).toBe(expected?.data.constructor);
  for (let i = 0; i < (expected?.data.length ?? 0); i++) {
    const [a, b] = [actual?.data[i] as number, expected?.data[i] as number];
    const exact = Object.is(a, b) || a === b || expected?.data instanceof Int32Array;
    const size = Math.max(Math.abs(a), Math.abs(b));
    const close = exact
      ? Object.is(a, b) || a === b
      : Math.abs(a - b) <= 1e-5 * Math.max(size, scale) || size < SMALLEST;
    if (!close)
      expect.fail(`element ${i}: compiled ${a}, expected ${b}, in [${actual?.data}] against [${expected?.data}]`);
  }
}

/**
 * One test for each kernel of a family, over cases drawn from its arbitrary, and one that no kernel of the family is left out. None may
 * emit ScatterND, which has a data race where it reduces: graphs are made of these kernels.
 */
export function testKernels(family: object, arbitraries: Readonly<Record<string, fc.Arbitrary<KernelCase>>>): void {
  it("is tested whole: every kernel of the family has cases", () => {
    expect(Object.keys(arbitraries).sort()).toEqual(Object.keys(family).sort());
  });
  for (const [kernel, arbitrary] of Object.entries(arbitraries)) {
    it(`${kernel} computes what the cpu backend computes`, async () => {
      const compiled = await CompiledEngine.create({ threads: 1 });
      const reference = await EagerEngine.create("cpu");
      const agrees = fc.asyncProperty(arbitrary, async (testCase) => {
        const definition = definitionOf(kernel, testCase);
        const feeds = feedsOf(testCase);
        const expected = await (await reference.function(definition)).run(feeds, new Map());
        const program = await compiled.function(definition);
        const actual = await program.run(feeds, new Map());
        await program.dispose();
        expect(allNodes(functionGraph(definition)).map(({ op }) => op)).not.toContain("ScatterND");
        for (const output of definition.outputs) expectClose(actual[output], expected[output], testCase.scale);
      });
      await fc.assert(agrees, { numRuns: CASES, seed: SEED, endOnFailure: true });
    });
  }
}
