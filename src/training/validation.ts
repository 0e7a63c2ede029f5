// What a report measures on dev sentences: the reconstruction loss, and how far the codes are from the prior.
import type { Engine, FunctionProgram, NamedArrays } from "../engine/types.ts";
import { ACTIVE_VARIANCE, divergenceOfDraws, gaussianDivergence, meanAndCovariance } from "../model/aggregate.ts";
import { CODE_NOISE, drawnCodes } from "../model/code-noise.ts";
import { decoderFeeds, encoderFeeds } from "../model/feeds.ts";
import { lossFunction } from "../model/functions.ts";
import { labelArrays } from "../model/labels.ts";
import { autoencoderSignature, type ModelShape } from "../model/parameters.ts";
import { targetCount } from "../model/sentence-arrays.ts";
import { RandomStream } from "../random.ts";
import type { EncodedCorpus } from "../text/encoded-corpus.ts";
import { Labels } from "../text/labels.ts";
import type { SpecialIds } from "../text/tokenizer.ts";
import { spreadPlaces } from "./spread.ts";

export interface Validation {
  /** Nats a token under teacher forcing, ends of sentences counted as tokens. */
  readonly reconstruction: number;
  /** Largest |mean| of a dimension of the codes; the prior's is 0. */
  readonly codeMean: number;
  /** Smallest and largest variance of a dimension; the prior's is 1. */
  readonly codeVariance: readonly [number, number];
  /** Share of the dimensions whose variance is above 0.01. */
  readonly activeUnits: number;
  /**
   * KL(N(μ, Σ) ‖ N(0, I)) of the mean and covariance of codes with the noise that the decoder learns from, of Gaussian codes of draws, less
   * what as many draws of the prior give, in nats: about 0 for codes that fill it. Infinite where a direction has no variance, null for too few
   * codes to tell.
   */
  readonly codeDivergence: number | null;
  /** What sentences cost with codes of other sentences more than with their own, in nats a token: 0 where codes are ignored. */
  readonly codeGap: number | null;
  /** Of Gaussian codes, of whose means the figures before the divergence are: their mean variance. Near 0 they have shrunk to points. */
  readonly posteriorVariance?: number;
}

interface Sentence {
  readonly ids: ArrayLike<number>;
  /** Number of its label. */
  readonly label: number;
}

const BATCH = 128;
/** One batch in so many is read with the codes of other sentences as well. */
const GAP_EVERY = 4;
const MAX_SENTENCES = 1_000;

/** Draws of noise do not differ from report to report, so that these compare. */
const NOISE_SEED = 1;

/**
 * Judges weights on dev sentences: on all, or on a thousand spread evenly over them, as files are often sorted. There is no noise on what
 * is read and written; that on codes counts where these are held against the prior.
 */
export class Validator {
  readonly #program: FunctionProgram;
  readonly #shape: ModelShape;
  readonly #special: SpecialIds;
  readonly #batches: Sentence[][];

  private constructor(program: FunctionProgram, shape: ModelShape, special: SpecialIds, batches: Sentence[][]) {
    this.#program = program;
    this.#shape = shape;
    this.#special = special;
    this.#batches = batches;
  }

  static async create(
    engine: Engine,
    shape: ModelShape,
    special: SpecialIds,
    dev: EncodedCorpus,
    labels = new Labels([]),
  ): Promise<Validator> {
    const sentences = spreadPlaces(dev.size, MAX_SENTENCES).map(
      (place): Sentence => ({ ids: dev.sentence(place), label: labels.numberOf(dev.label(place)) }),
    );
    sentences.sort((a, b) => a.ids.length - b.ids.length);
    const batches: Sentence[][] = [];
    for (let i = 0; i < sentences.length; i += BATCH) batches.push(sentences.slice(i, i + BATCH));
    return new Validator(await engine.function(lossFunction(shape)), shape, special, batches);
  }

