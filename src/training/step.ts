// The training step as a pure function: losses, gradients, clipping and updates of one batch.
import { differentiate } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { Signature, StepDefinition, TensorMap } from "../engine/types.ts";
import type { RegularizerKind } from "../model/config.ts";
import { decoderOf } from "../model/decoders/kinds.ts";
import { momentPenalty } from "../model/discriminator.ts";
import { embed } from "../model/embedding.ts";
import { encodePosterior, type Posterior } from "../model/encoder.ts";
import { encoderOf } from "../model/encoders/kinds.ts";
import { autoencoderSignature, type ModelShape } from "../model/parameters.ts";
import { adam, firstMoment, globalNorm, secondMoment } from "./adam.ts";
import { regularizerOf } from "./regularizers/kinds.ts";
import { type Regularizer, type RegularizerSettings, scalarSpec, tainted } from "./regularizers/regularizer.ts";

/** What decides the step's graph, beside the model's shape. */
export interface StepSettings extends RegularizerSettings {
  /** What draws codes to the prior; "kl" goes with a shape that is Gaussian, and only that. */
  readonly regularizer: RegularizerKind;
  /** Whether the moments of the codes are matched. */
  readonly moments: boolean;
  /** Whether the decoder gets its codes with noise. */
  readonly latentNoise?: boolean;
  readonly phases: "joint" | "alternating";
}

/** Slot of Adam's moments for the third of the alternating phases, which is an update of its own. */
const GENERATOR = "generator.";

/** Everything that differs from step to step. */
export function stepFeeds(shape: ModelShape, settings: StepSettings): Signature {
  const { moments, latentNoise } = settings;
  const regularizer = regularizerOf(settings.regularizer);
  return {
    ...encoderOf(shape).feeds(shape),
    ...decoderOf(shape).feeds(shape),
    /** Learning rate × Adam's first correction; Adam's second correction. */
    rate: scalarSpec,
    second: scalarSpec,
    /** Largest global norm of the autoencoder's gradient. */
    clip: scalarSpec,
    /** What is added to the codes on their way to the decoder. */
    ...(latentNoise && { latentNoise: { shape: ["batch", shape.latent], dtype: "float32" } as const }),
    /** 1 / sentences. */
    ...((regularizer || moments) && { perSentence: scalarSpec }),
    ...(moments && { momentWeight: scalarSpec }),
    /** λ */
    ...(regularizer && { regularizerWeight: scalarSpec, ...regularizer.feeds(shape, settings) }),
  };
}

/** Weights and Adam's moments. */
export function stepState(shape: ModelShape, { regularizer, phases }: StepSettings): Signature {
  const parameters = { ...autoencoderSignature(shape), ...regularizerOf(regularizer)?.parameters(shape) };
  const moments = (of: Signature, slot?: string): Signature =>
    Object.fromEntries(
      Object.entries(of).flatMap(([name, spec]) => [
        [firstMoment(name, slot), spec],
        [secondMoment(name, slot), spec],
      ]),
    );
  const generator = regularizer !== "none" && phases === "alternating" ? encoderPart(autoencoderSignature(shape)) : {};
  return { ...parameters, ...moments(parameters), ...moments(generator, GENERATOR) };
}

/** The part of the autoencoder that makes codes. */
function encoderPart<T>(parameters: Readonly<Record<string, T>>): Record<string, T> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(entries.filter(([name]) => name === "embedding" || name.startsWith("encoder.")));
}

/** The step's definition for an engine. */
export function trainingStep(shape: ModelShape, settings: StepSettings): StepDefinition {
  const regularizer = regularizerOf(settings.regularizer);
  return {
    name: "training-step",
    state: stepState(shape, settings),
    feeds: stepFeeds(shape, settings),
    outputs: ["reconstruction", "gradientNorm", ...(regularizer?.outputs ?? [])] as string[],
    step(state, feeds) {
      if (!regularizer) return reconstructionStep(shape, settings, state, feeds);
      return settings.phases === "joint"
        ? jointStep(shape, settings, regularizer, state, feeds)
        : alternatingStep(shape, settings, regularizer, state, feeds);
    },
  };
}

/** A batch's codes by the encoder, and its reconstruction loss. */
interface Forward {
  readonly posterior: Posterior;
  /** What the moments are matched of: the means, or draws where codes are Gaussian. */
  readonly code: Tensor;
  readonly reconstruction: Tensor;
}

function forward(shape: ModelShape, parameters: TensorMap, feeds: TensorMap): Forward {
  const decoder = decoderOf(shape);
  const read = idsOf(feeds, encoderOf(shape).embeds(shape));
  const embedded = embed(parameters.embedding as Tensor, [...read, ...idsOf(feeds, decoder.embeds(shape))]);
  const posterior = encodePosterior(shape, parameters, embedded.slice(0, read.length), feeds);
  const code = drawn(posterior, feeds);
  const heard = feeds.latentNoise ? (tf.add(code, feeds.latentNoise) as Tensor) : code;
  const reconstruction = decoder.loss(shape, parameters, heard, embedded.slice(read.length), feeds);
  return { posterior, code, reconstruction };
}

