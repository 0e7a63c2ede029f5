// The training step as a pure function: losses, gradients, clipping and updates of one batch.
import { differentiate } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { Signature, StepDefinition, TensorMap } from "../engine/types.ts";
import type { RegularizerKind } from "../model/config-schema.ts";
import { decoderOf } from "../model/decoders/kinds.ts";
import { dropoutFeeds, keptWords } from "../model/dropout.ts";
import { embed } from "../model/embedding.ts";
import { encodePosterior } from "../model/encoder.ts";
import { encoderOf } from "../model/encoders/kinds.ts";
import { heard, labelFeeds } from "../model/labels.ts";
import { labelMeanPenalty, momentPenalty } from "../model/moments.ts";
import { autoencoderSignature, type ModelShape } from "../model/parameters.ts";
import { type Codes, drawCodes, spreadPenalty } from "../model/posterior.ts";
import { candidateFeeds } from "../model/sampled-softmax.ts";
import { adam, firstMoment, globalNorm, secondMoment } from "./adam.ts";
import { type Objective, objectivesOf } from "./regularizers/kinds.ts";
import { type RegularizerSettings, scalarSpec, tainted } from "./regularizers/regularizer.ts";

/** What decides the step's graph, beside the model's shape. */
export interface StepSettings extends RegularizerSettings {
  /** What draws codes to the prior; "kl" needs a shape that is Gaussian. */
  readonly regularizer: RegularizerKind;
  /** Whether the encoder deceives a classifier that reads labels from codes, in a conditional model. */
  readonly codeClassifier?: boolean;
  /** Whether the moments of the codes are matched. */
  readonly moments: boolean;
  /** Whether Gaussian posteriors are kept from shrinking. */
  readonly posteriorPenalty?: boolean;
  /** Whether codes have noise of a fixed size, for the decoder and for what draws them to the prior. */
  readonly latentNoise?: boolean;
  readonly phases: "joint" | "alternating";
  /** Whether logits are computed of some words only. */
  readonly sampledSoftmax?: boolean;
  /** Whether features of words and states are left out. */
  readonly dropout?: boolean;
}

/** Slot of Adam's moments for the third of the alternating phases, which is an update of its own. */
const GENERATOR = "generator.";

/** Everything that differs from step to step. */
export function stepFeeds(shape: ModelShape, settings: StepSettings): Signature {
  const { moments, latentNoise, posteriorPenalty } = settings;
  const objectives = objectivesOf(settings);
  const codes = { shape: ["batch", shape.latent], dtype: "float32" } as const;
  return {
    ...encoderOf(shape).feeds(shape),
    ...decoderOf(shape).feeds(shape),
    ...labelFeeds(shape),
    ...(settings.sampledSoftmax && candidateFeeds(shape.vocabulary)),
    ...(settings.dropout && dropoutFeeds(shape)),
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
    ...((objectives.length > 0 || moments || posteriorPenalty) && { perSentence: scalarSpec }),
    ...(moments && { momentWeight: scalarSpec }),
    ...(posteriorPenalty && { posteriorPenalty: scalarSpec }),
    /** λ and what belongs to it. */
    ...Object.assign(
      {},
      ...objectives.map(({ weight, regularizer }) => ({ [weight]: scalarSpec, ...regularizer.feeds(shape, settings) })),
    ),
  };
}

/** Weights, Adam's moments, and what a regularizer remembers. */
export function stepState(shape: ModelShape, settings: StepSettings): Signature {
  const objectives = objectivesOf(settings);
  const own: Signature = Object.assign({}, ...objectives.map(({ regularizer }) => regularizer.parameters(shape)));
  const parameters = { ...autoencoderSignature(shape), ...own };
  const moments = (of: Signature, slot?: string): Signature =>
    Object.fromEntries(
      Object.entries(of).flatMap(([name, spec]) => [
        [firstMoment(name, slot), spec],
        [secondMoment(name, slot), spec],
      ]),
    );
  const alternating = objectives.length > 0 && settings.phases === "alternating";
  const generator = alternating ? encoderPart(autoencoderSignature(shape)) : {};
  const memory: Signature = Object.assign(
    {},
    ...objectives.map(({ regularizer }) => regularizer.memory?.(shape, settings)),
  );
  return { ...parameters, ...moments(parameters), ...moments(generator, GENERATOR), ...memory };
}

