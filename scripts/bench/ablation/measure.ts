// One run of an ablation: trains for a fixed number of steps, then measures the run's model on test text.
import { NonFiniteError } from "../../../src/errors.ts";
import { languageVocabulary } from "../../../src/evaluation/evaluate.ts";
import { trainLanguageModel } from "../../../src/evaluation/kneser-ney.ts";
import { readLines, sampleLines } from "../../../src/evaluation/lines.ts";
import { perplexity } from "../../../src/evaluation/perplexity.ts";
import { reconstructionFigures, reconstructions } from "../../../src/evaluation/reconstruction.ts";
import { drawSamples } from "../../../src/evaluation/trade-off.ts";
import { load } from "../../../src/latent/model.ts";
import { divergenceOfDraws, gaussianDivergence, meanAndCovariance } from "../../../src/model/aggregate.ts";
import { drawnCodes } from "../../../src/model/code-noise.ts";
import type { ConfigInput } from "../../../src/model/config-schema.ts";
import { RandomStream } from "../../../src/random.ts";
import { readJournal } from "../../../src/run/journal.ts";
import { RunFolder } from "../../../src/run/run-folder.ts";
import { repetition } from "../../../src/text/repetition.ts";
import { train } from "../../../src/training/train.ts";

export interface Figures {
  /** Best dev reconstruction since λ was settled, in nats a token; null where it never was. */
  readonly devReconstruction: number | null;
  /** Of test texts written from their codes. */
  readonly bleu4: number;
  /** Of greedy samples by a model of the training text, and of test text by a model of the samples. */
  readonly forwardPerplexity: number;
  readonly reversePerplexity: number;
  /** Different samples, as a share. */
  readonly unique: number;
  /**
   * KL of the test codes' mean and covariance to the prior, in nats above that of true draws; null where it is infinite. The codes have the
   * noise that the decoder learnt from, or are draws of Gaussian ones.
   */
  readonly codeDivergence: number | null;
  /** Alarms that were on at the last report. */
  readonly alarms: readonly string[];
}

export interface Result {
  readonly variant: string;
  readonly seed: number;
  /** What the result is of: results of other settings do not go into the same table. */
  readonly of: Trial;
  /** Absent where training failed. */
  readonly figures?: Figures;
  readonly failure?: string;
}

/** Everything that decides a result. */
export interface Trial {
  readonly settings: ConfigInput;
  readonly test: string;
  readonly samples: number;
}

/** Most test texts that are read. */
const MOST_TEXTS = 2_000;

/** Trains into `out`, over what is there, and measures. A run that ends in numbers that are not finite is a result as well. */
export async function runTrial(variant: string, seed: number, trial: Trial, out: string): Promise<Result> {
  try {
    const { best } = await train({ out, config: { ...trial.settings, seed }, overwrite: true });
    const figures = await measure(out, trial);
    return { variant, seed, of: trial, figures: { devReconstruction: best?.reconstruction ?? null, ...figures } };
  } catch (cause) {
    if (!(cause instanceof NonFiniteError)) throw cause;
    return { variant, seed, of: trial, failure: cause.message };
  }
}

async function measure(
  out: string,
  { settings, test: testPath, samples: count }: Trial,
): Promise<Omit<Figures, "devReconstruction">> {
  const { threads = 0 } = settings;
  const model = await load(out, { threads });
  try {
    const reading = { tokenizer: model.tokenizer, maxLength: model.info.maxLength };
    const test = sampleLines(await readLines([testPath], reading), MOST_TEXTS, 1, "ablation");
    const real = await readLines(settings.corpora ?? [], reading);
    const encoded = await model.encodePosteriors(test.texts);
    const written = await reconstructions(test, encoded.codes, { model });
    const samples = await drawSamples(model, count, { seed: 1 });
    const vocabulary = languageVocabulary(model);
    const [ofReal, ofSamples] = [
      await trainLanguageModel(real.ids, vocabulary),
      await trainLanguageModel(samples.ids, vocabulary),
    ];
    const sphere = model.info.config.prior === "sphere";
    const random = RandomStream.named(1, "code-noise");
    const drawn = drawnCodes(encoded, { noise: model.codeNoise, sphere }, random);
    const { mean, covariance } = meanAndCovariance(drawn);
    const divergence = gaussianDivergence(mean, covariance);
    const folder = await RunFolder.open(out);
    const last = readJournal(folder.pathOf("metrics.jsonl")).findLast(({ kind }) => kind === "dev");
    return {
      bleu4: reconstructionFigures(test, written, model.tokenizer.vocabulary.special.unknown).bleu4,
      forwardPerplexity: perplexity(ofReal, samples.ids),
      reversePerplexity: perplexity(ofSamples, test.ids),
      unique: repetition(samples.keys).unique,
      codeDivergence: divergence === null ? null : divergence - divergenceOfDraws(drawn.length, mean.length),
      alarms: Array.isArray(last?.alarms) ? last.alarms.map(String) : [],
    };
  } finally {
    await model.dispose();
  }
}
