// Codes that do not tell their labels: a classifier learns to read labels from codes, and the encoder to leave it at a loss (Lample et al.
// 2017, "Fader networks"; Zhao et al. 2018, algorithm 2).
import { differentiate } from "../../engine/gradients.ts";
import type { Tensor } from "../../engine/tf.ts";
import { certainty, classifierLoss, classifyCodes } from "../../model/code-classifier.ts";
import { codeClassifierSignature } from "../../model/parameters.ts";
import { adam, biasCorrections, globalNorm } from "../adam.ts";
import { DISCRIMINATOR_BETA1 } from "./opponent.ts";
import { type Regularizer, scalar, scalarSpec, tainted } from "./regularizer.ts";

/** Stands beside a regularizer, which it needs not: codes may be far from the prior and yet free of labels. */
export const codeClassifier: Regularizer = {
  outputs: ["certainty", "codeClassifier"],

  /** Learning rate × Adam's first correction; Adam's second correction. */
  feeds: () => ({ classifierRate: scalarSpec, classifierSecond: scalarSpec }),

  feedArrays({ discriminatorLearningRate, beta2 }, { step, factor }) {
    const { first, second } = biasCorrections(step + 1, { beta1: DISCRIMINATOR_BETA1, beta2 });
    return { classifierRate: scalar(discriminatorLearningRate * factor * first), classifierSecond: scalar(second) };
  },

  parameters: codeClassifierSignature,

  /**
   * The encoder draws the classifier to equal chances (Tzeng et al. 2015, equation 3). To make it name other labels, as both papers do,
   * would have codes tell their labels again by what they are not; and entropy, which says the same, is flat where the classifier is sure.
   */
  loss(parameters, { code }, { label }) {
    const loss = certainty(classifyCodes(parameters, code), label as Tensor);
    return { loss, value: loss };
  },

  /** `−mean log p(y)` of codes with labels. */
  learn(shape, settings, state, codes, feeds) {
    const names = Object.keys(codeClassifierSignature(shape));
    const parameters = Object.fromEntries(names.map((name) => [name, state[name] as Tensor]));
    const { loss, gradients } = differentiate(parameters, () => ({
      loss: classifierLoss(classifyCodes(parameters, codes), feeds.label as Tensor),
      extra: {},
    }));
    const scalars = { rate: feeds.classifierRate as Tensor, second: feeds.classifierSecond as Tensor };
    return {
      updated: adam(state, gradients, scalars, { ...settings, beta1: DISCRIMINATOR_BETA1 }),
      loss: tainted(loss, globalNorm(gradients)),
    };
  },
};
