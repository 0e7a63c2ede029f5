// Codes drawn from posteriors and the penalty on their size, against double precision and by hand.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import { drawCodes, spreadPenalty } from "../../src/model/posterior.ts";
import { TINY } from "../training/tiny-step.ts";
import { drawValues, expectGradients, projected, projectedNumbers } from "./check-gradients.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const values = drawValues({ mean: [3, 2], logVariance: [3, 2] }, 2);
const noise = [0.5, -1, 2, 0.1, -0.3, 1.5];
const numbers = (name: string): number[] => [...(values.get(name)?.data ?? [])];

describe("drawCodes", () => {
  it("adds noise of the posterior's deviation to its mean, with the gradients of both", () => {
    const exact = (): number[] => {
      const spread = numbers("logVariance").map((v, i) => Math.exp(v / 2) * (noise[i] ?? 0));
      return numbers("mean").map((m, i) => m + (spread[i] ?? 0));
    };
    expectGradients(
      values,
      ({ mean, logVariance }) => {
        const posterior = { mean: mean as Tensor, logVariance: logVariance as Tensor };
        return projected(drawCodes(TINY, posterior, { posteriorNoise: tf.tensor2d(noise, [3, 2]) }).code);
      },
      () => projectedNumbers(exact()),
    );
  });

  it("gives the mean itself where codes are points", () => {
    const mean = tf.tensor2d([[1, 2]]);
    expect(drawCodes(TINY, { mean }, {}).code).toBe(mean);
  });

  it("adds noise of a fixed size to points, and to draws beside their own", () => {
    tf.tidy(() => {
      const [mean, latentNoise] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[0.5, -1]])];
      expect([...drawCodes(TINY, { mean }, { latentNoise }).code.dataSync()]).toEqual([1.5, 1]);
      const posterior = { mean, logVariance: tf.zeros([1, 2]) };
      const both = { latentNoise, posteriorNoise: tf.tensor2d([[10, 20]]) };
      expect([...drawCodes(TINY, posterior, both).code.dataSync()]).toEqual([11.5, 21]);
    });
  });

  it("puts draws back on the sphere", () => {
    tf.tidy(() => {
      const posterior = { mean: tf.tensor2d([[1, 1]]), logVariance: tf.zeros([1, 2]) };
      const { code } = drawCodes({ ...TINY, sphere: true }, posterior, { posteriorNoise: tf.tensor2d([[2, 3]]) });
      // (3, 4) of length 5 becomes one of length √2.
      expect([...code.dataSync()]).toEqual([0.6, 0.8].map((value) => expect.closeTo(value * Math.SQRT2, 5)));
    });
  });
});

describe("spreadPenalty", () => {
  it("is the sum of the sizes of log-variances, as the mean over a batch, with its gradient", () => {
    expectGradients(
      new Map([...values].filter(([name]) => name === "logVariance")),
      ({ logVariance }) => spreadPenalty(logVariance as Tensor, tf.scalar(1 / 3)),
      () => numbers("logVariance").reduce((sum, v) => sum + Math.abs(v), 0) / 3,
    );
  });

  it("asks nothing of posteriors of variance 1, and more the narrower or wider they are", () => {
    tf.tidy(() => {
      const of = (logVariance: number): number =>
        spreadPenalty(tf.fill([2, 3], logVariance), tf.scalar(0.5)).dataSync()[0] as number;
      expect([0, -2, 2, -8].map(of)).toEqual([0, 6, 6, 24]);
    });
  });
});
