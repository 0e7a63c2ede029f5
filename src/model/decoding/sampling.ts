// Draws one token from a distribution over the vocabulary.
import { NonFiniteError } from "../../errors.ts";

/** The leading bits of a float32 name its bucket: sign, exponent, and six bits of the fraction. Buckets are in order of size. */
const BUCKET_SHIFT = 17;
/** 1 is the largest probability; rounding may make it a little larger. */
const BUCKETS = bucketOf(2) + 1;

// Room to count in, used up within one call.
const counts = new Int32Array(BUCKETS);
const masses = new Float64Array(BUCKETS);

/**
 * The token at which the cumulative probability passes `uniform`, a number in [0, 1). Only tokens of a probability above 0 are drawn.
 * @param probabilities of all tokens; they need not sum to 1 exactly
 * @param options.topK draw among the k likeliest
 * @param options.topP draw among the fewest likeliest that have this share of what `topK` left
 * @throws NonFiniteError when no token has a probability above 0
 */
export function draw(
  probabilities: Float32Array,
  uniform: number,
  { topK = Number.POSITIVE_INFINITY, topP = 1 }: { topK?: number; topP?: number } = {},
): number {
  if (topK >= probabilities.length && topP === 1) return walk(probabilities, uniform);
  const ids = likeliestTokens(probabilities, topK, topP);
  // Made by hand: Float32Array.from goes through an iterator, and a flat distribution leaves thousands of tokens.
  const weights = new Float32Array(ids.length);
  let total = 0;
  for (let i = 0; i < ids.length; i++) {
    weights[i] = probabilities[ids[i] as number] as number;
    total += weights[i] as number;
  }
  return ids[walk(weights, uniform * total)] as number;
}

/** The place at which the cumulative sum passes `target`; the last one with a weight, where rounding keeps the sum below it. */
function walk(weights: Float32Array, target: number): number {
  let sum = 0;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (!(weight > 0)) continue;
    sum += weight;
    if (sum > target) return i;
    last = i;
  }
  if (last >= 0) return last;
  throw new NonFiniteError("No token has a probability above 0: the model's numbers for this text are not finite.");
}

/** The tokens that top-k and then top-p leave; of equal ones at the border those of the smaller ids. */
function likeliestTokens(probabilities: Float32Array, topK: number, topP: number): number[] {
  if (topK >= probabilities.length) return upperTokens(probabilities, { share: topP });
  const ids = upperTokens(probabilities, { count: topK });
  if (topP === 1) return ids;
  const left = ids.reduce((sum, id) => sum + (probabilities[id] as number), 0);
  return cut(ids.sort(falling(probabilities)), probabilities, { share: topP * left });
}

/**
 * The likeliest tokens: `count` of them, or as few as have `share` of the whole. Sorting a vocabulary for each token would take longer
 * than the model: probabilities are counted in buckets, and only the bucket at the border is sorted.
 */
function upperTokens(probabilities: Float32Array, limit: { count?: number; share?: number }): number[] {
  const bits = new Int32Array(probabilities.buffer, probabilities.byteOffset, probabilities.length);
  counts.fill(0);
  masses.fill(0);
  let total = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const probability = probabilities[i] as number;
    const bucket = (bits[i] as number) >>> BUCKET_SHIFT;
    counts[bucket] = (counts[bucket] as number) + 1;
    masses[bucket] = (masses[bucket] as number) + probability;
    total += probability;
  }
  const { count = Number.POSITIVE_INFINITY, share = Number.POSITIVE_INFINITY } = limit;
  let [countLeft, massLeft] = [count, share * total];
  let border = BUCKETS - 1;
  for (; border > 0; border--) {
    const [held, mass] = [counts[border] as number, masses[border] as number];
    if (held >= countLeft || mass >= massLeft) break;
    countLeft -= held;
    massLeft -= mass;
  }
  const above: number[] = [];
  const within: number[] = [];
  for (let i = 0; i < probabilities.length; i++) {
    const bucket = (bits[i] as number) >>> BUCKET_SHIFT;
    if (bucket > border) above.push(i);
    else if (bucket === border && (probabilities[i] as number) > 0) within.push(i);
  }
  return above.concat(cut(within.sort(falling(probabilities)), probabilities, { count: countLeft, share: massLeft }));
}

/** The first of `ids` that reach a count or a share; all where neither is reached. */
function cut(
  ids: number[],
  probabilities: Float32Array,
  { count = ids.length, share }: { count?: number; share: number },
): number[] {
  let mass = 0;
  const last = ids.findIndex((id, i) => {
    mass += probabilities[id] as number;
    return i + 1 >= count || mass >= share;
  });
  return last < 0 ? ids : ids.slice(0, last + 1);
}

/** The order of falling probability, equal ones by id. */
function falling(probabilities: Float32Array): (a: number, b: number) => number {
  return (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b;
}

function bucketOf(value: number): number {
  return (new Int32Array(Float32Array.of(value).buffer)[0] as number) >>> BUCKET_SHIFT;
}
