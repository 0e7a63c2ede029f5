// Every option of latentext in one schema: the config file, the command line's flags and the run folder all read it from here.
import { z } from "zod";
import { InputError } from "../errors.ts";

/** Version of the schema, stored in every run folder. */
export const CONFIG_VERSION = 1;

const count = z.int().min(1);
const probability = z.number().min(0).max(1);

export const configSchema = z.strictObject({
  version: z.literal(CONFIG_VERSION).default(CONFIG_VERSION),

  // data
  corpora: z.array(z.string()).default([]).describe("files to train on"),
  dev: z.string().nullable().default(null).describe("file to validate on"),
  devShare: z.number().min(0).max(0.5).default(0.02).describe("share of the corpus held out when there is no dev file"),
  labelColumn: count.nullable().default(null).describe("column of the label, counted from 1"),

  // text
  tokenizer: z
    .string()
    .min(1)
    .default("word")
    .describe("word, whitespace, char, or the folder of a Hugging Face tokenizer"),
  vocabulary: count.max(1_000_000).default(10_000).describe("most frequent tokens to keep"),
  minimumCount: count.default(1).describe("times a token must occur to be kept"),
  maxLength: count.max(1_000).default(40).describe("longest sentence, in tokens; longer ones are left out of training"),
  noise: z
    .strictObject({
      drop: probability.default(0).describe("chance that a word is dropped from the encoder's input"),
      blank: probability.default(0).describe("chance that a word is replaced by a blank"),
      substitute: probability.default(0).describe("chance that a word is replaced by another"),
      shuffle: z.int().min(0).max(100).default(0).describe("places that a word may move"),
    })
    .prefault({}),

  // model
  cell: z
    .enum(["gru", "lstm"])
    .nullable()
    .default(null)
    .describe("recurrent cell of encoder and decoder, where these are not given; by itself lstm"),
  encoder: z
    .enum(["gru", "lstm", "conv"])
    .nullable()
    .default(null)
    .describe("what reads texts: gru, lstm, or conv (convolutions and their maxima over time); by itself the cell"),
  decoder: z
    .enum(["gru", "lstm", "deconv"])
    .nullable()
    .default(null)
    .describe(
      "what writes texts: gru, lstm, or deconv (transposed convolutions, all tokens at once); by itself the cell",
    ),
  pooling: z
    .enum(["last", "mean", "max"])
    .nullable()
    .default(null)
    .describe("what the code is made of: a recurrent encoder's last states, or their mean or maxima over time"),
  hidden: count.max(8_192).default(256).describe("hidden units of each layer"),
  embedding: count.max(8_192).default(128).describe("width of the token embeddings"),
  latent: count.max(4_096).default(64).describe("dimensions of a code"),
  layers: count.max(8).default(1).describe("recurrent layers of encoder and of decoder"),
  directions: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe(
      "directions in which the encoder reads; conv has as many features as a recurrent encoder of as many directions",
    ),
  discriminatorHidden: count.max(8_192).default(128).describe("hidden units of the discriminator's two layers"),

  // labels
  conditional: z
    .boolean()
    .default(false)
    .describe("give the decoder the label of each sentence, so that texts can be written with one of choice"),
  labelDropout: probability
    .lt(1)
    .default(0.1)
    .describe(
      "conditional: share of the labels that are hidden in a step, so that texts can be written without one too",
    ),
  codeClassifierWeight: z
    .number()
    .min(0)
    .default(0)
    .describe("conditional: weight of deceiving a classifier that reads labels from codes; 0: no classifier"),

  // objective
  reconstruction: z
    .enum(["cross-entropy", "mean-squared-error"])
    .default("cross-entropy")
    .describe(
      "what makes a text come back: cross-entropy of its tokens or, for deconv, squared distance to their embeddings",
    ),
  prior: z
    .enum(["gaussian", "sphere"])
    .default("gaussian")
    .describe("what codes are drawn to: N(0, I), or the uniform distribution on a sphere, for which codes are scaled"),
  posterior: z
    .enum(["point", "gaussian"])
    .nullable()
    .default(null)
    .describe(
      "what the encoder makes of a text: a point, or a Gaussian of points; by itself a point, for kl a Gaussian",
    ),
  posteriorPenalty: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      "gaussian posterior: weight of |log variance|, which keeps it from shrinking to a point; by itself 0.01, for kl 0",
    ),
  regularizer: z
    .enum(["none", "adversarial", "wasserstein", "mmd", "kl"])
    .default("adversarial")
    .describe(
      "what draws codes to the prior: none, adversarial, wasserstein (a critic), mmd (kernels), or kl (a variational autoencoder)",
    ),
  regularizerWeight: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe("weight λ of the regularizer against nats a sentence; by itself 1, for mmd 10"),
  adversarialWeight: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe("regularizer-weight by its name for adversarial; 0: no regularizer"),
  momentWeight: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      "weight of matching each code dimension's mean and variance, from the first step on; by itself 1, for kl 0",
    ),
  freeBits: z.number().min(0).default(0.5).describe("kl: nats of each dimension of a code that cost nothing"),
  cycles: count
    .max(1_000)
    .default(1)
    .describe("kl: times that λ is ramped, each time followed by as many steps at its full value"),
  latentNoise: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "standard deviation of the noise on codes: the decoder learns from noisy codes, and these are drawn to the prior",
    ),
  phases: z
    .enum(["joint", "alternating"])
    .default("joint")
    .describe("how reconstruction and the regularizer are combined: in one update or in turn"),
  warmupSteps: z.int().min(0).default(500).describe("steps of reconstruction alone"),
  rampSteps: z.int().min(0).default(1_000).describe("steps over which λ then rises to its value"),
  discriminatorSteps: count.max(20).default(1).describe("discriminator updates for each update of the autoencoder"),
  discriminatorNorm: z
    .enum(["none", "spectral"])
    .default("none")
    .describe("spectral: the discriminator's weights are divided by their largest singular values; or none"),
  r1Weight: z
    .number()
    .min(0)
    .default(0)
    .describe("weight of the penalty on the discriminator's slope at draws of the prior"),
  instanceNoise: z
    .number()
    .min(0)
    .default(0)
    .describe("standard deviation, at the first step, of the noise on all that the discriminator sees"),
  instanceNoiseSteps: count.default(5_000).describe("steps over which that noise falls to 0"),
  recentBatches: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("batches of earlier steps whose codes the discriminator learns from beside the present ones"),

  // optimisation
  learningRate: z.number().positive().default(0.004).describe("Adam's rate for the autoencoder"),
  schedule: z
    .enum(["linear", "constant"])
    .default("linear")
    .describe("linear: rates fall to a twentieth at the end of max-steps, epochs or max-minutes; or constant"),
  discriminatorLearningRate: z.number().positive().default(0.001).describe("Adam's rate for the discriminator"),
  beta1: probability.lt(1).default(0.9).describe("Adam's decay of the first moment"),
  beta2: probability.lt(1).default(0.999).describe("Adam's decay of the second moment"),
  gradientClip: z
    .number()
    .positive()
    .default(5)
    .describe("largest global gradient norm, per token of the mean sentence"),

  sampledSoftmax: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(2_048)
    .describe("words whose logits a step computes: those of the batch, the most frequent and some others; 0: all"),

  // training
  batchSize: count.max(65_536).default(64).describe("sentences a step"),
  tokenBudget: count.nullable().default(null).describe("tokens a step, at most, beside the limit on sentences"),
  epochs: count.nullable().default(null).describe("passes over the corpus, at most"),
  maxSteps: count.nullable().default(null).describe("steps, at most"),
  maxMinutes: z.number().positive().nullable().default(null).describe("minutes of training, at most"),
  patience: count.default(10).describe("reports without a better dev reconstruction before training stops"),
  reportSteps: count.default(500).describe("steps from one report to the next"),
  checkpointSteps: count.default(1_000).describe("steps from one checkpoint to the next"),
  checkpointMinutes: z.number().positive().default(5).describe("minutes from one checkpoint to the next"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1).describe("seed of every random stream"),

  // engine
  engine: z.enum(["auto", "compiled", "tensorflow", "wasm", "cpu"]).default("auto").describe("how steps are run"),
  threads: z.int().min(0).max(1_024).default(0).describe("threads of the compiled engine; 0: one a processor"),
});

