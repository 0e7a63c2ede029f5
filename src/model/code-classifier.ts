// A classifier that reads labels from codes: a multilayer perceptron of one hidden layer.
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";
import { linear } from "./linear.ts";
import type { ParameterSpecs } from "./parameter-specs.ts";
import type { ModelShape } from "./parameters.ts";

const SLOPE = 0.2;

export function codeClassifierSpecs({ latent, discriminatorHidden: hidden, labels = 0 }: ModelShape): ParameterSpecs {
  return {
    "codeClassifier.0.weight": { shape: [latent, hidden], deviation: Math.sqrt(2 / latent) },
    "codeClassifier.0.bias": { shape: [hidden] },
    "codeClassifier.1.weight": { shape: [hidden, labels], deviation: Math.sqrt(1 / hidden) },
    "codeClassifier.1.bias": { shape: [labels] },
  };
}

/** Logits of the labels 1, 2, … of codes: [rows, latent] → [rows, labels]. */
export function classifyCodes(parameters: TensorMap, codes: Tensor): Tensor {
  const hidden = tf.leakyRelu(linear(parameters, "codeClassifier.0", codes), SLOPE);
  return linear(parameters, "codeClassifier.1", hidden);
}

/**
 * The classifier's loss `−log p(y)`, mean over the codes that have a label: a scalar, 0 where none has.
 * @param logits [rows, labels]
 * @param labels numbers of the labels, 0 where there is none: int32 [rows]
 */
export function classifierLoss(logits: Tensor, labels: Tensor): Tensor {
  const numbers = Array.from({ length: logits.shape[1] as number }, (_, i) => i + 1);
  const own = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.tensor1d(numbers, "int32")), "float32"); // [rows, labels]
  const losses = tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, own), 1)) as Tensor;
  return labelledMean(losses, labels);
}

/**
 * How sure the classifier is: the divergence `KL(uniform ‖ p)` = `ln Σₖ e^(lₖ) − mean l − ln K`, mean over the codes that have a label, a scalar. It
 * is 0 where the classifier takes all labels for equally likely.
 */
export function certainty(logits: Tensor, labels: Tensor): Tensor {
  const chance = Math.log(logits.shape[1] as number);
  return labelledMean(tf.sub(tf.sub(tf.logSumExp(logits, 1), tf.mean(logits, 1)), chance), labels);
}

function labelledMean(losses: Tensor, labels: Tensor): Tensor {
  const labelled = tf.cast(tf.greater(labels, tf.scalar(0, "int32")), "float32");
  return tf.div(tf.sum(tf.mul(losses, labelled)), tf.maximum(tf.sum(labelled), 1));
}
