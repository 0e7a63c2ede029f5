// The training step as a pure function: losses, gradients, clipping and updates of one batch.
import { differentiate } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { Signature, StepDefinition, TensorMap } from "../engine/types.ts";
import type { RegularizerKind } from "../model/config.ts";
import { decoderOf } from "../model/decoders/kinds.ts";
import { momentPenalty } from "../model/discriminator.ts";
import { embed } from "../model/embedding.ts";
import { encodePosterior } from "../model/encoder.ts";
import { encoderOf } from "../model/encoders/kinds.ts";
import { autoencoderSignature, type ModelShape } from "../model/parameters.ts";
import { type Codes, drawCodes, spreadPenalty } from "../model/posterior.ts";
import { candidateFeeds } from "../model/sampled-softmax.ts";
import { adam, firstMoment, globalNorm, secondMoment } from "./adam.ts";
import { regularizerOf } from "./regularizers/kinds.ts";
import { type Regularizer, type RegularizerSettings, scalarSpec, tainted } from "./regularizers/regularizer.ts";

/** What decides the step's graph, beside the model's shape. */
export interface StepSettings extends RegularizerSettings {
  /** What draws codes to the prior; "kl" needs a shape that is Gaussian. */
  readonly regularizer: RegularizerKind;
  /** Whether the moments of the codes are matched. */
  readonly moments: boolean;
  /** Whether Gaussian posteriors are kept from shrinking. */
  readonly posteriorPenalty?: boolean;
  /** Whether the decoder gets its codes with noise. */
  readonly latentNoise?: boolean;
  readonly phases: "joint" | "alternating";
  /** Whether logits are computed of some words only. */
  readonly sampledSoftmax?: boolean;
}

/** Slot of Adam's moments for the third of the alternating phases, which is an update of its own. */
const GENERATOR = "generator.";

/** Everything that differs from step to step. */
export function stepFeeds(shape: ModelShape, settings: StepSettings): Signature {
  const { moments, latentNoise, posteriorPenalty } = settings;
  const regularizer = regularizerOf(settings.regularizer);
  const codes = { shape: ["batch", shape.latent], dtype: "float32" } as const;
  return {
    ...encoderOf(shape).feeds(shape),
    ...decoderOf(shape).feeds(shape),
    ...(settings.sampledSoftmax && candidateFeeds(shape.vocabulary)),
    /** Learning rate × Adam's first correction; Adam's second correction. */
    rate: scalarSpec,
    second: scalarSpec,
    /** Largest global norm of the autoencoder's gradient. */
    clip: scalarSpec,
    /** Draws of N(0, I), which are scaled by the posteriors' deviations. */
    ...(shape.gaussian && { posteriorNoise: codes }),
    /** What is added to every code. */
    ...(latentNoise && { latentNoise: codes }),
    /** 1 / sentences. */
    ...((regularizer || moments || posteriorPenalty) && { perSentence: scalarSpec }),
    ...(moments && { momentWeight: scalarSpec }),
    ...(posteriorPenalty && { posteriorPenalty: scalarSpec }),
    /** λ */
    ...(regularizer && { regularizerWeight: scalarSpec, ...regularizer.feeds(shape, settings) }),
  };
}

/** Weights, Adam's moments, and what a regularizer remembers. */
export function stepState(shape: ModelShape, settings: StepSettings): Signature {
  const regularizer = regularizerOf(settings.regularizer);
  const parameters = { ...autoencoderSignature(shape), ...regularizer?.parameters(shape) };
  const moments = (of: Signature, slot?: string): Signature =>
    Object.fromEntries(
      Object.entries(of).flatMap(([name, spec]) => [
        [firstMoment(name, slot), spec],
        [secondMoment(name, slot), spec],
      ]),
    );
  const generator = regularizer && settings.phases === "alternating" ? encoderPart(autoencoderSignature(shape)) : {};
  const memory = regularizer?.memory?.(shape, settings);
  return { ...parameters, ...moments(parameters), ...moments(generator, GENERATOR), ...memory };
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
  readonly codes: Codes;
  readonly reconstruction: Tensor;
}

function forward(shape: ModelShape, parameters: TensorMap, feeds: TensorMap): Forward {
  const decoder = decoderOf(shape);
  const read = idsOf(feeds, encoderOf(shape).embeds(shape));
  const embedded = embed(parameters.embedding as Tensor, [...read, ...idsOf(feeds, decoder.embeds(shape))]);
  const codes = codesOf(shape, parameters, embedded.slice(0, read.length), feeds);
  const reconstruction = decoder.loss(shape, parameters, codes.code, embedded.slice(read.length), feeds);
  return { codes, reconstruction };
}

const idsOf = (feeds: TensorMap, names: readonly string[]): Tensor[] => names.map((name) => feeds[name] as Tensor);

function codesOf(shape: ModelShape, parameters: TensorMap, embedded: readonly Tensor[], feeds: TensorMap): Codes {
  return drawCodes(shape, encodePosterior(shape, parameters, embedded, feeds), feeds);
}

type Result = { state: TensorMap; outputs: TensorMap };

/** `L_rec` and, where there is no regularizer that brings them along, the penalties. */
function reconstructionStep(shape: ModelShape, settings: StepSettings, state: TensorMap, feeds: TensorMap): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { codes, reconstruction } = forward(shape, parameters, feeds);
    const loss = settings.regularizer === "none" ? penalized(reconstruction, settings, codes, feeds) : reconstruction;
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
    const { codes, reconstruction } = forward(shape, parameters, feeds);
    const { loss, value } = regularization(settings, regularizer, state, codes, feeds);
    return { loss: tf.add(reconstruction, loss) as Tensor, extra: { code: codes.code, reconstruction, value } };
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
 * `L_rec`; then a regularizer that learns does so on the codes of the updated encoder; then `λ L_reg` (and the penalties) on the
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
    const codes = codesOf(shape, between, read, feeds);
    const { loss, value } = regularization(settings, regularizer, between, codes, feeds);
    return { loss, extra: { code: codes.code, value } };
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

/** What draws codes to the prior: λ times the regularizer's loss, and the penalties. */
function regularization(
  settings: StepSettings,
  regularizer: Regularizer,
  parameters: TensorMap,
  codes: Codes,
  feeds: TensorMap,
): { loss: Tensor; value: Tensor } {
  const { loss, value } = regularizer.loss(parameters, codes, feeds);
  const weighted = tf.mul(loss, feeds.regularizerWeight as Tensor) as Tensor;
  return { loss: penalized(weighted, settings, codes, feeds), value };
}

/** `loss` with what is asked of codes from the first step on, whatever λ is: their moments, and the size of their posteriors. */
function penalized(
  loss: Tensor,
  { moments, posteriorPenalty: spread }: StepSettings,
  { code, logVariance }: Codes,
  { perSentence, momentWeight, posteriorPenalty }: TensorMap,
): Tensor {
  let total = loss;
  const perCode = perSentence as Tensor;
  if (moments) total = tf.add(total, tf.mul(momentPenalty(code, perCode), momentWeight as Tensor));
  if (spread) total = tf.add(total, tf.mul(spreadPenalty(logVariance as Tensor, perCode), posteriorPenalty as Tensor));
  return total;
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
