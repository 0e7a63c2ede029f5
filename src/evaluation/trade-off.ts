// Reconstruction against generation, over the temperatures at which texts may be drawn.
import type { Model, SampleOptions } from "../latent/model.ts";
import { repetition } from "../text/repetition.ts";
import type { Column, ColumnName, FloorTexts } from "./floors.ts";
import { perplexities, type Yardsticks } from "./generation.ts";
import { type Lines, linesOf, selectLines } from "./lines.ts";
import { reconstructionFigures, reconstructions } from "./reconstruction.ts";
import { describeChoice, describeDecoding } from "./report/decoding.ts";

export interface TradeOffFigures {
  readonly forwardPerplexity: number | null;
  readonly reversePerplexity: number | null;
  readonly unique: number;
  readonly bleu4: number;
}

export interface TradeOffPoint extends TradeOffFigures {
  /** None: the likeliest tokens. */
  readonly temperature: number | null;
  /** How each token is chosen, in which the points differ; and all that decides how texts read. */
  readonly choice: string;
  readonly decoding: string;
  /** Whether temperature alone sets the point apart from the others. */
  readonly onCurve: boolean;
  /** Whether this is the setting that all other figures are of. */
  readonly chosen: boolean;
  /** Samples, and texts that were reconstructed. */
  readonly samples: number;
  readonly reconstructed: number;
}

/** What stands beside the points. */
export interface TradeOffFloor extends TradeOffFigures {
  readonly name: ColumnName;
}

export const TEMPERATURES: readonly (number | undefined)[] = [undefined, 0.5, 0.7, 0.9, 1];

export interface TradeOffOptions {
  readonly model: Model;
  readonly write: SampleOptions & { readonly seed: number };
  /** The samples of `write`, which need not be drawn again. */
  readonly samples: Lines;
  /** Texts to reconstruct, and their codes. */
  readonly originals: Lines;
  readonly codes: readonly Float32Array[];
  readonly yardsticks: Yardsticks;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Samples of the same codes at each temperature, in the order of {@link TEMPERATURES}, by {@link temperatureSettings}; the chosen setting,
 * where it is another, last.
 */
export async function tradeOff(options: TradeOffOptions): Promise<TradeOffPoint[]> {
  const { model, write, samples, originals, codes, yardsticks, signal, onProgress } = options;
  const chosenDecoding = describeDecoding(write);
  const settings = temperatureSettings(write);
  if (!settings.some((setting) => describeDecoding(setting) === chosenDecoding)) settings.push(write);
  const each = samples.texts.length + originals.texts.length;
  const points: TradeOffPoint[] = [];
  for (const [i, setting] of settings.entries()) {
    const decoding = describeDecoding(setting);
    const report = (done: number): void => onProgress?.(i * each + done, settings.length * each);
    const lines =
      decoding === chosenDecoding
        ? samples
        : await drawSamples(model, samples.texts.length, { ...setting, signal }, report);
    const written = await reconstructions(originals, codes, {
      model,
      write: { ...setting, label: undefined },
      signal,
      onProgress: (done) => report(samples.texts.length + done),
    });
    const { forwardPerplexity, reversePerplexity } = await perplexities(lines, yardsticks);
    points.push({
      temperature: setting.temperature ?? null,
      choice: describeChoice(setting),
      decoding,
      onCurve: setting.beam === undefined,
      chosen: decoding === chosenDecoding,
      samples: lines.texts.length,
      reconstructed: originals.texts.length,
      forwardPerplexity,
      reversePerplexity,
      unique: repetition(lines.keys).unique,
      bleu4: reconstructionFigures(originals, written, yardsticks.unknown).bleu4,
    });
  }
  return points;
}

/**
 * What is asked of texts stays at every temperature, and so do top-k and top-p where tokens are drawn: the likeliest token, to which the draws
 * come as the temperature falls, is within both. A beam search has no temperature.
 */
export function temperatureSettings<T extends SampleOptions>(write: T): T[] {
  const undrawn = { topK: undefined, topP: undefined };
  return TEMPERATURES.map((temperature) => ({
    ...write,
    ...{ temperature, beam: undefined, lengthPenalty: undefined },
    ...(temperature === undefined && undrawn),
  }));
}

/**
 * The columns beside the model's, as points that have no code to write from: their texts in the place of reconstructions, as many as
 * there are originals.
 */
export function tradeOffFloors(
  columns: readonly Column[],
  { held, copies, ngrams }: FloorTexts,
  originals: Lines,
  unknown: number,
): TradeOffFloor[] {
  const count = originals.texts.length;
  const places = (from: number, among: number): number[] => Array.from({ length: count }, (_, i) => (i + from) % among);
  // Where nothing else is real, each text stands for the one before it.
  const others = selectLines(originals, places(1, count));
  const texts = { real: held ?? copies ?? others, ngram: ngrams, copy: copies };
  return columns.flatMap(({ name, figures: { forwardPerplexity, reversePerplexity, unique } }): TradeOffFloor[] => {
    const given = name === "model" ? undefined : texts[name];
    if (!given) return [];
    const written = selectLines(given, places(0, given.texts.length));
    const { bleu4 } = reconstructionFigures(originals, written, unknown);
    return [{ name, forwardPerplexity, reversePerplexity, unique, bleu4 }];
  });
}

/** `count` samples of the prior, told as they come. */
export async function drawSamples(
  model: Model,
  count: number,
  write: SampleOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<Lines> {
  const texts: string[] = [];
  for await (const { text } of model.sampleEach(count, write)) {
    texts.push(text);
    onProgress?.(texts.length, count);
  }
  return linesOf(texts, model.tokenizer);
}
