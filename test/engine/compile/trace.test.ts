// Recording refuses whatever cannot be part of a pure graph, and leaves the process as it found it.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { ImpurityError, UnsupportedKernelError } from "../../../src/engine/compile/errors.ts";
import { functionGraph } from "../../../src/engine/compile/function-program.ts";
import { CONSTANT_LIMIT, TRACE_BACKEND } from "../../../src/engine/compile/trace-backend.ts";
import { trainingGraph } from "../../../src/engine/compile/training-program.ts";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import type { FunctionDefinition, TensorMap } from "../../../src/engine/types.ts";
import { definition } from "../run-both.ts";

const FEEDS = { x: { shape: ["batch", 3], dtype: "float32" } } as const;
const over = (call: (x: Tensor) => Tensor): FunctionDefinition =>
  definition(FEEDS, ["y"], ({ x }) => ({ y: call(x as Tensor) }));

/** What recording `tested` throws. */
function thrown(tested: FunctionDefinition): unknown {
  try {
    functionGraph(tested);
  } catch (cause) {
    return cause;
  }
  return undefined;
}

const ramp = (length: number): number[] => Array.from({ length }, (_, i) => i);

const random = Math.random;

beforeAll(async () => {
  await tf.setBackend("cpu");
});

afterEach(() => {
  expect(Math.random).toBe(random);
  expect(tf.getBackend()).toBe("cpu");
});

