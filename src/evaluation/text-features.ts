// Sparse features of sentences: hashed n-grams, for judges that know nothing of the model.
import type { Sentence } from "./ngram-trie.ts";

/** A sparse vector: values at places, places in [0, buckets). */
export interface SparseVector {
  readonly places: Int32Array;
  readonly values: Float64Array;
}

export interface FeatureOptions {
  /** Tokens of the longest n-grams. */
  readonly longest: number;
  /** A power of two; two n-grams share a place now and then, and their signs tell the sums apart. */
  readonly buckets: number;
  /** A token that is passed over, and n-grams with it: the unknown one, which says nothing of how a text is written. */
  readonly ignored?: number | undefined;
}

/** Stands before the first token and behind the last, so that beginnings and ends are features too. */
const BORDER = -2;

/**
 * How often each n-gram of 1 to `longest` tokens occurs, as 1 + ln(count) with a sign that depends on the n-gram alone. Bigrams and longer
 * ones include the borders of the sentence.
 */
export function ngramFeatures(sentence: Sentence, { longest, buckets, ignored }: FeatureOptions): SparseVector {
  const counts = new Map<number, number>();
  const signs = new Map<number, number>();
  const padded = [BORDER, ...Array.from(sentence), BORDER];
  for (let start = 0; start < padded.length; start++) {
    let hash = 0x811c9dc5;
    for (let at = start; at < Math.min(padded.length, start + longest); at++) {
      const token = padded[at] as number;
      if (token === ignored) break;
      hash = mix(hash ^ Math.imul(token + 3, 0x9e3779b1));
      if (at === start && token === BORDER) continue;
      const place = hash & (buckets - 1);
      counts.set(place, (counts.get(place) ?? 0) + 1);
      signs.set(place, hash & 0x80000000 ? -1 : 1);
    }
  }
  const places = Int32Array.from(counts.keys());
  const values = Float64Array.from(places, (place) => (signs.get(place) ?? 1) * (1 + Math.log(counts.get(place) ?? 1)));
  return { places, values };
}

/** Weights by rarity: ln((1 + N)/(1 + sentences with the feature)) + 1 for each place. */
export function inverseFrequencies(vectors: readonly SparseVector[], buckets: number): Float64Array {
  const seen = new Float64Array(buckets);
  for (const { places } of vectors) for (const place of places) seen[place] = (seen[place] as number) + 1;
  return seen.map((count) => Math.log((1 + vectors.length) / (1 + count)) + 1);
}

/** A vector times `weights`, scaled to length 1; an empty one stays empty. */
export function weighted({ places, values }: SparseVector, weights: Float64Array): SparseVector {
  const scaled = values.map((value, i) => value * (weights[places[i] as number] as number));
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return { places, values: length > 0 ? scaled.map((value) => value / length) : scaled };
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
