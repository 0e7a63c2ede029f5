// The maximum mean discrepancy between codes and draws of the prior (Wasserstein autoencoders, Tolstikhin et al. 2018): no opponent.
import { type Tensor, tf } from "../../engine/tf.ts";
import { fillPrior } from "../../model/prior.ts";
import { RandomStream } from "../../random.ts";
import { type Regularizer, scalar, scalarSpec } from "./regularizer.ts";

/** Scales of the kernel, as in the authors' experiments: from neighbours to the whole space. */
const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/**
 * Sum over all pairs of rows of the inverse multiquadratic kernel `k(a, b) = Σ_s C/(C + ‖a − b‖²)`, `C = 2·latent·s`, where `2·latent`
 * is the mean squared distance of two draws of N(0, I): a scalar.
 * @param a [rows, latent]
 * @param b [columns, latent]
 * @param pairs what each pair's kernel is multiplied with, [rows, columns]; 1 where none is given
 */
function kernelSum(a: Tensor, b: Tensor, pairs?: Tensor): Tensor {
  const lengths = tf.sum(tf.square(a), 1, true); // [rows, 1]
  const others = tf.transpose(tf.sum(tf.square(b), 1, true)); // [1, columns]
  const products = tf.matMul(a as never, b as never, false, true);
  const distances = tf.sub(tf.add(lengths, others), tf.mul(products, 2)) as Tensor; // [rows, columns]
  return sumOfKernels(distances, a.shape[1] as number, pairs);
}

/** The same over the pairs of rows of one number alone: those of `a` and `b` both [rows, latent]. */
function alignedKernelSum(a: Tensor, b: Tensor): Tensor {
  const distances = tf.sum(tf.square(tf.sub(a, b)), 1); // [rows]
  return sumOfKernels(distances, a.shape[1] as number);
}

/** Sum of the kernels of squared distances, each times what stands at its place in `pairs`, of the same shape. */
function sumOfKernels(distances: Tensor, latent: number, pairs?: Tensor): Tensor {
  const kernels = SCALES.map((scale) => {
    const c = 2 * latent * scale;
    const kernel = tf.div(c, tf.add(distances, c)) as Tensor;
    return tf.sum(pairs ? tf.mul(kernel, pairs) : kernel);
  });
  return tf.addN(kernels as never);
}

/**
 * The unbiased estimate `Σ_{i≠j} k(zᵢ, zⱼ)/n(n−1) + Σ_{i≠j} k(pᵢ, pⱼ)/n(n−1) − 2 Σ_{ij} k(zᵢ, pⱼ)/n²` of the squared discrepancy: a scalar,
 * below 0 by chance where codes are like the prior. With labels y, which the draws have as well, it is that of codes and labels together,
 * by the kernel `k(a, b) · (1 + [yₐ = y_b])/2`: it is 0 on average only where codes are like the prior for each label. A code and the draw of
 * its number always share their label, as two of different numbers do by chance alone: the last sum then leaves out i = j as well, and is
 * divided by n(n−1).
 * @param codes [n, latent]
 * @param prior as many draws of it: [n, latent]
 * @param perCode 1/n
 * @param perPair 1/n(n−1); 0 for a single code, of which the estimate is then the last term alone or, with labels, 0
 * @param labels int32 [n]
 */
export function discrepancy(codes: Tensor, prior: Tensor, perCode: Tensor, perPair: Tensor, labels?: Tensor): Tensor {
  const pairs = labels && labelKernel(labels);
  // A row's kernel with itself is 1 at each scale: n times that is taken away again from each of the two sums.
  const own = tf.mul(tf.div(perPair, perCode), 2 * SCALES.length);
  const within = tf.sub(tf.mul(tf.add(kernelSum(codes, codes, pairs), kernelSum(prior, prior, pairs)), perPair), own);
  const between = kernelSum(codes, prior, pairs);
  const across = pairs
    ? tf.mul(tf.sub(between, alignedKernelSum(codes, prior)), perPair)
    : tf.mul(between, tf.square(perCode));
  return tf.sub(within, tf.mul(across, 2));
}

/** 1 for pairs of one label and ½ for all others: [n, n]. */
function labelKernel(labels: Tensor): Tensor {
  const same = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), "float32");
  return tf.mul(tf.add(same, 1), 0.5);
}

export const mmd: Regularizer = {
  outputs: ["divergence"],

  feeds: (shape) => ({
    perPair: scalarSpec,
    prior: { shape: ["batch", shape.latent], dtype: "float32" },
  }),

  feedArrays(config, { sentences, step }) {
    const { seed, latent } = config;
    const random = RandomStream.named(seed, `mmd-prior/${step}`);
    const prior = fillPrior(config, random, new Float32Array(sentences * latent));
    return {
      perPair: scalar(sentences > 1 ? 1 / (sentences * (sentences - 1)) : 0),
      prior: { shape: [sentences, latent], data: prior },
    };
  },

  parameters: () => ({}),

  loss(_, { code }, { prior, perSentence, perPair, label }) {
    const loss = discrepancy(code, prior as Tensor, perSentence as Tensor, perPair as Tensor, label);
    return { loss, value: loss };
  },
};
