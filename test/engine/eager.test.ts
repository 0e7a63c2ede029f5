// The eager engines: nothing is left in memory, and the WebAssembly backend's repaired kernels are right.
import { describe, expect, it } from "vitest";
import { EagerEngine } from "../../src/engine/eager.ts";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { NamedArray, StepDefinition } from "../../src/engine/types.ts";
import { definition, difference, floats, integers, scattered } from "./run-both.ts";

const scalar = { shape: [], dtype: "float32" } as const;

const SUM: StepDefinition = {
  name: "sum",
  state: { total: scalar },
  feeds: { x: { shape: ["n"], dtype: "float32" } },
  outputs: ["added"],
  step({ total }, { x }) {
    const added = tf.sum(x as Tensor) as Tensor;
    return { state: { total: tf.add(total as Tensor, added) }, outputs: { added } };
  },
};

describe.each(["cpu", "wasm"] as const)("the %s engine", (name) => {
  it("keeps only its state and that before the last run, and lets go of both", async () => {
    const engine = await EagerEngine.create(name);
    const start = tf.memory().numTensors;
    const program = await engine.training(SUM, new Map([["total", floats([], [1])]]));
    for (let i = 0; i < 3; i++) await program.run([{ x: floats([2], [1, 2]) }, { x: floats([1], [4]) }]);
    expect(program.state().get("total")?.data[0]).toBe(22);
    expect(tf.memory().numTensors).toBe(start + 2);
    program.undo();
    expect(program.state().get("total")?.data[0]).toBe(15);
    await program.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });

  it("leaves nothing of a function's runs", async () => {
    const engine = await EagerEngine.create(name);
    const double = {
      ...definition(SUM.feeds, ["y"], ({ x }) => ({ y: tf.mul(x as Tensor, 2) as Tensor })),
      parameters: { w: scalar },
    };
    const [baked, open] = [
      await engine.function(double, new Map([["w", floats([], [1])]])),
      await engine.function(double),
    ];
    const start = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      expect((await baked.run({ x: floats([2], [1, 2]) })).y?.data).toEqual(Float32Array.of(2, 4));
      await open.run({ x: floats([1], [1]) }, new Map([["w", floats([], [1])]]));
    }
    expect(tf.memory().numTensors).toBe(start);
    await expect(baked.run({ x: floats([1], [1]) }, new Map())).rejects.toThrow(/made with its parameters/);
    await expect(open.run({ x: floats([1], [1]) })).rejects.toThrow(/made without its parameters/);
    await expect(open.run({ x: floats([1], [1]) }, new Map())).rejects.toThrow(/"w" is missing/);
    await baked.dispose();
    expect(tf.memory().numTensors).toBe(start - 1);
  });

  it("leaves a state that an invalid second step would have spoilt", async () => {
    const program = await (await EagerEngine.create(name)).training(SUM, new Map([["total", floats([], [1])]]));
    await expect(program.run([{ x: floats([1], [1]) }, {}])).rejects.toThrow(/"x" is missing/);
    expect(program.state().get("total")?.data[0]).toBe(1);
    await program.dispose();
  });
});

describe("kernels of the wasm engine", () => {
  const tested = definition(
    {
      a: { shape: ["rows", 4], dtype: "float32" },
      cube: { shape: [2, 3, 4], dtype: "float32" },
      ids: { shape: ["rows"], dtype: "int32" },
      picks: { shape: ["rows", 2], dtype: "int32" },
    },
    ["sums", "cubeSums", "picked", "slices", "hot", "warm", "left", "right", "both", "stack"],
    ({ a, cube, ids, picks }) => {
      const m = a as never;
      return {
        sums: tf.unsortedSegmentSum(a as Tensor, ids as never, 5),
        cubeSums: tf.unsortedSegmentSum(cube as Tensor, tf.tensor1d([1, 1], "int32"), 2),
        picked: tf.gather(a as Tensor, picks as never, 1, 1),
        slices: tf.gather(
          cube as Tensor,
          tf.tensor2d(
            [
              [2, 0],
              [1, 1],
            ],
            [2, 2],
            "int32",
          ),
          1,
          1,
        ),
        hot: tf.oneHot(ids as never, 5, 1, 0, "float32"),
        warm: tf.oneHot(picks as never, 4, 0.5, -0.25, "float32"),
        left: tf.matMul(m, m, true, false),
        right: tf.matMul(m, m, false, true),
        both: tf.matMul(tf.transpose(m), m, true, true),
        stack: tf.matMul(cube as never, cube as never, false, true),
      };
    },
  );

  it("give what those of the cpu engine give", async () => {
    const [wasm, cpu] = [await EagerEngine.create("wasm"), await EagerEngine.create("cpu")];
    const [one, other] = [await wasm.function(tested, new Map()), await cpu.function(tested, new Map())];
    for (const rows of [1, 3, 7]) {
      const index = (bound: number) => (_: unknown, i: number) => (i * 5 + 3) % bound;
      const feeds: Record<string, NamedArray> = {
        a: floats([rows, 4], scattered(rows * 4)),
        cube: floats([2, 3, 4], scattered(24, 2)),
        ids: integers([rows], Array.from({ length: rows }, index(5))),
        picks: integers([rows, 2], Array.from({ length: rows * 2 }, index(4))),
      };
      const [actual, expected] = [await one.run(feeds), await other.run(feeds)];
      for (const name of tested.outputs) expect(difference(actual[name], expected[name]), name).toBeLessThan(1e-6);
    }
  });

  it("refuse a gather that they cannot do", async () => {
    const gather = definition({ cube: { shape: [2, 3, 4], dtype: "float32" } }, ["y"], ({ cube }) => ({
      y: tf.gather(cube as Tensor, tf.tensor2d([[0], [1]], [2, 1], "int32"), 2, 1),
    }));
    const program = await (await EagerEngine.create("wasm")).function(gather, new Map());
    await expect(program.run({ cube: floats([2, 3, 4], scattered(24)) })).rejects.toThrow(/GatherV2 on wasm/);
  });
});
