// Gradients of a scalar objective with respect to named tensors, with side results.
import { type Tensor, tf } from "./tf.ts";
import type { TensorMap } from "./types.ts";

/** The pure part of TensorFlow.js' engine that differentiates with respect to given tensors, no variables involved. */
interface Differentiator {
  gradients(
    f: () => Tensor,
    xs: Tensor[],
    dy?: Tensor | null,
    allowNoGradients?: boolean,
  ): { value: Tensor; grads: (Tensor | undefined)[] };
}

/**
 * ∂loss/∂t for each t of `wrt`. `objective` returns the scalar loss and whatever else is wanted from the forward pass; nothing
 * flows back through those side results.
 */
export function differentiate<Extra extends TensorMap>(
  wrt: TensorMap,
  objective: () => { loss: Tensor; extra: Extra },
): { loss: Tensor; gradients: TensorMap; extra: Extra } {
  const names = Object.keys(wrt);
  let kept: TensorMap = {};
  const engine = tf.engine() as unknown as Differentiator;
  const { value, grads } = engine.gradients(
    () => {
      const { loss, extra } = objective();
      // The forward pass tidies up after itself: side results are kept over its end.
      kept = Object.fromEntries(Object.entries(extra).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]));
      return loss;
    },
    names.map((name) => wrt[name] as Tensor),
    null,
  );
  const extra = Object.fromEntries(
    Object.entries(kept).map(([name, tensor]) => {
      const copy = tf.clone(tensor);
      tensor.dispose();
      return [name, copy];
    }),
  ) as Extra;
  const gradients = names.map((name, i): [string, Tensor] => {
    const gradient = grads[i];
    if (!gradient) throw new RangeError(`The loss does not depend on "${name}": it has no gradient.`);
    return [name, gradient];
  });
  return { loss: value, gradients: Object.fromEntries(gradients), extra };
}

/** Arguments of a function with a gradient of its own: the tensors, then a function that saves tensors for the way back. */
type Save = (tensors: Tensor[]) => void;

/** Typed form of `tf.customGrad`: `forward` runs off the tape, `backward` gets the output's gradient and what was saved. */
export function withGradient(
  inputs: readonly Tensor[],
  forward: (save: Save) => Tensor,
  backward: (dy: Tensor, saved: Tensor[]) => Tensor[],
): Tensor {
  const f = tf.customGrad((...args: unknown[]) => ({
    value: forward(args[args.length - 1] as Save),
    gradFunc: (dy: Tensor, saved: Tensor[]) => backward(dy, saved),
  }));
  return f(...inputs);
}
