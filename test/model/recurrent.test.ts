// Recurrent layers against cells written out in double precision, forward and backward.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { TensorMap } from "../../src/engine/types.ts";
import { CELLS, type CellKind } from "../../src/model/cells.ts";
import { type LayerWeights, recurrentLayer, recurrentStep } from "../../src/model/recurrent.ts";
import {
  drawValues,
  expectGradients,
  expectSimilar,
  projected,
  projectedNumbers,
  tensorsOf,
} from "./check-gradients.ts";
import { gruStep, type Layer, layerOf, lstmStep, type Matrix, runLayer, type Values } from "./reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [WIDTH, HIDDEN] = [3, 4];

function drawLayer(kind: CellKind, time: number, batch: number): Values {
  const { gates, states } = CELLS[kind];
  return drawValues({
    x: [time, batch, WIDTH],
    "layer.input": [WIDTH, gates * HIDDEN],
    "layer.bias": [gates * HIDDEN],
    "layer.recurrent": [HIDDEN, gates * HIDDEN],
    ...(kind === "gru" && { "layer.recurrentBias": [gates * HIDDEN] }),
    ...Object.fromEntries(Array.from({ length: states }, (_, i) => [`state${i}`, [batch, HIDDEN]])),
  });
}

const weightsOf = (tensors: TensorMap): LayerWeights => ({
  input: tensors["layer.input"] as Tensor,
  bias: tensors["layer.bias"] as Tensor,
  recurrent: tensors["layer.recurrent"] as Tensor,
  ...(tensors["layer.recurrentBias"] && { recurrentBias: tensors["layer.recurrentBias"] }),
});

const statesOf = (tensors: TensorMap): Tensor[] => [tensors.state0, tensors.state1].filter((t) => t !== undefined);

/** The layer's outputs in the order [time, batch, hidden], computed sentence by sentence. */
function reference(kind: CellKind, values: Values, time: number, batch: number): number[] {
  const part = (name: string, row: number, width: number): number[] => [
    ...(values.get(name)?.data ?? []).slice(row * width, (row + 1) * width),
  ];
  const perSentence = Array.from({ length: batch }, (_, b): Matrix => {
    const xs = Array.from({ length: time }, (_, t) => part("x", t * batch + b, WIDTH));
    const initial = Array.from({ length: CELLS[kind].states }, (_, i) => part(`state${i}`, b, HIDDEN));
    return runLayer(kind, xs, layerOf(values, "layer"), initial);
  });
  return Array.from({ length: time }, (_, t) => perSentence.flatMap((ys) => ys[t] as number[])).flat();
}

describe("the cells of the reference", () => {
  const layer: Layer = {
    input: [[1, 2, 3, 4]],
    bias: [0, 0.5, 0, 0],
    recurrent: [[0.1, 0.2, 0.3, 0.4]],
  };

  it("are those of the textbook: an LSTM of one unit by hand", () => {
    // Gates of x = 1, h = 2: i = 1.2, f = 2.9, o = 3.6, g = 4.8.
    const [h, c] = lstmStep([1], [[2], [3]], layer);
    const memory = 3 / (1 + Math.exp(-2.9)) + Math.tanh(4.8) / (1 + Math.exp(-1.2));
    expect(c[0]).toBeCloseTo(memory, 12);
    expect(h[0]).toBeCloseTo(Math.tanh(memory) / (1 + Math.exp(-3.6)), 12);
  });

  it("are those of the textbook: a GRU of one unit by hand", () => {
    const gru = { input: [[1, 2, 3]], bias: [0, 0.5, 0], recurrent: [[0.1, 0.2, 0.3]], recurrentBias: [0, 0, 0.7] };
    // r = σ(1.2), u = σ(2.9), n = tanh(3 + r·(0.6 + 0.7)).
    const [r, u] = [1 / (1 + Math.exp(-1.2)), 1 / (1 + Math.exp(-2.9))];
    expect(gruStep([1], [2], gru)[0]).toBeCloseTo(u * 2 + (1 - u) * Math.tanh(3 + 1.3 * r), 12);
  });
});

describe.each(["gru", "lstm"] as const)("a layer of %s", (kind) => {
  it.each([
    [1, 1],
    [4, 1],
    [1, 3],
    [5, 2],
  ])("gives the states of %i steps and %i sentences", (time, batch) => {
    const values = drawLayer(kind, time, batch);
    const y = tf.tidy(() => {
      const tensors = tensorsOf(values);
      const states = recurrentLayer(kind, tensors.x as Tensor, weightsOf(tensors), statesOf(tensors));
      expect(states.shape).toEqual([time, batch, HIDDEN]);
      return [...states.dataSync()];
    });
    expectSimilar("states", y, reference(kind, values, time, batch), 1e-6);
  });

  it.each([
    [1, 1],
    [4, 2],
  ])("has the gradients of input, weights, biases and initial states over %i steps", (time, batch) => {
    const values = drawLayer(kind, time, batch);
    expectGradients(
      values,
      (tensors) => projected(recurrentLayer(kind, tensors.x as Tensor, weightsOf(tensors), statesOf(tensors))),
      () => projectedNumbers(reference(kind, values, time, batch)),
    );
  });

  it("goes step by step as it goes at once", () => {
    const values = drawLayer(kind, 3, 2);
    tf.tidy(() => {
      const tensors = tensorsOf(values);
      const whole = tf.unstack(recurrentLayer(kind, tensors.x as Tensor, weightsOf(tensors), statesOf(tensors)));
      let state = statesOf(tensors);
      for (const [t, x] of tf.unstack(tensors.x as Tensor).entries()) {
        state = recurrentStep(kind, x, weightsOf(tensors), state);
        expectSimilar("state", state[0]?.dataSync() ?? [], [...(whole[t]?.dataSync() ?? [])], 1e-6);
      }
    });
  });

  it("stays finite where gates are saturated", () => {
    const values = drawLayer(kind, 3, 2);
    for (const { data } of values.values()) data.set(data.map((value) => value * 200));
    tf.tidy(() => {
      const tensors = tensorsOf(values);
      const gradient = tf.grad((x: Tensor) =>
        projected(recurrentLayer(kind, x, weightsOf(tensors), statesOf(tensors))),
      )(tensors.x as Tensor);
      expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
    });
  });
});
