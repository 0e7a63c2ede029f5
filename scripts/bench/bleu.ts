// Corpus BLEU: how much of the reference wording a set of output sentences keeps.
import { InputError } from "../../src/errors.ts";

const LONGEST = 4;

/**
 * Corpus BLEU-4 in [0, 100], one reference for each hypothesis (Papineni et al. 2002):
 *
 *     100 · BP · exp(¼ Σₙ log(clipped matches of order n / hypothesis n-grams of order n)),  n = 1..4
 *     BP = 1 when the hypotheses hold more tokens than the references (c > r), otherwise exp(1 − r/c)
 *
 * Counts are summed over the corpus, so a sentence shorter than four tokens simply brings no 4-grams. There is no
 * smoothing: the value is 0 when any order has no match.
 * @throws InputError when there are no sentences, or not as many hypotheses as references.
 */
export function corpusBleu(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): number {
  if (hypotheses.length !== references.length || hypotheses.length === 0) {
    throw new InputError(
      `BLEU needs one reference for each hypothesis and at least one pair, but got ${hypotheses.length} hypotheses and ${references.length} references.`,
    );
  }
  const lengthOf = (sentences: readonly (readonly string[])[]) =>
    sentences.reduce((sum, { length }) => sum + length, 0);
  const hypothesisLength = lengthOf(hypotheses);
  const referenceLength = lengthOf(references);

  let logPrecision = 0;
  for (let order = 1; order <= LONGEST; order++) {
    let matches = 0;
    let total = 0;
    for (const [i, hypothesis] of hypotheses.entries()) {
      const allowed = countNgrams(references[i] ?? [], order);
      for (const [ngram, count] of countNgrams(hypothesis, order)) {
        matches += Math.min(count, allowed.get(ngram) ?? 0);
        total += count;
      }
    }
    if (matches === 0) return 0;
    logPrecision += Math.log(matches / total) / LONGEST;
  }
  const logBrevity = Math.min(0, 1 - referenceLength / hypothesisLength);
  return 100 * Math.exp(logBrevity + logPrecision);
}

function countNgrams(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= tokens.length; start++) {
    // JSON keeps token borders apart whatever the tokens hold; joining by a character would not.
    const key = JSON.stringify(tokens.slice(start, start + order));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
