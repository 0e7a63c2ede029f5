// The training step as a pure function: losses, gradients, clipping and updates of one batch.
import { differentiate } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { Signature, StepDefinition, TensorMap } from "../engine/types.ts";
import { DECODER_FEEDS, reconstructionLoss } from "../model/decoder.ts";
import { discriminate, lossAsCode, lossAsPrior, momentPenalty } from "../model/discriminator.ts";
import { embed } from "../model/embedding.ts";
import { ENCODER_FEEDS, encode } from "../model/encoder.ts";
import { autoencoderSignature, discriminatorSignature, type ModelShape } from "../model/parameters.ts";
import { type AdamSettings, adam, firstMoment, globalNorm, secondMoment } from "./adam.ts";

/** What decides the step's graph, beside the model's shape. */
export interface StepSettings extends AdamSettings {
  /** Without it there is no discriminator in the step at all. */
  readonly adversarial: boolean;
  /** Whether the moments of the codes are matched. */
  readonly moments: boolean;
  /** Whether the decoder gets its codes with noise. */
  readonly latentNoise?: boolean;
  readonly phases: "joint" | "alternating";
  readonly discriminatorSteps: number;
}

/** The discriminator's decay of the first moment: half the usual memory, as its opponent moves. */
export const DISCRIMINATOR_BETA1 = 0.5;

/** Slot of Adam's moments for the third of the alternating phases, which is an update of its own. */
const GENERATOR = "generator.";

const scalar = { shape: [], dtype: "float32" } as const;

/** Everything that differs from step to step. */
export function stepFeeds(
  shape: ModelShape,
  { adversarial, moments, latentNoise, discriminatorSteps }: StepSettings,
): Signature {
  return {
    ...ENCODER_FEEDS,
    ...DECODER_FEEDS,
    /** Learning rate × Adam's first correction; Adam's second correction. */
    rate: scalar,
    second: scalar,
    /** Largest global norm of the autoencoder's gradient. */
    clip: scalar,
    /** What is added to the codes on their way to the decoder. */
    ...(latentNoise && { latentNoise: { shape: ["batch", shape.latent], dtype: "float32" } as const }),
    /** 1 / sentences. */
    ...((adversarial || moments) && { perSentence: scalar }),
    ...(moments && { momentWeight: scalar }),
    ...(adversarial && {
      /** λ */
      adversarialWeight: scalar,
      discriminatorRate: scalar,
      discriminatorSecond: { shape: [discriminatorSteps], dtype: "float32" },
      discriminatorFirst: { shape: [discriminatorSteps], dtype: "float32" },
      /** Draws of N(0, I) for each discriminator step. */
      prior: { shape: [discriminatorSteps, "batch", shape.latent], dtype: "float32" },
    }),
  };
}

/** Weights and Adam's moments. */
export function stepState(shape: ModelShape, { adversarial, phases }: StepSettings): Signature {
  const parameters = { ...autoencoderSignature(shape), ...(adversarial && discriminatorSignature(shape)) };
  const moments = (of: Signature, slot?: string): Signature =>
    Object.fromEntries(
      Object.entries(of).flatMap(([name, spec]) => [
        [firstMoment(name, slot), spec],
        [secondMoment(name, slot), spec],
      ]),
    );
  const generator = adversarial && phases === "alternating" ? encoderOf(autoencoderSignature(shape)) : {};
  return { ...parameters, ...moments(parameters), ...moments(generator, GENERATOR) };
}

/** The part of the autoencoder that makes codes. */
function encoderOf<T>(parameters: Readonly<Record<string, T>>): Record<string, T> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(entries.filter(([name]) => name === "embedding" || name.startsWith("encoder.")));
}

/** The step's definition for an engine. */
export function trainingStep(shape: ModelShape, settings: StepSettings): StepDefinition {
  const { adversarial, phases } = settings;
  return {
    name: "training-step",
    state: stepState(shape, settings),
    feeds: stepFeeds(shape, settings),
    outputs: ["reconstruction", "gradientNorm", ...(adversarial ? ["adversarial", "discriminator"] : [])],
    step(state, feeds) {
      if (!adversarial) return reconstructionStep(shape, settings, state, feeds);
      return phases === "joint"
        ? jointStep(shape, settings, state, feeds)
        : alternatingStep(shape, settings, state, feeds);
    },
  };
}

/** Codes and reconstruction loss of a batch. */
function forward(shape: ModelShape, parameters: TensorMap, feeds: TensorMap): { code: Tensor; reconstruction: Tensor } {
  const directions = [feeds.source, feeds.sourceReversed].slice(0, shape.directions) as Tensor[];
  const embedded = embed(parameters.embedding as Tensor, [...directions, feeds.input as Tensor]);
  const code = encode(shape, parameters, embedded.slice(0, -1), feeds);
  const heard = feeds.latentNoise ? (tf.add(code, feeds.latentNoise) as Tensor) : code;
  return { code, reconstruction: reconstructionLoss(shape, parameters, heard, embedded.at(-1) as Tensor, feeds) };
}

type Result = { state: TensorMap; outputs: TensorMap };

/** `L_rec` and, where there is no adversary that brings it along, the moment penalty. */
function reconstructionStep(shape: ModelShape, settings: StepSettings, state: TensorMap, feeds: TensorMap): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { code, reconstruction } = forward(shape, parameters, feeds);
    const matched = settings.moments && !settings.adversarial;
    const loss = matched ? (tf.add(reconstruction, weightedMoments(code, feeds)) as Tensor) : reconstruction;
    return { loss, extra: { reconstruction } };
  });
  const { updated, norm } = updateAutoencoder(state, gradients, feeds, settings);
  return { state: updated, outputs: { reconstruction: extra.reconstruction, gradientNorm: norm } };
}

