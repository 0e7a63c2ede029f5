// An n-gram language model with interpolated modified Kneser–Ney smoothing: the yardstick for generated text.
import { setImmediate } from "node:timers/promises";
import { InputError } from "../errors.ts";
import type { Vocabulary } from "../text/tokenizer.ts";
import { NgramCounts, type SentenceBorders } from "./ngram-counts.ts";
import { type NgramTrie, ROOT, type Sentence } from "./ngram-trie.ts";

/** What a model predicts: a closed vocabulary. Tokens outside it must have been mapped to its unknown token. */
export interface LanguageVocabulary extends SentenceBorders {
  /** The tokens that can follow, `end` and the unknown one included, `begin` not. */
  readonly events: Int32Array;
  /** The one of them that stands for all words outside the vocabulary. */
  readonly unknown?: number | undefined;
}

/** Of a tokenizer's vocabulary: all but the tokens that no text holds. */
export function languageVocabularyOf({ size, special }: Pick<Vocabulary, "size" | "special">): LanguageVocabulary {
  const never = [special.pad, special.begin, special.blank];
  const events = Int32Array.from({ length: size }, (_, id) => id).filter((id) => !never.includes(id));
  return { begin: special.begin, end: special.end, events, unknown: special.unknown };
}

export interface LanguageModelOptions {
  /** Tokens of the longest n-gram. */
  readonly order?: number | undefined;
  /** Told after some sentences each time. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is taken off counts of one, two, and three or more. */
export type Discounts = readonly [one: number, two: number, more: number];

const SENTENCES_A_TURN = 10_000;

/**
 * Counts the sentences' n-grams and makes a model of them.
 * @throws InputError when there is no sentence; the signal's reason once it is aborted
 */
export async function trainLanguageModel(
  sentences: readonly Sentence[],
  vocabulary: LanguageVocabulary,
  { order = 5, onProgress, signal }: LanguageModelOptions = {},
): Promise<KneserNey> {
  if (sentences.length === 0) throw new InputError("There is no sentence to make a language model of.");
  const counts = new NgramCounts(order, vocabulary);
  for (const [i, sentence] of sentences.entries()) {
    counts.add(sentence);
    if ((i + 1) % SENTENCES_A_TURN !== 0) continue;
    onProgress?.(i + 1, sentences.length);
    // A signal can only arrive between two turns of the event loop.
    await setImmediate();
    signal?.throwIfAborted();
  }
  return new KneserNey(counts, vocabulary);
}

/**
 * Chen and Goodman's model (1999, section 3), interpolated at every order down to the uniform distribution over the vocabulary V:
 *
 *     p(w | h) = (c(hw) − D(c(hw))) / Σᵥ c(hv)  +  γ(h) · p(w | h′),     γ(h) = Σᵥ D(c(hv)) / Σᵥ c(hv)
 *
 * h′ is h without its first token, and p(w | no context) = 1/|V| below the unigrams. c is the count at the highest order and for n-grams that
 * begin a sentence; elsewhere the number of different tokens seen in front of the n-gram. D takes its three values for each order from
 * the counts of counts n₁ … n₄: with Y = n₁/(n₁ + 2n₂), D₁ = 1 − 2Y·n₂/n₁, D₂ = 2 − 3Y·n₃/n₂, D₃₊ = 3 − 4Y·n₄/n₃.
 */
export class KneserNey {
  readonly order: number;
  readonly vocabulary: LanguageVocabulary;
  /** By length of n-grams, from 1. */
  readonly discounts: readonly Discounts[];
  /** Lengths whose counts of counts gave no three usable discounts, see {@link fallbackDiscounts}. */
  readonly fallbacks: readonly number[];
  readonly #trie: NgramTrie;
  /** c of each n-gram, and Σ c over what follows it. */
  readonly #adjusted: Int32Array;
  readonly #total: Int32Array;
  /** p of each n-gram's last token behind the others, and γ of each n-gram as a context. */
  readonly #probability: Float64Array;
  readonly #backoff: Float64Array;
  readonly #lengthOf: (node: number) => number;

