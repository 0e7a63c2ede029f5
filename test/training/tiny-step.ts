// Tiny models, batches of mixed lengths and the feeds of their steps, drawn from a seed.
import type { FeedArrays, NamedArray, NamedArrays } from "../../src/engine/types.ts";
import { dropoutArrays } from "../../src/model/dropout.ts";
import { decoderFeeds, encoderFeeds } from "../../src/model/feeds.ts";
import { labelArrays } from "../../src/model/labels.ts";
import { initialParameters, type ModelShape } from "../../src/model/parameters.ts";
import { sampledFeeds } from "../../src/model/sampled-softmax.ts";
import { RandomStream } from "../../src/random.ts";
import { biasCorrections } from "../../src/training/adam.ts";
import { DISCRIMINATOR_BETA1 } from "../../src/training/regularizers/opponent.ts";
import { type StepSettings, stepState } from "../../src/training/step.ts";

export const SPECIAL = { pad: 0, begin: 1, end: 2 };

export const TINY: ModelShape = {
  encoder: "gru",
  decoder: "gru",
  pooling: "last",
  vocabulary: 9,
  embedding: 3,
  hidden: 4,
  latent: 2,
  layers: 1,
  directions: 1,
  placeFeatures: 0,
  discriminatorHidden: 3,
  maxLength: 5,
  reconstruction: "cross-entropy",
};

export const PLAIN: StepSettings = {
  regularizer: "none",
  moments: false,
  phases: "joint",
  discriminatorSteps: 1,
  beta1: 0.9,
  beta2: 0.999,
};

/** What a step is made of, and how its model differs from the tiniest. */
export interface Variant {
  readonly settings: StepSettings;
  readonly shape?: Partial<ModelShape>;
}

const ADVERSARIAL: StepSettings = { ...PLAIN, regularizer: "adversarial", moments: true };
const SPHERE = { sphere: true, latent: 6 };
const POSTERIOR = { gaussian: true };
const LABELS = { labels: 3 };

/**
 * Steps by name: every regularizer, both orders of its phases, every kind of codes, models with labels. A code of two dimensions may be
 * short, and putting it on a sphere then magnifies its rounding: spheres have six.
 */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  "no adversary": { settings: PLAIN },
  joint: { settings: ADVERSARIAL },
  alternating: {
    settings: {
      ...PLAIN,
      regularizer: "adversarial",
      phases: "alternating",
      discriminatorSteps: 2,
      latentNoise: true,
    },
  },
  "helped by noise": { settings: { ...ADVERSARIAL, instanceNoise: true, discriminatorSteps: 2 } },
  "helped by a slope penalty": { settings: { ...ADVERSARIAL, slopePenalty: true } },
  "helped by normed weights": { settings: { ...ADVERSARIAL, spectralNorm: true, discriminatorSteps: 2 } },
  "helped by recent codes": { settings: { ...ADVERSARIAL, recentCodes: 5, discriminatorSteps: 2 } },
  "helped by all of them, alternating": {
    settings: {
      ...ADVERSARIAL,
      phases: "alternating",
      instanceNoise: true,
      slopePenalty: true,
      spectralNorm: true,
      recentCodes: 5,
    },
  },
  "words bound to places": { settings: ADVERSARIAL, shape: { placeFeatures: 3 } },
  "sampled softmax": { settings: { ...PLAIN, sampledSoftmax: true } },
  "embeddings that make the logits": { settings: ADVERSARIAL, shape: { tied: true } },
  "embeddings that make the logits of some words": {
    settings: { ...PLAIN, sampledSoftmax: true },
    shape: { tied: true, placeFeatures: 3 },
  },
  "features left out": { settings: { ...ADVERSARIAL, dropout: true }, shape: { placeFeatures: 3, tied: true } },
  "features left out, alternating": { settings: { ...ADVERSARIAL, phases: "alternating", dropout: true } },
  wasserstein: { settings: { ...PLAIN, regularizer: "wasserstein", discriminatorSteps: 3 } },
  mmd: { settings: { ...PLAIN, regularizer: "mmd", moments: true } },
  "mmd alternating": { settings: { ...PLAIN, regularizer: "mmd", phases: "alternating" } },
  kl: { settings: { ...PLAIN, regularizer: "kl", latentNoise: true }, shape: POSTERIOR },
  "kl alternating": {
    settings: { ...PLAIN, regularizer: "kl", phases: "alternating", moments: true },
    shape: POSTERIOR,
  },
  "gaussian posteriors": {
    settings: { ...PLAIN, regularizer: "adversarial", moments: true, posteriorPenalty: true },
    shape: POSTERIOR,
  },
  "gaussian posteriors, wasserstein": {
    settings: { ...PLAIN, regularizer: "wasserstein", discriminatorSteps: 3, posteriorPenalty: true },
    shape: POSTERIOR,
  },
  "gaussian posteriors, mmd": { settings: { ...PLAIN, regularizer: "mmd", posteriorPenalty: true }, shape: POSTERIOR },
  sphere: { settings: { ...PLAIN, regularizer: "adversarial", moments: true, latentNoise: true }, shape: SPHERE },
  "sphere, wasserstein": { settings: { ...PLAIN, regularizer: "wasserstein", discriminatorSteps: 3 }, shape: SPHERE },
  "sphere, mmd": { settings: { ...PLAIN, regularizer: "mmd" }, shape: SPHERE },
  "sphere, gaussian posteriors, alternating": {
    settings: { ...PLAIN, regularizer: "adversarial", phases: "alternating", posteriorPenalty: true },
    shape: { ...SPHERE, ...POSTERIOR },
  },
  conditional: { settings: { ...ADVERSARIAL, codeClassifier: true }, shape: LABELS },
  "conditional, alternating": {
    settings: { ...PLAIN, regularizer: "adversarial", codeClassifier: true, phases: "alternating", latentNoise: true },
    shape: LABELS,
  },
  "conditional, helped": {
    settings: { ...ADVERSARIAL, instanceNoise: true, slopePenalty: true, spectralNorm: true },
    shape: LABELS,
  },
  "conditional, wasserstein": {
    settings: { ...PLAIN, regularizer: "wasserstein", discriminatorSteps: 2 },
    shape: LABELS,
  },
  "conditional, mmd, sphere": { settings: { ...PLAIN, regularizer: "mmd" }, shape: { ...SPHERE, ...LABELS } },
  "conditional, kl": {
    settings: { ...PLAIN, regularizer: "kl", codeClassifier: true },
    shape: { ...POSTERIOR, ...LABELS },
  },
  "conditional, classifier alone": { settings: { ...PLAIN, codeClassifier: true, moments: true }, shape: LABELS },
};

