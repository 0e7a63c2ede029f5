// Every option of latentext in one schema: the config file, the command line's flags and the run folder all read it from here.
import { z } from "zod";

/** Version of the schema, stored in every run folder. */
export const CONFIG_VERSION = 1;

const count = z.int().min(1);
const column = z.union([count, z.string().min(1)]);
const probability = z.number().min(0).max(1);

export const configSchema = z.strictObject({
  version: z.literal(CONFIG_VERSION).default(CONFIG_VERSION),

  // data
  corpora: z.array(z.string()).default([]).describe("files to train on"),
  dev: z.string().nullable().default(null).describe("file to validate on"),
  devShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.02)
    .describe(
      "share of the corpus' different texts held out when there is no dev file; 32 at least, or a tenth of a small corpus",
    ),
  textColumn: column
    .nullable()
    .default(null)
    .describe(
      "column of the text in a .csv or .tsv, counted from 1 or by its name in the first row, or key in a .jsonl; by itself the one named text or sentence, or the last that is not the label",
    ),
  labelColumn: column
    .nullable()
    .default(null)
    .describe("column of the label, counted from 1 or by its name, or key in a .jsonl; by itself the one named label"),
  columns: z
    .strictObject({ count, text: count, label: count.nullable() })
    .nullable()
    .default(null)
    .describe("columns of tables whose first row names none; by itself those of the first table that is trained on"),

  // text
  tokenizer: z
    .string()
    .min(1)
    .default("auto")
    .describe(
      "word, whitespace, char, the folder of a Hugging Face tokenizer, or auto: word, but char for text that is written without spaces",
    ),
  vocabulary: count.max(1_000_000).default(10_000).describe("most frequent tokens to keep"),
  minimumCount: count.default(1).describe("times a token must occur to be kept"),
  maxLength: count.max(1_000).default(40).describe("longest sentence, in tokens; longer ones are left out of training"),
  noise: z
    .strictObject({
      drop: probability.default(0).describe("chance that a word is dropped from the encoder's input"),
      blank: probability.default(0.15).describe("chance that a word is replaced by a blank"),
      substitute: probability.default(0).describe("chance that a word is replaced by another"),
      shuffle: z.int().min(0).max(100).default(0).describe("places that a word may move"),
    })
    .prefault({}),

  dropout: probability
    .lt(1)
    .default(0)
    .describe(
      "chance that a feature of the words that are read, and of the states that logits are made of, is left out, for all of a sentence; in training by itself 0.3 for fewer than 10,000 sentences",
    ),

  recombination: probability
    .default(0)
    .describe(
      "chance that a clause, which punctuation ends, is another text's of as many clauses: a small corpus is then not learnt by heart",
    ),

  // model
  cell: z
    .enum(["gru", "lstm"])
    .nullable()
    .default(null)
    .describe(
      "recurrent cell of encoder and decoder, where these are not given; by itself lstm to read and gru to write",
    ),
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
  latent: count
    .max(4_096)
    .default(64)
    .describe("dimensions of a code; in training by itself more where texts have more than ten tokens, in proportion"),
  layers: count.max(8).default(1).describe("recurrent layers of encoder and of decoder"),
  directions: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe(
      "directions in which the encoder reads; conv has as many features as a recurrent encoder of as many directions",
    ),
  placeFeatures: z
    .int()
    .min(0)
    .max(8_192)
    .nullable()
    .default(null)
    .describe(
      "features that bind words to their places, beside the encoder's states and in what gru and lstm decoders hear; 0: none; by itself as many as the embedding is wide",
    ),
  outputWeights: z
    .enum(["tied", "own"])
    .nullable()
    .default(null)
    .describe(
      "what makes logits: tied, the embeddings of the words, or weights of their own; by itself tied, for deconv own",
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
    .nullable()
    .default(null)
    .describe(
      "standard deviation of the noise on codes: the decoder learns from noisy codes, and these are drawn to the prior; by itself 0.6, for Gaussian posteriors 0",
    ),
  codes: z
    .enum(["whitened", "learnt"])
    .default("whitened")
    .describe(
      "codes of the model that is kept: whitened, such that those of training texts with their noise have mean 0 and covariance I (it writes the same from the same texts), or as they were learnt; Gaussian posteriors and spheres are kept as learnt",
    ),
  phases: z
    .enum(["joint", "alternating"])
    .default("joint")
    .describe("how reconstruction and the regularizer are combined: in one update or in turn"),
  warmupSteps: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe("steps of reconstruction alone; by itself 500, of max-steps a sixth at most, and two epochs at most"),
  rampSteps: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      "steps over which λ then rises to its value; by itself 1,000, with all cycles a third of max-steps at most, and four epochs at most",
    ),
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
    .enum(["hold", "linear", "constant"])
    .default("hold")
    .describe(
      "hold: rates fall to a twentieth from where learning stands still, and from six tenths of the run at the latest, to its end by max-steps, epochs or max-minutes; linear: from its start; or constant",
    ),
  averaging: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.05)
    .describe(
      "the model that is kept has weights averaged over the steps, of a mean age of this share of the steps so far; 0: the last ones",
    ),
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
  epochs: count
    .nullable()
    .default(null)
    .describe(
      "passes over the corpus, at most; by itself 20, at linear rates, for fewer than 10,000 sentences, and below 1,000 only without max-steps and max-minutes",
    ),
  maxSteps: count.nullable().default(null).describe("steps, at most"),
  maxMinutes: z.number().positive().nullable().default(null).describe("minutes of training, at most"),
  patience: count.default(10).describe("reports without a better dev reconstruction before training stops"),
  reportSteps: count
    .default(500)
    .describe("steps from one report to the next; in training by itself two epochs at most, and 50 steps at least"),
  checkpointSteps: count.default(1_000).describe("steps from one checkpoint to the next"),
  checkpointMinutes: z.number().positive().default(5).describe("minutes from one checkpoint to the next"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1).describe("seed of every random stream"),

  // engine
  engine: z.enum(["auto", "compiled", "tensorflow", "wasm", "cpu"]).default("auto").describe("how steps are run"),
  threads: z.int().min(0).max(1_024).default(0).describe("threads of the compiled engine; 0: one a processor"),
});

/** Settings as the schema gives them: each right by itself, and null where a user left open what depends on others. */
export type GivenConfig = z.infer<typeof configSchema>;

export type { ConfigInput } from "./config-input.ts";

export type RegularizerKind = GivenConfig["regularizer"];

export type EncoderKind = NonNullable<GivenConfig["encoder"]>;
export type DecoderKind = NonNullable<GivenConfig["decoder"]>;
export type PoolingKind = NonNullable<GivenConfig["pooling"]>;
export type ReconstructionKind = GivenConfig["reconstruction"];
