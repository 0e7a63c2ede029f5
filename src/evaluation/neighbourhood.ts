// Whether the space keeps neighbourhoods: do near codes mean near sentences?
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import { relativeEditDistance } from "./edit-distance.ts";
import type { Sentence } from "./ngram-trie.ts";
import { squaredDistance } from "./sample-distances.ts";

export interface NeighbourhoodOptions {
  /** Sentences whose neighbours are looked for, among all others of the sample. */
  readonly queries?: number;
  /** Neighbours of each. */
  readonly nearest?: number;
  /** Pairs that the rank correlations are taken over. */
  readonly pairs?: number;
  readonly seed?: number;
}

export interface Neighbourhood {
  readonly sentences: number;
  readonly queries: number;
  readonly nearest: number;
  readonly pairs: number;
  readonly seed: number;
  /** Spearman's rank correlation of the distance of two codes with the edit distance of their sentences, and the angle of their embeddings. */
  readonly editCorrelation: number;
  readonly embeddingCorrelation: number;
  /** Of the nearest codes, the share whose sentences are among as many nearest by edit distance (equally near ones included). */
  readonly recall: number;
  /** The same of embeddings in place of codes, and of sentences taken at random. */
  readonly embeddingRecall: number;
  readonly chanceRecall: number;
}

/**
 * Embeddings are compared by their angles: the length of one says how common its words are, and would decide all distances.
 * @param sentences different from each other, with the code and the embedding of each
 * @throws InputError when there are fewer than three
 */
export function neighbourhood(
  sentences: readonly Sentence[],
  codes: readonly Float32Array[],
  given: readonly Float64Array[],
  { queries = 500, nearest = 10, pairs = 20_000, seed = 1 }: NeighbourhoodOptions = {},
): Neighbourhood {
  const count = sentences.length;
  if (count < 3) throw new InputError(`Neighbourhoods need at least three different sentences, but got ${count}.`);
  const embeddings = given.map(ofLengthOne);
  const asked = Math.min(queries, count);
  const wanted = Math.min(nearest, count - 2);
  const random = RandomStream.named(seed, "neighbourhood");
  const order = random.shuffle(Array.from({ length: count }, (_, i) => i)).slice(0, asked);
  let [found, foundByEmbedding, relevantShare] = [0, 0, 0];
  for (const query of order) {
    const edits = distancesFrom(query, count, (i) =>
      relativeEditDistance(sentences[query] as Sentence, sentences[i] as Sentence),
    );
    const border = edits.slice().sort()[wanted - 1] as number;
    const relevant = (i: number): boolean => (edits[i] as number) <= border;
    const hits = (points: readonly ArrayLike<number>[]): number => {
      const distances = distancesFrom(query, count, (i) =>
        squaredDistance(points[query] as ArrayLike<number>, points[i] as ArrayLike<number>),
      );
      return smallest(distances, wanted).filter(relevant).length;
    };
    found += hits(codes);
    foundByEmbedding += hits(embeddings);
    relevantShare += edits.filter((distance) => distance <= border).length / (count - 1);
  }
  const drawn = drawPairs(count, pairs, random);
  const between = (distance: (i: number, j: number) => number): Float64Array =>
    Float64Array.from(drawn, ([i, j]) => distance(i, j));
  const byCode = between((i, j) => squaredDistance(codes[i] as Float32Array, codes[j] as Float32Array));
  const byEdit = between((i, j) => relativeEditDistance(sentences[i] as Sentence, sentences[j] as Sentence));
  const byEmbedding = between((i, j) => squaredDistance(embeddings[i] as Float64Array, embeddings[j] as Float64Array));
  return {
    sentences: count,
    queries: asked,
    nearest: wanted,
    pairs: drawn.length,
    seed,
    editCorrelation: rankCorrelation(byCode, byEdit),
    embeddingCorrelation: rankCorrelation(byCode, byEmbedding),
    recall: found / (asked * wanted),
    embeddingRecall: foundByEmbedding / (asked * wanted),
    chanceRecall: relevantShare / asked,
  };
}

/** Spearman's rank correlation, equal values sharing the mean of their ranks; 0 where one side never varies. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - mean, (y[i] as number) - mean];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number));
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let k = start; k < end; k++) result[order[k] as number] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

/** Distances to every sentence; infinity to itself. */
function distancesFrom(query: number, count: number, distance: (i: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (i === query ? Number.POSITIVE_INFINITY : distance(i)));
}

/** The places of the `count` smallest values. */
function smallest(values: Float64Array, count: number): number[] {
  const border = values.slice().sort()[count - 1] as number;
  const places = Array.from(values, (_, i) => i).filter((i) => (values[i] as number) <= border);
  return places.sort((i, j) => (values[i] as number) - (values[j] as number) || i - j).slice(0, count);
}

function drawPairs(count: number, pairs: number, random: RandomStream): [number, number][] {
  return Array.from({ length: pairs }, () => {
    const i = random.integer(count);
    const j = random.integer(count - 1);
    return [i, j < i ? j : j + 1];
  });
}

function ofLengthOne(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
