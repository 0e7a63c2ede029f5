// The queue of recent codes against a list that is kept by hand.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import { RECENT, recall, recentSignature, remember } from "../../../src/training/regularizers/recent-codes.ts";
import { TINY } from "../tiny-step.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const ROWS = 5;

describe("the queue of recent codes", () => {
  it("holds the newest codes, newest batch first, whatever the sizes of the batches", () => {
    tf.tidy(() => {
      let queue = tf.zeros(recentSignature(TINY, ROWS)[RECENT]?.shape as number[]) as Tensor;
      let list: number[][] = [];
      let next = 1;
      for (const size of [2, 1, 3, 7, 1, 5]) {
        const batch = Array.from({ length: size }, () => [next++, next++]);
        queue = remember(queue, tf.tensor2d(batch));
        list = [...batch, ...list].slice(0, ROWS);
        const { codes, weights } = recall(queue);
        const empty = ROWS - list.length;
        expect(codes.arraySync()).toEqual([...list, ...new Array(empty).fill([0, 0])]);
        expect(weights.arraySync()).toEqual([...list.map(() => 1), ...new Array(empty).fill(0)]);
      }
    });
  });
});
