// Splits an epoch into batches of sentences of the same length, so that hardly any padding is computed.
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";

export type EpochPlan = {
  /** Most sentences in a batch. */
  batchSize?: number;
  /** Most tokens in a batch, padding included; a longer sentence is a batch of its own. */
  tokenBudget?: number;
  seed: number;
  /** Which epoch, counted from 0: each has an order of its own. */
  epoch: number;
};

/**
 * The batches of one epoch, each a list of sentence indices; every sentence is in exactly one. Full batches hold sentences of
 * one length. What is left over of each length is put together, shortest first, into mixed batches of neighbouring
 * lengths, sorted by length; only the last of these can be smaller than its limit. Which sentences meet and the order of
 * the batches are random, and the same for the same seed and epoch. Takes time linear in sentences + longest length.
 * @param lengths tokens of each sentence
 * @throws InputError when neither limit is given, or one is no integer of at least 1
 */
export function planEpoch(
  lengths: ArrayLike<number>,
  { batchSize, tokenBudget, seed, epoch }: EpochPlan,
): Uint32Array[] {
  if (batchSize === undefined && tokenBudget === undefined) {
    throw new InputError("Neither a batch size nor a token budget is given; expected at least one of them.");
  }
  checkLimit("batch size", batchSize);
  checkLimit("token budget", tokenBudget);
  const capacity = (length: number): number => {
    const byTokens = tokenBudget === undefined ? Infinity : Math.floor(tokenBudget / Math.max(1, length));
    return Math.max(1, Math.min(batchSize ?? Infinity, byTokens));
  };

  const random = RandomStream.named(seed, `data-order/${epoch}`);
  const { order, ends } = sortByLength(random.shuffle(indices(lengths.length)), lengths);
  const batches: Uint32Array[] = [];
  const leftOver = new Uint32Array(order.length);
  let left = 0;
  let start = 0;
  for (const [length, end] of ends.entries()) {
    const size = capacity(length);
    for (; start + size <= end; start += size) batches.push(order.subarray(start, start + size));
    leftOver.set(order.subarray(start, end), left);
    left += end - start;
    start = end;
  }
  for (let from = 0, to = 1; from < left; to++) {
    // The next sentence is the longest so far, and sets what the batch may hold.
    const next = leftOver[to];
    if (to < left && next !== undefined && to + 1 - from <= capacity(lengths[next] ?? 0)) continue;
    batches.push(leftOver.slice(from, to));
    from = to;
  }
  return random.shuffle(batches);
}

function indices(count: number): Uint32Array {
  const all = new Uint32Array(count);
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}

/** Counting sort. Sentences of length n stand in `order` before place `ends[n]`, and after all shorter ones. */
function sortByLength(sentences: Uint32Array, lengths: ArrayLike<number>): { order: Uint32Array; ends: Uint32Array } {
  let longest = 0;
  for (const sentence of sentences) longest = Math.max(longest, lengths[sentence] ?? 0);
  const counts = new Uint32Array(longest + 2);
  for (const sentence of sentences) {
    const after = (lengths[sentence] ?? 0) + 1;
    counts[after] = (counts[after] ?? 0) + 1;
  }
  for (let n = 1; n < counts.length; n++) counts[n] = (counts[n] ?? 0) + (counts[n - 1] ?? 0);
  const order = new Uint32Array(sentences.length);
  for (const sentence of sentences) {
    const length = lengths[sentence] ?? 0;
    const place = counts[length] ?? 0;
    order[place] = sentence;
    counts[length] = place + 1;
  }
  // Each start has moved on to its end.
  return { order, ends: counts.subarray(0, longest + 1) };
}

function checkLimit(name: string, value: number | undefined): void {
  if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
    throw new InputError(`The ${name} is ${value}; expected an integer of at least 1.`);
  }
}
