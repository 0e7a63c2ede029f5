// Corpus BLEU: how much of the reference wording a set of output sentences keeps.
import { InputError } from "../errors.ts";
import { longer, NgramTrie, ROOT, type Sentence } from "./ngram-trie.ts";

/** The longest n-grams that count. */
export const BLEU_ORDER = 4;

/**
 * Corpus BLEU-4 in [0, 100] (Papineni et al. 2002), one or more references for each hypothesis:
 *
 *     100 · BP · exp(¼ Σₙ log(clipped matches of order n / hypothesis n-grams of order n)),  n = 1..4
 *     BP = 1 when the hypotheses hold more tokens than the references (c > r), otherwise exp(1 − r/c)
 *
 * An n-gram matches as often as the reference that has it most often; r sums the reference lengths closest to each hypothesis, the shorter
 * of two equally close. Counts are summed over the corpus, so a sentence shorter than four tokens simply brings no 4-grams. There is no
 * smoothing: the value is 0 when any order has no match.
 * @throws InputError when there are no sentences, not as many hypotheses as lists of references, or an empty list
 */
export function corpusBleu(hypotheses: readonly Sentence[], references: readonly (readonly Sentence[])[]): number {
  if (hypotheses.length !== references.length || hypotheses.length === 0) {
    throw new InputError(
      `BLEU needs references for each hypothesis and at least one pair, but got ${hypotheses.length} hypotheses and ${references.length} lists of references.`,
    );
  }
  const allowance = new Allowance();
  const tally = new BleuTally();
  for (const [i, hypothesis] of hypotheses.entries()) {
    const lists = references[i] ?? [];
    if (lists.length === 0) throw new InputError(`Hypothesis ${i + 1} has no reference; expected at least one.`);
    allowance.begin();
    for (const reference of lists) allowance.allow(reference);
    allowance.spend(hypothesis, tally);
    tally.addLengths(
      hypothesis.length,
      closestLength(
        hypothesis.length,
        lists.map(({ length }) => length),
      ),
    );
  }
  return tally.bleu();
}

/** The length closest to `length`; the shorter of two equally close. */
export function closestLength(length: number, lengths: readonly number[]): number {
  const distance = (other: number): number => Math.abs(other - length);
  return lengths.reduce((best, other) =>
    distance(other) < distance(best) || (distance(other) === distance(best) && other < best) ? other : best,
  );
}

/** Sums over a corpus, from which BLEU is made. */
export class BleuTally {
  readonly matches = new Float64Array(BLEU_ORDER + 1);
  readonly totals = new Float64Array(BLEU_ORDER + 1);
  #hypothesisLength = 0;
  #referenceLength = 0;

  /** Counts one n-gram of a hypothesis. */
  add(order: number, matched: boolean): void {
    this.totals[order] = (this.totals[order] as number) + 1;
    if (matched) this.matches[order] = (this.matches[order] as number) + 1;
  }

  addLengths(hypothesis: number, reference: number): void {
    this.#hypothesisLength += hypothesis;
    this.#referenceLength += reference;
  }

  bleu(): number {
    let logPrecision = 0;
    for (let order = 1; order <= BLEU_ORDER; order++) {
      const matches = this.matches[order] as number;
      if (matches === 0) return 0;
      logPrecision += Math.log(matches / (this.totals[order] as number)) / BLEU_ORDER;
    }
    const logBrevity = Math.min(0, 1 - this.#referenceLength / this.#hypothesisLength);
    return 100 * Math.exp(logBrevity + logPrecision);
  }
}

/** How often each n-gram may still match: as often as the reference that has it most often. */
class Allowance {
  readonly #trie = new NgramTrie();
  /** Of each n-gram: the hypothesis and the reference that the counts are of. */
  #hypothesisOf = new Int32Array(1 << 10);
  #referenceOf = new Int32Array(1 << 10);
  #left = new Int32Array(1 << 10);
  #seen = new Int32Array(1 << 10);
  #hypothesis = 0;
  #reference = 0;

  /** Forgets the references so far. */
  begin(): void {
    this.#hypothesis++;
  }

  allow(reference: Sentence): void {
    this.#reference++;
    for (let start = 0; start < reference.length; start++) {
      let node = ROOT;
      for (let at = start; at < Math.min(reference.length, start + BLEU_ORDER); at++) {
        node = this.#trie.add(node, reference[at] as number);
        this.#room();
        if (this.#hypothesisOf[node] !== this.#hypothesis) this.#left[node] = 0;
        if (this.#referenceOf[node] !== this.#reference) this.#seen[node] = 0;
        this.#hypothesisOf[node] = this.#hypothesis;
        this.#referenceOf[node] = this.#reference;
        const seen = (this.#seen[node] as number) + 1;
        this.#seen[node] = seen;
        if (seen > (this.#left[node] as number)) this.#left[node] = seen;
      }
    }
  }

  spend(hypothesis: Sentence, tally: BleuTally): void {
    for (let start = 0; start < hypothesis.length; start++) {
      let node: number = ROOT;
      for (let at = start; at < Math.min(hypothesis.length, start + BLEU_ORDER); at++) {
        node = node < 0 ? -1 : this.#trie.find(node, hypothesis[at] as number);
        const left = node >= 0 && this.#hypothesisOf[node] === this.#hypothesis ? (this.#left[node] as number) : 0;
        if (left > 0) this.#left[node] = left - 1;
        tally.add(at - start + 1, left > 0);
      }
    }
  }

  #room(): void {
    if (this.#trie.size <= this.#left.length) return;
    this.#hypothesisOf = longer(this.#hypothesisOf);
    this.#referenceOf = longer(this.#referenceOf);
    this.#left = longer(this.#left);
    this.#seen = longer(this.#seen);
  }
}