const idsOf = (feeds: TensorMap, names: readonly string[]): Tensor[] => names.map((name) => feeds[name] as Tensor);

/** A code of each sentence: `μ + σ·ε`, or `μ` where codes are points. */
function drawn({ mean, logVariance }: Posterior, feeds: TensorMap): Tensor {
  if (!logVariance) return mean;
  const deviation = tf.exp(tf.mul(logVariance, 0.5));
  return tf.add(mean, tf.mul(deviation, feeds.posteriorNoise as Tensor));
}

type Result = { state: TensorMap; outputs: TensorMap };

/** `L_rec` and, where there is no regularizer that brings it along, the moment penalty. */
function reconstructionStep(shape: ModelShape, settings: StepSettings, state: TensorMap, feeds: TensorMap): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { code, reconstruction } = forward(shape, parameters, feeds);
    const matched = settings.moments && settings.regularizer === "none";
    const loss = matched ? (tf.add(reconstruction, weightedMoments(code, feeds)) as Tensor) : reconstruction;
    return { loss, extra: { reconstruction } };
  });
  const { updated, norm } = updateAutoencoder(state, gradients, feeds, settings);
  return { state: updated, outputs: { reconstruction: extra.reconstruction, gradientNorm: norm } };
}

/** `L_rec + λ L_reg` in one backward pass; then a regularizer that learns does so on the same codes. */
function jointStep(
  shape: ModelShape,
  settings: StepSettings,
  regularizer: Regularizer,
  state: TensorMap,
  feeds: TensorMap,
): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { posterior, code, reconstruction } = forward(shape, parameters, feeds);
    const { loss, value } = regularization(settings, regularizer, state, posterior, code, feeds);
    return { loss: tf.add(reconstruction, loss) as Tensor, extra: { code: posterior.mean, reconstruction, value } };
  });
  const { updated, norm } = updateAutoencoder(state, gradients, feeds, settings);
  const learnt = regularizer.learn?.(shape, settings, state, extra.code, feeds);
  return {
    state: { ...updated, ...learnt?.updated },
    outputs: {
      reconstruction: extra.reconstruction,
      gradientNorm: norm,
      ...named(regularizer, extra.value, learnt?.loss),
    },
  };
}

/**
 * `L_rec`; then a regularizer that learns does so on the codes of the updated encoder; then `λ L_reg` (and the moment penalty) on the
 * encoder alone.
 */
function alternatingStep(
  shape: ModelShape,
  settings: StepSettings,
  regularizer: Regularizer,
  state: TensorMap,
  feeds: TensorMap,
): Result {
  const first = reconstructionStep(shape, settings, state, feeds);
  const between = { ...state, ...first.state };
  const encoder = encoderPart(pick(between, autoencoderSignature(shape)));
  const { gradients, extra } = differentiate(encoder, () => {
    const read = embed(between.embedding as Tensor, idsOf(feeds, encoderOf(shape).embeds(shape)));
    const posterior = encodePosterior(shape, between, read, feeds);
    const code = drawn(posterior, feeds);
    const { loss, value } = regularization(settings, regularizer, between, posterior, code, feeds);
    return { loss, extra: { code: posterior.mean, value } };
  });
  const learnt = regularizer.learn?.(shape, settings, between, extra.code, feeds);
  const third = updateAutoencoder(between, gradients, feeds, settings, GENERATOR);
  return {
    state: { ...first.state, ...learnt?.updated, ...third.updated },
    outputs: { ...first.outputs, ...named(regularizer, tainted(extra.value, third.norm), learnt?.loss) },
  };
}

/** A regularizer's results under the names it has for them. */
function named({ outputs: [value, opponent] }: Regularizer, loss: Tensor, learnt?: Tensor): TensorMap {
  return { [value]: loss, ...(opponent && learnt && { [opponent]: learnt }) };
}

/** What draws codes to the prior: λ times the regularizer's loss, and the penalty on the moments of `code`. */
function regularization(
  { moments }: StepSettings,
  regularizer: Regularizer,
  parameters: TensorMap,
  posterior: Posterior,
  code: Tensor,
  feeds: TensorMap,
): { loss: Tensor; value: Tensor } {
  const { loss, value } = regularizer.loss(parameters, posterior, feeds);
  const weighted = tf.mul(loss, feeds.regularizerWeight as Tensor) as Tensor;
  return { loss: moments ? (tf.add(weighted, weightedMoments(code, feeds)) as Tensor) : weighted, value };
}

function weightedMoments(code: Tensor, feeds: TensorMap): Tensor {
  return tf.mul(momentPenalty(code, feeds.perSentence as Tensor), feeds.momentWeight as Tensor);
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
