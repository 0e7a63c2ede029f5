// The part of an evaluation that is about generated text: samples, their floors, and the trade-off over temperature.
import type { EncodedLines, EvaluationContext } from "./context.ts";
import { SentenceEmbedder } from "./embeddings.ts";
import { type Column, type FloorTexts, floorColumns, ngramSamples } from "./floors.ts";
import { commonTokens, generationFigures, SELF_BLEU_TEXTS, type Yardsticks } from "./generation.ts";
import { type KneserNey, type LanguageVocabulary, trainLanguageModel } from "./kneser-ney.ts";
import { comparedTexts } from "./label-texts.ts";
import { type Lines, sampleLines, samplePlaces, selectLines } from "./lines.ts";
import { describeDecoding } from "./report/decoding.ts";
import type { Report } from "./report/report.ts";
import { COLUMN_TITLES } from "./report/tables.ts";
import type { Source } from "./sources.ts";
import { drawSamples, tradeOff, tradeOffFloors } from "./trade-off.ts";

/** Texts that are reconstructed at each temperature, at most. */
const TRADE_OFF_TEXTS = 1_000;
/** Texts that embeddings are fitted to, at most. */
const EMBEDDED_TEXTS = 20_000;
/** Numbers of an embedding, at most; ten texts or more stand behind each, or covariances mean nothing. */
const MOST_DIMENSIONS = 64;
const TEXTS_A_DIMENSION = 10;

export interface MeasuredGeneration {
  readonly generation: Report["generation"];
  readonly tradeOff: Report["tradeOff"];
  readonly samples: Lines;
  readonly embedder: SentenceEmbedder;
  /** Samples of the model of n-grams, where there is training text, whatever labels the samples have. */
  readonly ngrams: Lines | undefined;
  /** Of the training text, where there is one, all labels included. */
  readonly languageModel: KneserNey | undefined;
}

