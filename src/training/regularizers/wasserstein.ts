// The Wasserstein regularizer (Arjovsky et al. 2017; Gulrajani et al. 2017): a critic whose slope is held near 1 scores draws of the
// prior above codes, and the encoder raises the score of its codes.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Signature, TensorMap } from "../../engine/types.ts";
import { discriminate, slopeAt } from "../../model/discriminator.ts";
import { discriminatorSignature, type ModelShape } from "../../model/parameters.ts";
import { RandomStream } from "../../random.ts";
import { learnOpponent, opponentFeedArrays, opponentFeeds } from "./opponent.ts";
import type { Regularizer } from "./regularizer.ts";

/** Weight of the gradient penalty, as in Gulrajani et al. 2017. */
const PENALTY = 10;

/** Keeps the root's slope finite where the critic is flat. */
const LENGTH_FLOOR = 1e-12;

/** The constant of a score. Only differences of scores count, so the critic has none: Adam would make steps of its rounding errors. */
const OFFSET = "discriminator.2.bias";

function criticSignature(shape: ModelShape): Signature {
  const { [OFFSET]: _, ...signature } = discriminatorSignature(shape);
  return signature;
}

/** Scores f of codes, together with their labels where there are any: [rows, latent] → [rows]. */
function score(parameters: TensorMap, codes: Tensor, labels: Tensor | undefined): Tensor {
  return discriminate({ ...parameters, [OFFSET]: tf.zeros([1]) }, codes, labels);
}

/**
 * The critic's loss `mean f(z) − mean f(p) + 10 mean (‖∂f/∂x‖ − 1)²` at points `x = u p + (1 − u) z`: a scalar.
 * @param codes z, [batch, latent]
 * @param prior p, [batch, latent]
 * @param places u, uniform in [0, 1]: [batch, 1]
 * @param perCode 1 / batch
 * @param labels of the codes, which the draws and the points between have as well: int32 [batch]
 */
export function criticLoss(
  parameters: TensorMap,
  {
    codes,
    prior,
    places,
    perCode,
    labels,
  }: { codes: Tensor; prior: Tensor; places: Tensor; perCode: Tensor; labels?: Tensor | undefined },
): Tensor {
  const distance = tf.sub(tf.sum(score(parameters, codes, labels)), tf.sum(score(parameters, prior, labels)));
  const between = tf.add(codes, tf.mul(tf.sub(prior, codes), places)) as Tensor;
  const slopes = slopeAt(parameters, between, labels); // [batch, latent]
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(slopes), 1), LENGTH_FLOOR));
  const penalty = tf.mul(tf.sum(tf.square(tf.sub(lengths, 1))), PENALTY);
  return tf.mul(tf.add(distance, penalty), perCode) as Tensor;
}

export const wasserstein: Regularizer = {
  outputs: ["adversarial", "discriminator"],

  feeds: (shape, settings) => ({
    ...opponentFeeds(shape, settings),
    /** Where between a code and a draw of the prior the critic's slope is measured, for each of its updates. */
    places: { shape: [settings.discriminatorSteps, "batch", 1], dtype: "float32" },
  }),

  feedArrays(config, context) {
    const { discriminatorSteps: updates, seed } = config;
    const random = RandomStream.named(seed, `critic-places/${context.step}`);
    // fillUniform draws from (−b, b).
    const places = random.fillUniform(new Float32Array(updates * context.sentences), 0.5).map((value) => value + 0.5);
    return {
      ...opponentFeedArrays(config, context),
      places: { shape: [updates, context.sentences, 1], data: places },
    };
  },

  parameters: criticSignature,

  /** `mean f(p) − mean f(z)`, an estimate of the distance: over the codes of a batch, and the first of its draws of the prior. */
  loss(parameters, { code }, feeds) {
    const [prior] = tf.unstack(feeds.prior as Tensor);
    const of = (codes: Tensor): Tensor => tf.sum(score(parameters, codes, feeds.label));
    const total = tf.sub(of(prior as Tensor), of(code));
    const loss = tf.mul(total, feeds.perSentence as Tensor) as Tensor;
    return { loss, value: loss };
  },

  learn(shape, settings, state, codes, feeds) {
    const places = tf.unstack(feeds.places as Tensor); // each [batch, 1]
    return learnOpponent(criticSignature(shape), settings, state, feeds, (parameters, prior, update) => {
      const perCode = feeds.perSentence as Tensor;
      const at = { places: places[update] as Tensor, perCode, labels: feeds.label };
      const loss = criticLoss(parameters, { codes, prior, ...at });
      return { loss, value: loss };
    });
  },
};
