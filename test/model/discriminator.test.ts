// The discriminator and its losses against double precision.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { TensorMap } from "../../src/engine/types.ts";
import {
  discriminate,
  lossAsCode,
  lossAsPrior,
  slopeAt,
  slopePenalty,
  turnedDirections,
} from "../../src/model/discriminator.ts";
import { drawValues, expectGradients, projected, projectedNumbers, tensorsOf } from "./check-gradients.ts";
import { judge, judgeNormed, type Matrix, mean, sigmoid, turnDirections, type Values } from "./reference.ts";

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

/** The values with unit directions of their weights. */
const directed: Values = new Map([
  ...values,
  ...[HIDDEN, HIDDEN, 1].map((to, layer): [string, { shape: number[]; data: Float64Array }] => [
    `discriminator.${layer}.direction`,
    { shape: [to, 1], data: new Float64Array(to).fill(1 / Math.sqrt(to)) },
  ]),
]);
turnDirections(directed);

const isDirection = (name: string): boolean => name.endsWith(".direction");

describe("a discriminator with directions", () => {
  it("divides each weight by the length to which it stretches its direction, and feels that in its gradients", () => {
    const learnt: Values = new Map([...directed].filter(([name]) => !isDirection(name)));
    const directions = new Map([...directed].filter(([name]) => isDirection(name)));
    expectGradients(
      learnt,
      (tensors) => {
        const parameters = { ...tensors, ...tensorsOf(directions) };
        return projected(discriminate(parameters, parameters.codes as Tensor));
      },
      () => projectedNumbers(rowsOf(learnt).map((z) => judgeNormed(new Map([...learnt, ...directions]), z))),
    );
  });

  it("finds the largest singular values by turning: no slope is then above 1, and every layer's is", () => {
    tf.tidy(() => {
      const { codes, ...parameters } = tensorsOf(directed);
      let turned: TensorMap = parameters;
      for (let i = 0; i < 200; i++) turned = { ...turned, ...turnedDirections(turned) };
      for (let layer = 0; layer < 3; layer++) {
        const weight = (parameters[`discriminator.${layer}.weight`] as Tensor).arraySync() as Matrix;
        const found = [...(turned[`discriminator.${layer}.direction`] as Tensor).dataSync()];
        const stretch = (u: number[]): number =>
          Math.hypot(...weight.map((row) => row.reduce((sum, w, k) => sum + w * (u[k] ?? 0), 0)));
        expect(Math.hypot(...found)).toBeCloseTo(1, 5);
        // No direction nearby is stretched more, nor is any axis.
        for (const [k] of found.entries()) {
          const axis = found.map((_, i) => (i === k ? 1 : 0));
          expect(stretch(axis)).toBeLessThanOrEqual(stretch(found) + 1e-5);
          for (const by of [0.05, -0.05]) {
            const moved = found.map((value, i) => value + (i === k ? by : 0));
            expect(stretch(moved) / Math.hypot(...moved)).toBeLessThanOrEqual(stretch(found) + 1e-5);
          }
        }
      }
      const slopes = slopeAt(turned, codes as Tensor).arraySync() as Matrix;
      for (const slope of slopes) expect(Math.hypot(...slope)).toBeLessThanOrEqual(1 + 1e-5);
    });
  });

  it("turns as the double-precision iteration does, and stays finite for a weight of zeros", () => {
    tf.tidy(() => {
      const exact: Values = new Map(
        [...directed].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
      );
      turnDirections(exact);
      const turned = turnedDirections(tensorsOf(directed));
      for (const [name, tensor] of Object.entries(turned)) {
        const expected = [...(exact.get(name)?.data ?? [])];
        expect([...tensor.dataSync()]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
      }
      const zeros = { ...tensorsOf(directed), "discriminator.1.weight": tf.zeros([HIDDEN, HIDDEN]) };
      expect([...(turnedDirections(zeros)["discriminator.1.direction"] as Tensor).dataSync()]).toEqual(
        new Array(HIDDEN).fill(0),
      );
    });
  });
});

describe("slopePenalty", () => {
  it.each([
    ["plain", values, judge],
    ["normed", directed, judgeNormed],
  ] as const)("has the value and the gradients of half the mean squared slope: %s weights", (_, given, score) => {
    const fixed = new Map([...given].filter(([name]) => name === "codes" || isDirection(name)));
    // The constant of the logit has no slope.
    const learnt = new Map([...given].filter(([name]) => !fixed.has(name) && name !== "discriminator.2.bias"));
    const complete = (): Values => new Map([...given, ...learnt]);
    const slope = (x: number[]): number[] =>
      x.map((_, j) => {
        const moved = (by: number): number =>
          score(
            complete(),
            x.map((value, k) => value + (k === j ? by : 0)),
          );
        return (moved(1e-4) - moved(-1e-4)) / 2e-4;
      });
    const reference = (): number => mean(rowsOf(values).map((x) => 0.5 * Math.hypot(...slope(x)) ** 2));
    // Biases move kinks alone, and have no gradient either where the points lie off them.
    const weights: Values = new Map([...learnt].filter(([name]) => !name.endsWith(".bias")));
    expectGradients(
      weights,
      (tensors) => {
        const { codes, ...others } = tensorsOf(new Map([...given].filter(([name]) => !weights.has(name))));
        return slopePenalty({ ...others, ...tensors }, codes as Tensor, tf.scalar(1 / ROWS));
      },
      reference,
      1e-3,
    );
  });
});
