// A trained model for programs: texts to codes, codes to texts.
import { createEngine, type EngineChoice } from "../engine/select.ts";
import type { Engine, NamedArray } from "../engine/types.ts";
import { InputError } from "../errors.ts";
import { Autoencoder, type DecodeOptions } from "../model/autoencoder.ts";
import type { EncodedSentences } from "../model/code-noise.ts";
import { describeInput, type InputDescription } from "../text/describe-input.ts";
import { ANY_LABEL, Labels } from "../text/labels.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { arithmeticCodes } from "./arithmetic.ts";
import { type Corners, type GridOptions, gridCodes } from "./grid.ts";
import { infoOf, type RunInfo } from "./info.ts";
import { type InterpolateOptions, interpolateCodes } from "./interpolate.ts";
import { checkPriorTemperature, priorCodes } from "./prior.ts";
import { type SimilarOptions, similarCodes } from "./similar.ts";
import { readTrained, type Trained } from "./trained.ts";
import { constraintOf, type Wishes } from "./wishes.ts";

export interface LoadOptions {
  /** What runs the model: `auto` takes the fastest engine that works here; an engine that is already there may be given. */
  readonly engine?: EngineChoice | Engine;
  /** Threads of the compiled engine; 0: one a processor. */
  readonly threads?: number;
  /** Receives a line for each engine that was tried in vain. */
  readonly log?: (line: string) => void;
}

/** How texts are written; the maximal length is the one the model was trained with, where none is given. */
export interface WriteOptions extends Partial<Omit<DecodeOptions, "constraint" | "label">>, Wishes {
  /** The label that texts are written with, of a conditional model; any label, where none is given. */
  readonly label?: string | undefined;
}

/** How new texts are drawn and written. */
export interface SampleOptions extends WriteOptions {
  /**
   * Standard deviation t of the codes that are drawn, from N(0, t²I); 1 by default. Below 1 texts are more usual and differ less, above 1 they are
   * rarer (as generative flows have it: Kingma & Dhariwal 2018).
   */
  readonly priorTemperature?: number | undefined;
}

/** A label for each text in place of one for all; undefined where any will do. */
export interface LabelsOptions {
  readonly labels?: readonly (string | undefined)[] | undefined;
}

export interface TransferOptions extends Omit<WriteOptions, "label"> {
  /** The label that texts are given. */
  readonly to: string;
}

export interface ArithmeticOptions {
  /** How far to go along the difference, a text each; 1 by default. */
  readonly strengths?: readonly number[] | undefined;
}

/** A code: `latent` finite numbers. */
export type Code = ArrayLike<number>;

/** A text that the model wrote. */
export interface WrittenText {
  readonly index: number;
  readonly text: string;
  /** Tokens that were written, the end not counted. */
  readonly tokens: number;
  /** Whether the text came to its end, or was cut at the maximal length. */
  readonly finished: "end" | "length";
}

/**
 * Loads the model of a run.
 *
 *     const model = await load("runs/verse");
 *     console.log(await model.interpolate("the sea is calm", "a storm is near", { steps: 5 }));
 *     await model.dispose();
 *
 * @throws InputError when `path` is no run folder; RunFolderError when it is damaged; EngineUnavailableError
 */
export async function load(path: string, { engine = "auto", threads = 0, log }: LoadOptions = {}): Promise<Model> {
  const trained = await readTrained(path);
  const { tokenizer, shape, parameters } = trained;
  const runner = typeof engine === "string" ? await createEngine({ engine, threads, ...(log && { log }) }) : engine;
  const autoencoder = await Autoencoder.create(runner, shape, tokenizer.vocabulary.special, parameters);
  return new Model(autoencoder, trained, infoOf(trained), runner.description);
}

/**
 * A trained model. Each function is compiled at its first use; call {@link Model.dispose} when done: every call but
 * {@link Model.describe} throws a DisposedError from then on. Calls that return a list hold it in memory, those named `…Each` give
 * one text after another and take any number.
 */
export class Model {
  readonly info: RunInfo;
  /** One line for people about what runs the model. */
  readonly engine: string;
  readonly tokenizer: Tokenizer;
  /** By what rows of draws of N(0, I) are multiplied to be the noise on codes that the decoder learnt from, [latent, latent]; where there was none, absent. */
  readonly codeNoise: NamedArray | undefined;
  readonly #autoencoder: Autoencoder;
  readonly #maxLength: number;
  readonly #labels: Labels;

