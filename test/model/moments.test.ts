// Penalties on the moments of codes against double precision and by hand.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import { labelMeanPenalty, momentPenalty } from "../../src/model/moments.ts";
import { RandomStream } from "../../src/random.ts";
import { drawValues, expectGradients } from "./check-gradients.ts";
import { type Matrix, momentPenalty as penaltyOf, type Values } from "./reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function rowsOf(values: Values): Matrix {
  const { shape: [rows = 0, width = 0] = [], data } = values.get("codes") ?? {};
  return Array.from({ length: rows }, (_, row) => [...(data ?? []).slice(row * width, (row + 1) * width)]);
}

describe("momentPenalty", () => {
  it("has the value and the gradient of the divergence", () => {
    const codes = drawValues({ codes: [4, 3] }, 2);
    expectGradients(
      codes,
      (tensors) => momentPenalty(tensors.codes as Tensor, tf.scalar(1 / 4)),
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

describe("labelMeanPenalty", () => {
  const penalty = (codes: number[][], labels: number[]): number =>
    tf.tidy(
      () =>
        labelMeanPenalty(
          tf.tensor2d(codes),
          tf.tensor1d(labels, "int32"),
          tf.scalar(1 / codes.length),
        ).dataSync()[0] as number,
    );

  it("is half the mean of the products of different codes of a label", () => {
    // Label 1: ⟨(1, 2), (3, 4)⟩ = 11 for two codes; label 2: 2·3, 2·4 and 3·4 in the first dimension, 26/3 on average, for three.
    const codes = [
      [1, 2],
      [3, 4],
      [2, 0],
      [3, 0],
      [4, 0],
    ];
    expect(penalty(codes, [1, 1, 2, 2, 2])).toBeCloseTo(((2 / 5) * 11 + (3 / 5) * (26 / 3)) / 2, 5);
  });

  it("hears nothing of codes that are alone with their label, and of those that have none", () => {
    const [first, second] = [
      [1, 2],
      [3, 4],
    ] as [number[], number[]];
    expect(penalty([first, second], [1, 2])).toBe(0);
    expect(penalty([first, second], [0, 0])).toBe(0);
  });

  it("has the gradient of its formula", () => {
    const values = drawValues({ codes: [5, 3] }, 2);
    const labels = [2, 1, 2, 0, 2];
    expectGradients(
      values,
      ({ codes }) => labelMeanPenalty(codes as Tensor, tf.tensor1d(labels, "int32"), tf.scalar(1 / 5)),
      () => {
        const rows = rowsOf(values);
        const product = (i: number, j: number): number =>
          (rows[i] ?? []).reduce((sum, x, k) => sum + x * (rows[j]?.[k] ?? 0), 0);
        return ((3 / 5) * ((product(0, 2) + product(0, 4) + product(2, 4)) / 3)) / 2;
      },
    );
  });

  it("is 0 on average where labels say nothing of codes, and half the squared distance where they do", () => {
    const random = RandomStream.named(1, "labels");
    let [none, some] = [0, 0];
    const rounds = 2_000;
    for (let round = 0; round < rounds; round++) {
      const codes = Array.from({ length: 6 }, () => [...random.fillGaussian(new Float32Array(2))]);
      const labels = [1, 2, 1, 2, 1, 2];
      none += penalty(codes, labels) / rounds;
      // Means of (±1, 0): ½ · 1.
      const moved = codes.map(([x = 0, y = 0], i) => [x + (i % 2 === 0 ? 1 : -1), y]);
      some += penalty(moved, labels) / rounds;
    }
    expect(none).toBeCloseTo(0, 1);
    expect(some).toBeCloseTo(0.5, 1);
  });
});
