// Gradients with respect to named tensors.
import { beforeAll, describe, expect, it } from "vitest";
import { differentiate, withGradient } from "../../src/engine/gradients.ts";
import { type Tensor, tf } from "../../src/engine/tf.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("differentiate", () => {
  it("gives the loss, a gradient for each name, and side results through which nothing flows", () => {
    const result = tf.tidy(() => {
      const wrt = { a: tf.tensor1d([1, 2]), b: tf.scalar(3) } as Record<string, Tensor>;
      const { loss, gradients, extra } = differentiate(wrt, () => {
        const product = tf.mul(wrt.a as Tensor, wrt.b as Tensor) as Tensor;
        return { loss: tf.sum(tf.square(product)) as Tensor, extra: { product, untouched: wrt.b as Tensor } };
      });
      return [loss, gradients.a, gradients.b, extra.product, extra.untouched].map((tensor) => [
        ...(tensor as Tensor).dataSync(),
      ]);
    });
    // L = Σ(ab)²: ∂L/∂a = 2ab², ∂L/∂b = 2bΣa².
    expect(result).toEqual([[45], [18, 36], [30], [3, 6], [3]]);
  });

  it("throws when the loss does not depend on a tensor, and names it", () => {
    const wrt = { a: tf.scalar(1), b: tf.scalar(2) } as Record<string, Tensor>;
    expect(() => differentiate(wrt, () => ({ loss: tf.square(wrt.a as Tensor), extra: {} }))).toThrow(
      /does not depend on "b"/,
    );
    tf.dispose(wrt);
  });

  it("leaves no tensor behind within a tidy", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const wrt = { a: tf.scalar(1) } as Record<string, Tensor>;
      differentiate(wrt, () => {
        const square = tf.square(wrt.a as Tensor) as Tensor;
        return { loss: square, extra: { square } };
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("withGradient", () => {
  it("takes the gradient that it is given, whatever the forward pass does", () => {
    const gradient = tf.tidy(() => {
      const twice = (x: Tensor): Tensor =>
        withGradient(
          [x],
          (save) => {
            save([x]);
            return tf.mul(x, 2);
          },
          (dy, [saved]) => [tf.mul(dy, tf.mul(saved as Tensor, 100))],
        );
      return [
        ...tf
          .grad((x) => tf.sum(tf.mul(twice(x), tf.tensor1d([1, 2]))))(tf.tensor1d([5, 7]))
          .dataSync(),
      ];
    });
    expect(gradient).toEqual([500, 1400]);
  });
});
