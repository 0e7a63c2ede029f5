// Interpolated modified Kneser–Ney as the formula reads, over sets of strings: slow, and with nothing in common with the model under test.
import type { LanguageVocabulary } from "../../src/evaluation/kneser-ney.ts";

type Ngram = readonly number[];

/** p(token | context). */
export function naiveKneserNey(
  sentences: readonly Ngram[],
  { begin, end, events }: LanguageVocabulary,
  order: number,
): (context: Ngram, token: number) => number {
  const raw = new Map<string, number>();
  const name = (ngram: Ngram): string => ngram.join(" ");
  for (const sentence of sentences) {
    const padded = [begin, ...sentence, end];
    for (let last = 1; last < padded.length; last++) {
      for (let length = 1; length <= order && length <= last + 1; length++) {
        const ngram = padded.slice(last - length + 1, last + 1);
        raw.set(name(ngram), (raw.get(name(ngram)) ?? 0) + 1);
      }
    }
  }
  const ngrams = [...raw.keys()].map((key) => key.split(" ").map(Number));
  const adjusted = (ngram: Ngram): number => {
    if (ngram.length === order || ngram[0] === begin) return raw.get(name(ngram)) ?? 0;
    const behind = name(ngram);
    return ngrams.filter((other) => other.length === ngram.length + 1 && name(other.slice(1)) === behind).length;
  };
  const counts = new Map(ngrams.map((ngram) => [name(ngram), adjusted(ngram)]));
  const discounts = Array.from({ length: order }, (_, i) => {
    const ofLength = ngrams.filter(({ length }) => length === i + 1).map((ngram) => counts.get(name(ngram)) ?? 0);
    const n = (count: number): number => ofLength.filter((value) => value === count).length;
    const [n1, n2, n3, n4] = [n(1), n(2), n(3), n(4)];
    const y = n1 / (n1 + 2 * n2);
    const three = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
    if (n1 * n2 * n3 > 0 && three.every((value, k) => value >= 0 && value <= k + 1)) return three;
    const single = n1 * n2 > 0 ? y : 0.5;
    return [single, single, single];
  });
  const discount = (ngram: Ngram): number => {
    const count = counts.get(name(ngram)) ?? 0;
    return count === 0 ? 0 : (discounts[ngram.length - 1]?.[Math.min(count, 3) - 1] ?? 0);
  };
  const probability = (context: Ngram, token: number): number => {
    const following = [...events].map((event) => [...context, event]);
    const total = following.reduce((sum, ngram) => sum + (counts.get(name(ngram)) ?? 0), 0);
    const shorter = (): number => (context.length === 0 ? 1 / events.length : probability(context.slice(1), token));
    if (total === 0) return shorter();
    const left = following.reduce((sum, ngram) => sum + discount(ngram), 0) / total;
    const ngram = [...context, token];
    return ((counts.get(name(ngram)) ?? 0) - discount(ngram)) / total + left * shorter();
  };
  return (context, token) => probability(context.slice(Math.max(0, context.length - order + 1)), token);
}