describe("recording", () => {
  it.each<[string, ImpurityError["impurity"], (x: Tensor) => Tensor]>([
    ["reads a tensor's data", "data-read", (x) => tf.mul(x, x.dataSync()[0] as number)],
    ["reads an array of it", "data-read", (x) => tf.mul(x, (x.arraySync() as number[][]).length)],
    ["calls Math.random", "random", (x) => tf.mul(x, Math.random())],
    ["draws a normal tensor without a seed", "random", (x) => tf.add(x, tf.randomNormal([3]))],
    ["drops units out", "random", (x) => tf.dropout(x, 0.5)],
    [
      "holds a constant of more than a kilobyte",
      "large-constant",
      (x) => tf.add(x, tf.sum(tf.tensor1d(ramp(CONSTANT_LIMIT / 4 + 1)))),
    ],
    [
      "draws a large seeded tensor",
      "large-constant",
      (x) => tf.add(x, tf.sum(tf.randomUniform([40, 40], 0, 1, "float32", 7))),
    ],
    ["multiplies with a size", "size-dependence", (x) => tf.mul(x, x.shape[0] as number)],
    [
      "takes another path for large sizes",
      "size-dependence",
      (x) => ((x.shape[0] as number) > 100 ? tf.neg(x) : tf.abs(x)),
    ],
    ["unrolls a loop over an open dimension", "size-dependence", (x) => tf.addN(tf.unstack(x))],
  ])("refuses a step that %s", (_, impurity, call) => {
    const error = thrown(over(call));
    expect(error).toBeInstanceOf(ImpurityError);
    expect((error as ImpurityError).impurity).toBe(impurity);
  });

  it("refuses a step that uses a tensor made outside of it, and does not touch that tensor", () => {
    const outside = tf.tensor1d([1, 2, 3]);
    const error = thrown(over((x) => tf.add(x, outside)));
    expect(error).toBeInstanceOf(ImpurityError);
    expect((error as ImpurityError).impurity).toBe("foreign-tensor");
    expect([...outside.dataSync()]).toEqual([1, 2, 3]);
    outside.dispose();
  });

  it("refuses a step that keeps a tensor for the next recording", () => {
    let kept: Tensor | undefined;
    const keeping = over((x) => {
      kept ??= tf.keep(tf.sum(x));
      return tf.add(x, kept);
    });
    const error = thrown(keeping);
    expect(error).toBeInstanceOf(ImpurityError);
    expect((error as ImpurityError).impurity).toBe("foreign-tensor");
  });

  it("refuses to be started inside of another recording", () => {
    const nested = over((x) => {
      functionGraph(over((inner) => tf.neg(inner)));
      return x;
    });
    expect(thrown(nested)).toBeInstanceOf(ImpurityError);
  });

  it("refuses kernels that have no counterpart, whether or not TensorFlow.js has them", () => {
    for (const call of [(x: Tensor) => tf.atan(x), (x: Tensor) => tf.fft(tf.cast(x, "complex64")) as Tensor]) {
      expect(thrown(over(call))).toBeInstanceOf(UnsupportedKernelError);
    }
  });

  it("refuses strings", () => {
    expect(thrown(over((x) => tf.add(x, tf.cast(tf.tensor1d(["a"]), "float32"))))).toBeInstanceOf(
      UnsupportedKernelError,
    );
  });

  it("says which output is missing", () => {
    expect(() => functionGraph(definition(FEEDS, ["z"], ({ x }) => ({ y: x as Tensor })))).toThrow(/no "z"/);
  });

  it("passes on what the step itself throws", () => {
    const cause = new Error("own");
    expect(
      thrown(
        over(() => {
          throw cause;
        }),
      ),
    ).toBe(cause);
  });

  it("accepts a constant of one kilobyte, and uniform ones of any size", () => {
    const small = over((x) => tf.add(x, tf.sum(tf.tensor1d(ramp(CONSTANT_LIMIT / 4)))));
    const uniform = over((x) => tf.add(x, tf.sum(tf.fill([1000, 1000], 0.5))));
    expect(functionGraph(small).initializers.some(({ data }) => data.length === CONSTANT_LIMIT / 4)).toBe(true);
    const bytes = functionGraph(uniform).initializers.reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(bytes).toBeLessThan(100);
  });

  it("records the same graph every time", () => {
    const tested = over((x) => tf.matMul(tf.softmax(x) as never, x as never, true, false));
    const written = (): string =>
      JSON.stringify(functionGraph(tested), (_, value) => (typeof value === "bigint" ? Number(value) : value));
    expect(written()).toBe(written());
  });

  it("describes the shapes of values inside, but for sizes that are sums of named dimensions", () => {
    const graph = functionGraph(
      definition(
        { x: { shape: ["rows", 3], dtype: "float32" }, z: { shape: ["more", 3], dtype: "float32" } },
        ["y"],
        ({ x, z }) => {
          const all = tf.exp(tf.concat([tf.exp(x as Tensor), z as Tensor], 0));
          return { y: tf.sum(tf.exp(tf.sum(all, 1))) };
        },
      ),
    );
    const shapeOf = (op: string, place = 0): unknown => {
      const [name] = graph.nodes.filter((node) => node.op === op)[place]?.outputs ?? [];
      return graph.values?.find((value) => value.name === name)?.shape;
    };
    expect(shapeOf("Exp")).toEqual(["rows", 3]);
    expect(shapeOf("Concat")).toBeUndefined();
    expect(shapeOf("Exp", 1)).toBeUndefined();
  });

  it("leaves no tensor behind", () => {
    const tested = over((x) => tf.grad((t) => tf.sum(tf.exp(t)))(x));
    functionGraph(tested);
    const { numTensors } = tf.memory();
    functionGraph(tested);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("goes back to the backend in use when the step fails", () => {
    let during: string | undefined;
    const failing = over((x) => {
      during = tf.getBackend();
      return tf.mul(x, Math.random());
    });
    expect(thrown(failing)).toBeInstanceOf(ImpurityError);
    expect(during).toBe(TRACE_BACKEND);
  });

  it("refuses a training step that is impure as well", () => {
    const scalar = { shape: [], dtype: "float32" } as const;
    const step = (state: TensorMap): { state: TensorMap; outputs: TensorMap } => ({
      state: { w: tf.add(state.w as Tensor, Math.random()) },
      outputs: { loss: tf.scalar(0) },
    });
    const impure = { name: "impure", state: { w: scalar }, feeds: {}, outputs: ["loss"], step };
    expect(() => trainingGraph(impure)).toThrow(ImpurityError);
  });
});