/** The part of the autoencoder that makes codes. */
function encoderPart<T>(parameters: Readonly<Record<string, T>>): Record<string, T> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(entries.filter(([name]) => name === "embedding" || name.startsWith("encoder.")));
}

/** The step's definition for an engine. */
export function trainingStep(shape: ModelShape, settings: StepSettings): StepDefinition {
  const objectives = objectivesOf(settings);
  return {
    name: "training-step",
    state: stepState(shape, settings),
    feeds: stepFeeds(shape, settings),
    outputs: ["reconstruction", "gradientNorm", ...objectives.flatMap(({ regularizer }) => regularizer.outputs)],
    step(state, feeds) {
      if (objectives.length === 0) return reconstructionStep(shape, settings, state, feeds);
      return settings.phases === "joint"
        ? jointStep(shape, settings, objectives, state, feeds)
        : alternatingStep(shape, settings, objectives, state, feeds);
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
  const all = embed(parameters.embedding as Tensor, [...read, ...idsOf(feeds, decoder.embeds(shape))]);
  const embedded = all.map((words) => keptWords(words, feeds));
  const codes = codesOf(shape, parameters, embedded.slice(0, read.length), feeds);
  const listened = heard(shape, parameters, codes.code, feeds);
  const reconstruction = decoder.loss(shape, parameters, listened, embedded.slice(read.length), feeds);
  return { codes, reconstruction };
}

const idsOf = (feeds: TensorMap, names: readonly string[]): Tensor[] => names.map((name) => feeds[name] as Tensor);

function codesOf(shape: ModelShape, parameters: TensorMap, embedded: readonly Tensor[], feeds: TensorMap): Codes {
  return drawCodes(shape, encodePosterior(shape, parameters, embedded, feeds), feeds);
}

type Result = { state: TensorMap; outputs: TensorMap };

/** `L_rec` and, where there is no objective that brings them along, the penalties. */
function reconstructionStep(shape: ModelShape, settings: StepSettings, state: TensorMap, feeds: TensorMap): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { codes, reconstruction } = forward(shape, parameters, feeds);
    const alone = objectivesOf(settings).length === 0;
    const loss = alone ? penalized(reconstruction, settings, codes, feeds) : reconstruction;
    return { loss, extra: { reconstruction } };
  });
  const { updated, norm } = updateAutoencoder(state, gradients, feeds, settings);
  return { state: updated, outputs: { reconstruction: extra.reconstruction, gradientNorm: norm } };
}

/** `L_rec + Σ λ L` in one backward pass; then the objectives that learn do so on the same codes. */
function jointStep(
  shape: ModelShape,
  settings: StepSettings,
  objectives: readonly Objective[],
  state: TensorMap,
  feeds: TensorMap,
): Result {
  const parameters = pick(state, autoencoderSignature(shape));
  const { gradients, extra } = differentiate(parameters, () => {
    const { codes, reconstruction } = forward(shape, parameters, feeds);
    const { loss, values } = pursuit(settings, objectives, state, codes, feeds);
    return { loss: tf.add(reconstruction, loss) as Tensor, extra: { code: codes.code, reconstruction, ...values } };
  });
  const { code, reconstruction, ...values } = extra;
  const { updated, norm } = updateAutoencoder(state, gradients, feeds, settings);
  const learnt = learnAll(shape, settings, objectives, state, code as Tensor, feeds);
  return {
    state: { ...updated, ...learnt.updated },
    outputs: { reconstruction: reconstruction as Tensor, gradientNorm: norm, ...values, ...learnt.losses },
  };
}

