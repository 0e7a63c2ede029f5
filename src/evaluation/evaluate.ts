// Measures a trained model: how well it reconstructs, what it generates, and how its codes lie, each beside what it is to be held against.
import { join } from "node:path";
import { type LoadOptions, load, type Model, type SampleOptions } from "../latent/model.ts";
import type { VerseForm } from "../latent/wishes.ts";
import { decodePlan } from "../model/decoding/options.ts";
import type { Column } from "../text/columns.ts";
import { checkColumn } from "../text/formats.ts";
import type { EncodedLines, EvaluationContext } from "./context.ts";
import { interpolationFloors } from "./interpolation-floors.ts";
import { type LanguageVocabulary, languageVocabularyOf } from "./kneser-ney.ts";
import { sampleLines } from "./lines.ts";
import { measureGeneration } from "./measure-generation.ts";
import { measureLabels } from "./measure-labels.ts";
import { measureSpace } from "./measure-space.ts";
import { type ReconstructionFigures, reconstructionFigures, reconstructions } from "./reconstruction.ts";
import { describeDecoding } from "./report/decoding.ts";
import { codeHistograms, codeMap, journalOf } from "./report/pictures.ts";
import type { Evaluation, ReportSettings, SourceSummary } from "./report/report.ts";
import { checkSamples, readSources, type Source } from "./sources.ts";
import { type ProgressListener, Stages } from "./stages.ts";
import { formCheck } from "./well-formed.ts";

