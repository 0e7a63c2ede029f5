// Which settings do not go together: each may be right by itself.
import { configSchema, type GivenConfig, type RegularizerKind } from "./config-schema.ts";

/** Settings that only some regularizers know. Without a regularizer those of a discriminator may stay: λ = 0 is how it is switched off. */
const BELONGS: Readonly<Partial<Record<keyof GivenConfig, readonly RegularizerKind[]>>> = {
  freeBits: ["kl"],
  cycles: ["kl"],
  discriminatorSteps: ["adversarial", "wasserstein", "none"],
  discriminatorLearningRate: ["adversarial", "wasserstein", "none"],
  discriminatorNorm: ["adversarial", "none"],
  r1Weight: ["adversarial", "none"],
  instanceNoise: ["adversarial", "none"],
  instanceNoiseSteps: ["adversarial", "none"],
  recentBatches: ["adversarial", "none"],
};

/** Settings that only conditional models know. */
const CONDITIONAL = ["labelDropout", "codeClassifierWeight"] as const;

/** What is wrong with settings that are each right by themselves. */
export function misfits(config: GivenConfig): string[] {
  return [...familyMisfits(config), ...objectiveMisfits(config)];
}

/** The same of the settings about what reads and what writes. */
function familyMisfits({
  cell,
  encoder,
  decoder,
  pooling,
  layers,
  reconstruction,
  outputWeights,
}: GivenConfig): string[] {
  const found: string[] = [];
  if (cell !== null && encoder !== null && decoder !== null && !(cell === encoder && cell === decoder))
    found.push(`cell is ${cell} beside the encoder ${encoder} and the decoder ${decoder}: expected no cell`);
  if (encoder === "conv" && pooling !== null && pooling !== "max")
    found.push(`pooling is ${pooling} for the encoder conv: expected max, the only one it knows`);
  if (encoder === "conv" && decoder === "deconv" && layers !== 1)
    found.push(`layers is ${layers} for the encoder conv and the decoder deconv: expected 1, as neither is recurrent`);
  if (decoder !== "deconv" && reconstruction !== "cross-entropy")
    found.push(
      `reconstruction ${reconstruction} belongs to the decoder deconv, and ${decoder ?? cell ?? "gru"} is given`,
    );
  if (decoder === "deconv" && outputWeights === "tied")
    found.push("outputWeights tied belongs to the decoders gru and lstm, and deconv is given");
  return found;
}

function objectiveMisfits(config: GivenConfig): string[] {
  const { regularizer, regularizerWeight, adversarialWeight } = config;
  const found: string[] = [];
  if (
    adversarialWeight !== null &&
    regularizer !== "adversarial" &&
    !(regularizer === "none" && adversarialWeight === 0)
  )
    found.push(
      `adversarialWeight belongs to the regularizer adversarial, and ${regularizer} is given: use regularizerWeight`,
    );
  else if (adversarialWeight !== null && regularizerWeight !== null && adversarialWeight !== regularizerWeight)
    found.push(
      `adversarialWeight ${adversarialWeight} and regularizerWeight ${regularizerWeight} are the same setting: expected one of them`,
    );
  if (regularizer === "none" && regularizerWeight)
    found.push(`regularizerWeight is ${regularizerWeight} where the regularizer is none: expected 0, or a regularizer`);
  if (regularizerWeight === 0 && regularizer !== "none" && regularizer !== "adversarial")
    found.push(`regularizerWeight is 0 for ${regularizer}: expected more, or the regularizer none`);
  found.push(...codeMisfits(config));
  if (isChanged(config, "instanceNoiseSteps") && config.instanceNoise === 0)
    found.push("instanceNoiseSteps is given where instanceNoise is 0: expected a deviation of that noise");
  for (const key of CONDITIONAL) {
    if (!config.conditional && isChanged(config, key))
      found.push(`${key} belongs to conditional models, and conditional is false`);
  }
  if (config.conditional && config.recentBatches > 0)
    found.push("recentBatches keeps codes without their labels, and conditional is true: expected 0");
  for (const [key, kinds] of Object.entries(BELONGS)) {
    if (isChanged(config, key as keyof typeof config) && !kinds.includes(regularizer))
      found.push(`${key} belongs to the regularizer ${kinds[0]}, and ${regularizer} is given`);
  }
  return found;
}

/** The same of the settings about the prior and the posteriors. */
function codeMisfits({ regularizer, prior, latent, posterior, posteriorPenalty }: GivenConfig): string[] {
  const found: string[] = [];
  if (regularizer === "kl" && posterior === "point")
    found.push(
      "posterior is point where the regularizer is kl, which is about the variance of Gaussians: expected gaussian",
    );
  if (regularizer === "kl" && prior === "sphere")
    found.push("prior is sphere where the regularizer is kl, which is about N(0, I): expected gaussian");
  if (posteriorPenalty && (regularizer === "kl" || posterior !== "gaussian"))
    found.push(
      `posteriorPenalty belongs to the posterior gaussian without kl, and ${regularizer === "kl" ? "kl" : "point"} is given`,
    );
  if (prior === "sphere" && latent < 2)
    found.push(`latent is ${latent} where the prior is sphere: expected at least 2`);
  return found;
}

/** Whether a setting differs from its default. */
function isChanged(config: GivenConfig, key: keyof typeof configSchema.shape): boolean {
  return config[key] !== configSchema.shape[key].parse(undefined);
}
