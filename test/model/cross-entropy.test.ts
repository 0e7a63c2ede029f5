// Cross-entropy with its projection against hand-computed values and double precision.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { TensorMap } from "../../src/engine/types.ts";
import { projectedCrossEntropy } from "../../src/model/cross-entropy.ts";
import { drawValues, expectGradients, projected, projectedNumbers, tensorsOf } from "./check-gradients.ts";
import { crossEntropy, type Values } from "./reference.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [ROWS, VOCABULARY, HIDDEN] = [5, 4, 3];
/** The same word twice, one never. */
const TARGETS = [2, 0, 2, 1, 2];
/** The second and the last row are padding. */
const WEIGHTS = [1, 0, 0.5, 0.25, 0];

const shapes = { hidden: [ROWS, HIDDEN], weight: [HIDDEN, VOCABULARY], bias: [VOCABULARY] };

function losses({ hidden, weight, bias }: TensorMap, targets = TARGETS, weights = WEIGHTS): Tensor {
  return projectedCrossEntropy(
    hidden as Tensor,
    weight as Tensor,
    bias as Tensor,
    tf.tensor1d(targets, "int32"),
    tf.tensor1d(weights),
  );
}

function reference(values: Values): number[] {
  const get = (name: string): Float64Array => values.get(name)?.data ?? new Float64Array();
  return TARGETS.map((target, row) => {
    const logits = Array.from({ length: VOCABULARY }, (_, word) => {
      let logit = get("bias")[word] as number;
      for (let k = 0; k < HIDDEN; k++) {
        logit += (get("hidden")[row * HIDDEN + k] as number) * (get("weight")[k * VOCABULARY + word] as number);
      }
      return logit;
    });
    return (WEIGHTS[row] as number) * crossEntropy(logits, target);
  });
}

describe("projectedCrossEntropy", () => {
  it("is the logarithm of the vocabulary's size where all words are equally likely", () => {
    const found = tf.tidy(() => [
      ...losses({
        hidden: tf.zeros([ROWS, HIDDEN]),
        weight: tf.zeros([HIDDEN, VOCABULARY]),
        bias: tf.zeros([VOCABULARY]),
      }).dataSync(),
    ]);
    expect(found).toEqual(WEIGHTS.map((weight) => expect.closeTo(weight * Math.log(4), 6)));
  });

  it("is what comes out by hand", () => {
    // One row, two words, logits 1·2 + 0.5 = 2.5 and 1·(−1) = −1: −log σ(3.5) for the first.
    const found = tf.tidy(() => [
      ...projectedCrossEntropy(
        tf.tensor2d([[1]]),
        tf.tensor2d([[2, -1]]),
        tf.tensor1d([0.5, 0]),
        tf.tensor1d([0], "int32"),
        tf.tensor1d([1]),
      ).dataSync(),
    ]);
    expect(found[0]).toBeCloseTo(Math.log(1 + Math.exp(-3.5)), 6);
  });

  it("has the gradients of hidden states, weights and biases, repeated and weightless rows among them", () => {
    const values = drawValues(shapes, 2);
    expectGradients(
      values,
      (tensors) => projected(losses(tensors)),
      () => projectedNumbers(reference(values)),
    );
  });

  it("gives nothing to and takes nothing from a row of weight 0, whatever it holds", () => {
    const values = drawValues(shapes);
    tf.tidy(() => {
      const tensors = tensorsOf(values);
      const run = (hidden: Tensor): number[][] => {
        const [gradient, ...rest] = tf.grads((h: Tensor, w: Tensor, b: Tensor) =>
          tf.sum(losses({ hidden: h, weight: w, bias: b })),
        )([hidden, tensors.weight as Tensor, tensors.bias as Tensor]);
        const rows = (gradient as Tensor).arraySync() as number[][];
        expect(rows[1]).toEqual([0, 0, 0].map(() => expect.closeTo(0, 30)));
        return rest.map((tensor) => [...tensor.dataSync()]);
      };
      const other = (tensors.hidden as Tensor).arraySync() as number[][];
      other[1] = [100, -50, 3];
      expect(run(tf.tensor2d(other))).toEqual(run(tensors.hidden as Tensor));
    });
  });

  it("is at most 87.4 nats and has finite gradients where a word is all but impossible", () => {
    tf.tidy(() => {
      const weight = tf.tensor2d([[0, 1000]]);
      const loss = (h: Tensor): Tensor =>
        projectedCrossEntropy(h, weight, tf.zeros([2]), tf.tensor1d([0], "int32"), tf.ones([1]));
      const { value, grad } = tf.valueAndGrad((h: Tensor) => tf.sum(loss(h)))(tf.ones([1, 1]));
      expect(value.dataSync()[0]).toBeCloseTo(87.34, 1);
      expect(grad.dataSync()[0]).toBeCloseTo(1000, 3);
    });
  });
});