/** `L_rec + λ L_G` in one backward pass, then `L_D` on the same codes. */
function jointStep(shape: ModelShape, settings: StepSettings, state: TensorMap, feeds: TensorMap): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { code, reconstruction } = forward(shape, parameters, feeds);
    const { loss, adversarial } = regularization(settings, state, code, feeds);
    return { loss: tf.add(reconstruction, loss) as Tensor, extra: { code, reconstruction, adversarial } };
  });
  const { updated, norm } = updateAutoencoder(state, gradients, feeds, settings);
  const judged = trainDiscriminator(shape, settings, state, extra.code, feeds);
  return {
    state: { ...updated, ...judged.updated },
    outputs: {
      reconstruction: extra.reconstruction,
      adversarial: extra.adversarial,
      gradientNorm: norm,
      discriminator: judged.loss,
    },
  };
}

/** `L_rec`, then `L_D` on the codes of the updated encoder, then `λ L_G` (and the moment penalty) on the encoder alone. */
function alternatingStep(shape: ModelShape, settings: StepSettings, state: TensorMap, feeds: TensorMap): Result {
  const first = reconstructionStep(shape, settings, state, feeds);
  const between = { ...state, ...first.state };
  const encoder = encoderOf(pick(between, autoencoderSignature(shape)));
  const { gradients, extra } = differentiate(encoder, () => {
    const directions = [feeds.source, feeds.sourceReversed].slice(0, shape.directions) as Tensor[];
    const code = encode(shape, between, embed(between.embedding as Tensor, directions), feeds);
    const { loss, adversarial } = regularization(settings, between, code, feeds);
    return { loss, extra: { code, adversarial } };
  });
  const judged = trainDiscriminator(shape, settings, between, extra.code, feeds);
  const third = updateAutoencoder(between, gradients, feeds, settings, GENERATOR);
  return {
    state: { ...first.state, ...judged.updated, ...third.updated },
    outputs: {
      ...first.outputs,
      adversarial: tainted(extra.adversarial, third.norm),
      discriminator: judged.loss,
    },
  };
}

/** What draws codes to the prior: λ times `−mean log D(z)` over the codes of a batch, and the penalty on their moments. */
function regularization(
  { moments }: StepSettings,
  parameters: TensorMap,
  code: Tensor,
  feeds: TensorMap,
): { loss: Tensor; adversarial: Tensor } {
  const total = tf.sum(lossAsPrior(discriminate(parameters, code)));
  const adversarial = tf.mul(total, feeds.perSentence as Tensor) as Tensor;
  const weighted = tf.mul(adversarial, feeds.adversarialWeight as Tensor) as Tensor;
  return { loss: moments ? (tf.add(weighted, weightedMoments(code, feeds)) as Tensor) : weighted, adversarial };
}

function weightedMoments(code: Tensor, feeds: TensorMap): Tensor {
  return tf.mul(momentPenalty(code, feeds.perSentence as Tensor), feeds.momentWeight as Tensor);
}

/** `−mean log D(prior) − mean log(1 − D(code))`, minimised in one or several updates with fresh draws of the prior. */
function trainDiscriminator(
  shape: ModelShape,
  settings: StepSettings,
  state: TensorMap,
  code: Tensor,
  feeds: TensorMap,
): { updated: TensorMap; loss: Tensor } {
  const signature = discriminatorSignature(shape);
  const draws = tf.unstack(feeds.prior as Tensor); // each [batch, latent]
  const firsts = tf.unstack(feeds.discriminatorFirst as Tensor);
  const seconds = tf.unstack(feeds.discriminatorSecond as Tensor);
  let current = state;
  let updated: TensorMap = {};
  let loss: Tensor | undefined;
  draws.forEach((prior, i) => {
    const parameters = pick(current, signature);
    const result = differentiate(parameters, () => {
      const real = tf.sum(lossAsPrior(discriminate(parameters, prior)));
      const fake = tf.sum(lossAsCode(discriminate(parameters, code)));
      return { loss: tf.mul(tf.add(real, fake), feeds.perSentence as Tensor) as Tensor, extra: {} };
    });
    const rate = tf.mul(feeds.discriminatorRate as Tensor, firsts[i] as Tensor);
    updated = adam(
      current,
      result.gradients,
      { rate, second: seconds[i] as Tensor },
      { ...settings, beta1: DISCRIMINATOR_BETA1 },
    );
    current = { ...current, ...updated };
    loss ??= tainted(result.loss, globalNorm(result.gradients));
  });
  return { updated, loss: loss as Tensor };
}

/** `value`, or NaN when `norm` is not finite: a bad gradient is then seen at its own step, before it spoils the next. */
function tainted(value: Tensor, norm: Tensor): Tensor {
  return tf.add(value, tf.mul(norm, 0));
}

function updateAutoencoder(
  state: TensorMap,
  gradients: TensorMap,
  feeds: TensorMap,
  settings: StepSettings,
  slot?: string,
): { updated: TensorMap; norm: Tensor } {
  const norm = globalNorm(gradients);
  const gradientScale = tf.minimum(tf.div(feeds.clip as Tensor, tf.add(norm, 1e-12)), 1) as Tensor;
  const scalars = { rate: feeds.rate as Tensor, second: feeds.second as Tensor, gradientScale };
  return { updated: adam(state, gradients, scalars, settings, slot), norm };
}

function pick(state: TensorMap, signature: Signature): TensorMap {
  return Object.fromEntries(Object.keys(signature).map((name) => [name, state[name] as Tensor]));
}
