// A judge of labels that knows nothing of the model: it learns from real texts which words go with which label.
import { RandomStream } from "../random.ts";
import { ClassRegression } from "./logistic-regression.ts";
import type { Sentence } from "./ngram-trie.ts";
import { inverseFrequencies, ngramFeatures, type SparseVector, weighted } from "./text-features.ts";
import { wilsonInterval } from "./two-sample.ts";

/** How often a judge was right. */
export interface Accuracy {
  readonly judged: number;
  readonly accuracy: number;
  /** Wilson's interval of 95 % for it. */
  readonly interval: readonly [low: number, high: number];
}

export interface LabelJudgeOptions {
  readonly seed?: number;
  /** A token that is passed over. */
  readonly ignored?: number | undefined;
}

const BUCKETS = 2 ** 18;
const EPOCHS = 8;

/**
 * A logistic regression on the n-grams of one to three words for each label. (The classifiers of natural compare every document with every
 * feature: 2,000 headlines took 1.4 s to learn from and 28,000 would take minutes; this one grows with the words alone.)
 */
export class LabelJudge {
  readonly #labels: readonly string[];
  readonly #ignored: number | undefined;
  readonly #weights: Float64Array;
  readonly #regression: ClassRegression;

  /** Learns from sentences with labels; those of other labels than `labels` are passed over. */
  constructor(
    labels: readonly string[],
    sentences: readonly Sentence[],
    labelOf: readonly (string | undefined)[],
    { seed = 1, ignored }: LabelJudgeOptions = {},
  ) {
    this.#labels = labels;
    this.#ignored = ignored;
    const examples = sentences.flatMap((sentence, i) => {
      const kind = labels.indexOf(labelOf[i] ?? "");
      return kind < 0 ? [] : [{ vector: this.#features(sentence), kind }];
    });
    this.#weights = inverseFrequencies(
      examples.map(({ vector }) => vector),
      BUCKETS,
    );
    this.#regression = new ClassRegression(labels.length, BUCKETS);
    const learnt = examples.map(({ vector, kind }) => ({ vector: weighted(vector, this.#weights), kind }));
    this.#regression.learn(learnt, EPOCHS, RandomStream.named(seed, "label-judge"));
  }

  /** The label that a sentence seems to have. */
  judge(sentence: Sentence): string {
    const vector = weighted(this.#features(sentence), this.#weights);
    return this.#labels[this.#regression.classify(vector)] as string;
  }

  /** How many of the sentences seem to have the label that they should; null where there are none. */
  accuracy(sentences: readonly Sentence[], labels: readonly string[]): Accuracy | null {
    const right = sentences.filter((sentence, i) => this.judge(sentence) === labels[i]).length;
    return sentences.length === 0 ? null : accuracyOf(right, sentences.length);
  }

  #features(sentence: Sentence): SparseVector {
    return ngramFeatures(sentence, { longest: 3, buckets: BUCKETS, ignored: this.#ignored });
  }
}

export function accuracyOf(right: number, judged: number): Accuracy {
  return { judged, accuracy: right / judged, interval: wilsonInterval(right, judged) };
}