/**
 * `L_rec`; then the objectives that learn do so on the codes of the updated encoder; then `Σ λ L` (and the penalties) on the encoder
 * alone, against what they have learnt.
 */
function alternatingStep(
  shape: ModelShape,
  settings: StepSettings,
  objectives: readonly Objective[],
  state: TensorMap,
  feeds: TensorMap,
): Result {
  const first = reconstructionStep(shape, settings, state, feeds);
  const between = { ...state, ...first.state };
  const encode = (): Codes => {
    const read = embed(between.embedding as Tensor, idsOf(feeds, encoderOf(shape).embeds(shape)));
    const words = read.map((each) => keptWords(each, feeds));
    return codesOf(shape, between, words, feeds);
  };
  // Encoded apart from the pursuit, whose gradient would otherwise run through what is learnt as well.
  const opposed = objectives.some(({ regularizer }) => regularizer.learn);
  const learnt = opposed
    ? learnAll(shape, settings, objectives, between, encode().code, feeds)
    : { updated: {}, losses: {} };
  const after = { ...between, ...learnt.updated };
  const encoder = encoderPart(pick(after, autoencoderSignature(shape)));
  const { gradients, extra: values } = differentiate(encoder, () => {
    const { loss, values } = pursuit(settings, objectives, after, encode(), feeds);
    return { loss, extra: values };
  });
  const third = updateAutoencoder(after, gradients, feeds, settings, GENERATOR);
  const felt = Object.entries(values).map(([name, value]) => [name, tainted(value as Tensor, third.norm)]);
  return {
    state: { ...first.state, ...learnt.updated, ...third.updated },
    outputs: { ...first.outputs, ...Object.fromEntries(felt), ...learnt.losses },
  };
}

/**
 * What is asked of codes: the losses of the objectives times their weights, and the penalties.
 * @returns their sum, and what each objective tells of its own under the name it has for it
 */
function pursuit(
  settings: StepSettings,
  objectives: readonly Objective[],
  parameters: TensorMap,
  codes: Codes,
  feeds: TensorMap,
): { loss: Tensor; values: TensorMap } {
  const values: TensorMap = {};
  const weighted = objectives.map(({ weight, regularizer }) => {
    const { loss, value } = regularizer.loss(parameters, codes, feeds);
    values[regularizer.outputs[0]] = value;
    return tf.mul(loss, feeds[weight] as Tensor) as Tensor;
  });
  const total = weighted.reduce((sum, term) => tf.add(sum, term));
  return { loss: penalized(total, settings, codes, feeds), values };
}

/** Updates the parameters of the objectives that have some of their own; their losses are given out under the names that they have for them. */
function learnAll(
  shape: ModelShape,
  settings: StepSettings,
  objectives: readonly Objective[],
  state: TensorMap,
  codes: Tensor,
  feeds: TensorMap,
): { updated: TensorMap; losses: TensorMap } {
  const updated: TensorMap = {};
  const losses: TensorMap = {};
  for (const { regularizer } of objectives) {
    const learnt = regularizer.learn?.(shape, settings, state, codes, feeds);
    const [, opponent] = regularizer.outputs;
    if (learnt && opponent) Object.assign(losses, { [opponent]: learnt.loss });
    Object.assign(updated, learnt?.updated);
  }
  return { updated, losses };
}

/** `loss` with what is asked of codes from the first step on, whatever λ is: their moments, and the size of their posteriors. */
function penalized(
  loss: Tensor,
  { moments, posteriorPenalty: spread }: StepSettings,
  { code, logVariance }: Codes,
  { perSentence, momentWeight, posteriorPenalty, label }: TensorMap,
): Tensor {
  let total = loss;
  const perCode = perSentence as Tensor;
  if (moments) {
    const all = momentPenalty(code, perCode);
    const matched = label ? tf.add(all, labelMeanPenalty(code, label, perCode)) : all;
    total = tf.add(total, tf.mul(matched, momentWeight as Tensor));
  }
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