  /** @internal Use {@link load}. */
  constructor(
    autoencoder: Autoencoder,
    { tokenizer, config, codeNoise }: Pick<Trained, "tokenizer" | "config" | "codeNoise">,
    info: RunInfo,
    engine: string,
  ) {
    this.#autoencoder = autoencoder;
    this.#maxLength = config.maxLength;
    this.#labels = new Labels(info.labels);
    this.tokenizer = tokenizer;
    this.codeNoise = codeNoise;
    this.info = info;
    this.engine = engine;
  }

  /** What the model reads of a text: its tokens, the words it does not know, and whether it is too long and will be cut. */
  describe(text: string): InputDescription {
    return describeInput(this.tokenizer, text, this.#maxLength);
  }

  /**
   * The codes of texts, in their order, each of `info.latent` numbers. An empty text is read as one unknown word. No label is asked for:
   * the code of a conditional model says what a text has beside its label.
   */
  async encode(texts: readonly string[]): Promise<Float32Array[]> {
    return this.#autoencoder.encode(texts.map((text) => this.describe(text).ids));
  }

  /** As {@link Model.encode}, with the variances of the codes of a model whose codes are Gaussians: the codes are then their means. */
  async encodePosteriors(texts: readonly string[]): Promise<EncodedSentences> {
    return this.#autoencoder.encodePosteriors(texts.map((text) => this.describe(text).ids));
  }

  /**
   * The texts of codes, in their order.
   * @throws InputError for codes that do not fit, options out of range, labels that the model does not know, and wishes that cannot be
   * fulfilled
   */
  async decode(codes: Iterable<Code>, options: WriteOptions & LabelsOptions = {}): Promise<string[]> {
    return collect(this.decodeEach(codes, options));
  }

  /** As {@link Model.decode}, one text after another; codes are taken as they are needed. */
  async *decodeEach(codes: Iterable<Code>, options: WriteOptions & LabelsOptions = {}): AsyncGenerator<WrittenText> {
    const maxLength = options.maxLength ?? this.#maxLength;
    const label = this.#labelNumbers(options);
    const constraint = constraintOf(options, this.tokenizer, maxLength);
    const decoded = this.#autoencoder.decode(asFloats(codes), { ...options, maxLength, label, constraint });
    for await (const { index, ids, finished } of decoded)
      yield { index, text: this.tokenizer.decode(ids), tokens: ids.length, finished };
  }

  /**
   * New texts, from codes drawn from the prior. Text i of a seed is the same whatever `count` is: the likeliest for its code, or drawn
   * where the options ask for it. The same call gives the same texts: give another `seed` (1 by default) for others.
   * @throws InputError when `count` is no integer of at least 0, or an option is out of range
   */
  async sample(count: number, options: SampleOptions = {}): Promise<string[]> {
    return collect(this.sampleEach(count, options));
  }

  /** As {@link Model.sample}, one text after another. */
  async *sampleEach(count: number, options: SampleOptions = {}): AsyncGenerator<WrittenText> {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new InputError(`The number of texts is ${count}; expected an integer of at least 0.`);
    }
    const { seed = 1, first, priorTemperature: temperature, ...write } = options;
    checkPriorTemperature(temperature, this.info.config.prior);
    const codes = priorCodes(this.info.latent, { seed, count, first, temperature });
    yield* this.decodeEach(codes, { ...write, seed, ...(first !== undefined && { first }) });
  }

  /**
   * Each text as it comes back from its code, in order. A text without words comes back as the empty text. The codes of a conditional model
   * do not hold labels: give them, or the text comes back with any.
   * @throws InputError when there are not as many labels as texts, or as {@link Model.decode}
   */
  async reconstruct(texts: readonly string[], options: WriteOptions & LabelsOptions = {}): Promise<string[]> {
    return collect(this.reconstructEach(texts, options));
  }

  /** As {@link Model.reconstruct}, one text after another. */
  async *reconstructEach(
    texts: readonly string[],
    options: WriteOptions & LabelsOptions = {},
  ): AsyncGenerator<WrittenText> {
    const { labels } = options;
    if (labels && labels.length !== texts.length)
      throw new InputError(`There are ${labels.length} labels and ${texts.length} texts; expected one for each.`);
    const ids = texts.map((text) => this.describe(text).ids);
    const codes = await this.#autoencoder.encode(ids);
    // Texts without words are decoded like the others, so that what a text is drawn with depends on its place alone.
    for await (const written of this.decodeEach(codes, options)) {
      yield ids[written.index]?.length === 0 ? { ...written, text: "", tokens: 0, finished: "end" } : written;
    }
  }