export interface EvaluateOptions extends LoadOptions {
  /** A file of real texts that the model was not trained on. */
  readonly test: string;
  /** The training text; the run's own corpora where none is given and they are there. */
  readonly train?: string | undefined;
  /** Samples, and texts of each thing they are held against; at least 20. */
  readonly samples?: number | undefined;
  /** How samples are written: greedily, where nothing is said. Its seed, 1 by default, is that of all other draws too. */
  readonly write?: SampleOptions | undefined;
  /** A form of verse that texts are looked at for, without being held to it; the one that they are written in, where none is given. */
  readonly expectForm?: VerseForm | undefined;
  /**
   * The column of the labels in the test file, and in the training text where that is given, counted from 1: they colour the map of codes, and
   * those of a conditional model are measured by them. One of the two has columns.
   */
  readonly textColumn?: Column | undefined;
  readonly labelColumn?: Column | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Told of what is left out, a sentence each. */
  readonly onNote?: ((sentence: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MOST_RECONSTRUCTED = 10_000;
const PATHS_SHOWN = 5;

/**
 * Evaluates the model of a run. The same options give the same figures on the same machine kind.
 * @throws InputError when a file cannot be used, or an option is out of range; RunFolderError and EngineUnavailableError as {@link load};
 * the signal's reason once it is aborted
 */
export async function evaluate(runPath: string, options: EvaluateOptions): Promise<Evaluation> {
  const {
    test,
    train,
    samples: count = 10_000,
    write: given = {},
    textColumn,
    labelColumn,
    onProgress,
    onNote,
    signal,
  } = options;
  const { expectForm: form = given.form } = options;
  checkSamples(count);
  checkColumn("label", labelColumn, test, train === undefined ? [] : [train]);
  checkColumn("text", textColumn, test, train === undefined ? [] : [train]);
  // What decoding would refuse only after minutes, it refuses now.
  decodePlan({ ...given, label: undefined, maxLength: given.maxLength ?? 1 });
  const { seed = 1 } = given;
  const notes: string[] = [];
  const note = (sentence: string): void => {
    notes.push(sentence);
    onNote?.(sentence);
  };
  const stages = new Stages(onProgress, signal);
  const model = await stages.run("load the model", () => load(runPath, options));
  try {
    // The same of what depends on the model: its labels, and how long its texts may be.
    await model.decode([], given);
    const hasForm = form && formCheck(form, model.tokenizer, given.maxLength ?? model.info.maxLength);
    const sources = await stages.run("read the texts", () =>
      readSources(model, { test, train, textColumn, labelColumn, signal, note }),
    );
    const write = { ...given, seed };
    const context: EvaluationContext = {
      runPath,
      model,
      ...sources,
      count,
      seed,
      write,
      hasForm,
      stages,
      note,
      signal,
    };
    const vocabulary = languageVocabulary(model);
    const { reconstruction, encoded } = await measureReconstruction(context);
    const generated = await measureGeneration(context, vocabulary, encoded);
    const { paths, compared, ...space } = await measureSpace(context, encoded, generated);
    const real = sampleLines(sources.test.lines, sources.test.lines.texts.length, seed, "interpolation");
    const pathFloors = await stages.run("go other ways", () =>
      interpolationFloors(paths, { ...generated, tokenizer: model.tokenizer, real, seed }),
    );
    const labels = await measureLabels(context, encoded);
    const pictures = await stages.run("draw", () => ({
      histograms: codeHistograms(compared, space.priorMatch.byDimension),
      map: codeMap(encoded.lines, encoded.codes),
      metrics: journalOf(join(runPath, "metrics.jsonl"), note),
      objectives: {
        regularizer: model.info.config.regularizer,
        labels: model.info.labels.length,
        averaged: model.info.config.averaging > 0,
      },
      panel: journalOf(join(runPath, "samples.jsonl"), note),
      paths: paths.slice(0, PATHS_SHOWN),
    }));
    return {
      report: {
        version: 2,
        run: runPath,
        settings: settingsOf(context, { form, vocabulary, order: generated.languageModel?.order ?? 5 }),
        reconstruction: { ...reconstruction, decoding: describeDecoding({}), seed },
        generation: generated.generation,
        tradeOff: generated.tradeOff,
        ...space,
        interpolationFloors: pathFloors,
        labels,
        notes,
        seconds: stages.seconds,
      },
      pictures,
      samples: generated.samples.texts,
    };
  } finally {
    await model.dispose();
  }
}

/** Test texts, or ten thousand of them, through their codes and back. */
async function measureReconstruction({
  model,
  test,
  seed,
  stages,
  note,
  signal,
}: EvaluationContext): Promise<{ reconstruction: ReconstructionFigures; encoded: EncodedLines }> {
  const lines = sampleLines(test.lines, MOST_RECONSTRUCTED, seed, "reconstructed");
  const all = test.lines.texts.length;
  if (lines.texts.length < all) {
    note(`Of ${all} test texts, ${MOST_RECONSTRUCTED} drawn by the seed are encoded and reconstructed.`);
  }
  const encoded = await stages.run("encode the test text", () => model.encodePosteriors(lines.texts));
  const written = await stages.run("reconstruct", (told) =>
    reconstructions(lines, encoded.codes, { model, signal, onProgress: told }),
  );
  const { unknown } = model.tokenizer.vocabulary.special;
  return { reconstruction: reconstructionFigures(lines, written, unknown), encoded: { lines, ...encoded } };
}

/** What n-gram models predict: the model's vocabulary but for the tokens that no text holds. */
export function languageVocabulary({ tokenizer }: Model): LanguageVocabulary {
  return languageVocabularyOf(tokenizer.vocabulary);
}

/** Tokens that perplexities are over. */
function knownTokens({ events, unknown }: LanguageVocabulary): number {
  return events.length - (unknown === undefined ? 0 : 1);
}

function settingsOf(
  { model, test, train, count, seed, write }: EvaluationContext,
  { form, vocabulary, order }: { form: VerseForm | undefined; vocabulary: LanguageVocabulary; order: number },
): ReportSettings {
  const summary = ({ files, lines }: Source): SourceSummary => ({ files, texts: lines.texts.length });
  const { signal: _, ...kept } = write;
  return {
    samples: count,
    seed,
    decoding: describeDecoding(write),
    write: kept,
    form: form ?? null,
    maxLength: write.maxLength ?? model.info.maxLength,
    tokenizer: model.tokenizer.kind,
    vocabulary: model.info.vocabulary,
    test: summary(test),
    train: train ? summary(train) : null,
    languageModel: { kind: "interpolated modified Kneser–Ney", order, vocabulary: knownTokens(vocabulary) },
  };
}
