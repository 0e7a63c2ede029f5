// What every way of drawing codes to the prior promises the training step.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { FeedArrays, NamedArray, Signature, TensorMap } from "../../engine/types.ts";
import type { Config } from "../../model/config.ts";
import type { ModelShape } from "../../model/parameters.ts";
import type { Codes } from "../../model/posterior.ts";
import type { AdamSettings } from "../adam.ts";

/** What decides a regularizer's part of the step's graph. */
export interface RegularizerSettings extends AdamSettings {
  readonly discriminatorSteps: number;
  /** Whether the discriminator sees everything through noise. */
  readonly instanceNoise?: boolean;
  /** Whether the discriminator's slope at draws of the prior is penalised. */
  readonly slopePenalty?: boolean;
  /** Whether the discriminator's weights are divided by their largest singular values. */
  readonly spectralNorm?: boolean;
  /** Codes of earlier steps that the discriminator learns from as well; 0 or none: those of the step alone. */
  readonly recentCodes?: number;
}

/** Where in a run a batch stands. */
export interface FeedContext {
  readonly sentences: number;
  /** Number of the step, from 0. */
  readonly step: number;
  /** What learning rates are multiplied with. */
  readonly factor: number;
}

/** One objective on the codes of a batch. The step adds λ times its loss to what the encoder minimises. */
export interface Regularizer {
  /** Names under which the step gives out the value of the loss and, where there is an opponent, of the opponent's. */
  readonly outputs:
    | readonly ["adversarial", "discriminator"]
    | readonly ["divergence"]
    | readonly ["certainty", "codeClassifier"];
  /** What it is fed beside `perSentence` (1 / batch), λ and, in conditional models, `label`. */
  feeds(shape: ModelShape, settings: RegularizerSettings): Signature;
  /** The values of {@link feeds}; every draw comes from a stream named after the step. */
  feedArrays(config: Config, context: FeedContext): FeedArrays;
  /** Parameters of its own, beside the autoencoder's. */
  parameters(shape: ModelShape): Signature;
  /** What it keeps from one step to the next beside its parameters: state that is not learnt, zeros at first or fresh parameters. */
  memory?(shape: ModelShape, settings: RegularizerSettings): Signature;
  /** `loss`, a scalar in the encoder's parameters before λ, and `value`, what is reported of it. */
  loss(parameters: TensorMap, codes: Codes, feeds: TensorMap): { loss: Tensor; value: Tensor };
  /** Updates its own parameters, and its memory, on codes [batch, latent] that stand still. Exactly where it has parameters. */
  learn?(
    shape: ModelShape,
    settings: RegularizerSettings,
    state: TensorMap,
    codes: Tensor,
    feeds: TensorMap,
  ): { updated: TensorMap; loss: Tensor };
}

export const scalarSpec = { shape: [], dtype: "float32" } as const;

export const scalar = (value: number): NamedArray => ({ shape: [], data: Float32Array.of(value) });

/** `value`, or NaN when `norm` is not finite: a bad gradient is then seen at its own step, before it spoils the next. */
export function tainted(value: Tensor, norm: Tensor): Tensor {
  return tf.add(value, tf.mul(norm, 0));
}
