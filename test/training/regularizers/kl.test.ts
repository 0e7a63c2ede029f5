// The divergence of Gaussian codes against double precision and against values worked out by hand.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import type { TensorMap } from "../../../src/engine/types.ts";
import { divergence, kl } from "../../../src/training/regularizers/kl.ts";
import { drawValues, expectGradients } from "../../model/check-gradients.ts";
import { type Matrix, divergence as oneByOne, type Values } from "../../model/reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [ROWS, LATENT] = [4, 3];
const values = drawValues({ mean: [ROWS, LATENT], logVariance: [ROWS, LATENT] }, 2);

const rowsOf = (from: Values, name: string): Matrix => {
  const data = from.get(name)?.data ?? new Float64Array();
  return Array.from({ length: ROWS }, (_, row) => [...data.subarray(row * LATENT, (row + 1) * LATENT)]);
};

const exact = (): number[] => oneByOne(rowsOf(values, "mean"), rowsOf(values, "logVariance"));

const lossOf = ({ mean, logVariance }: TensorMap, freeBits: number) =>
  kl.loss(
    {},
    { mean: mean as Tensor, logVariance: logVariance as Tensor, code: mean as Tensor },
    { perSentence: tf.scalar(1 / ROWS), freeBits: tf.scalar(freeBits) },
  );

describe("divergence", () => {
  it("is what is worked out by hand", () => {
    tf.tidy(() => {
      // (1 + 1 − 1 − 0)/2 and (0 + 4 − 1 − log 4)/2; then with a second sentence that is the prior.
      const one = divergence(tf.tensor2d([[1, 0]]), tf.tensor2d([[0, Math.log(4)]]), tf.scalar(1));
      expect([...one.dataSync()]).toEqual([expect.closeTo(0.5, 6), expect.closeTo((3 - Math.log(4)) / 2, 6)]);
      const two = divergence(
        tf.tensor2d([
          [1, 0],
          [0, 0],
        ]),
        tf.zeros([2, 2]),
        tf.scalar(0.5),
      );
      expect([...two.dataSync()]).toEqual([expect.closeTo(0.25, 6), 0]);
    });
  });
});

describe("the regularizer kl", () => {
  it("has the sum over dimensions as its loss and value, and its gradient, where no bits are free", () => {
    const total = (): number => exact().reduce((sum, value) => sum + value, 0);
    expectGradients(values, (tensors) => lossOf(tensors, 0).loss, total);
    expect(tf.tidy(() => lossOf(asTensors(), 0).value.dataSync()[0])).toBeCloseTo(total(), 4);
  });

  it("lets a dimension below its free bits be, and leaves what is reported as it was", () => {
    const [least = 0, , most = 0] = exact().toSorted((a, b) => a - b);
    const free = (least + most) / 2;
    expectGradients(
      values,
      (tensors) => lossOf(tensors, free).loss,
      () => exact().reduce((sum, value) => sum + Math.max(value, free), 0),
    );
    tf.tidy(() => {
      const { loss, value } = lossOf(asTensors(), free);
      expect(value.dataSync()[0]).toBeLessThan(loss.dataSync()[0] as number);
      const slopes = tf.grad((mean: Tensor) => lossOf({ ...asTensors(), mean }, free).loss)(asTensors().mean as Tensor);
      const lowest = exact().indexOf(least);
      const columns = Array.from({ length: LATENT }, (_, j) =>
        Array.from({ length: ROWS }, (_, row) => Math.abs(slopes.dataSync()[row * LATENT + j] ?? 0)),
      );
      expect(columns[lowest]).toEqual([0, 0, 0, 0]);
      expect(Math.max(...(columns[exact().indexOf(most)] ?? []))).toBeGreaterThan(0);
    });
  });

  it("is fed its free bits", () => {
    const config = { freeBits: 0.25 } as Parameters<typeof kl.feedArrays>[0];
    expect(kl.feedArrays(config, { step: 0, sentences: 5, factor: 1 }).freeBits?.data[0]).toBe(0.25);
  });
});

function asTensors(): TensorMap {
  return Object.fromEntries(
    [...values].map(([name, { data }]): [string, Tensor] => [
      name,
      tf.tensor2d(Float32Array.from(data), [ROWS, LATENT]),
    ]),
  );
}
