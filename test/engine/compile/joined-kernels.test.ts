// Kernels that the recorder joins into one node give what they gave apart, also where the parts are used for themselves.
import { describe, expect, it } from "vitest";
import { functionGraph } from "../../../src/engine/compile/function-program.ts";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import { definition, floats, runBoth, scattered } from "../run-both.ts";

const FEEDS = {
  a: { shape: ["rows", 4], dtype: "float32" },
  b: { shape: [4, 2], dtype: "float32" },
  row: { shape: [2], dtype: "float32" },
  column: { shape: ["rows", 1], dtype: "float32" },
  scalar: { shape: [], dtype: "float32" },
} as const;

const feedsOf = (rows: number) => ({
  a: floats([rows, 4], scattered(rows * 4)),
  b: floats([4, 2], scattered(8, 2)),
  row: floats([2], [10, 20]),
  column: floats([rows, 1], scattered(rows, 3)),
  scalar: floats([], [0.25]),
});

type Feeds = Record<keyof typeof FEEDS, Tensor>;

async function nodesOf(outputs: string[], call: (feeds: Feeds) => Record<string, Tensor>): Promise<string[]> {
  const tested = definition(FEEDS, outputs, (feeds) => call(feeds as Feeds));
  await runBoth(tested, [feedsOf(1), feedsOf(3)]);
  return functionGraph(tested)
    .nodes.map(({ op }) => op)
    .filter((op) => op !== "Identity" && op !== "Shape");
}

const product = ({ a, b }: Feeds): Tensor => tf.matMul(a as never, b as never);

describe("a sum with a matrix product", () => {
  it.each(["row", "column", "scalar"] as const)("goes into the product for a %s, on either side", async (term) => {
    expect(await nodesOf(["y"], (feeds) => ({ y: tf.add(product(feeds), feeds[term]) }))).toEqual(["Gemm"]);
    expect(await nodesOf(["y"], (feeds) => ({ y: tf.add(feeds[term], product(feeds)) }))).toEqual(["Gemm"]);
  });

  it("leaves the product for whoever else uses it", async () => {
    const nodes = await nodesOf(["y", "bare"], (feeds) => {
      const bare = product(feeds);
      return { y: tf.add(bare, feeds.row), bare: tf.neg(bare) };
    });
    expect(nodes.sort()).toEqual(["Gemm", "Gemm", "Neg"]);
  });

  it("is right for two products, for one added to itself, and for a second term", async () => {
    const nodes = await nodesOf(["two", "twice", "three"], (feeds) => {
      const bare = product(feeds);
      const other = tf.matMul(tf.neg(feeds.a) as never, feeds.b as never);
      return {
        two: tf.add(bare, other),
        twice: tf.add(bare, bare),
        three: tf.add(tf.add(bare, feeds.row), feeds.column),
      };
    });
    expect(nodes).toContain("Gemm");
  });

  it("stays a sum where the term widens the product", async () => {
    const nodes = await nodesOf(["y"], (feeds) => ({ y: tf.add(product(feeds), tf.reshape(feeds.row, [1, 1, 2])) }));
    expect(nodes).toContain("Add");
  });
});

describe("a sum of squares", () => {
  it("is one node, whichever way the square is written", async () => {
    expect(await nodesOf(["y"], ({ a }) => ({ y: tf.sum(tf.square(a)) }))).toEqual(["ReduceSumSquare"]);
    expect(await nodesOf(["y"], ({ a }) => ({ y: tf.sum(tf.mul(a, a), 0, true) }))).toEqual(["ReduceSumSquare"]);
  });

  it("is right over no axis at all and for integers", async () => {
    await nodesOf(["none", "integers"], ({ a }) => ({
      none: tf.sum(tf.square(a), []),
      integers: tf.sum(tf.square(tf.cast(tf.mul(a, 100), "int32")), 1),
    }));
  });

  it("is not made of other products", async () => {
    expect(await nodesOf(["y"], ({ a, column }) => ({ y: tf.sum(tf.mul(a, column)) }))).not.toContain(
      "ReduceSumSquare",
    );
  });
});
