// Settings as users give them, made from config-schema.ts by test/model/config-input.test.ts: it says how.

/** Columns of tables whose first row names none; by itself those of the first table that is trained on. */
export interface ColumnsInput {
  readonly count: number;
  readonly text: number;
  readonly label: number | null;
}

/** What is done to a sentence before the encoder reads it. */
export interface NoiseInput {
  /**
   * Chance that a word is dropped from the encoder's input. From 0 to 1.
   * @default 0
   */
  readonly drop?: number | undefined;
  /**
   * Chance that a word is replaced by a blank. From 0 to 1.
   * @default 0.15
   */
  readonly blank?: number | undefined;
  /**
   * Chance that a word is replaced by another. From 0 to 1.
   * @default 0
   */
  readonly substitute?: number | undefined;
  /**
   * Places that a word may move. An integer from 0 to 100.
   * @default 0
   */
  readonly shuffle?: number | undefined;
}

/** Settings as a user gives them, any of them. What is not given, or null, has its default. */
export interface ConfigInput {
  /**
   * Version of the settings.
   * @default 1
   */
  readonly version?: 1 | undefined;
  /** Files to train on. */
  readonly corpora?: readonly string[] | undefined;
  /** File to validate on. */
  readonly dev?: string | null | undefined;
  /**
   * Share of the corpus' different texts held out when there is no dev file; 32 at least, or a tenth of a small corpus. From 0 to 0.5.
   * @default 0.02
   */
  readonly devShare?: number | undefined;
  /** Column of the text in a .csv or .tsv, counted from 1 or by its name in the first row, or key in a .jsonl; by itself the one named text or sentence, or the last that is not the label. */
  readonly textColumn?: number | string | null | undefined;
  /** Column of the label, counted from 1 or by its name, or key in a .jsonl; by itself the one named label. */
  readonly labelColumn?: number | string | null | undefined;
  /** Columns of tables whose first row names none; by itself those of the first table that is trained on. */
  readonly columns?: ColumnsInput | null | undefined;
  /**
   * word, whitespace, char, the folder of a Hugging Face tokenizer, or auto: word, but char for text that is written without spaces.
   * @default "auto"
   */
  readonly tokenizer?: string | undefined;
  /**
   * Most frequent tokens to keep. An integer from 1 to 1,000,000.
   * @default 10000
   */
  readonly vocabulary?: number | undefined;
  /**
   * Times a token must occur to be kept. An integer of at least 1.
   * @default 1
   */
  readonly minimumCount?: number | undefined;
  /**
   * Longest sentence, in tokens; longer ones are left out of training. An integer from 1 to 1,000.
   * @default 40
   */
  readonly maxLength?: number | undefined;
  /** What is done to a sentence before the encoder reads it. */
  readonly noise?: NoiseInput | undefined;
  /**
   * Chance that a feature of the words that are read, and of the states that logits are made of, is left out, for all of a sentence; in training by itself 0.3 for fewer than 10,000 sentences. From 0 to below 1.
   * @default 0
   */
  readonly dropout?: number | undefined;
  /**
   * Chance that a clause, which punctuation ends, is another text's of as many clauses: a small corpus is then not learnt by heart. From 0 to 1.
   * @default 0
   */
  readonly recombination?: number | undefined;
  /** Recurrent cell of encoder and decoder, where these are not given; by itself lstm to read and gru to write. */
  readonly cell?: "gru" | "lstm" | null | undefined;
  /** What reads texts: gru, lstm, or conv (convolutions and their maxima over time); by itself the cell. */
  readonly encoder?: "gru" | "lstm" | "conv" | null | undefined;
  /** What writes texts: gru, lstm, or deconv (transposed convolutions, all tokens at once); by itself the cell. */
  readonly decoder?: "gru" | "lstm" | "deconv" | null | undefined;
  /** What the code is made of: a recurrent encoder's last states, or their mean or maxima over time. */
  readonly pooling?: "last" | "mean" | "max" | null | undefined;
  /**
   * Hidden units of each layer. An integer from 1 to 8,192.
   * @default 256
   */
  readonly hidden?: number | undefined;
  /**
   * Width of the token embeddings. An integer from 1 to 8,192.
   * @default 128
   */
  readonly embedding?: number | undefined;
  /**
   * Dimensions of a code; in training by itself more where texts have more than ten tokens, in proportion. An integer from 1 to 4,096.
   * @default 64
   */
  readonly latent?: number | undefined;
  /**
   * Recurrent layers of encoder and of decoder. An integer from 1 to 8.
   * @default 1
   */
  readonly layers?: number | undefined;
  /**
   * Directions in which the encoder reads; conv has as many features as a recurrent encoder of as many directions.
   * @default 2
   */
  readonly directions?: 1 | 2 | undefined;
  /** Features that bind words to their places, beside the encoder's states and in what gru and lstm decoders hear; 0: none; by itself as many as the embedding is wide. An integer from 0 to 8,192. */
  readonly placeFeatures?: number | null | undefined;
  /** What makes logits: tied, the embeddings of the words, or weights of their own; by itself tied, for deconv own. */
  readonly outputWeights?: "tied" | "own" | null | undefined;
  /**
   * Hidden units of the discriminator's two layers. An integer from 1 to 8,192.
   * @default 128
   */
  readonly discriminatorHidden?: number | undefined;
  /**
   * Give the decoder the label of each sentence, so that texts can be written with one of choice.
   * @default false
   */
  readonly conditional?: boolean | undefined;
  /**
   * conditional: share of the labels that are hidden in a step, so that texts can be written without one too. From 0 to below 1.
   * @default 0.1
   */
  readonly labelDropout?: number | undefined;
  /**
   * conditional: weight of deceiving a classifier that reads labels from codes; 0: no classifier. At least 0.
   * @default 0
   */
  readonly codeClassifierWeight?: number | undefined;
  /**
   * What makes a text come back: cross-entropy of its tokens or, for deconv, squared distance to their embeddings.
   * @default "cross-entropy"
   */
  readonly reconstruction?: "cross-entropy" | "mean-squared-error" | undefined;
  /**
   * What codes are drawn to: N(0, I), or the uniform distribution on a sphere, for which codes are scaled.
   * @default "gaussian"
   */
  readonly prior?: "gaussian" | "sphere" | undefined;
  /** What the encoder makes of a text: a point, or a Gaussian of points; by itself a point, for kl a Gaussian. */
  readonly posterior?: "point" | "gaussian" | null | undefined;
  /** Gaussian posterior: weight of |log variance|, which keeps it from shrinking to a point; by itself 0.01, for kl 0. At least 0. */
  readonly posteriorPenalty?: number | null | undefined;
  /**
   * What draws codes to the prior: none, adversarial, wasserstein (a critic), mmd (kernels), or kl (a variational autoencoder).
   * @default "adversarial"
   */
  readonly regularizer?: "none" | "adversarial" | "wasserstein" | "mmd" | "kl" | undefined;
  /** Weight λ of the regularizer against nats a sentence; by itself 1, for mmd 10. At least 0. */
  readonly regularizerWeight?: number | null | undefined;
  /** regularizerWeight by its name for adversarial; 0: no regularizer. At least 0. */
  readonly adversarialWeight?: number | null | undefined;
  /** Weight of matching each code dimension's mean and variance, from the first step on; by itself 1, for kl 0. At least 0. */
  readonly momentWeight?: number | null | undefined;
  /**
   * kl: nats of each dimension of a code that cost nothing. At least 0.
   * @default 0.5
   */
  readonly freeBits?: number | undefined;
  /**
   * kl: times that λ is ramped, each time followed by as many steps at its full value. An integer from 1 to 1,000.
   * @default 1
   */
  readonly cycles?: number | undefined;
  /** Standard deviation of the noise on codes: the decoder learns from noisy codes, and these are drawn to the prior; by itself 0.6, for Gaussian posteriors 0. At least 0. */
  readonly latentNoise?: number | null | undefined;
  /**
   * Codes of the model that is kept: whitened, such that those of training texts with their noise have mean 0 and covariance I (it writes the same from the same texts), or as they were learnt; Gaussian posteriors and spheres are kept as learnt.
   * @default "whitened"
   */
  readonly codes?: "whitened" | "learnt" | undefined;
  /**
   * How reconstruction and the regularizer are combined: in one update or in turn.
   * @default "joint"
   */
  readonly phases?: "joint" | "alternating" | undefined;
  /** Steps of reconstruction alone; by itself 500, of maxSteps a sixth at most, and two epochs at most. An integer of at least 0. */
  readonly warmupSteps?: number | null | undefined;
  /** Steps over which λ then rises to its value; by itself 1,000, with all cycles a third of maxSteps at most, and four epochs at most. An integer of at least 0. */
  readonly rampSteps?: number | null | undefined;
  /**
   * Discriminator updates for each update of the autoencoder. An integer from 1 to 20.
   * @default 1
   */
  readonly discriminatorSteps?: number | undefined;
  /**
   * spectral: the discriminator's weights are divided by their largest singular values; or none.
   * @default "none"
   */
  readonly discriminatorNorm?: "none" | "spectral" | undefined;
  /**
   * Weight of the penalty on the discriminator's slope at draws of the prior. At least 0.
   * @default 0
   */
  readonly r1Weight?: number | undefined;
  /**
   * Standard deviation, at the first step, of the noise on all that the discriminator sees. At least 0.
   * @default 0
   */
  readonly instanceNoise?: number | undefined;
  /**
   * Steps over which that noise falls to 0. An integer of at least 1.
   * @default 5000
   */
  readonly instanceNoiseSteps?: number | undefined;
  /**
   * Batches of earlier steps whose codes the discriminator learns from beside the present ones. An integer from 0 to 100.
   * @default 0
   */
  readonly recentBatches?: number | undefined;
  /**
   * Adam's rate for the autoencoder. Above 0.
   * @default 0.004
   */
  readonly learningRate?: number | undefined;
  /**
   * hold: rates fall to a twentieth from where learning stands still, and from six tenths of the run at the latest, to its end by maxSteps, epochs or maxMinutes; linear: from its start; or constant.
   * @default "hold"
   */
  readonly schedule?: "hold" | "linear" | "constant" | undefined;
  /**
   * The model that is kept has weights averaged over the steps, of a mean age of this share of the steps so far; 0: the last ones. From 0 to 0.5.
   * @default 0.05
   */
  readonly averaging?: number | undefined;
  /**
   * Adam's rate for the discriminator. Above 0.
   * @default 0.001
   */
  readonly discriminatorLearningRate?: number | undefined;
  /**
   * Adam's decay of the first moment. From 0 to below 1.
   * @default 0.9
   */
  readonly beta1?: number | undefined;
  /**
   * Adam's decay of the second moment. From 0 to below 1.
   * @default 0.999
   */
  readonly beta2?: number | undefined;
  /**
   * Largest global gradient norm, per token of the mean sentence. Above 0.
   * @default 5
   */
  readonly gradientClip?: number | undefined;
  /**
   * Words whose logits a step computes: those of the batch, the most frequent and some others; 0: all. An integer from 0 to 1,000,000.
   * @default 2048
   */
  readonly sampledSoftmax?: number | undefined;
  /**
   * Sentences a step. An integer from 1 to 65,536.
   * @default 64
   */
  readonly batchSize?: number | undefined;
  /** Tokens a step, at most, beside the limit on sentences. An integer of at least 1. */
  readonly tokenBudget?: number | null | undefined;
  /** Passes over the corpus, at most; by itself 20, at linear rates, for fewer than 10,000 sentences, and below 1,000 only without maxSteps and maxMinutes. An integer of at least 1. */
  readonly epochs?: number | null | undefined;
  /** Steps, at most. An integer of at least 1. */
  readonly maxSteps?: number | null | undefined;
  /** Minutes of training, at most. Above 0. */
  readonly maxMinutes?: number | null | undefined;
  /**
   * Reports without a better dev reconstruction before training stops. An integer of at least 1.
   * @default 10
   */
  readonly patience?: number | undefined;
  /**
   * Steps from one report to the next; in training by itself two epochs at most, and 50 steps at least. An integer of at least 1.
   * @default 500
   */
  readonly reportSteps?: number | undefined;
  /**
   * Steps from one checkpoint to the next. An integer of at least 1.
   * @default 1000
   */
  readonly checkpointSteps?: number | undefined;
  /**
   * Minutes from one checkpoint to the next. Above 0.
   * @default 5
   */
  readonly checkpointMinutes?: number | undefined;
  /**
   * Seed of every random stream. An integer of at least 0.
   * @default 1
   */
  readonly seed?: number | undefined;
  /**
   * How steps are run.
   * @default "auto"
   */
  readonly engine?: "auto" | "compiled" | "tensorflow" | "wasm" | "cpu" | undefined;
  /**
   * Threads of the compiled engine; 0: one a processor. An integer from 0 to 1,024.
   * @default 0
   */
  readonly threads?: number | undefined;
}
