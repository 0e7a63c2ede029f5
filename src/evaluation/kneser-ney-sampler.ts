// Draws sentences from an n-gram language model: what a good table of word sequences writes, without any code behind it.
import type { RandomStream } from "../random.ts";
import type { KneserNey } from "./kneser-ney.ts";
import { ROOT } from "./ngram-trie.ts";

export interface NgramSampleOptions {
  /** Most tokens of a sentence. */
  readonly maxLength: number;
  /** A token that is drawn again, as the models that are compared never write it. */
  readonly banned?: number | undefined;
}

/** An exact sampler of the interpolated model: at each context it either keeps to what was counted there, or goes to the shorter one. */
export class NgramSampler {
  readonly #model: KneserNey;
  /** What follows node n: `#children` from `#first[n]` to `#first[n + 1]`, with the running sums of their kept counts. */
  readonly #first: Int32Array;
  readonly #children: Int32Array;
  readonly #sums: Float64Array;

  constructor(model: KneserNey) {
    this.#model = model;
    const { trie } = model;
    this.#first = new Int32Array(trie.size + 1);
    for (let node = 1; node < trie.size; node++) {
      const place = trie.prefixOf(node) + 1;
      this.#first[place] = (this.#first[place] as number) + 1;
    }
    for (let node = 0; node < trie.size; node++) {
      this.#first[node + 1] = (this.#first[node + 1] as number) + (this.#first[node] as number);
    }
    this.#children = new Int32Array(trie.size - 1);
    this.#sums = new Float64Array(trie.size - 1);
    const next = this.#first.slice();
    for (let node = 1; node < trie.size; node++) {
      const prefix = trie.prefixOf(node);
      const place = next[prefix] as number;
      next[prefix] = place + 1;
      this.#children[place] = node;
      const before = place > (this.#first[prefix] as number) ? (this.#sums[place - 1] as number) : 0;
      this.#sums[place] = before + model.keptCount(node);
    }
  }

  /** A sentence of tokens, without its end. */
  draw(random: RandomStream, { maxLength, banned }: NgramSampleOptions): number[] {
    const { vocabulary } = this.#model;
    const sentence: number[] = [];
    const context: number[] = [vocabulary.begin];
    while (sentence.length < maxLength) {
      const token = this.#drawToken(random, context);
      if (token === banned) continue;
      if (token === vocabulary.end) break;
      sentence.push(token);
      context.push(token);
      if (context.length >= this.#model.order) context.shift();
    }
    return sentence;
  }

  #drawToken(random: RandomStream, context: readonly number[]): number {
    const { vocabulary } = this.#model;
    for (let from = 0; from <= context.length; from++) {
      const node = this.#nodeOf(context, from);
      if (node < 0) continue;
      const { total, backoff } = this.#model.contextOf(node);
      if (total === 0) continue;
      const kept = total * (1 - backoff);
      const point = random.uniform() * total;
      if (point < kept) return this.#model.trie.tokenOf(this.#childAt(node, point));
    }
    return vocabulary.events[random.integer(vocabulary.events.length)] as number;
  }

  #nodeOf(context: readonly number[], from: number): number {
    let node = ROOT;
    for (let i = from; i < context.length && node >= 0; i++) node = this.#model.trie.find(node, context[i] as number);
    return node;
  }

  /** The first child whose running sum passes `point`. */
  #childAt(node: number, point: number): number {
    let low = this.#first[node] as number;
    let high = (this.#first[node + 1] as number) - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return this.#children[low] as number;
  }
}