  constructor(counts: NgramCounts, vocabulary: LanguageVocabulary) {
    this.order = counts.order;
    this.vocabulary = vocabulary;
    this.#trie = counts.trie;
    this.#lengthOf = (node) => counts.lengthOf(node);
    this.#adjusted = adjustedCounts(counts);
    const numbers = countsOfCounts(counts, this.#adjusted);
    const estimated = numbers.map((n) => discountsFrom(n));
    this.discounts = estimated.map((discounts, i) => discounts ?? fallbackDiscounts(numbers[i] as CountsOfCounts));
    this.fallbacks = estimated.flatMap((discounts, i) => (discounts ? [] : [i + 1]));
    const { trie } = counts;
    const size = trie.size;
    this.#total = new Int32Array(size);
    this.#backoff = new Float64Array(size);
    for (let node = 1; node < size; node++) {
      const [context, adjusted] = [trie.prefixOf(node), this.#adjusted[node] as number];
      this.#total[context] = (this.#total[context] as number) + adjusted;
      this.#backoff[context] = (this.#backoff[context] as number) + this.#discount(node);
    }
    for (let node = 0; node < size; node++) {
      const total = this.#total[node] as number;
      // What nothing follows is no context: its probabilities are those of the shorter one.
      this.#backoff[node] = total > 0 ? (this.#backoff[node] as number) / total : 1;
    }
    this.#probability = new Float64Array(size);
    this.#probability[ROOT] = 1 / vocabulary.events.length;
    // Prefix and suffix of an n-gram have smaller numbers than it has, so that both are done when its turn comes.
    for (let node = 1; node < size; node++) {
      const context = trie.prefixOf(node);
      const kept =
        ((this.#adjusted[node] as number) - this.#discount(node)) / Math.max(1, this.#total[context] as number);
      this.#probability[node] =
        kept + (this.#backoff[context] as number) * (this.#probability[counts.suffixOf(node)] as number);
    }
  }

  /** N-grams that the model holds. */
  get size(): number {
    return this.#trie.size - 1;
  }

  /** The probability of `token` behind `context`, of which the last order − 1 tokens count; `begin` may be its first. */
  probability(context: Sentence, token: number): number {
    const state = this.#emptyState();
    for (let i = 0; i < context.length; i++) this.#advance(state, context[i] as number);
    return this.#advance(state, token);
  }

  /**
   * Σ ln p over the tokens of a sentence and its end, in nats; at most 0. Where the vocabulary has an unknown token it is passed over, and the
   * others are given that they are none: Σ ln p(w | h) / (1 − p(unknown | h)). It remains part of the context of those behind it.
   */
  logProbability(sentence: Sentence): number {
    const { begin, end, unknown } = this.vocabulary;
    const state = this.#emptyState();
    this.#advance(state, begin);
    let sum = 0;
    for (let i = 0; i <= sentence.length; i++) {
      const token = i < sentence.length ? (sentence[i] as number) : end;
      const missed = unknown === undefined ? 0 : this.#look(state, unknown);
      const probability = this.#advance(state, token);
      if (token !== unknown) sum += Math.log(probability / (1 - missed));
    }
    return sum;
  }

  /** What follows `node`: total of c, share left to shorter contexts; for drawing. */
  contextOf(node: number): { readonly total: number; readonly backoff: number } {
    return { total: this.#total[node] as number, backoff: this.#backoff[node] as number };
  }

  /** c − D of an n-gram. */
  keptCount(node: number): number {
    return (this.#adjusted[node] as number) - this.#discount(node);
  }

  get trie(): NgramTrie {
    return this.#trie;
  }

  #discount(node: number): number {
    const adjusted = this.#adjusted[node] as number;
    if (adjusted === 0) return 0;
    const [one, two, more] = this.discounts[this.#lengthOf(node) - 1] as Discounts;
    return adjusted === 1 ? one : adjusted === 2 ? two : more;
  }

  /** The n-grams that end at the present token, by length; −1 for those never seen. */
  #emptyState(): Int32Array {
    const state = new Int32Array(this.order).fill(-1);
    state[0] = ROOT;
    return state;
  }

  /** Goes on by one token, and gives its probability. */
  #advance(state: Int32Array, token: number): number {
    const probability = this.#look(state, token);
    // From the longest context to the shortest, so that a place is read before the next one writes to it.
    for (let length = this.order - 2; length >= 0; length--) {
      const context = state[length] as number;
      state[length + 1] = context < 0 ? -1 : this.#trie.find(context, token);
    }
    return probability;
  }

  /** The probability of `token` behind what ends at the present one. */
  #look(state: Int32Array, token: number): number {
    let factor = 1;
    for (let length = this.order - 1; length >= 0; length--) {
      const context = state[length] as number;
      if (context < 0) continue;
      const node = this.#trie.find(context, token);
      if (node >= 0) return factor * (this.#probability[node] as number);
      factor *= this.#backoff[context] as number;
    }
    return factor * (this.#probability[ROOT] as number);
  }
}

/** c of each n-gram; 0 for the empty one and `begin`. */
function adjustedCounts(counts: NgramCounts): Int32Array {
  const { trie, order } = counts;
  const begin = trie.find(ROOT, counts.borders.begin);
  const begins = new Uint8Array(trie.size);
  begins[begin] = 1;
  const adjusted = new Int32Array(trie.size);
  for (let node = 1; node < trie.size; node++) {
    if (begins[trie.prefixOf(node)] === 1) begins[node] = 1;
    if (counts.lengthOf(node) === order || begins[node] === 1) adjusted[node] = counts.count(node);
    // Every n-gram is one more token seen in front of the n-gram behind it.
    const suffix = counts.suffixOf(node);
    if (node !== begin && suffix !== ROOT) adjusted[suffix] = (adjusted[suffix] as number) + 1;
  }
  adjusted[begin] = 0;
  return adjusted;
}

/** How many n-grams of one length were counted once, twice, three and four times. */
export type CountsOfCounts = readonly [once: number, twice: number, thrice: number, fourTimes: number];

function countsOfCounts(counts: NgramCounts, adjusted: Int32Array): CountsOfCounts[] {
  const numbers = Array.from({ length: counts.order }, (): [number, number, number, number] => [0, 0, 0, 0]);
  for (let node = 1; node < adjusted.length; node++) {
    const place = (adjusted[node] as number) - 1;
    const of = numbers[counts.lengthOf(node) - 1] as [number, number, number, number];
    if (place >= 0 && place < 4) of[place] = (of[place] as number) + 1;
  }
  return numbers;
}

/** Chen and Goodman's estimates (1999, equation 26); undefined where they do not exist, or would take away more than was counted. */
export function discountsFrom([n1, n2, n3, n4]: CountsOfCounts): Discounts | undefined {
  if (n1 === 0 || n2 === 0 || n3 === 0) return undefined;
  const y = n1 / (n1 + 2 * n2);
  const discounts: Discounts = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  const usable = discounts.every((discount, i) => discount >= 0 && discount <= i + 1);
  return usable ? discounts : undefined;
}

/**
 * For counts too few or too odd for three discounts: Kneser and Ney's single one, Y, near which D₁ lies where most n-grams occur once; and
 * one half where none occurs once or twice, as in samples that are all alike.
 */
export function fallbackDiscounts([n1, n2]: CountsOfCounts): Discounts {
  const y = n1 > 0 && n2 > 0 ? n1 / (n1 + 2 * n2) : 0.5;
  return [y, y, y];
}
