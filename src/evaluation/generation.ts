// The figures of generated text: one function for every column of the table, so that model and floors are measured alike.
import { setImmediate } from "node:timers/promises";
import { repetition } from "../text/repetition.ts";
import { copiedShare, distinctShare, tokenCount } from "./diversity.ts";
import type { SentenceEmbedder } from "./embeddings.ts";
import { frechetDistance } from "./frechet.ts";
import { type KneserNey, type LanguageVocabulary, trainLanguageModel } from "./kneser-ney.ts";
import { type Lines, sampleLines, tokensOfKey } from "./lines.ts";
import { perplexity } from "./perplexity.ts";
import { selfBleu } from "./self-bleu.ts";
import { TokenNumbers } from "./token-numbers.ts";
import { type TwoSampleResult, twoSampleTest } from "./two-sample.ts";
import { type FormCheck, formedShare } from "./well-formed.ts";

export interface GenerationFigures {
  /** Texts of the column. */
  readonly texts: number;
  /** By a model of the real training text; null without training text. */
  readonly forwardPerplexity: number | null;
  /** Of the real test text, by a model of the column. */
  readonly reversePerplexity: number | null;
  /** Lengths of n-grams at which the model of the column took one discount in place of three, as its counts allow no better estimate. */
  readonly discountFallbacks: readonly number[];
  /** Self-BLEU-4 of `selfBleuTexts` of the texts, in [0, 100]. */
  readonly selfBleu4: number;
  /** Distinct-1, -2 and -3 at `distinctTokens` tokens. */
  readonly distinct: readonly [number, number, number];
  readonly unique: number;
  readonly mostFrequent: number;
  /** Share of texts that have the form of verse that was asked about; null where none was. */
  readonly wellFormed: number | null;
  /** Share of texts that stand in the training text; null without. */
  readonly copied: number | null;
  /** Tokens of a text. */
  readonly meanLength: number;
  /** To the test text, in units of its variance. */
  readonly frechet: number | null;
  /** Against the test text. */
  readonly twoSample: TwoSampleResult | null;
}

/** What every column is measured with. */
export interface Yardsticks {
  readonly vocabulary: LanguageVocabulary;
  readonly unknown: number;
  readonly test: Lines;
  readonly embedder: SentenceEmbedder;
  readonly testEmbeddings: readonly Float64Array[];
  /** Of the training text, where there is one. */
  readonly languageModel?: KneserNey | undefined;
  readonly trainKeys?: ReadonlySet<string> | undefined;
  readonly hasForm?: FormCheck | undefined;
  readonly seed: number;
  /** Texts of a self-BLEU, and tokens of distinct-n: the same in all columns. */
  readonly selfBleuTexts: number;
  readonly distinctTokens: number;
  readonly signal?: AbortSignal | undefined;
}

/** Most texts of self-BLEU, and most tokens of distinct-n. */
export const SELF_BLEU_TEXTS = 1_000;
export const DISTINCT_TOKENS = 10_000;

/** Tokens of distinct-n that all of these columns have. */
export function commonTokens(columns: readonly Lines[]): number {
  return Math.min(DISTINCT_TOKENS, ...columns.map(({ ids }) => tokenCount(ids)));
}

/** Numbers of the tokens as they are written: words that the model does not know are different words. */
function writtenTokens({ keys }: Pick<Lines, "keys">): number[][] {
  const numbers = new TokenNumbers();
  return keys.map((key) => numbers.of(tokensOfKey(key)));
}

/** Forward and reverse perplexity alone. */
export async function perplexities(
  lines: Lines,
  { vocabulary, languageModel, test, signal }: Yardsticks,
): Promise<Pick<GenerationFigures, "forwardPerplexity" | "reversePerplexity" | "discountFallbacks">> {
  const own = await trainLanguageModel(lines.ids, vocabulary, { signal });
  return {
    forwardPerplexity: languageModel ? perplexity(languageModel, lines.ids) : null,
    reversePerplexity: perplexity(own, test.ids),
    discountFallbacks: own.fallbacks,
  };
}

export async function generationFigures(lines: Lines, yardsticks: Yardsticks): Promise<GenerationFigures> {
  const { unknown, test, embedder, testEmbeddings, trainKeys, seed } = yardsticks;
  // Seconds pass in each column without a wait: a signal needs a turn of the event loop to arrive.
  await setImmediate();
  yardsticks.signal?.throwIfAborted();
  return {
    texts: lines.texts.length,
    ...(await perplexities(lines, yardsticks)),
    ...ownFigures(lines, yardsticks),
    copied: trainKeys ? copiedShare(lines.keys, trainKeys) : null,
    frechet: frechetDistance(testEmbeddings, embedder.embed(lines.ids)),
    twoSample: twoSampleTest(test.ids, lines.ids, { seed, ignored: unknown }),
  };
}

/** The figures that need nothing to compare with. */
export function ownFigures(
  lines: Lines,
  { seed, selfBleuTexts, distinctTokens, hasForm }: Yardsticks,
): Pick<GenerationFigures, "selfBleu4" | "distinct" | "unique" | "mostFrequent" | "wellFormed" | "meanLength"> {
  const { ids, keys } = lines;
  const tokens = writtenTokens(lines);
  const distinct = (order: number): number => distinctShare(tokens, order, distinctTokens);
  return {
    selfBleu4: selfBleu(writtenTokens(sampleLines(lines, selfBleuTexts, seed, "self-bleu"))),
    distinct: [distinct(1), distinct(2), distinct(3)],
    ...repetition(keys),
    wellFormed: hasForm ? formedShare(ids, hasForm) : null,
    meanLength: tokenCount(ids) / ids.length,
  };
}