/** `count` sentences of 1 to `longest` words. */
export function drawSentences(random: RandomStream, count: number, longest: number, vocabulary: number): number[][] {
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.integer(longest) }, () => 3 + random.integer(vocabulary - 3)),
  );
}

const scalar = (value: number): NamedArray => ({ shape: [], data: Float32Array.of(value) });

export interface StepOptions {
  readonly rate?: number;
  readonly clip?: number;
  readonly weight?: number;
  readonly momentWeight?: number;
  readonly freeBits?: number;
  readonly posteriorPenalty?: number;
  readonly slopeWeight?: number;
}

/** Feeds of step number `step` (from 0) on the given sentences. */
export function feedsOf(
  shape: ModelShape,
  settings: StepSettings,
  sentences: readonly number[][],
  step: number,
  {
    rate = 0.01,
    clip = 5,
    weight = 0.5,
    momentWeight = 0.1,
    freeBits = 0,
    posteriorPenalty = 0.2,
    slopeWeight = 0.7,
  }: StepOptions = {},
): FeedArrays {
  const {
    regularizer,
    codeClassifier,
    moments,
    latentNoise,
    posteriorPenalty: spread,
    sampledSoftmax,
    dropout,
  } = settings;
  const { discriminatorSteps: updates, beta2 } = settings;
  const seen = new Float32Array((1 + 2 * updates) * sentences.length * shape.latent);
  RandomStream.named(step, "instance-noise").fillGaussian(seen, 0.5);
  const corrections = biasCorrections(step + 1, settings);
  const judge = Array.from({ length: updates }, (_, i) =>
    biasCorrections(step * updates + i + 1, { beta1: DISCRIMINATOR_BETA1, beta2 }),
  );
  const prior = new Float32Array(updates * sentences.length * shape.latent);
  RandomStream.named(step, "prior").fillGaussian(prior);
  const noise = RandomStream.named(step, "noise").fillGaussian(new Float32Array(sentences.length * shape.latent), 0.5);
  const places = RandomStream.named(step, "places").fillUniform(new Float32Array(updates * sentences.length), 0.5);
  places.forEach((value, i) => {
    places[i] = value + 0.5;
  });
  const targets = decoderFeeds(shape, sentences, SPECIAL);
  const random = RandomStream.named(step, "candidates");
  return {
    ...encoderFeeds(shape, sentences, SPECIAL),
    ...(sampledSoftmax ? sampledFeeds(targets, { vocabulary: shape.vocabulary, count: 4, random }) : targets),
    ...(dropout && dropoutArrays(shape, sentences.length, 0.4, RandomStream.named(step, "dropout"))),
    rate: scalar(rate * corrections.first),
    second: scalar(corrections.second),
    clip: scalar(clip),
    // Row 0, which stands for any label, comes in turn with the others.
    ...labelArrays(
      shape,
      sentences.map((_, i) => (step + i) % ((shape.labels ?? 0) + 1)),
    ),
    ...((regularizer !== "none" || codeClassifier || moments || spread) && {
      perSentence: scalar(1 / sentences.length),
    }),
    ...(latentNoise && { latentNoise: { shape: [sentences.length, shape.latent], data: noise } }),
    ...(shape.gaussian && {
      posteriorNoise: { shape: [sentences.length, shape.latent], data: noise.map((value) => 2 * value) },
    }),
    ...(moments && { momentWeight: scalar(momentWeight) }),
    ...(spread && { posteriorPenalty: scalar(posteriorPenalty) }),
    ...(regularizer !== "none" && { regularizerWeight: scalar(weight) }),
    ...(codeClassifier && {
      codeClassifierWeight: scalar(2 * weight),
      classifierRate: scalar(rate * (judge[0]?.first ?? 0)),
      classifierSecond: scalar(judge[0]?.second ?? 0),
    }),
    ...((regularizer === "adversarial" || regularizer === "wasserstein") && {
      discriminatorRate: scalar(rate),
      discriminatorFirst: { shape: [updates], data: Float32Array.from(judge, ({ first }) => first) },
      discriminatorSecond: { shape: [updates], data: Float32Array.from(judge, ({ second }) => second) },
      prior: { shape: [updates, sentences.length, shape.latent], data: prior },
    }),
    ...(settings.instanceNoise && {
      instanceNoise: { shape: [1 + 2 * updates, sentences.length, shape.latent], data: seen },
    }),
    ...(settings.slopePenalty && { slopeWeight: scalar(slopeWeight) }),
    ...(regularizer === "wasserstein" && { places: { shape: [updates, sentences.length, 1], data: places } }),
    ...(regularizer === "mmd" && {
      perPair: scalar(sentences.length > 1 ? 1 / (sentences.length * (sentences.length - 1)) : 0),
      prior: { shape: [sentences.length, shape.latent], data: prior.slice(0, sentences.length * shape.latent) },
    }),
    ...(regularizer === "kl" && { freeBits: scalar(freeBits) }),
  };
}

