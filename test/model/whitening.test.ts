// Whitening: a model that writes the same from the same sentences, by codes of mean 0 and covariance I.
import { describe, expect, it } from "vitest";
import type { NamedArray, NamedArrays } from "../../src/engine/types.ts";
import { meanAndCovariance } from "../../src/model/aggregate.ts";
import { CODE_NOISE, isotropicNoise } from "../../src/model/code-noise.ts";
import { initialParameters, type ModelShape } from "../../src/model/parameters.ts";
import { canWhiten, whitened } from "../../src/model/whitening.ts";
import { RandomStream } from "../../src/random.ts";
import { SPECIAL, TINY } from "../training/tiny-step.ts";
import { code, sentenceLoss, type Vector, valuesOf } from "./reference.ts";

const SHAPES: readonly Partial<ModelShape>[] = [
  { encoder: "lstm", decoder: "lstm", layers: 2, directions: 2 },
  { encoder: "gru", decoder: "gru", placeFeatures: 4 },
  { encoder: "conv", decoder: "lstm", pooling: "max", placeFeatures: 3 },
  { encoder: "gru", decoder: "deconv", placeFeatures: 2 },
  { encoder: "gru", decoder: "gru", placeFeatures: 4, labels: 2 },
];

const random = RandomStream.named(1, "sentences");
const SENTENCES = Array.from({ length: 40 }, () =>
  Array.from({ length: 1 + random.integer(5) }, () => 3 + random.integer(6)),
);

const codesOf = (shape: ModelShape, arrays: NamedArrays): Vector[] => {
  const values = valuesOf(arrays);
  return SENTENCES.map((sentence) => code(shape, values, sentence));
};

/** Of codes with noise of deviation `noise` on each dimension. */
function lawOf(codes: readonly Vector[], noise: number) {
  const { mean, covariance } = meanAndCovariance(codes);
  for (const [i, row] of covariance.entries()) row[i] = (row[i] as number) + noise ** 2;
  return { mean, covariance };
}

describe.each(SHAPES)("a whitened model of %j", (sizes) => {
  const shape: ModelShape = { ...TINY, ...sizes, latent: 3 };
  // Values of no use to anyone, such that no bias is 0 and codes are spread in all directions.
  const given = new Map(
    [...initialParameters(shape, 4)].map(([name, { shape: size, data }]) => {
      const stream = RandomStream.named(2, name);
      const factor = name === "encoder.code.weight" ? 6 : 1;
      const moved = Float32Array.from(data, (value) => factor * value + 0.1 * stream.uniform());
      return [name, { shape: size, data: moved }] as const;
    }),
  );
  const before = codesOf(shape, given);
  const arrays = whitened(shape, given, lawOf(before, 0));
  const after = codesOf(shape, arrays);

  it("has codes of mean 0 and covariance I", () => {
    const { mean, covariance } = meanAndCovariance(after);
    for (const [i, row] of covariance.entries()) {
      expect(mean[i]).toBeCloseTo(0, 4);
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 3);
    }
  });

  it("finds every sentence as likely from its code as before", () => {
    const label = shape.labels === undefined ? [] : [0.4, -0.7, 0.2];
    const lossesOf = (parameters: NamedArrays, codes: readonly Vector[]): number[] => {
      const values = valuesOf(parameters);
      return SENTENCES.map((sentence, i) =>
        sentenceLoss(shape, values, sentence, [...(codes[i] as Vector), ...label], SPECIAL),
      );
    };
    const [first, second] = [lossesOf(given, before), lossesOf(arrays, after)];
    for (const [i, loss] of first.entries()) expect(second[i]).toBeCloseTo(loss, 3);
    // Codes have moved, so the old ones would not do.
    expect(Math.abs((lossesOf(arrays, before)[0] as number) - (first[0] as number))).toBeGreaterThan(1e-3);
  });

  it("leaves all arrays as they were but those that make and read codes", () => {
    const changed = [...arrays].filter(([name, array]) => array !== given.get(name)).map(([name]) => name);
    expect(changed.every((name) => /^(encoder\.code|decoder)\./.test(name))).toBe(true);
    expect([...arrays.keys()]).toEqual([...given.keys()]);
  });
});

describe("whitening", () => {
  const shape: ModelShape = { ...TINY, latent: 3 };

  it("makes codes together with their noise white", () => {
    const given = initialParameters(shape, 4);
    const before = codesOf(shape, given);
    const noise = 0.3;
    const law = lawOf(before, noise);
    const held = isotropicNoise(shape, noise);
    const arrays = whitened(shape, new Map([...given, [CODE_NOISE, held as NamedArray]]), law);
    // What noise on the codes before is on those after: the map is linear, and unit vectors show its matrix.
    const { mean, covariance } = meanAndCovariance(codesOf(shape, arrays));
    const map = mapOf(before, codesOf(shape, arrays));
    for (const [i, row] of covariance.entries()) {
      expect(mean[i]).toBeCloseTo(0, 4);
      for (const [j, value] of row.entries()) {
        const ofNoise = noise ** 2 * dotOfColumns(map, i, j);
        expect(value + ofNoise).toBeCloseTo(i === j ? 1 : 0, 3);
        // The noise that is kept has the same covariance.
        const { data } = arrays.get(CODE_NOISE) as NamedArray;
        const ofKept = [0, 1, 2].reduce((sum, k) => sum + (data[3 * k + i] as number) * (data[3 * k + j] as number), 0);
        expect(ofKept).toBeCloseTo(ofNoise, 4);
      }
    }
  });

  it("leaves a direction without variance as it is", () => {
    const given = new Map(initialParameters(shape, 4));
    const covariance = [
      [4, 0, 0],
      [0, 0, 0],
      [0, 0, 0.25],
    ].map((row) => Float64Array.from(row));
    const before = codesOf(shape, given);
    const after = codesOf(shape, whitened(shape, given, { mean: new Float64Array(3), covariance }));
    for (const [i, [a, b, c]] of (before as [number, number, number][]).entries()) {
      expect(after[i]?.[0]).toBeCloseTo(a / 2, 5);
      expect(after[i]?.[1]).toBeCloseTo(b, 5);
      expect(after[i]?.[2]).toBeCloseTo(2 * c, 5);
    }
  });

  it("is for points without borders", () => {
    expect(canWhiten(shape)).toBe(true);
    expect(canWhiten({ ...shape, gaussian: true })).toBe(false);
    expect(canWhiten({ ...shape, sphere: true })).toBe(false);
  });
});

/** The matrix M of an affine map x → x·M + b, from pairs of points: solved from differences to the first point. */
function mapOf(from: readonly Vector[], to: readonly Vector[]): number[][] {
  const difference = (points: readonly Vector[], i: number): Vector =>
    (points[i] as Vector).map((value, k) => value - ((points[0] as Vector)[k] as number));
  // Gauss on three differences that are not in one plane.
  const rows = [1, 2, 3].map((i) => [...difference(from, i), ...difference(to, i)]);
  for (let column = 0; column < 3; column++) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column] as number) > Math.abs(best[column] as number) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    const scale = pivot[column] as number;
    for (let k = 0; k < 6; k++) pivot[k] = (pivot[k] as number) / scale;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[column] as number;
      for (let k = 0; k < 6; k++) row[k] = (row[k] as number) - factor * (pivot[k] as number);
    }
  }
  return rows.map((row) => row.slice(3));
}

function dotOfColumns(matrix: readonly number[][], i: number, j: number): number {
  return matrix.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0);
}