  async run(weights: NamedArrays): Promise<Validation> {
    const { latent, gaussian, sphere } = this.#shape;
    const names = Object.keys(autoencoderSignature(this.#shape));
    const parameters: NamedArrays = new Map([...weights].filter(([name]) => names.includes(name)));
    const sum = new Float64Array(latent);
    const squares = new Float64Array(latent);
    const codes: Float32Array[] = [];
    const variances: Float32Array[] = [];
    let [nats, tokens] = [0, 0];
    const gap = { nats: 0, tokens: 0 };
    for (const [place, batch] of this.#batches.entries()) {
      const { loss, code, variance } = await this.#read(batch, batch, parameters);
      nats += loss;
      tokens += targetsOf(batch);
      if (place % GAP_EVERY === 0 && batch.length > 1) {
        // The decoder hears of each sentence what the encoder makes of the next.
        const others = [...batch.slice(1), batch[0] as Sentence];
        gap.nats += (await this.#read(others, batch, parameters)).loss - loss;
        gap.tokens += targetsOf(batch);
      }
      codes.push(...rowsOf(code, latent));
      if (variance) variances.push(...rowsOf(variance, latent));
      code.forEach((value, i) => {
        sum[i % latent] = (sum[i % latent] ?? 0) + value;
        squares[i % latent] = (squares[i % latent] ?? 0) + value * value;
      });
    }
    const means = Array.from(sum, (total) => total / codes.length);
    const spreads = means.map((mean, i) => (squares[i] ?? 0) / codes.length - mean * mean);
    const drawn = drawnCodes(
      { codes, variances: gaussian ? variances : undefined },
      { noise: weights.get(CODE_NOISE), sphere },
      RandomStream.named(NOISE_SEED, "validation"),
    );
    return {
      reconstruction: nats / tokens,
      codeMean: Math.max(...means.map(Math.abs)),
      codeVariance: [Math.min(...spreads), Math.max(...spreads)],
      activeUnits: spreads.filter((spread) => spread > ACTIVE_VARIANCE).length / latent,
      codeDivergence: divergenceOf(drawn, latent),
      codeGap: gap.tokens > 0 ? gap.nats / gap.tokens : null,
      ...(gaussian && { posteriorVariance: meanOf(variances) }),
    };
  }

  /** Nats of all sentences of `written`, each decoded from the code of the sentence of `read` at its place; those codes, and the variances of Gaussian ones. */
  async #read(
    read: readonly Sentence[],
    written: readonly Sentence[],
    parameters: NamedArrays,
  ): Promise<{ loss: number; code: Float32Array; variance: Float32Array | undefined }> {
    const [shape, special] = [this.#shape, this.#special];
    const feeds = {
      ...encoderFeeds(shape, idsOf(read), special),
      ...decoderFeeds(shape, idsOf(written), special),
      ...labelArrays(
        shape,
        written.map(({ label }) => label),
      ),
    };
    const { loss, code, variance } = await this.#program.run(feeds, parameters);
    return {
      loss: (loss?.data[0] ?? Number.NaN) * written.length,
      code: code?.data as Float32Array,
      variance: variance?.data as Float32Array | undefined,
    };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

const idsOf = (sentences: readonly Sentence[]): ArrayLike<number>[] => sentences.map(({ ids }) => ids);
const targetsOf = (sentences: readonly Sentence[]): number => targetCount(idsOf(sentences));

function rowsOf(data: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: data.length / size }, (_, row) => data.slice(row * size, (row + 1) * size));
}

/** Of all numbers of all rows, which are of one length. */
function meanOf(rows: readonly Float32Array[]): number {
  const sums = rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  return sums.reduce((sum, value) => sum + value, 0) / rows.length;
}

/** As {@link Validation.codeDivergence}. Twice as many codes as dimensions are the fewest whose covariance says something. */
function divergenceOf(codes: readonly Float32Array[], latent: number): number | null {
  if (codes.length < 2 * latent) return null;
  const { mean, covariance } = meanAndCovariance(codes);
  const divergence = gaussianDivergence(mean, covariance);
  return divergence === null ? Number.POSITIVE_INFINITY : divergence - divergenceOfDraws(codes.length, latent);
}
