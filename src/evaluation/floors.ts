// The columns that generated text stands beside: real text, samples of an n-gram model, and lines copied from training text.
import { RandomStream } from "../random.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { copiedShare } from "./diversity.ts";
import { type GenerationFigures, generationFigures, ownFigures, type Yardsticks } from "./generation.ts";
import type { KneserNey } from "./kneser-ney.ts";
import { NgramSampler } from "./kneser-ney-sampler.ts";
import { type Lines, linesOf } from "./lines.ts";
import { perplexity } from "./perplexity.ts";

/** What a column of the table is of. */
export type ColumnName = "model" | "real" | "ngram" | "copy";

export interface Column {
  readonly name: ColumnName;
  readonly figures: GenerationFigures;
}

const SAMPLES_A_REPORT = 500;

/** Texts drawn from a language model, as many as asked for. */
export function ngramSamples(
  model: KneserNey,
  count: number,
  {
    tokenizer,
    maxLength,
    seed,
    onProgress,
  }: {
    readonly tokenizer: Tokenizer;
    readonly maxLength: number;
    readonly seed: number;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
  },
): Lines {
  const sampler = new NgramSampler(model);
  const banned = tokenizer.vocabulary.special.unknown;
  const texts = Array.from({ length: count }, (_, i) => {
    if (i % SAMPLES_A_REPORT === 0) onProgress?.(i, count);
    return tokenizer.decode(sampler.draw(RandomStream.named(seed, `ngram/${i}`), { maxLength, banned }));
  });
  return linesOf(texts, tokenizer);
}

/** Texts of the columns beside the model's; those that are not there are left out. */
export interface FloorTexts {
  /** Real texts that the model has not learnt from. */
  readonly held: Lines | undefined;
  /** Lines of the training text. */
  readonly copies: Lines | undefined;
  readonly ngrams: Lines | undefined;
}

/**
 * The floors, each from as many texts as there are samples where there are so many:
 *
 * - `real`: what real text gets. Where none is held out, lines of the training text are compared with the test text, and the two figures
 *   by which the training text judges are those of the test text: its perplexity, and its copied share.
 * - `ngram`: samples of the very n-gram model that judges. Fluent from word to word, and without a plan.
 * - `copy`: lines of the training text, as a model would write that only remembers. Little but the copied share gives it away.
 */
export async function floorColumns({ held, copies, ngrams }: FloorTexts, yardsticks: Yardsticks): Promise<Column[]> {
  const copy = copies && (await generationFigures(copies, yardsticks));
  const columns: Column[] = [{ name: "real", figures: await realFigures(held, copy, yardsticks) }];
  if (ngrams) columns.push({ name: "ngram", figures: await generationFigures(ngrams, yardsticks) });
  if (copy) columns.push({ name: "copy", figures: copy });
  return columns;
}

async function realFigures(
  held: Lines | undefined,
  copy: GenerationFigures | undefined,
  yardsticks: Yardsticks,
): Promise<GenerationFigures> {
  if (held) return generationFigures(held, yardsticks);
  const { languageModel, trainKeys, test } = yardsticks;
  const byTraining = {
    forwardPerplexity: languageModel ? perplexity(languageModel, test.ids) : null,
    copied: trainKeys ? copiedShare(test.keys, trainKeys) : null,
  };
  if (copy) return { ...copy, ...byTraining };
  return {
    texts: test.texts.length,
    reversePerplexity: null,
    discountFallbacks: [],
    ...ownFigures(test, yardsticks),
    ...byTraining,
    frechet: null,
    twoSample: null,
  };
}
