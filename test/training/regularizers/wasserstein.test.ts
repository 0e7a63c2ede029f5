// The critic's loss with its gradient penalty against double precision with slopes by differences, and by hand for a critic that is linear.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import type { TensorMap } from "../../../src/engine/types.ts";
import { discriminate, slopeAt } from "../../../src/model/discriminator.ts";
import { criticLoss, wasserstein } from "../../../src/training/regularizers/wasserstein.ts";
import { drawValues, expectGradients, expectSimilar, tensorsOf } from "../../model/check-gradients.ts";
import { judge, type Matrix, mean, type Values } from "../../model/reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [ROWS, LATENT, HIDDEN] = [4, 3, 5];
const WEIGHTS = {
  "discriminator.0.weight": [LATENT, HIDDEN],
  "discriminator.0.bias": [HIDDEN],
  "discriminator.1.weight": [HIDDEN, HIDDEN],
  "discriminator.1.bias": [HIDDEN],
  "discriminator.2.weight": [HIDDEN, 1],
};
const weights = drawValues(WEIGHTS);
/** The same with the constant of a score, which a critic does not have. */
const complete: Values = new Map([...weights, ["discriminator.2.bias", { shape: [1], data: new Float64Array(1) }]]);
const points = drawValues({ codes: [ROWS, LATENT], prior: [ROWS, LATENT] }, 2);
const PLACES = [0.1, 0.9, 0.5, 0];

const rowsOf = (values: Values, name: string): Matrix => {
  const data = values.get(name)?.data ?? new Float64Array();
  return Array.from({ length: ROWS }, (_, row) => [...data.subarray(row * LATENT, (row + 1) * LATENT)]);
};

/** The critic's gradient in its input, by differences. */
const slopeOf = (x: number[]): number[] =>
  x.map((_, j) => {
    const moved = (by: number): number =>
      judge(
        complete,
        x.map((value, k) => value + (k === j ? by : 0)),
      );
    return (moved(1e-4) - moved(-1e-4)) / 2e-4;
  });

const placesOf = (): Tensor => tf.tensor2d(PLACES, [ROWS, 1]);

describe("slopeAt", () => {
  it("is the gradient of the network in its input", () => {
    tf.tidy(() => {
      const { codes, ...parameters } = tensorsOf(new Map([...complete, ...points]));
      const found = slopeAt(parameters, codes as Tensor).dataSync();
      expectSimilar("differences", found, rowsOf(points, "codes").flatMap(slopeOf));
      const taped = tf.grad((x: Tensor) => tf.sum(discriminate(parameters, x)))(codes as Tensor);
      expectSimilar("backward pass", found, [...taped.dataSync()], 1e-6);
    });
  });
});

describe("criticLoss", () => {
  it("has the value of its formula, and the gradient in every weight, through the penalty as well", () => {
    const reference = (): number => {
      const [codes, prior] = [rowsOf(points, "codes"), rowsOf(points, "prior")];
      const between = codes.map((z, b) =>
        z.map((value, j) => value + (PLACES[b] ?? 0) * ((prior[b]?.[j] ?? 0) - value)),
      );
      const scores = mean(codes.map((z) => judge(complete, z))) - mean(prior.map((z) => judge(complete, z)));
      return scores + 10 * mean(between.map((x) => (Math.hypot(...slopeOf(x)) - 1) ** 2));
    };
    expectGradients(
      weights,
      (parameters) => {
        const { codes, prior } = tensorsOf(points) as { codes: Tensor; prior: Tensor };
        return criticLoss(parameters, { codes, prior, places: placesOf(), perCode: tf.scalar(1 / ROWS) });
      },
      reference,
      1e-3,
    );
  });

  it("is what is worked out by hand for a critic of slope 3", () => {
    tf.tidy(() => {
      // One unit a layer, all of them on their upper side: f(x) = 3x + 3·100.
      const parameters: TensorMap = {
        "discriminator.0.weight": tf.tensor2d([[1]]),
        "discriminator.0.bias": tf.tensor1d([100]),
        "discriminator.1.weight": tf.tensor2d([[1]]),
        "discriminator.1.bias": tf.tensor1d([0]),
        "discriminator.2.weight": tf.tensor2d([[3]]),
      };
      const loss = criticLoss(parameters, {
        codes: tf.tensor2d([[5], [7]]),
        prior: tf.tensor2d([[0], [1]]),
        places: tf.tensor2d([[0.5], [0.5]]),
        perCode: tf.scalar(0.5),
      });
      // 3·(6 − 0.5) + 10·(3 − 1)²
      expect(loss.dataSync()[0]).toBeCloseTo(56.5, 3);
    });
  });
});

describe("the regularizer wasserstein", () => {
  it("is fed places in [0, 1] that differ from step to step", () => {
    type Config = Parameters<typeof wasserstein.feedArrays>[0];
    const config = { seed: 1, latent: 3, discriminatorSteps: 5, beta2: 0.999, discriminatorLearningRate: 1 } as Config;
    const at = (step: number) => wasserstein.feedArrays(config, { step, sentences: 40, factor: 1 }).places;
    expect(at(0)?.shape).toEqual([5, 40, 1]);
    const data = [...(at(0)?.data ?? [])];
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
    expect(mean(data)).toBeCloseTo(0.5, 1);
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
  });
});
