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
import { MOST_JUDGED, spreadPlaces } from "./spread.ts";

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
   * KL(N(μ, Σ) ‖ N(0, I)) of the mean and covariance of codes as the decoder learns from them, drawn from Gaussian ones, with their noise and
   * put on the sphere, where they have some and lie on one, less what as many draws of the prior give, in nats: about 0 for codes that fill
   * it. Infinite where a direction has no variance, null for too few codes to tell.
   */
  readonly codeDivergence: number | null;
  /**
   * What sentences cost with codes of other sentences more than with their own, in nats a token: 0 where codes are ignored. Of all dev
   * sentences or, where these are many, of some of all lengths. Null for a single one.
   */
  readonly codeGap: number | null;
  /** Of Gaussian codes, of whose means the figures before the divergence are: their mean variance. Near 0 they have shrunk to points. */
  readonly posteriorVariance?: number;
}

interface Sentence {
  readonly ids: ArrayLike<number>;
  /** Number of its label. */
  readonly label: number;
}

/** Sentences that are read at once, and those whose codes they are written from to tell whether codes matter; absent where that is not asked. */
interface Batch {
  readonly sentences: readonly Sentence[];
  readonly others?: readonly Sentence[];
}

const BATCH = 128;
/** Sentences that are written from the codes of others as well: all where there are fewer, and less than twice as many where there are more. */
const FEWEST_COMPARED = 256;

/** Draws of noise do not differ from report to report, so that these compare. */
const NOISE_SEED = 1;

/**
 * Judges weights on dev sentences: on all, or on {@link MOST_JUDGED} spread evenly over them, as files are often sorted. There is no noise
 * on what is read and written; that on codes counts where these are held against the prior.
 */
export class Validator {
  readonly #program: FunctionProgram;
  readonly #shape: ModelShape;
  readonly #special: SpecialIds;
  readonly #batches: readonly Batch[];

  private constructor(program: FunctionProgram, shape: ModelShape, special: SpecialIds, batches: readonly Batch[]) {
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
    const sentences = spreadPlaces(dev.size, MOST_JUDGED).map(
      (place): Sentence => ({ ids: dev.sentence(place), label: labels.numberOf(dev.label(place)) }),
    );
    return new Validator(await engine.function(lossFunction(shape)), shape, special, batchesOf(sentences));
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
    for (const { sentences, others } of this.#batches) {
      const { loss, code, variance } = await this.#read(sentences, sentences, parameters);
      nats += loss;
      tokens += targetsOf(sentences);
      if (others) {
        gap.nats += (await this.#read(others, sentences, parameters)).loss - loss;
        gap.tokens += targetsOf(sentences);
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

/**
 * All sentences, in batches of about one length. Those that are written from the codes of others, each from that of the next, are spread
 * evenly over all lengths, as what a code is worth depends on the length, and are in batches of their own.
 */
function batchesOf(sentences: readonly Sentence[]): Batch[] {
  const sorted = sentences.toSorted((a, b) => a.ids.length - b.ids.length);
  const every = Math.max(1, Math.floor(sorted.length / FEWEST_COMPARED));
  const compared = sorted.filter((_, i) => i % every === 0);
  const others = compared.map((_, i) => compared[(i + 1) % compared.length] as Sentence);
  const told = inBatches(compared).map((batch, i) => ({
    sentences: batch,
    ...(compared.length > 1 && { others: others.slice(i * BATCH, (i + 1) * BATCH) }),
  }));
  return [...told, ...inBatches(sorted.filter((_, i) => i % every !== 0)).map((batch) => ({ sentences: batch }))];
}

function inBatches(sentences: readonly Sentence[]): Sentence[][] {
  return Array.from({ length: Math.ceil(sentences.length / BATCH) }, (_, i) =>
    sentences.slice(i * BATCH, (i + 1) * BATCH),
  );
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
