// Sentence embeddings that are not the model's: latent semantic analysis of words and pairs of words.
import { setImmediate } from "node:timers/promises";
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import type { Sentence } from "./ngram-trie.ts";
import { inverseFrequencies, ngramFeatures, type SparseVector, weighted } from "./text-features.ts";

export interface EmbeddingOptions {
  /** Numbers of an embedding. */
  readonly dimensions?: number;
  readonly seed?: number;
  /** A token that is passed over. */
  readonly ignored?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const BUCKETS = 2 ** 16;
/** Each brings the subspace nearer to the leading singular vectors; four leave differences below what the figures can show. */
const ITERATIONS = 4;

/**
 * Embeddings fitted to real sentences (Deerwester et al. 1990): unigrams and bigrams, hashed into 65,536 places, weighted by TF-IDF, scaled
 * to length 1, and projected on the leading right singular vectors of the sentences' matrix, which subspace iteration finds.
 */
export class SentenceEmbedder {
  readonly dimensions: number;
  readonly #weights: Float64Array;
  /** (buckets, dimensions), row-major. */
  readonly #projection: Float64Array;
  readonly #ignored: number | undefined;

  private constructor(
    weights: Float64Array,
    projection: Float64Array,
    dimensions: number,
    ignored: number | undefined,
  ) {
    this.#weights = weights;
    this.#projection = projection;
    this.dimensions = dimensions;
    this.#ignored = ignored;
  }

  /** @throws InputError when there are fewer sentences than dimensions */
  static async fit(
    sentences: readonly Sentence[],
    { dimensions = 64, seed = 1, ignored, signal }: EmbeddingOptions = {},
  ): Promise<SentenceEmbedder> {
    if (sentences.length < dimensions) {
      throw new InputError(
        `There are ${sentences.length} sentences for embeddings of ${dimensions} numbers; expected at least as many sentences.`,
      );
    }
    const counts = sentences.map((sentence) => features(sentence, ignored));
    const weights = inverseFrequencies(counts, BUCKETS);
    const rows = counts.map((row) => weighted(row, weights));
    const random = RandomStream.named(seed, "embeddings");
    let projection = Float64Array.from(random.fillGaussian(new Float32Array(BUCKETS * dimensions)));
    for (let i = 0; i < ITERATIONS; i++) {
      const scores = rows.map((row) => project(row, projection, dimensions));
      orthonormalize(scores, dimensions);
      projection = new Float64Array(BUCKETS * dimensions);
      for (const [r, row] of rows.entries()) spread(row, scores[r] as Float64Array, projection);
      await setImmediate();
      signal?.throwIfAborted();
    }
    const columns = Array.from({ length: BUCKETS }, (_, place) =>
      projection.subarray(place * dimensions, (place + 1) * dimensions),
    );
    orthonormalize(columns, dimensions);
    return new SentenceEmbedder(weights, projection, dimensions, ignored);
  }

  /** (sentences, dimensions), a row each. */
  embed(sentences: readonly Sentence[]): Float64Array[] {
    return sentences.map((sentence) =>
      project(weighted(features(sentence, this.#ignored), this.#weights), this.#projection, this.dimensions),
    );
  }
}

function features(sentence: Sentence, ignored: number | undefined): SparseVector {
  return ngramFeatures(sentence, { longest: 2, buckets: BUCKETS, ignored });
}

/** A sparse row times the projection. */
function project({ places, values }: SparseVector, projection: Float64Array, dimensions: number): Float64Array {
  const result = new Float64Array(dimensions);
  for (let i = 0; i < places.length; i++) {
    const [start, value] = [(places[i] as number) * dimensions, values[i] as number];
    for (let k = 0; k < dimensions; k++) result[k] = (result[k] as number) + value * (projection[start + k] as number);
  }
  return result;
}

/** Adds the outer product of a sparse row and its scores to the projection. */
function spread({ places, values }: SparseVector, scores: Float64Array, projection: Float64Array): void {
  const dimensions = scores.length;
  for (let i = 0; i < places.length; i++) {
    const [start, value] = [(places[i] as number) * dimensions, values[i] as number];
    for (let k = 0; k < dimensions; k++) {
      projection[start + k] = (projection[start + k] as number) + value * (scores[k] as number);
    }
  }
}

/** Gram–Schmidt over the columns of `rows`, in place and twice, as once leaves rounding behind; a column that depends on others becomes 0. */
function orthonormalize(rows: readonly Float64Array[], columns: number): void {
  for (let column = 0; column < columns; column++) {
    const before = squaredLength(rows, column);
    for (let pass = 0; pass < 2; pass++) {
      const products = new Float64Array(column);
      for (const row of rows) {
        const value = row[column] as number;
        if (value === 0) continue;
        for (let k = 0; k < column; k++) products[k] = (products[k] as number) + value * (row[k] as number);
      }
      for (const row of rows) {
        let value = row[column] as number;
        for (let k = 0; k < column; k++) value -= (products[k] as number) * (row[k] as number);
        row[column] = value;
      }
    }
    const after = squaredLength(rows, column);
    const scale = after > 1e-20 * before && after > 0 ? 1 / Math.sqrt(after) : 0;
    for (const row of rows) row[column] = (row[column] as number) * scale;
  }
}

function squaredLength(rows: readonly Float64Array[], column: number): number {
  let sum = 0;
  for (const row of rows) sum += (row[column] as number) ** 2;
  return sum;
}
