// The discriminator and the losses on codes against double precision.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import { discriminate, lossAsCode, lossAsPrior, momentPenalty } from "../../src/model/discriminator.ts";
import { drawValues, expectGradients, projected, projectedNumbers } from "./check-gradients.ts";
import { judge, type Matrix, momentPenalty as penaltyOf, sigmoid, type Values } from "./reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [ROWS, LATENT, HIDDEN] = [4, 3, 5];
const values = drawValues({
  codes: [ROWS, LATENT],
  "discriminator.0.weight": [LATENT, HIDDEN],
  "discriminator.0.bias": [HIDDEN],
  "discriminator.1.weight": [HIDDEN, HIDDEN],
  "discriminator.1.bias": [HIDDEN],
  "discriminator.2.weight": [HIDDEN, 1],
  "discriminator.2.bias": [1],
});

function rowsOf(from: Values): Matrix {
  const data = from.get("codes")?.data ?? new Float64Array();
  return Array.from({ length: ROWS }, (_, row) => [...data.subarray(row * LATENT, (row + 1) * LATENT)]);
}

describe("the discriminator", () => {
  it.each([
    ["logits", (logits: Tensor) => logits, (logit: number) => logit],
    ["−log D", lossAsPrior, (logit: number) => -Math.log(sigmoid(logit))],
    ["−log(1 − D)", lossAsCode, (logit: number) => -Math.log(1 - sigmoid(logit))],
  ] as const)("has the %s and their gradients in codes and weights", (_, loss, exact) => {
    expectGradients(
      values,
      (tensors) => projected(loss(discriminate(tensors, tensors.codes as Tensor))),
      () => projectedNumbers(rowsOf(values).map((z) => exact(judge(values, z)))),
    );
  });

  it("keeps its losses finite however sure it is", () => {
    tf.tidy(() => {
      const logits = tf.tensor1d([-1000, 0, 1000]);
      expect([...lossAsPrior(logits).dataSync()]).toEqual([1000, expect.closeTo(Math.LN2, 6), 0]);
      expect([...lossAsCode(logits).dataSync()]).toEqual([0, expect.closeTo(Math.LN2, 6), 1000]);
      const slopes = tf.grad((x: Tensor) => tf.sum(lossAsPrior(x)))(logits);
      expect([...slopes.dataSync()]).toEqual([-1, -0.5, expect.closeTo(0, 6)]);
    });
  });
});

describe("momentPenalty", () => {
  it("has the value and the gradient of the divergence", () => {
    const codes = drawValues({ codes: [ROWS, LATENT] }, 2);
    expectGradients(
      codes,
      (tensors) => momentPenalty(tensors.codes as Tensor, tf.scalar(1 / ROWS)),
      () => penaltyOf(rowsOf(codes), 1e-4),
    );
  });

  it("is nearly 0 for codes of mean 0 and variance 1, and finite for one code", () => {
    tf.tidy(() => {
      const standard = momentPenalty(
        tf.tensor2d([
          [1, -1],
          [-1, 1],
        ]),
        tf.scalar(0.5),
      );
      expect(standard.dataSync()[0]).toBeCloseTo(0, 3);
      // Mean 1, variance 0, the floor 1e-4: (1 − log 1e-4 − 1) / 2.
      expect(momentPenalty(tf.tensor2d([[1]]), tf.scalar(1)).dataSync()[0]).toBeCloseTo(Math.log(1e4) / 2, 3);
    });
  });
});
