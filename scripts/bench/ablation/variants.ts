// What the ablation compares: each variant is a name, the settings by which it differs from the base, and why it is there.
import type { ConfigInput } from "../../../src/model/config-schema.ts";

export interface Variant {
  readonly name: string;
  readonly why: string;
  readonly settings: ConfigInput;
}

export const VARIANTS: readonly Variant[] = [
  { name: "base", why: "what all others differ from", settings: {} },

  // the schedule of λ
  { name: "no-warmup", why: "codes meet the prior before they mean anything", settings: { warmupSteps: 0 } },
  { name: "no-ramp", why: "λ jumps to its value", settings: { rampSteps: 0 } },
  {
    name: "weight-0.1",
    why: "a tenth of λ: better reconstruction for worse samples?",
    settings: { regularizerWeight: 0.1 },
  },
  { name: "weight-10", why: "ten times λ, as DAAE has it", settings: { regularizerWeight: 10 } },

  // the prior
  { name: "no-moments", why: "the discriminator alone holds mean and variance", settings: { momentWeight: 0 } },
  { name: "no-regularizer", why: "what reconstruction costs at all", settings: { regularizer: "none" } },
  { name: "mmd", why: "no opponent", settings: { regularizer: "mmd" } },
  { name: "wasserstein", why: "a critic in place of the discriminator", settings: { regularizer: "wasserstein" } },
  { name: "kl", why: "variational in place of adversarial", settings: { regularizer: "kl" } },
  { name: "gaussian-posterior", why: "sentences that fill a volume each", settings: { posterior: "gaussian" } },
  { name: "sphere", why: "codes of one length", settings: { prior: "sphere" } },

  // the discriminator
  { name: "instance-noise", why: "a discriminator that is not certain too early", settings: { instanceNoise: 0.5 } },
  { name: "r1", why: "a flat discriminator where nothing is to be told apart", settings: { r1Weight: 1 } },
  { name: "spectral", why: "a discriminator of slope 1 at most", settings: { discriminatorNorm: "spectral" } },
  { name: "steps-3", why: "a discriminator that keeps up", settings: { discriminatorSteps: 3 } },
  { name: "recent-3", why: "a discriminator that remembers", settings: { recentBatches: 3 } },
  {
    name: "mixpoet",
    why: "the recipe for quatrains: noise, normed weights, three updates on recent codes",
    settings: { instanceNoise: 0.5, discriminatorNorm: "spectral", discriminatorSteps: 3, recentBatches: 3 },
  },

  // the model
  { name: "own-weights", why: "logits by weights of their own", settings: { outputWeights: "own" } },
  { name: "lstm-decoder", why: "memory beside the hidden state", settings: { decoder: "lstm" } },
  { name: "gru-encoder", why: "one kind of cell for both", settings: { encoder: "gru" } },
  { name: "no-places", why: "recurrent layers that count for themselves", settings: { placeFeatures: 0 } },

  // optimisation
  { name: "linear-rate", why: "learning rates that fall from the start", settings: { schedule: "linear" } },
  { name: "constant-rate", why: "no fall of the learning rates", settings: { schedule: "constant" } },
  { name: "rate-0.001", why: "the usual rate of Adam", settings: { learningRate: 0.001 } },
  { name: "clip-0.5", why: "the usual 5 on the loss of a sentence of ten tokens", settings: { gradientClip: 0.5 } },
  { name: "clip-1000", why: "no clipping", settings: { gradientClip: 1_000 } },
  { name: "last-weights", why: "no average of the weights", settings: { averaging: 0 } },
  { name: "averaging-0.1", why: "an average that remembers twice as long", settings: { averaging: 0.1 } },
  { name: "alternating", why: "three phases in turn", settings: { phases: "alternating" } },

  // noise
  { name: "no-blanks", why: "texts read as they are", settings: { noise: { blank: 0 } } },
  {
    name: "drop-0.1",
    why: "a tenth of the words dropped from what is read",
    settings: { noise: { blank: 0, drop: 0.1 } },
  },
  { name: "drop-0.3", why: "three tenths, as DAAE has it", settings: { noise: { blank: 0, drop: 0.3 } } },
  { name: "no-latent-noise", why: "sentences that are points", settings: { latentNoise: 0 } },
  { name: "latent-noise-0.35", why: "decoders that know the surroundings of codes", settings: { latentNoise: 0.35 } },
  { name: "latent-noise-0.8", why: "the same, further out", settings: { latentNoise: 0.8 } },
  { name: "learnt-codes", why: "codes as they were learnt", settings: { codes: "learnt" } },
];
