// Conditional models against double precision: the loss with labels, the discriminator by projection, and the classifier of codes.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { TensorMap } from "../../src/engine/types.ts";
import { certainty, classifierLoss, classifyCodes } from "../../src/model/code-classifier.ts";
import { discriminate, slopeAt, slopePenalty } from "../../src/model/discriminator.ts";
import { decoderFeeds, encoderFeeds } from "../../src/model/feeds.ts";
import { lossFunction } from "../../src/model/functions.ts";
import { labelArrays } from "../../src/model/labels.ts";
import { autoencoderSignature, initialParameters, modelShape } from "../../src/model/parameters.ts";
import { discrepancy } from "../../src/training/regularizers/mmd.ts";
import { criticLoss } from "../../src/training/regularizers/wasserstein.ts";
import { SPECIAL, TINY } from "../training/tiny-step.ts";
import {
  drawValues,
  expectGradients,
  expectSimilar,
  projected,
  projectedNumbers,
  tensorsOf,
} from "./check-gradients.ts";
import {
  code,
  crossEntropy,
  judge,
  type Matrix,
  mean,
  normed,
  ofLabel,
  sentenceLoss,
  turnDirections,
  type Values,
  valuesOf,
} from "./reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [ROWS, LATENT, HIDDEN, LABELS] = [4, 3, 5, 2];
/** Of the rows; the third has none. */
const NUMBERS = [1, 2, 0, 1];
const numbers = (): Tensor => tf.tensor1d(NUMBERS, "int32");