export type RegularizerKind = z.infer<typeof configSchema>["regularizer"];

export type EncoderKind = NonNullable<z.infer<typeof configSchema>["encoder"]>;
export type DecoderKind = NonNullable<z.infer<typeof configSchema>["decoder"]>;
export type PoolingKind = NonNullable<z.infer<typeof configSchema>["pooling"]>;
export type ReconstructionKind = z.infer<typeof configSchema>["reconstruction"];

/**
 * Settings as {@link parseConfig} completes them: what was left open has its value, λ has one name, and what reads and what writes have
 * each their own in place of the cell.
 */
export type Config = Omit<
  z.infer<typeof configSchema>,
  | "cell"
  | "encoder"
  | "decoder"
  | "pooling"
  | "posterior"
  | "posteriorPenalty"
  | "regularizerWeight"
  | "adversarialWeight"
  | "momentWeight"
> & {
  readonly encoder: EncoderKind;
  readonly decoder: DecoderKind;
  readonly pooling: PoolingKind;
  readonly posterior: "point" | "gaussian";
  readonly posteriorPenalty: number;
  /** λ; 0 exactly where the regularizer is "none". */
  readonly regularizerWeight: number;
  readonly momentWeight: number;
};

/** Settings as a user gives them: any subset of {@link configSchema}. */
export type ConfigInput = z.input<typeof configSchema>;

