// A sampled softmax (Jean et al. 2015): a training step computes the logits of some words, the candidates, in place of all.
import { withGradient } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { FeedArrays, NamedArray, Signature, TensorMap } from "../engine/types.ts";
import type { RandomStream } from "../random.ts";
import type { OutputLayer } from "./decoders/decoder.ts";

/** What a step that samples is fed beside its targets, which are then places among the candidates. */
export function candidateFeeds(vocabulary: number): Signature {
  return {
    /** Ids of different words. */
    candidates: { shape: ["candidates"], dtype: "int32" },
    /** For each word its place among the candidates, or their number where it is none of them. */
    candidatePlace: { shape: [vocabulary], dtype: "int32" },
    /** What is added to each candidate's logit. */
    candidateCorrection: { shape: ["candidates"], dtype: "float32" },
  };
}

export interface CandidateOptions {
  readonly vocabulary: number;
  /** Candidates, as a rule; a batch of very many words has more. */
  readonly count: number;
  readonly random: RandomStream;
}

/**
 * The feeds of a decoder's loss for a step that samples. Candidates are all words of `target`, the `count / 2` words of the lowest
 * ids, which tokenizers give to the most frequent ones, and of the rest as many as are missing, each with the same chance p. The logit of
 * one that was drawn grows by −log p, so that it stands in the softmax's denominator for those that were not, which is
 * then right on average; the loss is a little too low on average, as the logarithm is concave.
 * @param feeds with `target`, int32 of any shape
 */
export function sampledFeeds(feeds: FeedArrays, { vocabulary, count, random }: CandidateOptions): FeedArrays {
  const target = feeds.target as NamedArray;
  const sure = new Set(target.data);
  for (let word = 0; word < Math.min(vocabulary, count >> 1); word++) sure.add(word);
  const rest = vocabulary - sure.size;
  const drawn = Math.min(rest, Math.max(1, count - sure.size, count >> 2));
  const candidates = new Int32Array(sure.size + drawn);
  candidates.set([...sure]);
  candidates.set(drawWords(Int32Array.from(sure), { rest, drawn, random }), sure.size);
  const place = new Int32Array(vocabulary).fill(candidates.length);
  for (const [i, word] of candidates.entries()) place[word] = i;
  const correction = new Float32Array(candidates.length).fill(-Math.log(drawn / rest), sure.size);
  return {
    ...feeds,
    target: { shape: target.shape, data: Int32Array.from(target.data, (word) => place[word] as number) },
    candidates: { shape: [candidates.length], data: candidates },
    candidatePlace: { shape: [vocabulary], data: place },
    candidateCorrection: { shape: [candidates.length], data: correction },
  };
}

/**
 * `drawn` different words that are not among `taken`, out of `rest` such words: the first places of a shuffle of these, of which no more is
 * made than the places that moved, as a vocabulary may be a hundred times as large.
 */
function drawWords(
  taken: Int32Array,
  { rest, drawn, random }: { rest: number; drawn: number; random: RandomStream },
): Int32Array {
  taken.sort();
  const moved = new Map<number, number>();
  const words = new Int32Array(drawn);
  for (let i = 0; i < drawn; i++) {
    const j = i + random.integer(rest - i);
    words[i] = wordAt(moved.get(j) ?? j, taken);
    moved.set(j, moved.get(i) ?? i);
  }
  return words;
}

/** The word at a place among those that are not taken: `taken[k] − k` of them are lower than the word `taken[k]`. */
function wordAt(place: number, taken: Int32Array): number {
  let [from, to] = [0, taken.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((taken[middle] as number) - middle <= place) from = middle + 1;
    else to = middle;
  }
  return place + from;
}

/** An output layer of the candidates alone where the step samples, and the layer itself where it does not. */
export function sampledLayer({ weight, bias, rows }: OutputLayer, feeds: TensorMap): OutputLayer {
  const { candidates, candidatePlace, candidateCorrection } = feeds;
  if (!candidates || !candidatePlace || !candidateCorrection) return { weight, bias };
  // The runtime picks whole rows eighty times as fast as columns, and turns a matrix around faster than that.
  const words = pick(rows ?? tf.transpose(weight), candidates, candidatePlace); // [candidates, features]
  const biases = pick(tf.reshape(bias, [bias.size, 1]), candidates, candidatePlace); // [candidates, 1]
  return {
    weight: tf.transpose(words),
    bias: tf.add(tf.reshape(biases, [candidates.size]), candidateCorrection),
  };
}

/**
 * Rows of `table` by ids that are all different. The gradient of a row is then that of its one place, or zero: it is picked as well, which
 * costs much less than a sum by row.
 * @param ids int32 [rows]
 * @param places for each row of `table` its place in `ids`, or the number of ids: int32
 */
function pick(table: Tensor, ids: Tensor, places: Tensor): Tensor {
  const width = table.shape[1] as number;
  return withGradient(
    [table],
    (save) => {
      save([places]);
      return tf.gather(table, ids as never);
    },
    (dy, [at]) => [tf.gather(tf.concat([dy, tf.zeros([1, width])], 0), at as never)],
  );
}
