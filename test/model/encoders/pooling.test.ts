// Maxima over time, against values worked out by hand.
import { beforeAll, describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/gradients.ts";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import { maxOverTime, POOLINGS } from "../../../src/model/encoders/pooling.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("maxOverTime", () => {
  // Three times, one sentence, two columns: the first has its maximum once, the second twice.
  const x = tf.tensor3d([[[1, 5]], [[3, 2]], [[2, 5]]]) as Tensor;

  it("takes the largest of each column", () => {
    expect([...maxOverTime(x).dataSync()]).toEqual([3, 5]);
  });

  it("gives the gradient to the largest, and to equal ones in equal parts", () => {
    const weighted = () => ({ loss: tf.sum(tf.mul(maxOverTime(x), tf.tensor2d([[4, 6]]))) as Tensor, extra: {} });
    expect([...(differentiate({ x }, weighted).gradients.x as Tensor).dataSync()]).toEqual([0, 3, 4, 0, 0, 3]);
  });
});

describe("pooling", () => {
  // Two times of two sentences of one unit; the second sentence is one token long, and what follows is the larger.
  const states = tf.tensor3d([
    [[-0.5], [-0.4]],
    [[0.1], [0.9]],
  ]) as Tensor;

  it.each([
    ["last", [0.1, -0.4]],
    ["mean", [-0.2, -0.4]],
    ["max", [0.1, -0.4]],
  ] as const)("by %s has no part in what is beyond a sentence's end", (kind, expected) => {
    const pooling = POOLINGS[kind];
    const arrays = pooling.feedArrays([[7, 8], [9]]);
    const feeds = Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, data }]): [string, Tensor] => [
        name,
        tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32"),
      ]),
    );
    const pooled = [...pooling.pool(states, feeds).dataSync()];
    pooled.forEach((value, b) => {
      expect(value).toBeCloseTo(expected[b] as number, 6);
    });
  });
});