const rowsOf = (values: Values, name: string): Matrix => {
  const { shape, data } = values.get(name) ?? { shape: [0, 0], data: new Float64Array() };
  const [rows = 0, width = 0] = shape;
  return Array.from({ length: rows }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
};

describe.each([
  { encoder: "gru", decoder: "gru" },
  { encoder: "conv", decoder: "deconv", pooling: "max" },
] as const)("a conditional model of %j", (kinds) => {
  const shape = { ...TINY, ...kinds, hidden: 3, labels: LABELS };
  const names = Object.keys(autoencoderSignature(shape));
  const values = valuesOf(new Map([...initialParameters(shape, 5)].filter(([name]) => names.includes(name))));
  const batch = [[3, 4, 5, 4], [8], [6, 3], [3, 4]];

  it("has the loss and the gradients of a decoder that hears code and label side by side", () => {
    const feeds = {
      ...encoderFeeds(shape, batch, SPECIAL),
      ...decoderFeeds(shape, batch, SPECIAL),
      ...labelArrays(shape, NUMBERS),
    };
    expectGradients(
      values,
      (tensors) => {
        const fed = Object.entries(feeds).map(([name, { shape: size, data }]): [string, Tensor] => [
          name,
          tf.tensor(data, [...size], data instanceof Float32Array ? "float32" : "int32"),
        ]);
        return lossFunction(shape).call(tensors, Object.fromEntries(fed)).loss as Tensor;
      },
      () => {
        const table = rowsOf(values, "decoder.label");
        const losses = batch.map((sentence, i) => {
          const heard = [...code(shape, values, sentence), ...(table[NUMBERS[i] as number] ?? [])];
          return sentenceLoss(shape, values, sentence, heard, SPECIAL);
        });
        return mean(losses);
      },
      5e-4,
    );
  });
});

describe("a model without labels", () => {
  it("has no parameters of them, and a conditional one has the same others", () => {
    const plain = Object.entries(autoencoderSignature(TINY));
    const labelled = autoencoderSignature({ ...TINY, labels: LABELS });
    expect(Object.keys(labelled).filter((name) => !plain.some(([other]) => other === name))).toEqual(["decoder.label"]);
    const grown = plain.filter(([name, { shape: size }]) => labelled[name]?.shape.join() !== size.join());
    expect(grown.map(([name]) => name)).toEqual(["decoder.condition", "decoder.0.initial.weight"]);
    const written = Object.entries(autoencoderSignature({ ...TINY, decoder: "deconv" }));
    const deconv = autoencoderSignature({ ...TINY, decoder: "deconv", labels: LABELS });
    const wider = written.filter(([name, { shape: size }]) => deconv[name]?.shape.join() !== size.join());
    expect(wider.map(([name]) => name)).toEqual(["decoder.first.weight"]);
    expect([...initialParameters(TINY, 1).keys()].filter((name) => /label|codeClassifier/.test(name))).toEqual([]);
    expect(modelShape(TINY, 9, 2)).not.toHaveProperty("labels");
    expect(modelShape({ ...TINY, conditional: true }, 9, 2).labels).toBe(2);
  });
});

const DISCRIMINATOR = {
  "discriminator.0.weight": [LATENT, HIDDEN],
  "discriminator.0.bias": [HIDDEN],
  "discriminator.1.weight": [HIDDEN, HIDDEN],
  "discriminator.1.bias": [HIDDEN],
  "discriminator.2.weight": [HIDDEN, 1],
  "discriminator.2.bias": [1],
  "discriminator.label": [LABELS + 1, HIDDEN],
};

const judgeWith = (values: Values, z: number[], label: number): number => judge(ofLabel(values, label), z);
const judgeNormedWith = (values: Values, z: number[], label: number): number =>
  judge(ofLabel(normed(values), label), z);

/** Unit directions of a discriminator's weights, after a turn. */
function directionsOf(values: Values): Values {
  const units = [HIDDEN, HIDDEN, 1].map((to, layer): [string, { shape: number[]; data: Float64Array }] => [
    `discriminator.${layer}.direction`,
    { shape: [to, 1], data: new Float64Array(to).fill(1 / Math.sqrt(to)) },
  ]);
  const directed = new Map([...values, ...units]);
  turnDirections(directed);
  return new Map(units.map(([name, unit]) => [name, directed.get(name) ?? unit]));
}

describe("the discriminator with labels", () => {
  const values = drawValues({ codes: [ROWS, LATENT], ...DISCRIMINATOR });
  // One short vector beside longer ones.
  const vectors = values.get("discriminator.label")?.data ?? [];
  for (let i = HIDDEN; i < 2 * HIDDEN; i++) vectors[i] = 0.4 * (vectors[i] ?? 0);

  it("has the logits of the projection, and their gradients in codes, weights and labels' vectors", () => {
    expectGradients(
      values,
      (tensors) => projected(discriminate(tensors, tensors.codes as Tensor, numbers())),
      () => projectedNumbers(rowsOf(values, "codes").map((z, i) => judgeWith(values, z, NUMBERS[i] as number))),
    );
  });

  it("has a slope that includes the label's", () => {
    tf.tidy(() => {
      const { codes, ...parameters } = tensorsOf(values);
      const found = slopeAt(parameters, codes as Tensor, numbers()).dataSync();
      const taped = tf.grad((x: Tensor) => tf.sum(discriminate(parameters, x, numbers())))(codes as Tensor);
      expectSimilar("backward pass", found, [...taped.dataSync()], 1e-6);
      expect([...found]).not.toEqual([...slopeAt(parameters, codes as Tensor).dataSync()]);
    });
  });

  it.each([
    ["plain", false],
    ["normed", true],
  ] as const)("has a slope penalty that includes the labels' vectors: %s weights", (_, isNormed) => {
    const directions: Values = isNormed ? directionsOf(values) : new Map();
    const slope = (z: number[], label: number): number[] =>
      z.map((value, j) => {
        const moved = (by: number): number => {
          const all = new Map([...values, ...directions]);
          return (isNormed ? judgeNormedWith : judgeWith)(all, z.with(j, value + by), label);
        };
        return (moved(1e-4) - moved(-1e-4)) / 2e-4;
      });
    // Biases move kinks alone.
    const isFixed = (name: string): boolean => name === "codes" || name.endsWith(".bias");
    const learnt: Values = new Map([...values].filter(([name]) => !isFixed(name)));
    expectGradients(
      learnt,
      (tensors) => {
        const fixed = new Map([...values].filter(([name]) => isFixed(name)));
        const { codes, ...others } = tensorsOf(new Map([...fixed, ...directions]));
        return slopePenalty({ ...others, ...tensors }, codes as Tensor, tf.scalar(1 / ROWS), numbers());
      },
      () => mean(rowsOf(values, "codes").map((z, i) => 0.5 * Math.hypot(...slope(z, NUMBERS[i] as number)) ** 2)),
      1e-3,
    );
  });

  it("shortens long vectors of labels where its weights are normed, leaves short ones, and feels both", () => {
    const table = rowsOf(values, "discriminator.label").map((row) => Math.hypot(...row));
    expect(Math.max(...table)).toBeGreaterThan(1);
    expect(Math.min(...table)).toBeLessThan(1);
    const directions = directionsOf(values);
    expectGradients(
      values,
      (tensors) => {
        const parameters = { ...tensors, ...tensorsOf(directions) };
        return projected(discriminate(parameters, tensors.codes as Tensor, numbers()));
      },
      () => {
        const all = new Map([...values, ...directions]);
        return projectedNumbers(rowsOf(values, "codes").map((z, i) => judgeNormedWith(all, z, NUMBERS[i] as number)));
      },
    );
  });

  it("is a critic whose penalty reaches the labels' vectors", () => {
    const { "discriminator.2.bias": _, ...shapes } = DISCRIMINATOR;
    const weights = drawValues(shapes);
    const complete = new Map([
      ...weights,
      ["discriminator.2.bias", { shape: [1], data: new Float64Array(1) }],
    ] as const);
    const points = drawValues({ codes: [ROWS, LATENT], prior: [ROWS, LATENT] }, 2);
    const places = [0.1, 0.9, 0.5, 0];
    const score = (z: number[], i: number): number => judgeWith(complete, z, NUMBERS[i] as number);
    const slopeLength = (x: number[], i: number): number => {
      const moved = (j: number, by: number): number => score(x.with(j, (x[j] as number) + by), i);
      return Math.hypot(...x.map((_, j) => (moved(j, 1e-4) - moved(j, -1e-4)) / 2e-4));
    };
    expectGradients(
      weights,
      (parameters) => {
        const { codes, prior } = tensorsOf(points) as { codes: Tensor; prior: Tensor };
        const at = { places: tf.tensor2d(places, [ROWS, 1]), perCode: tf.scalar(1 / ROWS), labels: numbers() };
        return criticLoss(parameters, { codes, prior, ...at });
      },
      () => {
        const [codes, prior] = [rowsOf(points, "codes"), rowsOf(points, "prior")];
        const between = codes.map((z, b) =>
          z.map((value, j) => value + (places[b] ?? 0) * ((prior[b]?.[j] ?? 0) - value)),
        );
        const penalty = mean(between.map((x, i) => (slopeLength(x, i) - 1) ** 2));
        return mean(codes.map(score)) - mean(prior.map(score)) + 10 * penalty;
      },
      1e-3,
    );
  });
});

describe("discrepancy with labels", () => {
  const measure = (codes: Tensor, prior: Tensor, labels?: Tensor): Tensor => {
    const n = codes.shape[0] as number;
    return discrepancy(codes, prior, tf.scalar(1 / n), tf.scalar(1 / (n * (n - 1))), labels);
  };

  it("has the value of all pairs of different numbers one by one, those of other labels counted half", () => {
    const values = drawValues({ codes: [ROWS, LATENT], prior: [ROWS, LATENT] }, 2);
    const kernel = (a: number[], b: number[]): number => {
      const distance = a.reduce((sum, value, k) => sum + (value - (b[k] as number)) ** 2, 0);
      return [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce((sum, s) => sum + (2 * LATENT * s) / (2 * LATENT * s + distance), 0);
    };
    const pairs = (a: Matrix, b: Matrix): number =>
      a.reduce(
        (sum, x, i) =>
          sum +
          b.reduce((inner, y, j) => {
            if (i === j) return inner;
            return inner + kernel(x, y) * (NUMBERS[i] === NUMBERS[j] ? 1 : 0.5);
          }, 0),
        0,
      );
    expectGradients(
      values,
      ({ codes, prior }) => measure(codes as Tensor, prior as Tensor, numbers()),
      () => {
        const [codes, prior] = [rowsOf(values, "codes"), rowsOf(values, "prior")];
        return (pairs(codes, codes) + pairs(prior, prior) - 2 * pairs(codes, prior)) / (ROWS * (ROWS - 1));
      },
    );
  });

  it("sees labels that lie apart where all codes together are like the prior", () => {
    tf.tidy(() => {
      const prior = tf.tensor2d([[-1], [-1.2], [1], [1.2], [-0.9], [-1.1], [0.9], [1.1]]);
      const codes = tf.tensor2d([[-1], [-1.1], [-1.2], [-0.9], [1], [1.1], [1.2], [0.9]]);
      const apart = tf.tensor1d([1, 1, 1, 1, 2, 2, 2, 2], "int32");
      const mixed = tf.tensor1d([1, 2, 1, 2, 1, 2, 1, 2], "int32");
      const of = (labels?: Tensor): number => measure(codes, prior, labels).dataSync()[0] as number;
      expect(of(apart)).toBeGreaterThan(of() + 0.2);
      expect(of(apart)).toBeGreaterThan(of(mixed) + 0.2);
    });
  });
});

describe("the classifier of codes", () => {
  const values = drawValues({
    codes: [ROWS, LATENT],
    "codeClassifier.0.weight": [LATENT, HIDDEN],
    "codeClassifier.0.bias": [HIDDEN],
    "codeClassifier.1.weight": [HIDDEN, LABELS],
    "codeClassifier.1.bias": [LABELS],
  });
  const bias = (name: string): number[] => [...(values.get(name)?.data ?? [])];
  const linear = (x: number[], layer: number): number[] => {
    const weight = rowsOf(values, `codeClassifier.${layer}.weight`);
    return bias(`codeClassifier.${layer}.bias`).map((value, j) =>
      x.reduce((sum, xi, i) => sum + xi * (weight[i]?.[j] as number), value),
    );
  };
  const logits = (z: number[]): number[] =>
    linear(
      linear(z, 0).map((v) => (v > 0 ? v : 0.2 * v)),
      1,
    );
  const labelled = (loss: (l: number[], label: number) => number): number =>
    mean(rowsOf(values, "codes").flatMap((z, i) => (NUMBERS[i] ? [loss(logits(z), (NUMBERS[i] as number) - 1)] : [])));

  it.each([
    ["classifierLoss", classifierLoss, crossEntropy],
    ["certainty", certainty, (l: number[]) => mean(l.map((_, k) => crossEntropy(l, k))) - Math.log(LABELS)],
  ] as const)("%s has its value and gradients, over the codes that have a label", (_, loss, exact) => {
    expectGradients(
      values,
      (tensors) => loss(classifyCodes(tensors, tensors.codes as Tensor), numbers()),
      () => labelled(exact),
    );
  });

  it("is neither certain nor wrong where no code has a label, and stays finite however sure it is", () => {
    tf.tidy(() => {
      const sure: TensorMap = { logits: tf.tensor2d([[1_000, -1_000]]) };
      const none = tf.tensor1d([0], "int32");
      expect(classifierLoss(sure.logits as Tensor, none).dataSync()[0]).toBe(0);
      expect(certainty(sure.logits as Tensor, none).dataSync()[0]).toBe(0);
      expect(classifierLoss(sure.logits as Tensor, tf.tensor1d([2], "int32")).dataSync()[0]).toBeCloseTo(2_000, 2);
      expect(certainty(sure.logits as Tensor, tf.tensor1d([1], "int32")).dataSync()[0]).toBeCloseTo(
        1_000 - Math.LN2,
        2,
      );
      expect(certainty(tf.tensor2d([[3, 3]]), tf.tensor1d([1], "int32")).dataSync()[0]).toBeCloseTo(0, 6);
    });
  });
});