/** Feeds of `steps` steps, each with another number of sentences of other lengths. */
export function drawFeeds(
  shape: ModelShape,
  settings: StepSettings,
  steps: number,
  options?: StepOptions,
): FeedArrays[] {
  const random = RandomStream.named(3, "sentences");
  return Array.from({ length: steps }, (_, step) => {
    const sentences = drawSentences(random, 1 + random.integer(4), 1 + random.integer(5), shape.vocabulary);
    return feedsOf(shape, settings, sentences, step, options);
  });
}

/** Fresh parameters with moments of 0. */
export function initialState(shape: ModelShape, settings: StepSettings, seed = 1): NamedArrays {
  const parameters = initialParameters(shape, seed);
  const entries = Object.entries(stepState(shape, settings)).map(([name, spec]): [string, NamedArray] => {
    const sizes = spec.shape as number[];
    const zeros = new Float32Array(sizes.reduce((product, size) => product * size, 1));
    return [name, parameters.get(name) ?? { shape: sizes, data: zeros }];
  });
  return new Map(entries);
}

/** The largest difference between two states' elements, with the name of its tensor. */
export function largestDifference(a: NamedArrays, b: NamedArrays): { name: string; difference: number } {
  let most = { name: "", difference: 0 };
  for (const [name, { data }] of a) {
    const other = b.get(name)?.data;
    data.forEach((value, i) => {
      const difference = Math.abs(value - (other?.[i] ?? Number.NaN));
      if (!(difference <= most.difference)) most = { name, difference };
    });
  }
  return most;
}