export async function measureGeneration(
  context: EvaluationContext,
  vocabulary: LanguageVocabulary,
  encoded: EncodedLines,
): Promise<MeasuredGeneration> {
  const { model, count, seed, write, hasForm, stages, note, signal } = context;
  const { tokenizer } = model;
  const { test, train, dev, ofLabel } = comparedTexts(context);
  const samples = await stages.run("generate", (told) => drawSamples(model, count, { ...write, signal }, told));
  const { languageModel, ngrams } = await measureNgrams(context, vocabulary, train);
  // Texts of the paths between codes have no label.
  const ofAllLabels =
    train === context.train
      ? { languageModel, ngrams }
      : await measureNgrams(context, vocabulary, context.train, " of all labels");
  const held = dev && dev.lines.texts.length >= count ? sampleLines(dev.lines, count, seed, "held") : undefined;
  const copies = train && sampleLines(train.lines, count, seed, "copies");
  const real = held ?? copies ?? test.lines;
  if (real.texts.length < count) {
    note(
      `There are ${real.texts.length} real texts to stand beside ${count} samples: reverse perplexity and the Fréchet distance, which fall with the number of texts, flatter the samples.`,
    );
  }
  const embedder = await stages.run("fit embeddings", () => {
    const fitted = sampleLines((context.train ?? context.test).lines, EMBEDDED_TEXTS, seed, "embeddings");
    const fewest = Math.min(test.lines.texts.length, real.texts.length, count);
    const dimensions = Math.min(MOST_DIMENSIONS, Math.max(2, Math.floor(fewest / TEXTS_A_DIMENSION)));
    return SentenceEmbedder.fit(fitted.ids, {
      dimensions,
      seed,
      ignored: tokenizer.vocabulary.special.unknown,
      signal,
    });
  });
  const compared = [samples, held, copies, ngrams, test.lines].filter((lines) => lines !== undefined);
  const yardsticks: Yardsticks = {
    vocabulary,
    unknown: tokenizer.vocabulary.special.unknown,
    test: test.lines,
    embedder,
    testEmbeddings: embedder.embed(test.lines.ids),
    languageModel,
    // A text that was learnt with another label is a copy all the same.
    trainKeys: context.train && new Set(context.train.lines.keys),
    hasForm,
    seed,
    selfBleuTexts: Math.min(SELF_BLEU_TEXTS, ...compared.map(({ texts }) => texts.length)),
    distinctTokens: commonTokens(compared),
    signal,
  };
  const floorTexts: FloorTexts = { held, copies, ngrams };
  const columns = await stages.run("measure the generated text", async () => {
    const own: Column = { name: "model", figures: await generationFigures(samples, yardsticks) };
    return [own, ...(await floorColumns(floorTexts, yardsticks))];
  });
  const ofCopies = columns.find(({ name }) => name === "copy")?.figures.twoSample;
  if (ofCopies && ofCopies.interval[0] > 0.5) {
    note(
      `Training and test text can be told apart (two-sample accuracy ${(100 * ofCopies.accuracy).toFixed(1)} % for copies): what is like the training text is then not quite like the test text.`,
    );
  }
  const fallbacks = describeFallbacks(columns);
  if (fallbacks !== undefined) note(fallbacks);
  const places = samplePlaces(encoded.codes.length, TRADE_OFF_TEXTS, seed, "trade-off");
  const originals = selectLines(encoded.lines, places);
  const points = await stages.run("trade off over temperature", (told) =>
    tradeOff({
      model,
      write,
      samples,
      originals,
      codes: Array.from(places, (i) => encoded.codes[i] as Float32Array),
      yardsticks,
      signal,
      onProgress: told,
    }),
  );
  return {
    generation: {
      decoding: describeDecoding(write),
      seed,
      realText: held && dev ? dev.files : (train ?? test).files,
      ofLabel: held && dev && ofLabel.length > 0 ? [...ofLabel, ...dev.files] : ofLabel,
      selfBleuTexts: yardsticks.selfBleuTexts,
      distinctTokens: yardsticks.distinctTokens,
      embeddingDimensions: embedder.dimensions,
      columns,
    },
    tradeOff: { seed, points, floors: tradeOffFloors(columns, floorTexts, originals, yardsticks.unknown) },
    samples,
    embedder,
    ...ofAllLabels,
  };
}

/** A model of the n-grams of training text, and samples of it; neither where there is no such text. */
async function measureNgrams(
  { model: { tokenizer, info }, count, seed, stages, signal }: EvaluationContext,
  vocabulary: LanguageVocabulary,
  train: Source | undefined,
  which = "",
): Promise<Pick<MeasuredGeneration, "languageModel" | "ngrams">> {
  if (train === undefined) return { languageModel: undefined, ngrams: undefined };
  const languageModel = await stages.run(`learn the n-grams of the training text${which}`, (told) =>
    trainLanguageModel(train.lines.ids, vocabulary, { onProgress: told, signal }),
  );
  const ngrams = await stages.run(`generate from n-grams${which}`, (told) =>
    ngramSamples(languageModel, count, { tokenizer, maxLength: info.maxLength, seed, onProgress: told }),
  );
  return { languageModel, ngrams };
}

/** One sentence about all columns whose n-gram models could not be estimated in full; none where all could. */
function describeFallbacks(columns: readonly Column[]): string | undefined {
  const titles = new Map<string, string[]>();
  const listed = new Intl.ListFormat("en-GB");
  for (const { name, figures } of columns) {
    if (figures.discountFallbacks.length === 0) continue;
    const lengths = `${listed.format(figures.discountFallbacks.map(String))} ${figures.discountFallbacks.join() === "1" ? "token" : "tokens"}`;
    titles.set(lengths, [...(titles.get(lengths) ?? []), `"${COLUMN_TITLES[name]}"`]);
  }
  if (titles.size === 0) return undefined;
  const parts = [...titles].map(([lengths, names]) => `of ${lengths} in ${listed.format(names)}`);
  return `In the n-gram models of columns, one discount takes the place of three for n-grams ${parts.join(", ")}: too few of them occur twice, three and four times to estimate more.`;
}