  /**
   * Each text with another label: its code is written again as a text of the label `to`. What the label does not decide is kept as far as
   * the code holds it.
   * @throws InputError for a label that the model does not know, and options out of range
   */
  async transfer(texts: readonly string[], { to, ...options }: TransferOptions): Promise<string[]> {
    return this.reconstruct(texts, { ...options, label: to });
  }

  /**
   * The texts on the way from `a` to `b`:
   *
   *     a ──► code ●────●────●────●────● code ◄── b
   *                │    │    │    │    │
   *                ▼    ▼    ▼    ▼    ▼
   *              [ a′,  …,   …,   …,   b′ ]        steps = 5
   *
   * The first and the last are the reconstructions of `a` and `b`, which need not be `a` and `b` themselves.
   * @throws InputError when `steps` is no integer of at least 2, or an option is out of range
   */
  async interpolate(a: string, b: string, options: WriteOptions & InterpolateOptions = {}): Promise<string[]> {
    const { steps, path, ...write } = options;
    const [from, to] = (await this.encode([a, b])) as [Float32Array, Float32Array];
    return this.decode(interpolateCodes(from, to, { steps, path }), write);
  }

  /**
   * Texts like `text`: from `n` samples around its code, nearer to it the larger `similarity`, from 0 (any text) to 1 (its reconstruction).
   * Text i of a seed is the same whatever `n` is.
   * @throws InputError when `n` is no integer of at least 0, or an option is out of range
   */
  async similar(text: string, n: number, options: WriteOptions & SimilarOptions = {}): Promise<string[]> {
    const { similarity, ...write } = options;
    const [code] = (await this.encode([text])) as [Float32Array];
    return this.decode(similarCodes(code, { n, similarity, seed: write.seed, first: write.first }), write);
  }

  /**
   * The texts of a grid between four, given as top left, top right, bottom left and bottom right; row after row. The texts in the corners
   * are the reconstructions of the four.
   * @throws InputError when `rows` or `columns` is no integer of at least 2, or an option is out of range
   */
  async grid(corners: Corners<string>, options: WriteOptions & GridOptions = {}): Promise<string[]> {
    const { rows, columns, ...write } = options;
    const codes = (await this.encode(corners)) as [Float32Array, Float32Array, Float32Array, Float32Array];
    return this.decode(gridCodes(codes, { rows, columns }), write);
  }

  /**
   * `text` made more like the texts `plus` and less like the texts `minus`: a text for each of `strengths`, in their order. The two groups
   * work best when they differ in one respect, and several examples of it are given.
   * @throws InputError when a group is empty, or an option is out of range
   */
  async arithmetic(
    text: string,
    plus: readonly string[],
    minus: readonly string[],
    options: WriteOptions & ArithmeticOptions = {},
  ): Promise<string[]> {
    const { strengths = [1], ...write } = options;
    const [code, ...examples] = (await this.encode([text, ...plus, ...minus])) as [Float32Array, ...Float32Array[]];
    const groups = [examples.slice(0, plus.length), examples.slice(plus.length)] as const;
    return this.decode(arithmeticCodes(code, ...groups, strengths), write);
  }

  #labelNumbers({ label, labels }: WriteOptions & LabelsOptions): number | number[] {
    if (label !== undefined && labels !== undefined)
      throw new InputError("A label for all texts was given together with one for each: expected one or the other.");
    if (label !== undefined) return this.#labels.wanted(label);
    return labels?.map((name) => (name === undefined ? ANY_LABEL : this.#labels.wanted(name))) ?? ANY_LABEL;
  }

  /**
   * Frees what was compiled, once the step that is running has ended. Calls under way throw a DisposedError, unless that step was their
   * last; so do iterations at their next text. To dispose again does nothing.
   */
  async dispose(): Promise<void> {
    await this.#autoencoder.dispose();
  }
}

async function collect(texts: AsyncIterable<WrittenText>): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of texts) all.push(text);
  return all;
}

function* asFloats(codes: Iterable<Code>): Generator<Float32Array> {
  for (const code of codes) yield code instanceof Float32Array ? code : Float32Array.from(code);
}
