// Functions whose shapes depend on named dimensions: compiled once, right for every size.
import { describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import type { FeedArrays, TensorMap } from "../../../src/engine/types.ts";
import { definition, floats, integers, runBoth, scattered } from "../run-both.ts";

const FEEDS = {
  x: { shape: ["batch", 3], dtype: "float32" },
  y: { shape: ["time", "batch", 3], dtype: "float32" },
  row: { shape: [3], dtype: "float32" },
  ids: { shape: ["batch"], dtype: "int32" },
} as const;

const feedsOf = (batch: number, time: number): FeedArrays => ({
  x: floats([batch, 3], scattered(batch * 3, 1)),
  y: floats([time, batch, 3], scattered(time * batch * 3, 2)),
  row: floats([3], [0.5, -2, 1]),
  ids: integers(
    [batch],
    Array.from({ length: batch }, (_, i) => (i * 7) % 3),
  ),
});

const SIZES = [feedsOf(1, 1), feedsOf(2, 5), feedsOf(5, 2), feedsOf(3, 3), feedsOf(97, 2)];

type Feeds = Record<"x" | "y" | "row" | "ids", Tensor>;

const FUNCTIONS: Readonly<Record<string, (feeds: Feeds) => Tensor>> = {
  "reshape to a product of dimensions": ({ y }) => tf.reshape(y, [(y.shape[0] as number) * (y.shape[1] as number), 3]),
  "reshape to a vector": ({ y }) => tf.reshape(y, [y.size]),
  "reshape back": ({ x, y }) => tf.reshape(tf.reshape(y, [y.size]), [y.shape[0] as number, x.shape[0] as number, 3]),
  "broadcast a row to a matrix": ({ x, row }) => tf.broadcastTo(row, x.shape as [number, number]),
  "ones of an open shape": ({ x }) => tf.ones(x.shape),
  "ones of an open shape, added up": ({ y }) => tf.sum(tf.ones(y.shape), 0),
  "two uniform tensors compared": ({ x }) => tf.cast(tf.greater(tf.ones(x.shape), tf.zeros(x.shape)), "float32"),
  "a uniform matrix times a row": ({ x, row }) => tf.mul(tf.fill(x.shape, 2), row),
  "a power of uniform tensors": ({ x }) => tf.pow(tf.fill(x.shape, 3), tf.fill(x.shape, 2)),
  "sums over an open dimension": ({ y }) => tf.sum(y, 1),
  "means over an open dimension": ({ y }) => tf.mean(y, [0, 1]),
  "running sums over an open dimension": ({ y }) => tf.cumsum(y, 0),
  "the transpose": ({ y }) => tf.transpose(y, [2, 0, 1]),
  "reversal of an open dimension": ({ y }) => tf.reverse(y, 0),
  "open dimensions joined": ({ x, y }) => tf.concat([x, tf.reshape(y, [-1, 3])], 0),
  "a fixed dimension joined": ({ x }) => tf.concat([x, tf.ones([x.shape[0] as number, 2]), x], 1),
  "parts of a fixed dimension": ({ y }) => tf.split(y, [1, 2], 2)[1] as Tensor,
  "a slice of a fixed dimension": ({ y }) => tf.slice(y, [0, 0, 1], [-1, -1, 2]),
  "a padded open dimension": ({ x }) =>
    tf.pad(x, [
      [1, 2],
      [0, 1],
    ]),
  "an open dimension from its second place to its end": ({ x }) =>
    tf.slice(
      tf.pad(x, [
        [0, 1],
        [0, 0],
      ]),
      [1, 0],
      [-1, -1],
    ),
  "tiles of an open dimension": ({ x }) => tf.tile(x, [3, 1]),
  "stacked matrices": ({ x }) => tf.stack([x, tf.neg(x)], 1),
  "rows by open ids": ({ row, ids }) => tf.gather(tf.reshape(row, [3, 1]), ids as never),
  "one-hot rows of open ids": ({ ids }) => tf.oneHot(ids as never, 3),
  "sums by open ids": ({ x, ids }) => tf.unsortedSegmentSum(x, ids as never, 3),
  "sums of cubes by open ids": ({ y, ids }) => tf.unsortedSegmentSum(tf.transpose(y, [1, 0, 2]), ids as never, 3),
  "a product over an open dimension": ({ x }) => tf.matMul(x as never, x as never, true, false),
  "a product of stacks": ({ y, x }) => tf.matMul(y as never, tf.matMul(x as never, x as never, true, false)),
  softmax: ({ y }) => tf.softmax(y),
  "log-softmax": ({ y }) => tf.logSoftmax(y),
  "the largest two of each row": ({ x }) => tf.topk(x, 2).values,
  "a choice of the larger": ({ x, row }) => tf.where(tf.greater(x, row), x, tf.zerosLike(x)),
  "the gradient of a sum of squares": ({ x }) => tf.grad((t) => tf.sum(tf.square(t)))(x),
  "the gradient through broadcasting": ({ x, row }) => tf.grad((t) => tf.sum(tf.mul(tf.add(x, t), x)))(row),
  "the gradient through a slice": ({ y }) => tf.grad((t) => tf.sum(tf.exp(tf.slice(t, [0, 0, 1], [-1, -1, 1]))))(y),
};

describe("open dimensions", () => {
  it.each(Object.entries(FUNCTIONS))("give %s for every size", async (_, build) => {
    const tested = definition(FEEDS, ["result"], (feeds: TensorMap) => ({ result: build(feeds as Feeds) }));
    const results = await runBoth(tested, SIZES, 2e-6);
    expect(results.some(({ result }) => result?.data.some((value) => value !== 0))).toBe(true);
  });
});
