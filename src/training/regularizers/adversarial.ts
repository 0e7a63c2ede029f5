// The adversarial regularizer (Makhzani et al. 2015): a discriminator tells codes from draws of the prior, and the encoder deceives it.
import { type Tensor, tf } from "../../engine/tf.ts";
import { discriminate, lossAsCode, lossAsPrior } from "../../model/discriminator.ts";
import { discriminatorSignature } from "../../model/parameters.ts";
import { learnOpponent, opponentFeedArrays, opponentFeeds } from "./opponent.ts";
import type { Regularizer } from "./regularizer.ts";

export const adversarial: Regularizer = {
  outputs: ["adversarial", "discriminator"],
  feeds: opponentFeeds,
  feedArrays: opponentFeedArrays,
  parameters: discriminatorSignature,

  /** `−mean log D(z)` over the codes of a batch. */
  loss(parameters, { code }, feeds) {
    const total = tf.sum(lossAsPrior(discriminate(parameters, code)));
    const loss = tf.mul(total, feeds.perSentence as Tensor) as Tensor;
    return { loss, value: loss };
  },

  /** `−mean log D(prior) − mean log(1 − D(code))`. */
  learn: (shape, settings, state, codes, feeds) =>
    learnOpponent(discriminatorSignature(shape), settings, state, feeds, (parameters, prior) => {
      const real = tf.sum(lossAsPrior(discriminate(parameters, prior)));
      const fake = tf.sum(lossAsCode(discriminate(parameters, codes)));
      return tf.mul(tf.add(real, fake), feeds.perSentence as Tensor) as Tensor;
    }),
};
