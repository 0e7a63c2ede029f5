// A network of its own that learns beside the autoencoder what sets codes apart from draws of the prior: discriminator or critic.
import { differentiate } from "../../engine/gradients.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import type { FeedArrays, Signature, TensorMap } from "../../engine/types.ts";
import type { Config } from "../../model/config.ts";
import type { ModelShape } from "../../model/parameters.ts";
import { fillPrior } from "../../model/prior.ts";
import { RandomStream } from "../../random.ts";
import { adam, biasCorrections, globalNorm } from "../adam.ts";
import { type FeedContext, type RegularizerSettings, scalar, scalarSpec, tainted } from "./regularizer.ts";

/** The opponent's decay of the first moment: half the usual memory, as what it plays against moves. */
export const DISCRIMINATOR_BETA1 = 0.5;

/** What an opponent is fed: its rates for each of its updates, and draws of the prior for each. */
export function opponentFeeds(shape: ModelShape, { discriminatorSteps }: RegularizerSettings): Signature {
  return {
    discriminatorRate: scalarSpec,
    discriminatorSecond: { shape: [discriminatorSteps], dtype: "float32" },
    discriminatorFirst: { shape: [discriminatorSteps], dtype: "float32" },
    prior: { shape: [discriminatorSteps, "batch", shape.latent], dtype: "float32" },
  };
}

/** The values of {@link opponentFeeds}. */
export function opponentFeedArrays(config: Config, { sentences, step, factor }: FeedContext): FeedArrays {
  const { discriminatorSteps: updates, latent, beta2 } = config;
  const corrections = Array.from({ length: updates }, (_, i) =>
    biasCorrections(step * updates + i + 1, { beta1: DISCRIMINATOR_BETA1, beta2 }),
  );
  const random = RandomStream.named(config.seed, `discriminator-prior/${step}`);
  const prior = fillPrior(config, random, new Float32Array(updates * sentences * latent));
  return {
    discriminatorRate: scalar(config.discriminatorLearningRate * factor),
    discriminatorFirst: { shape: [updates], data: Float32Array.from(corrections, ({ first }) => first) },
    discriminatorSecond: { shape: [updates], data: Float32Array.from(corrections, ({ second }) => second) },
    prior: { shape: [updates, sentences, latent], data: prior },
  };
}

/**
 * Minimises `objective` in the opponent's parameters, in one or several updates with fresh draws of the prior.
 * @param signature of its parameters
 * @param objective of update number `update` by its draws of the prior, [batch, latent]: a scalar `loss`, and `value`, what is reported of it
 * @returns its parameters and moments after the last update, and the value before the first
 */
export function learnOpponent(
  signature: Signature,
  settings: RegularizerSettings,
  state: TensorMap,
  feeds: TensorMap,
  objective: (parameters: TensorMap, prior: Tensor, update: number) => { loss: Tensor; value: Tensor },
): { updated: TensorMap; loss: Tensor } {
  const names = Object.keys(signature);
  const draws = tf.unstack(feeds.prior as Tensor); // each [batch, latent]
  const firsts = tf.unstack(feeds.discriminatorFirst as Tensor);
  const seconds = tf.unstack(feeds.discriminatorSecond as Tensor);
  let current = state;
  let updated: TensorMap = {};
  let loss: Tensor | undefined;
  draws.forEach((prior, i) => {
    const parameters = Object.fromEntries(names.map((name) => [name, current[name] as Tensor]));
    const result = differentiate(parameters, () => {
      const { loss, value } = objective(parameters, prior, i);
      return { loss, extra: { value } };
    });
    const rate = tf.mul(feeds.discriminatorRate as Tensor, firsts[i] as Tensor);
    updated = adam(
      current,
      result.gradients,
      { rate, second: seconds[i] as Tensor },
      { ...settings, beta1: DISCRIMINATOR_BETA1 },
    );
    current = { ...current, ...updated };
    loss ??= tainted(result.extra.value, globalNorm(result.gradients));
  });
  return { updated, loss: loss as Tensor };
}
