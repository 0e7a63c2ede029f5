// The discrepancy of kernels against pairs summed one by one, and against values worked out by hand.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../../src/engine/tf.ts";
import { RandomStream } from "../../../src/random.ts";
import { discrepancy, mmd } from "../../../src/training/regularizers/mmd.ts";
import { drawValues, expectGradients } from "../../model/check-gradients.ts";
import { type Matrix, discrepancy as pairByPair, type Values } from "../../model/reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const rowsOf = (values: Values, name: string): Matrix => {
  const { shape, data } = values.get(name) ?? { shape: [0, 0], data: new Float64Array() };
  const [rows = 0, width = 0] = shape;
  return Array.from({ length: rows }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
};

const measure = (codes: Tensor, prior: Tensor, labels?: ArrayLike<number>): Tensor => {
  const n = codes.shape[0] as number;
  const numbers = labels && tf.tensor1d(Int32Array.from(labels), "int32");
  return discrepancy(codes, prior, tf.scalar(1 / n), tf.scalar(n > 1 ? 1 / (n * (n - 1)) : 0), numbers);
};

/** Of squared distance `square`, on a line, where C = 2s. */
const kernel = (square: number): number =>
  [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce((sum, s) => sum + (2 * s) / (2 * s + square), 0);

/** Draws of N(shift, deviation²) as rows of `latent` numbers. */
const drawn = (name: string, count: number, latent: number, shift = 0, deviation = 1): Tensor => {
  const data = RandomStream.named(5, name).fillGaussian(new Float32Array(count * latent), deviation);
  return tf.tensor2d(
    data.map((value) => value + shift),
    [count, latent],
  );
};

const numberOf = (make: () => Tensor): number => tf.tidy(() => make().dataSync()[0] as number);

describe("discrepancy", () => {
  it.each([2, 3, 7])("has the value of all pairs of %i codes one by one, and its gradient", (count) => {
    const values = drawValues({ codes: [count, 3], prior: [count, 3] }, 2);
    expectGradients(
      values,
      ({ codes, prior }) => measure(codes as Tensor, prior as Tensor),
      () => pairByPair(rowsOf(values, "codes"), rowsOf(values, "prior")),
    );
  });

  it("is what is worked out by hand for two codes on a line", () => {
    // Within a pair the squared distance is 4, from 0 and 2 to 0 and 2 it is 0, 4, 4, 0.
    const k = kernel(4);
    const points = (): Tensor => tf.tensor2d([[0], [2]]);
    // (2k)/2 + (2k)/2 − 2(2·7 + 2k)/4
    expect(numberOf(() => measure(points(), points()))).toBeCloseTo(k - 7, 5);
  });

  it("is what is worked out by hand for two codes with labels, which tell nothing of the draws of their own numbers", () => {
    // From 0 and 2 to 1 and 5 the squared distances are 1, 25, 1, 9: those of one number, 1 and 9, are left out.
    const of = (labels: number[]): number =>
      numberOf(() => measure(tf.tensor2d([[0], [2]]), tf.tensor2d([[1], [5]]), labels));
    const alike = kernel(4) + kernel(16) - kernel(25) - kernel(1);
    expect(of([1, 1])).toBeCloseTo(alike, 5);
    expect(of([1, 2])).toBeCloseTo(alike / 2, 5);
  });

  it.each([1, 2, 41])("has a mean of 0 over draws of the prior with %i labels that say nothing of them", (labels) => {
    const values = Array.from({ length: 200 }, (_, i) => {
      const random = RandomStream.named(i, `labels/${labels}`);
      const numbers = Array.from({ length: 8 }, () => 1 + random.integer(labels));
      return numberOf(() => measure(drawn(`c/${i}`, 8, 16), drawn(`d/${i}`, 8, 16), numbers));
    });
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
    expect(Math.abs(average)).toBeLessThan((2 * deviation) / Math.sqrt(values.length));
  });

  it("has a mean of 0 over draws of the prior, unlike the biased estimate", () => {
    const values = Array.from({ length: 200 }, (_, i) =>
      numberOf(() => measure(drawn(`a/${i}`, 8, 4), drawn(`b/${i}`, 8, 4))),
    );
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    expect(Math.abs(average)).toBeLessThan((4 * deviation) / Math.sqrt(values.length));
    // Leaving pairs of a code with itself in would add about 2·(7 − k̄)/8 ≥ 0.5.
    expect(deviation).toBeLessThan(1);
    expect(Math.min(...values)).toBeLessThan(0);
  });

  it("is above that of the prior's own draws for codes that are moved, too narrow or too wide", () => {
    const of = (shift: number, deviation: number): number =>
      numberOf(() => measure(drawn("codes", 200, 8, shift, deviation), drawn("prior", 200, 8)));
    const own = of(0, 1);
    for (const [shift, deviation] of [
      [0.5, 1],
      [0, 0.5],
      [0, 2],
    ] as const)
      expect(of(shift, deviation)).toBeGreaterThan(own + 0.05);
  });

  it("is finite for a single code and draws it to the prior's draw, and for codes all alike", () => {
    const towards = tf.tidy(() =>
      tf
        .grad((codes: Tensor) => measure(codes, tf.tensor2d([[3, 0]])))(tf.tensor2d([[0, 0]]))
        .dataSync(),
    );
    expect(towards[0]).toBeLessThan(0);
    expect(towards[1]).toBeCloseTo(0, 6);
    expect(Number.isFinite(numberOf(() => measure(tf.zeros([5, 2]), drawn("prior", 5, 2))))).toBe(true);
  });
});

describe("the regularizer mmd", () => {
  it("is fed 1/n(n−1), 0 for one sentence, and draws that differ from step to step", () => {
    const config = { seed: 1, latent: 3 } as Parameters<typeof mmd.feedArrays>[0];
    const at = (step: number, sentences: number) => mmd.feedArrays(config, { step, sentences, factor: 1 });
    expect(at(0, 5).perPair?.data[0]).toBeCloseTo(1 / 20, 7);
    expect(at(0, 1).perPair?.data[0]).toBe(0);
    expect(at(0, 5).prior?.shape).toEqual([5, 3]);
    expect(at(3, 5)).toEqual(at(3, 5));
    expect(at(3, 5).prior).not.toEqual(at(4, 5).prior);
  });
});
