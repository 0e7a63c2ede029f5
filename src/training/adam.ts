// Adam as a pure function: parameters and moments in, parameters and moments out.
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
}

const EPSILON = 1e-8;

/** Names under which the two moments of a parameter are kept; a second optimiser of the same parameter has a slot of its own. */
export const firstMoment = (name: string, slot = ""): string => `adam.${slot}m.${name}`;
export const secondMoment = (name: string, slot = ""): string => `adam.${slot}v.${name}`;

/** Whether a name is one of a moment. */
export const isMoment = (name: string): boolean => name.startsWith("adam.");

/** The factors that depend on the number of the step, as the host computes them: exact at every step, unlike a product kept in float32. */
export function biasCorrections(step: number, { beta1, beta2 }: AdamSettings): { first: number; second: number } {
  return { first: 1 / (1 - beta1 ** step), second: 1 / (1 - beta2 ** step) };
}

export interface AdamScalars {
  /** Learning rate × first correction. */
  readonly rate: Tensor;
  /** Second correction. */
  readonly second: Tensor;
  /** What every gradient is multiplied with first, such as a clipping factor. */
  readonly gradientScale?: Tensor;
}

/**
 * One update of every tensor of `gradients` (Kingma & Ba 2015, algorithm 1):
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `w ← w − rate · m / (√(v · second) + ε)`.
 *
 * Each operation here streams every parameter through memory, so scalar factors are joined first: with c = √second the
 * update is `w − (rate/c) · m / (√v + ε/c)`, and the scale of the gradient goes into (1−β₁) and (1−β₂).
 * @returns the new parameters and moments under their names
 */
export function adam(
  state: TensorMap,
  gradients: TensorMap,
  scalars: AdamScalars,
  { beta1, beta2 }: AdamSettings,
  slot?: string,
): TensorMap {
  const root = tf.sqrt(scalars.second);
  const rate = tf.div(scalars.rate, root);
  const epsilon = tf.div(EPSILON, root);
  const scale = scalars.gradientScale ?? tf.scalar(1);
  const firstShare = tf.mul(scale, 1 - beta1);
  const secondShare = tf.mul(tf.square(scale), 1 - beta2);
  const result: TensorMap = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    const [m, v] = [firstMoment(name, slot), secondMoment(name, slot)];
    const first = tf.add(tf.mul(state[m] as Tensor, beta1), tf.mul(gradient, firstShare));
    const second = tf.add(tf.mul(state[v] as Tensor, beta2), tf.mul(tf.square(gradient), secondShare));
    const step = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon));
    Object.assign(result, { [name]: tf.sub(state[name] as Tensor, step), [m]: first, [v]: second });
  }
  return result;
}

/** √Σ‖g‖² over all gradients: a scalar. */
export function globalNorm(gradients: TensorMap): Tensor {
  return tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
}
