// Loops and row updates mean the same eagerly and compiled.
import { describe, expect, it } from "vitest";
import { functionGraph } from "../../src/engine/compile/function-program.ts";
import { scan, setElements } from "../../src/engine/control-flow.ts";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import { definition, floats, integers, runBoth, scattered } from "./run-both.ts";

const FEEDS = {
  x: { shape: ["time", "batch", 2], dtype: "float32" },
  start: { shape: ["batch", 2], dtype: "float32" },
  weight: { shape: [2, 2], dtype: "float32" },
} as const;

const feedsOf = (time: number, batch: number) => ({
  x: floats([time, batch, 2], scattered(time * batch * 2)),
  start: floats([batch, 2], scattered(batch * 2, 2)),
  weight: floats([2, 2], [0.5, -1, 0.25, 1]),
});

describe("scan", () => {
  it("carries the state from slice to slice and stacks the outputs in their order", async () => {
    const sums = definition({ x: { shape: ["time"], dtype: "float32" } }, ["last", "sums"], ({ x }) => {
      const body = ([total]: Tensor[], [value]: Tensor[]) => {
        const sum = tf.add(total as Tensor, value as Tensor) as Tensor;
        return { state: [sum], outputs: [sum] };
      };
      const { state, outputs } = scan({ initial: [tf.scalar(10)], sequences: [x as Tensor], body });
      return { last: state[0] as Tensor, sums: outputs[0] as Tensor };
    });
    const [four, one] = await runBoth(sums, [{ x: floats([4], [1, 2, 3, 4]) }, { x: floats([1], [5]) }]);
    expect([...(four?.sums?.data ?? [])]).toEqual([11, 13, 16, 20]);
    expect(four?.last?.data[0]).toBe(20);
    expect([...(one?.sums?.data ?? [])]).toEqual([15]);
  });

  it("goes from the last slice to the first in reverse, and keeps outputs at their slices", async () => {
    const sums = definition({ x: { shape: ["time"], dtype: "float32" } }, ["sums"], ({ x }) => {
      const body = ([total]: Tensor[], [value]: Tensor[]) => {
        const sum = tf.add(total as Tensor, value as Tensor) as Tensor;
        return { state: [sum], outputs: [sum] };
      };
      const { outputs } = scan({ initial: [tf.scalar(0)], sequences: [x as Tensor], reverse: true, body });
      return { sums: outputs[0] as Tensor };
    });
    const [result] = await runBoth(sums, [{ x: floats([3], [1, 2, 4]) }]);
    expect([...(result?.sums?.data ?? [])]).toEqual([7, 6, 4]);
  });

  it("uses tensors from outside, several sequences and states, and outputs that are states or slices as they came", async () => {
    const mixed = definition(FEEDS, ["h", "c", "a", "b", "d"], ({ x, start, weight }) => {
      const outside = tf.tanh(weight as Tensor);
      const { state, outputs } = scan({
        initial: [start as Tensor, tf.zerosLike(start as Tensor)],
        sequences: [x as Tensor, tf.neg(x as Tensor)],
        body: ([h, c], [first, second]) => {
          const next = tf.tanh(tf.add(tf.matMul(h as never, outside as never), first as Tensor)) as Tensor;
          const memory = tf.add(c as Tensor, second as Tensor) as Tensor;
          return { state: [next, memory], outputs: [next, h as Tensor, first as Tensor] };
        },
      });
      const [a, b, d] = outputs as [Tensor, Tensor, Tensor];
      return { h: state[0] as Tensor, c: state[1] as Tensor, a, b, d };
    });
    await runBoth(mixed, [feedsOf(1, 1), feedsOf(4, 3), feedsOf(2, 5)]);
  });

  it("runs inside of another scan", async () => {
    const nested = definition(FEEDS, ["y"], ({ x, start }) => {
      const outer = scan({
        initial: [start as Tensor],
        sequences: [x as Tensor],
        body: ([h], [slice]) => {
          const inner = scan({
            initial: [tf.zeros([2])],
            sequences: [slice as Tensor],
            body: ([sum], [row]) => {
              const next = tf.add(sum as Tensor, tf.square(row as Tensor)) as Tensor;
              return { state: [next], outputs: [next] };
            },
          });
          return { state: [tf.add(h as Tensor, inner.state[0] as Tensor)], outputs: [inner.outputs[0] as Tensor] };
        },
      });
      return { y: tf.add(tf.sum(outer.outputs[0] as Tensor, 0), outer.state[0] as Tensor) };
    });
    await runBoth(nested, [feedsOf(3, 2), feedsOf(1, 4)]);
  });

  it("is one node, however long the sequence", () => {
    const running = definition(FEEDS, ["y"], ({ x, start }) => {
      const body = ([h]: Tensor[], [slice]: Tensor[]) => {
        const next = tf.tanh(tf.add(h as Tensor, slice as Tensor)) as Tensor;
        return { state: [next], outputs: [next] };
      };
      return { y: scan({ initial: [start as Tensor], sequences: [x as Tensor], body }).outputs[0] as Tensor };
    });
    expect(functionGraph(running).nodes.filter(({ op }) => op === "Scan")).toHaveLength(1);
  });
});

describe("setElements", () => {
  const feeds = {
    target: { shape: ["rows", 3], dtype: "float32" },
    columns: { shape: ["rows"], dtype: "int32" },
    values: { shape: ["rows"], dtype: "float32" },
  } as const;
  const runs = [
    { target: floats([2, 3], [0, 1, 2, 10, 11, 12]), columns: integers([2], [2, 0]), values: floats([2], [-5, -6]) },
    { target: floats([1, 3], [7, 8, 9]), columns: integers([1], [1]), values: floats([1], [0.5]) },
  ];

  it("puts one value into each row", async () => {
    const set = definition(feeds, ["y"], ({ target, columns, values }) => ({
      y: setElements(target as Tensor, columns as Tensor, values as Tensor),
    }));
    const [first, second] = await runBoth(set, runs);
    expect([...(first?.y?.data ?? [])]).toEqual([0, 1, -5, -6, 11, 12]);
    expect([...(second?.y?.data ?? [])]).toEqual([7, 0.5, 9]);
  });

  it("leaves its target as it was where that is used again", async () => {
    const twice = definition(feeds, ["set", "shifted"], ({ target, columns, values }) => {
      const base = tf.mul(target as Tensor, 2) as Tensor;
      const set = setElements(base, columns as Tensor, values as Tensor);
      return { set, shifted: tf.add(base, 0.5) };
    });
    const [first] = await runBoth(twice, runs);
    expect([...(first?.set?.data ?? [])]).toEqual([0, 2, -5, -6, 22, 24]);
    expect([...(first?.shifted?.data ?? [])]).toEqual([0.5, 2.5, 4.5, 20.5, 22.5, 24.5]);
  });
});
