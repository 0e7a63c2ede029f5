// Compiled functions: parameters baked in or passed, and what they refuse.
import { beforeAll, describe, expect, it } from "vitest";
import { CompiledEngine } from "../../../src/engine/compile/engine.ts";
import { SignatureError } from "../../../src/engine/shapes.ts";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import type { FunctionDefinition, NamedArrays } from "../../../src/engine/types.ts";
import { floats, integers } from "../run-both.ts";

const LINEAR: FunctionDefinition = {
  name: "linear",
  parameters: { w: { shape: [2, 1], dtype: "float32" }, ids: { shape: [2], dtype: "int32" } },
  feeds: { x: { shape: ["rows", 2], dtype: "float32" }, unused: { shape: [], dtype: "float32" } },
  outputs: ["y", "x", "ids", "first"],
  call: ({ w, ids }, { x }) => ({
    y: tf.matMul(x as never, w as never),
    x: x as Tensor,
    ids: ids as Tensor,
    first: tf.argMax(x as Tensor, 1),
  }),
};

const PARAMETERS: NamedArrays = new Map([
  ["w", floats([2, 1], [3, 10])],
  ["ids", integers([2], [7, -7])],
]);
const FEEDS = { x: floats([2, 2], [1, 2, 4, 3]), unused: floats([], [0]) };

let engine: CompiledEngine;

beforeAll(async () => {
  engine = await CompiledEngine.create({ threads: 1 });
});

describe("a compiled function", () => {
  it("gives the same with its parameters baked in and passed, feeds and parameters as outputs among them", async () => {
    const [baked, open] = [await engine.function(LINEAR, PARAMETERS), await engine.function(LINEAR)];
    for (const result of [await baked.run(FEEDS), await open.run(FEEDS, PARAMETERS)]) {
      expect(result.y).toEqual({ shape: [2, 1], data: Float32Array.of(23, 42) });
      expect(result.x).toEqual({ shape: [2, 2], data: Float32Array.of(1, 2, 4, 3) });
      expect(result.ids).toEqual({ shape: [2], data: Int32Array.of(7, -7) });
      expect(result.first).toEqual({ shape: [2], data: Int32Array.of(1, 0) });
    }
    await baked.dispose();
    await open.dispose();
  });

  it("takes other parameters at each run when they are passed", async () => {
    const open = await engine.function(LINEAR);
    const other = new Map([...PARAMETERS, ["w", floats([2, 1], [1, 1])] as const]);
    expect((await open.run(FEEDS, other)).y?.data).toEqual(Float32Array.of(3, 7));
    expect((await open.run(FEEDS, PARAMETERS)).y?.data).toEqual(Float32Array.of(23, 42));
  });

  it("refuses feeds and parameters that do not fit, and parameters too many or too few", async () => {
    const [baked, open] = [await engine.function(LINEAR, PARAMETERS), await engine.function(LINEAR)];
    await expect(baked.run({ ...FEEDS, x: floats([1, 3], [1, 2, 3]) })).rejects.toThrow(SignatureError);
    await expect(baked.run(FEEDS, PARAMETERS)).rejects.toThrow(/made with its parameters/);
    await expect(open.run(FEEDS)).rejects.toThrow(/made without its parameters/);
    await expect(open.run(FEEDS, new Map([["w", floats([2, 1], [1, 1])]]))).rejects.toThrow(SignatureError);
    await expect(engine.function(LINEAR, new Map())).rejects.toThrow(SignatureError);
  });

  it("says what runs it and on how many threads", async () => {
    expect(engine.name).toBe("compiled");
    expect(engine.description).toMatch(/^compiled \(ONNX Runtime \d+\.\d+\.\d+, 1 thread\)$/);
    expect((await CompiledEngine.create({ threads: 3 })).description).toContain("3 threads");
  });
});
