// The discriminator: tells codes of sentences from draws of the prior. A plain multilayer perceptron: batch normalisation
// inside it is known to leave it at chance for ever.
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";
import { embed } from "./embedding.ts";
import { affine } from "./linear.ts";

const LAYERS = 3;
const SLOPE = 0.2;

/** Keeps the quotient finite for a weight of zeros. */
const LENGTH_FLOOR = 1e-12;

/**
 * Logit that a code comes from the prior: codes [rows, latent] → [rows]. With labels it is that of the code together with its label, by
 * projection (Miyato & Koyama 2018): `w·φ(z) + b + ⟨e_y, φ(z)⟩`, φ the last hidden layer and e_y a vector of the label's own. Draws of the
 * prior have labels too, of which they know nothing: codes that pass for them with their labels do not know theirs either.
 * @param labels of the codes, int32 [rows]
 */
export function discriminate(parameters: TensorMap, codes: Tensor, labels?: Tensor): Tensor {
  let y = codes;
  const layerOf = (layer: number): Tensor => affine(y, weightOf(parameters, layer), biasOf(parameters, layer));
  for (let layer = 0; layer + 1 < LAYERS; layer++) y = tf.leakyRelu(layerOf(layer), SLOPE);
  const logits = tf.reshape(layerOf(LAYERS - 1), [codes.shape[0] as number]) as Tensor;
  return labels ? tf.add(logits, tf.sum(tf.mul(labelVectors(parameters, labels), y), 1)) : logits;
}

/**
 * e_y of each row: [rows, hidden]. Where weights are normed, vectors longer than 1 are shortened to it: the last layer's weight has that
 * length. Shorter ones stay as they are, so that labels are judged alike at first.
 */
function labelVectors(parameters: TensorMap, labels: Tensor): Tensor {
  const [vectors] = embed(parameters["discriminator.label"] as Tensor, [labels]) as [Tensor];
  if (!parameters[directionName(LAYERS - 1)]) return vectors;
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(vectors), 1, true), LENGTH_FLOOR)); // [rows, 1]
  return tf.div(vectors, tf.maximum(lengths, 1));
}

/**
 * The gradient of {@link discriminate} in its input: codes [rows, latent] → [rows, latent]. It is written out, as a product of weights
 * and of the slopes of the units, which are constants but at their kinks: a loss of it then needs first derivatives only.
 * @param labels as in {@link discriminate}
 */
export function slopeAt(parameters: TensorMap, codes: Tensor, labels?: Tensor): Tensor {
  const weights = Array.from({ length: LAYERS }, (_, layer) => weightOf(parameters, layer));
  const slopes: Tensor[] = [];
  let y = codes;
  for (let layer = 0; layer + 1 < LAYERS; layer++) {
    const before = affine(y, weights[layer] as Tensor, biasOf(parameters, layer));
    slopes.push(tf.step(before, SLOPE));
    y = tf.leakyRelu(before, SLOPE);
  }
  let gradient = tf.transpose(weights[LAYERS - 1] as Tensor) as Tensor; // [1, hidden]
  if (labels) gradient = tf.add(gradient, labelVectors(parameters, labels)); // [rows, hidden]
  for (let layer = LAYERS - 2; layer >= 0; layer--) {
    const through = tf.mul(gradient, slopes[layer] as Tensor); // [rows, hidden]
    gradient = tf.matMul(through as never, weights[layer] as never, false, true);
  }
  return gradient;
}

/**
 * A layer's weight, [from, to]. Where the parameters hold a direction of it (see {@link turnedDirections}) it is divided by the length
 * `‖W u‖` to which it stretches that direction, an estimate of its largest singular value from below: the gradient of that length is then
 * the one that the paper gives, `v uᵀ` with `v = W u / ‖W u‖`.
 */
function weightOf(parameters: TensorMap, layer: number): Tensor {
  const weight = parameters[`discriminator.${layer}.weight`] as Tensor;
  const direction = parameters[directionName(layer)];
  return direction ? tf.div(weight, lengthOf(tf.matMul(weight as never, direction as never))) : weight;
}

function biasOf(parameters: TensorMap, layer: number): Tensor {
  return parameters[`discriminator.${layer}.bias`] as Tensor;
}

/**
 * Spectral normalisation (Miyato et al. 2018): the direction, a unit vector [to, 1], that each layer's weight stretches most, as one more
 * power iteration `u ← WᵀW u / ‖WᵀW u‖` finds it. With them among its parameters the discriminator's slope is at most about 1;
 * with labels, whose vectors are then at most 1 long, about 2.
 * @returns the directions under their names
 */
export function turnedDirections(parameters: TensorMap): TensorMap {
  const entries = Array.from({ length: LAYERS }, (_, layer): [string, Tensor] => {
    const [weight, name] = [parameters[`discriminator.${layer}.weight`], directionName(layer)];
    const stretched = tf.matMul(weight as never, parameters[name] as never); // [from, 1]
    const back = tf.matMul(weight as never, stretched as never, true); // [to, 1]
    return [name, tf.div(back, lengthOf(back))];
  });
  return Object.fromEntries(entries);
}

const directionName = (layer: number): string => `discriminator.${layer}.direction`;

function lengthOf(vector: Tensor): Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(vector)), LENGTH_FLOOR));
}

/**
 * The penalty R1 (Mescheder et al. 2018) before its weight γ: `½ mean ‖∂f/∂p‖²` of the logit f at draws p of the prior, a scalar. It takes
 * the discriminator's slope away where it should find nothing to tell apart.
 * @param prior [batch, latent]
 * @param perCode 1 / batch
 * @param labels of the draws, as in {@link discriminate}
 */
export function slopePenalty(parameters: TensorMap, prior: Tensor, perCode: Tensor, labels?: Tensor): Tensor {
  return tf.mul(tf.sum(tf.square(slopeAt(parameters, prior, labels))), tf.mul(perCode, 0.5));
}

/** `−log σ(logit)` for each row: the loss of taking a code for one of the prior when it is (or should pass for) one. */
export function lossAsPrior(logits: Tensor): Tensor {
  return tf.softplus(tf.neg(logits));
}

/** `−log(1 − σ(logit))` for each row. */
export function lossAsCode(logits: Tensor): Tensor {
  return tf.softplus(logits);
}
