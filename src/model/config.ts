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
  cell: z.enum(["gru", "lstm"]).default("lstm").describe("recurrent cell of encoder and decoder"),
  hidden: count.max(8_192).default(256).describe("hidden units of each recurrent layer"),
  embedding: count.max(8_192).default(128).describe("width of the token embeddings"),
  latent: count.max(4_096).default(64).describe("dimensions of a code"),
  layers: count.max(8).default(1).describe("recurrent layers of encoder and of decoder"),
  directions: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe("directions in which the encoder reads"),
  discriminatorHidden: count.max(8_192).default(128).describe("hidden units of the discriminator's two layers"),

  // objective
  adversarialWeight: z.number().min(0).default(1).describe("weight λ of the adversarial loss against nats a sentence"),
  momentWeight: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of matching each code dimension's mean and variance, from the first step on"),
  latentNoise: z
    .number()
    .min(0)
    .default(0)
    .describe("standard deviation of the noise on the codes that the decoder learns from"),
  phases: z
    .enum(["joint", "alternating"])
    .default("joint")
    .describe("how reconstruction and adversarial steps are combined"),
  warmupSteps: z.int().min(0).default(500).describe("steps of reconstruction alone"),
  rampSteps: z.int().min(0).default(1_000).describe("steps over which λ then rises to its value"),
  discriminatorSteps: count.max(20).default(1).describe("discriminator updates for each update of the autoencoder"),

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

export type Config = z.infer<typeof configSchema>;

/** Settings as a user gives them: any subset of {@link Config}. */
export type ConfigInput = z.input<typeof configSchema>;

/**
 * Completes and checks settings.
 * @throws InputError that names each unknown key and each value out of range.
 */
export function parseConfig(input: unknown, origin = "settings"): Config {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  throw new InputError(`The ${origin} cannot be used: ${result.error.issues.map(describeIssue).join("; ")}.`);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ");
    return `${keys} is not a setting`;
  }
  return `${path || "value"}: ${issue.message.replace(/^Invalid input: /, "")}`;
}
