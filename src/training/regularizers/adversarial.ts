// The adversarial regularizer (Makhzani et al. 2015): a discriminator tells codes from draws of the prior, and the encoder deceives it.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { FeedArrays, TensorMap } from "../../engine/types.ts";
import type { Config } from "../../model/config.ts";
import { discriminate, lossAsCode, lossAsPrior, slopePenalty, turnedDirections } from "../../model/discriminator.ts";
import { directionSignature, discriminatorSignature } from "../../model/parameters.ts";
import { RandomStream } from "../../random.ts";
import { instanceNoise } from "../schedule.ts";
import { learnOpponent, opponentFeedArrays, opponentFeeds } from "./opponent.ts";
import { RECENT, recall, recentSignature, remember } from "./recent-codes.ts";
import { type FeedContext, type Regularizer, scalar, scalarSpec } from "./regularizer.ts";

export const adversarial: Regularizer = {
  outputs: ["adversarial", "discriminator"],

  feeds: (shape, settings) => ({
    ...opponentFeeds(shape, settings),
    /** What is added to all that the discriminator sees: codes as the encoder is judged by; then draws and codes of each update. */
    ...(settings.instanceNoise && {
      instanceNoise: { shape: [1 + 2 * settings.discriminatorSteps, "batch", shape.latent], dtype: "float32" } as const,
    }),
    ...(settings.slopePenalty && { slopeWeight: scalarSpec }),
  }),

  feedArrays: (config, context) => ({
    ...opponentFeedArrays(config, context),
    ...(config.instanceNoise > 0 && { instanceNoise: noiseArray(config, context) }),
    ...(config.r1Weight > 0 && { slopeWeight: scalar(config.r1Weight) }),
  }),

  parameters: discriminatorSignature,

  memory: (shape, { spectralNorm, recentCodes = 0 }) => ({
    ...(spectralNorm && directionSignature(shape)),
    ...(recentCodes > 0 && recentSignature(shape, recentCodes)),
  }),

  /** `−mean log D(z)` over the codes of a batch. */
  loss(parameters, { code }, feeds) {
    const [noise] = noiseOf(feeds);
    const total = tf.sum(lossAsPrior(discriminate(parameters, blurred(code, noise), feeds.label)));
    const loss = tf.mul(total, feeds.perSentence as Tensor) as Tensor;
    return { loss, value: loss };
  },

  /** `−mean log D(prior) − mean log(1 − D(code))`, and the penalty on the slope, which is not reported. */
  learn(shape, settings, state, codes, feeds) {
    const directions = settings.spectralNorm ? turnedDirections(state) : {};
    const [, ...noise] = noiseOf(feeds);
    const queue = settings.recentCodes ? state[RECENT] : undefined;
    const perCode = feeds.perSentence as Tensor;
    const { updated, loss } = learnOpponent(
      discriminatorSignature(shape),
      settings,
      state,
      feeds,
      (parameters, prior, update) => {
        const opponent = { ...parameters, ...directions };
        const real = blurred(prior, noise[2 * update]);
        const fake = blurred(codes, noise[2 * update + 1]);
        const { label } = feeds;
        const value = opponentLoss(opponent, { real, fake, queue, perCode, label });
        if (!feeds.slopeWeight) return { loss: value, value };
        const penalty = tf.mul(slopePenalty(opponent, real, perCode, label), feeds.slopeWeight);
        return { loss: tf.add(value, penalty) as Tensor, value };
      },
    );
    // Codes are kept as the discriminator saw them first, noise and all.
    const remembered = queue && { [RECENT]: remember(queue, blurred(codes, noise[1])) };
    return { updated: { ...updated, ...directions, ...remembered }, loss };
  },
};

/**
 * The discriminator's loss on draws of the prior and codes, each [batch, latent] and with labels where there are any, the codes together with
 * those of the queue, which has none.
 */
function opponentLoss(
  parameters: TensorMap,
  given: { real: Tensor; fake: Tensor; queue: Tensor | undefined; perCode: Tensor; label: Tensor | undefined },
): Tensor {
  const { real, fake, queue, perCode, label } = given;
  const reals = tf.sum(lossAsPrior(discriminate(parameters, real, label)));
  const fakes = tf.sum(lossAsCode(discriminate(parameters, fake, label)));
  if (!queue) return tf.mul(tf.add(reals, fakes), perCode) as Tensor;
  const { codes, weights } = recall(queue);
  const recents = tf.sum(tf.mul(lossAsCode(discriminate(parameters, codes)), weights));
  const count = tf.add(tf.div(1, perCode), tf.sum(weights));
  return tf.add(tf.mul(reals, perCode), tf.div(tf.add(fakes, recents), count));
}

/** The parts of the feed of noise, each [batch, latent]; none where there is no noise. */
function noiseOf({ instanceNoise }: TensorMap): Tensor[] {
  return instanceNoise ? tf.unstack(instanceNoise) : [];
}

function blurred(points: Tensor, noise: Tensor | undefined): Tensor {
  return noise ? (tf.add(points, noise) as Tensor) : points;
}

function noiseArray(config: Config, { sentences, step }: FeedContext): FeedArrays[string] {
  const parts = 1 + 2 * config.discriminatorSteps;
  const data = new Float32Array(parts * sentences * config.latent);
  RandomStream.named(config.seed, `instance-noise/${step}`).fillGaussian(data, instanceNoise(config, step));
  return { shape: [parts, sentences, config.latent], data };
}
