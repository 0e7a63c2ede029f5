// How texts change on the way from one code to another: in small steps, and without losing fluency in the middle?
import { interpolateCodes } from "../latent/interpolate.ts";
import type { Model } from "../latent/model.ts";
import { relativeEditDistance } from "./edit-distance.ts";
import type { KneserNey } from "./kneser-ney.ts";
import { type Lines, linesOf } from "./lines.ts";
import type { Sentence } from "./ngram-trie.ts";
import { perplexity } from "./perplexity.ts";

export interface InterpolationFigures {
  readonly paths: number;
  /** Texts of a path, both ends included. */
  readonly steps: number;
  /** Mean relative edit distance from one text to the next, and the largest of a path on average; in [0, 1]. */
  readonly stepDistance: number;
  readonly largestStep: number;
  /** The mean of the same over ends of paths: from end to end at once. */
  readonly endDistance: number;
  /** Different texts as a share of a path's. */
  readonly distinct: number;
  /** Share of steps that do not lead back towards the start, in edit distance from it. */
  readonly forward: number;
  /** Perplexity of both ends, and of the texts in the middle, by the model of real text; null without one. */
  readonly endPerplexity: number | null;
  readonly middlePerplexity: number | null;
}

export interface InterpolationOptions {
  readonly model: Model;
  readonly languageModel?: KneserNey | undefined;
  readonly steps?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A path of texts, for people to read. */
export interface TextPath {
  readonly texts: readonly string[];
}

/** Walks straight from each first code to its second, writing the likeliest text at each step. */
export async function interpolationFigures(
  pairs: readonly (readonly [Float32Array, Float32Array])[],
  { model, languageModel, steps = 7, signal, onProgress }: InterpolationOptions,
): Promise<{ figures: InterpolationFigures; paths: TextPath[] }> {
  const codes = pairs.flatMap(([a, b]) => interpolateCodes(a, b, { steps }));
  const texts: string[] = [];
  for await (const { text } of model.decodeEach(codes, { signal })) {
    texts.push(text);
    onProgress?.(texts.length, codes.length);
  }
  const figures = pathFigures(linesOf(texts, model.tokenizer), { steps, languageModel });
  return { figures, paths: pairs.map((_, i) => ({ texts: texts.slice(i * steps, (i + 1) * steps) })) };
}

/** The figures of paths of `steps` texts each, which stand one after another in `lines`. */
export function pathFigures(
  { ids, keys }: Pick<Lines, "ids" | "keys">,
  { steps, languageModel }: { readonly steps: number; readonly languageModel?: KneserNey | undefined },
): InterpolationFigures {
  const starts = Array.from({ length: ids.length / steps }, (_, i) => i * steps);
  const paths = starts.map((start) => ids.slice(start, start + steps));
  const stepsOf = (path: readonly Sentence[]): number[] =>
    path.slice(1).map((text, i) => relativeEditDistance(path[i] as Sentence, text));
  const middle = Math.floor(steps / 2);
  const perplexityOf = (sentences: readonly Sentence[]): number | null =>
    languageModel ? perplexity(languageModel, sentences) : null;
  return {
    paths: paths.length,
    steps,
    stepDistance: mean(paths.flatMap(stepsOf)),
    largestStep: mean(paths.map((path) => Math.max(...stepsOf(path)))),
    endDistance: mean(paths.map((path) => relativeEditDistance(path[0] as Sentence, path.at(-1) as Sentence))),
    distinct: mean(starts.map((start) => new Set(keys.slice(start, start + steps)).size / steps)),
    forward: mean(paths.flatMap(stepsForward)),
    endPerplexity: perplexityOf(paths.flatMap((path) => [path[0] as Sentence, path.at(-1) as Sentence])),
    middlePerplexity: perplexityOf(paths.map((path) => path[middle] as Sentence)),
  };
}

/** 1 for a step to a text at least as far from the start as the one before, else 0. */
function stepsForward(path: readonly Sentence[]): number[] {
  const away = path.map((text) => relativeEditDistance(path[0] as Sentence, text));
  return away.slice(1).map((distance, i) => (distance >= (away[i] as number) ? 1 : 0));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
