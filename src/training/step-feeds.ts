// The feeds of one training step: a batch of sentences, its noise, and the scalars that belong to the step's number.
import type { FeedArrays, NamedArray } from "../engine/types.ts";
import type { Config } from "../model/config.ts";
import { dropoutArrays } from "../model/dropout.ts";
import { decoderFeeds, encoderFeeds } from "../model/feeds.ts";
import { labelArrays } from "../model/labels.ts";
import { type ModelShape, modelShape } from "../model/parameters.ts";
import { sampledFeeds } from "../model/sampled-softmax.ts";
import { RandomStream } from "../random.ts";
import type { EncodedCorpus } from "../text/encoded-corpus.ts";
import { ANY_LABEL, Labels } from "../text/labels.ts";
import { noisy } from "../text/noise.ts";
import { closingIds, recombined } from "../text/recombination.ts";
import type { Vocabulary } from "../text/tokenizer.ts";
import { biasCorrections } from "./adam.ts";
import { objectivesOf } from "./regularizers/kinds.ts";
import { scalar } from "./regularizers/regularizer.ts";
import { scheduledWeight } from "./schedule.ts";

/**
 * Feeds of step number `step` (from 0), with learning rates times `factor`. Every draw comes from a stream named after the step, so that a resumed run draws the same.
 * @param batch indices of sentences of `corpus`
 * @param context `labels` of a conditional model
 */
export function stepFeedArrays(
  config: Config,
  vocabulary: Vocabulary,
  corpus: EncodedCorpus,
  batch: Uint32Array,
  { step, factor = 1, labels = new Labels([]) }: { step: number; factor?: number; labels?: Labels },
): FeedArrays {
  const sentences = sentencesOf(config, vocabulary, corpus, batch, step);
  const { special } = vocabulary;
  const shape = modelShape(config, vocabulary.size, labels.names.length);
  const { drop, blank, substitute, shuffle } = config.noise;
  const clean = drop + blank + substitute + shuffle === 0;
  const words = RandomStream.named(config.seed, `word-noise/${step}`);
  const sources = clean ? sentences : sentences.map((sentence) => noisy(sentence, config.noise, vocabulary, words));
  const { regularizer, codeClassifierWeight } = config;
  const objectives = objectivesOf({ regularizer, codeClassifier: codeClassifierWeight > 0 });
  const { beta1, beta2, gradientClip, momentWeight, posteriorPenalty } = config;
  const noise = (stream: string, deviation: number): NamedArray => {
    const data = new Float32Array(sentences.length * config.latent);
    RandomStream.named(config.seed, `${stream}/${step}`).fillGaussian(data, deviation);
    return { shape: [sentences.length, config.latent], data };
  };
  const corrections = biasCorrections(step + 1, { beta1, beta2 });
  const tokens = sentences.reduce((total, sentence) => total + sentence.length + 1, 0);
  return {
    ...encoderFeeds(shape, sources, special),
    ...targetFeeds(config, shape, decoderFeeds(shape, sentences, special), step),
    ...(config.conditional && labelArrays(shape, shownLabels(config, labels, corpus, batch, step))),
    rate: scalar(config.learningRate * factor * corrections.first),
    second: scalar(corrections.second),
    // The loss is a sum over a sentence's tokens: the limit grows with their number.
    clip: scalar((gradientClip * tokens) / sentences.length),
    ...(config.dropout > 0 &&
      dropoutArrays(shape, sentences.length, config.dropout, RandomStream.named(config.seed, `dropout/${step}`))),
    ...(config.posterior === "gaussian" && { posteriorNoise: noise("posterior-noise", 1) }),
    ...(config.latentNoise > 0 && { latentNoise: noise("latent-noise", config.latentNoise) }),
    ...((objectives.length > 0 || momentWeight > 0 || posteriorPenalty > 0) && {
      perSentence: scalar(1 / sentences.length),
    }),
    ...(momentWeight > 0 && { momentWeight: scalar(momentWeight) }),
    ...(posteriorPenalty > 0 && { posteriorPenalty: scalar(posteriorPenalty) }),
    ...Object.assign(
      {},
      ...objectives.map(({ weight, regularizer: objective }) => ({
        [weight]: scalar(scheduledWeight(config, config[weight], step)),
        ...objective.feedArrays(config, { sentences: sentences.length, step, factor }),
      })),
    ),
  };
}

/** The sentences that a step learns: those of the batch or, where settings say so, new ones out of their clauses, labels kept apart. */
function sentencesOf(
  { seed, recombination, maxLength, conditional }: Config,
  vocabulary: Vocabulary,
  corpus: EncodedCorpus,
  batch: Uint32Array,
  step: number,
): ArrayLike<number>[] {
  const sentences = Array.from(batch, (index) => corpus.sentence(index));
  if (recombination === 0) return sentences;
  const settings = {
    share: recombination,
    closing: closingIds(vocabulary),
    maxLength,
    ...(conditional && { groupOf: (row: number) => corpus.label(batch[row] as number) ?? "" }),
  };
  return recombined(sentences, settings, RandomStream.named(seed, `recombination/${step}`));
}

/**
 * The numbers of a batch's labels, a share of them hidden: 0, which then stands for any label, and the model can be used without one (as
 * Ho & Salimans 2022 train one network with and without).
 */
function shownLabels(
  { seed, labelDropout }: Config,
  labels: Labels,
  corpus: EncodedCorpus,
  batch: Uint32Array,
  step: number,
): number[] {
  const random = RandomStream.named(seed, `label-dropout/${step}`);
  return Array.from(batch, (index) =>
    random.uniform() < labelDropout ? ANY_LABEL : labels.numberOf(corpus.label(index)),
  );
}

/** Whether a step computes the logits of some words only. */
export function samplesSoftmax({ sampledSoftmax, reconstruction }: Config, vocabulary: number): boolean {
  return sampledSoftmax > 0 && sampledSoftmax < vocabulary && reconstruction === "cross-entropy";
}

function targetFeeds(config: Config, { vocabulary }: ModelShape, feeds: FeedArrays, step: number): FeedArrays {
  const { seed, sampledSoftmax: count } = config;
  if (!samplesSoftmax(config, vocabulary)) return feeds;
  return sampledFeeds(feeds, { vocabulary, count, random: RandomStream.named(seed, `candidates/${step}`) });
}
