// The part of an evaluation that is about generated text: samples, their floors, and the trade-off over temperature.
import type { EncodedLines, EvaluationContext } from "./context.ts";
import { SentenceEmbedder } from "./embeddings.ts";
import { type Column, type FloorTexts, floorColumns, ngramSamples } from "./floors.ts";
import { commonTokens, generationFigures, SELF_BLEU_TEXTS, type Yardsticks } from "./generation.ts";
import { type KneserNey, type LanguageVocabulary, trainLanguageModel } from "./kneser-ney.ts";
import { type Lines, sampleLines, samplePlaces, selectLines } from "./lines.ts";
import { describeDecoding } from "./report/decoding.ts";
import type { Report } from "./report/report.ts";
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
  /** Samples of the model of n-grams, where there is training text. */
  readonly ngrams: Lines | undefined;
  /** Of the training text, where there is one. */
  readonly languageModel: KneserNey | undefined;
}

export async function measureGeneration(
  context: EvaluationContext,
  vocabulary: LanguageVocabulary,
  encoded: EncodedLines,
): Promise<MeasuredGeneration> {
  const { model, test, train, dev, count, seed, write, hasForm, stages, note, signal } = context;
  const { tokenizer, info } = model;
  const samples = await stages.run("generate", (told) => drawSamples(model, count, { ...write, signal }, told));
  const languageModel =
    train &&
    (await stages.run("learn the n-grams of the training text", (told) =>
      trainLanguageModel(train.lines.ids, vocabulary, { onProgress: told, signal }),
    ));
  const ngrams =
    languageModel &&
    (await stages.run("generate from n-grams", (told) =>
      ngramSamples(languageModel, count, { tokenizer, maxLength: info.maxLength, seed, onProgress: told }),
    ));
  const held = dev && dev.lines.texts.length >= count ? sampleLines(dev.lines, count, seed, "held") : undefined;
  const copies = train && sampleLines(train.lines, count, seed, "copies");
  const real = held ?? copies ?? test.lines;
  if (real.texts.length < count) {
    note(
      `There are ${real.texts.length} real texts to stand beside ${count} samples: reverse perplexity and the Fréchet distance, which fall with the number of texts, flatter the samples.`,
    );
  }
  const embedder = await stages.run("fit embeddings", () => {
    const fitted = sampleLines((train ?? test).lines, EMBEDDED_TEXTS, seed, "embeddings");
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
    trainKeys: train && new Set(train.lines.keys),
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
  for (const { name, figures } of columns) {
    if (figures.discountFallbacks.length === 0) continue;
    note(
      `The n-gram model of the column "${name}" takes one discount in place of three for n-grams of ${figures.discountFallbacks.join(", ")} tokens: too few of them occur twice, three and four times to estimate more.`,
    );
  }
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
      selfBleuTexts: yardsticks.selfBleuTexts,
      distinctTokens: yardsticks.distinctTokens,
      embeddingDimensions: embedder.dimensions,
      columns,
    },
    tradeOff: { seed, points, floors: tradeOffFloors(columns, floorTexts, originals, yardsticks.unknown) },
    samples,
    ngrams,
    embedder,
    languageModel,
  };
}
