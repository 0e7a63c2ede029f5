// Reconstruction against generation, over the temperatures at which texts may be drawn.
import type { Model, SampleOptions } from "../latent/model.ts";
import { repetition } from "../text/repetition.ts";
import { perplexities, type Yardsticks } from "./generation.ts";
import { type Lines, linesOf } from "./lines.ts";
import { reconstructionFigures, reconstructions } from "./reconstruction.ts";
import { describeDecoding } from "./report/decoding.ts";

export interface TradeOffPoint {
  /** None: the likeliest tokens. */
  readonly temperature: number | null;
  readonly decoding: string;
  /** Whether this is the setting that all other figures are of. */
  readonly chosen: boolean;
  /** Samples, and texts that were reconstructed. */
  readonly samples: number;
  readonly reconstructed: number;
  readonly forwardPerplexity: number | null;
  readonly reversePerplexity: number | null;
  readonly unique: number;
  readonly bleu4: number;
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

/** Samples of the same codes at each temperature, in the order of {@link TEMPERATURES}; the chosen setting, where it is another, last. */
export async function tradeOff(options: TradeOffOptions): Promise<TradeOffPoint[]> {
  const { model, write, samples, originals, codes, yardsticks, signal, onProgress } = options;
  const { seed, maxLength, unknown, label, priorTemperature } = write;
  const common: SampleOptions = {
    ...{ seed, unknown, label, priorTemperature },
    ...(maxLength !== undefined && { maxLength }),
  };
  const chosenDecoding = describeDecoding(write);
  const settings = TEMPERATURES.map((temperature): SampleOptions => ({ ...common, temperature }));
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
      decoding,
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
