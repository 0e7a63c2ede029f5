// What a report measures on dev sentences: the reconstruction loss, and how far the codes are from the prior.
import type { Engine, FunctionProgram, NamedArrays } from "../engine/types.ts";
import { decoderFeeds, encoderFeeds } from "../model/feeds.ts";
import { lossFunction } from "../model/functions.ts";
import { autoencoderSignature, type ModelShape } from "../model/parameters.ts";
import { targetCount } from "../model/sentence-arrays.ts";
import type { EncodedCorpus } from "../text/encoded-corpus.ts";
import type { SpecialIds } from "../text/tokenizer.ts";

export interface Validation {
  /** Nats a token under teacher forcing, ends of sentences counted as tokens. */
  readonly reconstruction: number;
  /** Largest |mean| of a dimension of the codes; the prior's is 0. */
  readonly codeMean: number;
  /** Smallest and largest variance of a dimension; the prior's is 1. */
  readonly codeVariance: readonly [number, number];
  /** Of Gaussian codes, whose means the figures above are of: their mean variance. Near 0 they have shrunk to points. */
  readonly posteriorVariance?: number;
}

const BATCH = 128;
const MAX_SENTENCES = 1_000;

/** Judges weights on dev sentences without noise: on all, or on a thousand spread evenly over them, as files are often sorted. */
export class Validator {
  readonly #program: FunctionProgram;
  readonly #shape: ModelShape;
  readonly #special: SpecialIds;
  readonly #batches: ArrayLike<number>[][];

  private constructor(
    program: FunctionProgram,
    shape: ModelShape,
    special: SpecialIds,
    batches: ArrayLike<number>[][],
  ) {
    this.#program = program;
    this.#shape = shape;
    this.#special = special;
    this.#batches = batches;
  }

  static async create(engine: Engine, shape: ModelShape, special: SpecialIds, dev: EncodedCorpus): Promise<Validator> {
    const count = Math.min(MAX_SENTENCES, dev.size);
    const sentences = Array.from({ length: count }, (_, i) => dev.sentence(Math.floor((i * dev.size) / count)));
    sentences.sort((a, b) => a.length - b.length);
    const batches: ArrayLike<number>[][] = [];
    for (let i = 0; i < sentences.length; i += BATCH) batches.push(sentences.slice(i, i + BATCH));
    return new Validator(await engine.function(lossFunction(shape)), shape, special, batches);
  }

  async run(weights: NamedArrays): Promise<Validation> {
    const { latent } = this.#shape;
    const names = Object.keys(autoencoderSignature(this.#shape));
    const parameters: NamedArrays = new Map([...weights].filter(([name]) => names.includes(name)));
    const sum = new Float64Array(latent);
    const squares = new Float64Array(latent);
    let [nats, posteriors] = [0, 0];
    let tokens = 0;
    let count = 0;
    for (const batch of this.#batches) {
      const [shape, special] = [this.#shape, this.#special];
      const feeds = { ...encoderFeeds(shape, batch, special), ...decoderFeeds(shape, batch, special) };
      const { loss, code, variance } = await this.#program.run(feeds, parameters);
      nats += (loss?.data[0] ?? Number.NaN) * batch.length;
      posteriors += (variance?.data[0] ?? 0) * batch.length;
      tokens += targetCount(batch);
      count += batch.length;
      code?.data.forEach((value, i) => {
        sum[i % latent] = (sum[i % latent] ?? 0) + value;
        squares[i % latent] = (squares[i % latent] ?? 0) + value * value;
      });
    }
    const means = Array.from(sum, (total) => total / count);
    const variances = means.map((mean, i) => (squares[i] ?? 0) / count - mean * mean);
    return {
      reconstruction: nats / tokens,
      codeMean: Math.max(...means.map(Math.abs)),
      codeVariance: [Math.min(...variances), Math.max(...variances)],
      ...(this.#shape.gaussian && { posteriorVariance: posteriors / count }),
    };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}