/** λ where none is given. A discrepancy of kernels is a small number (at most 14), the others are in nats or in units of a code. */
const WEIGHTS: Readonly<Record<RegularizerKind, number>> = { none: 0, adversarial: 1, wasserstein: 1, mmd: 10, kl: 1 };

/**
 * Weight of the penalty on posteriors where none is given: that of Shen et al. (2020), whose loss is in nats a sentence as well. On lines of
 * verse it holds variances near 0.02, where they fall to 0.0002 without it; 0.05 holds them near 0.2, which reconstruction feels.
 */
const POSTERIOR_PENALTY = 0.01;

/** Settings that only some regularizers know. Without a regularizer those of a discriminator may stay: λ = 0 is how it is switched off. */
const BELONGS: Readonly<Partial<Record<keyof Config, readonly RegularizerKind[]>>> = {
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

/**
 * Completes and checks settings. What it returns is the same when it is parsed again.
 * @throws InputError that names each unknown key, each value out of range and each that does not fit the regularizer.
 */
export function parseConfig(input: unknown, origin = "settings"): Config {
  const result = configSchema.safeParse(input);
  const issues = result.success ? misfits(result.data) : result.error.issues.map(describeIssue);
  if (!result.success || issues.length > 0) throw new InputError(`The ${origin} cannot be used: ${issues.join("; ")}.`);
  const { cell, adversarialWeight, regularizerWeight, momentWeight, posterior, posteriorPenalty, ...rest } =
    result.data;
  const variational = rest.regularizer === "kl";
  const kind = posterior ?? (variational ? "gaussian" : "point");
  const weight = regularizerWeight ?? adversarialWeight ?? WEIGHTS[rest.regularizer];
  const encoder = rest.encoder ?? cell ?? "lstm";
  return {
    ...rest,
    encoder,
    decoder: rest.decoder ?? cell ?? "lstm",
    pooling: rest.pooling ?? (encoder === "conv" ? "max" : "last"),
    regularizer: weight === 0 ? "none" : rest.regularizer,
    regularizerWeight: weight,
    // The divergence of a variational autoencoder is about mean and variance already, of each posterior too.
    momentWeight: momentWeight ?? (variational ? 0 : 1),
    posterior: kind,
    posteriorPenalty: posteriorPenalty ?? (kind === "gaussian" && !variational ? POSTERIOR_PENALTY : 0),
  };
}

/** What is wrong with settings that are each right by themselves. */
function misfits(config: z.infer<typeof configSchema>): string[] {
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
}: z.infer<typeof configSchema>): string[] {
  const found: string[] = [];
  if (cell !== null && encoder !== null && decoder !== null && !(cell === encoder && cell === decoder))
    found.push(`cell is ${cell} beside the encoder ${encoder} and the decoder ${decoder}: expected no cell`);
  if (encoder === "conv" && pooling !== null && pooling !== "max")
    found.push(`pooling is ${pooling} for the encoder conv: expected max, the only one it knows`);
  if (encoder === "conv" && decoder === "deconv" && layers !== 1)
    found.push(`layers is ${layers} for the encoder conv and the decoder deconv: expected 1, as neither is recurrent`);
  if (decoder !== "deconv" && reconstruction !== "cross-entropy")
    found.push(
      `reconstruction ${reconstruction} belongs to the decoder deconv, and ${decoder ?? cell ?? "lstm"} is given`,
    );
  return found;
}

function objectiveMisfits(config: z.infer<typeof configSchema>): string[] {
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
function codeMisfits({
  regularizer,
  prior,
  latent,
  posterior,
  posteriorPenalty,
}: z.infer<typeof configSchema>): string[] {
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
function isChanged(config: z.infer<typeof configSchema>, key: keyof typeof configSchema.shape): boolean {
  return config[key] !== configSchema.shape[key].parse(undefined);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ");
    return `${keys} is not a setting`;
  }
  return `${path || "value"}: ${issue.message.replace(/^Invalid input: /, "")}`;
}
