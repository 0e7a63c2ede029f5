// The autoencoder at work: sentences to codes and codes to sentences, on any engine.
import type {
  Engine,
  FeedArrays,
  FunctionDefinition,
  FunctionProgram,
  NamedArray,
  NamedArrays,
} from "../engine/types.ts";
import { DisposedError, InputError } from "../errors.ts";
import { decoderOf } from "./decoders/kinds.ts";
import { beamSearch, candidatesARow } from "./decoding/beam.ts";
import { closingTasks } from "./decoding/closing.ts";
import type { Constraint } from "./decoding/constraint.ts";
import { type Decoded, type Decoder, inOrder } from "./decoding/decoder.ts";
import { type DecodeOptions, type DecodePlan, decodePlan } from "./decoding/options.ts";
import { placed } from "./decoding/placing.ts";
import { SharedBatch } from "./decoding/shared-batch.ts";
import { batchTasks, beamTasks, writtenInBlocks } from "./decoding/tasks.ts";
import {
  type Choice,
  constrainedRule,
  greedyChoice,
  greedyRule,
  samplingChoice,
  samplingRule,
} from "./decoding/token-rules.ts";
import { encoderFeeds } from "./feeds.ts";
import {
  DISTRIBUTION,
  encodeFunction,
  GREEDY,
  likeliest,
  MASK,
  SCORES,
  startFunction,
  stepFunction,
  type TokenChoice,
} from "./functions.ts";
import { autoencoderParameters, type ModelShape } from "./parameters.ts";

export type { Decoded } from "./decoding/decoder.ts";
export type { DecodeOptions } from "./decoding/options.ts";

/** The ids of special tokens. */
export interface SpecialIds {
  readonly pad: number;
  readonly begin: number;
  readonly end: number;
  readonly unknown: number;
  readonly blank: number;
}

export interface AutoencoderOptions {
  /** The parameters never change: they are compiled in, which is faster. With `false`, {@link Autoencoder.setParameters} changes them. */
  readonly fixed?: boolean;
}

/** Sentences of a batch, and tokens of a batch with its padding, at most. */
const BATCH_SENTENCES = 256;
const BATCH_TOKENS = 16_384;

/**
 * Codes and sentences of one model. Each function is compiled when it is first needed: to encode, the decoder is not. All calls throw
 * {@link DisposedError} once it has been disposed of.
 */
export class Autoencoder {
  readonly shape: ModelShape;
  readonly special: SpecialIds;
  readonly #engine: Engine;
  readonly #fixed: boolean;
  readonly #programs = new Map<string, Promise<FunctionProgram>>();
  readonly #batches = new Map<string, SharedBatch>();
  /** What programs are running now. */
  readonly #running = new Set<Promise<unknown>>();
  #parameters: NamedArrays;
  #disposal: Promise<void> | undefined;

  private constructor(engine: Engine, shape: ModelShape, special: SpecialIds, parameters: NamedArrays, fixed: boolean) {
    this.#engine = engine;
    this.shape = shape;
    this.special = special;
    this.#parameters = parameters;
    this.#fixed = fixed;
  }

  /**
   * @param parameters at least those of the autoencoder; others are left aside
   * @throws InputError when a parameter is missing or does not fit `shape`
   */
  static async create(
    engine: Engine,
    shape: ModelShape,
    special: SpecialIds,
    parameters: NamedArrays,
    { fixed = true }: AutoencoderOptions = {},
  ): Promise<Autoencoder> {
    return new Autoencoder(engine, shape, special, autoencoderParameters(shape, parameters), fixed);
  }

  /**
   * Goes on with other parameters, without compiling anything anew. The arrays must not change while they are in use.
   * @throws InputError when a parameter is missing or of another shape
   * @throws TypeError when the parameters are fixed
   */
  setParameters(parameters: NamedArrays): void {
    this.#mustBeThere();
    if (this.#fixed)
      throw new TypeError("The parameters of this autoencoder are fixed: create it with { fixed: false }.");
    this.#parameters = autoencoderParameters(this.shape, parameters);
  }

  /**
   * Codes of sentences, given as ids without begin and end, in their order. A sentence without tokens is read as one unknown token.
   */
  async encode(sentences: readonly ArrayLike<number>[]): Promise<Float32Array[]> {
    return (await this.encodePosteriors(sentences)).codes;
  }

  /** As {@link Autoencoder.encode}, with the variances of Gaussian codes. */
  async encodePosteriors(
    sentences: readonly ArrayLike<number>[],
  ): Promise<{ codes: Float32Array[]; variances: Float32Array[] | undefined }> {
    this.#mustBeThere();
    const { latent, gaussian } = this.shape;
    const readable = sentences.map((ids) => (ids.length > 0 ? ids : [this.special.unknown]));
    // Longest first: sentences of a batch are then of about one length, and its first tells how many fit.
    const order = readable.map((_, i) => i).sort((a, b) => lengthAt(readable, b) - lengthAt(readable, a) || a - b);
    const codes: Float32Array[] = new Array(readable.length);
    const variances: Float32Array[] | undefined = gaussian ? new Array(readable.length) : undefined;
    const rowOf = (array: NamedArray | undefined, row: number): Float32Array =>
      (array as NamedArray).data.slice(row * latent, (row + 1) * latent) as Float32Array;
    for (let at = 0; at < order.length; ) {
      const fitting = Math.floor(BATCH_TOKENS / lengthAt(readable, order[at] as number));
      const batch = order.slice(at, at + Math.max(1, Math.min(BATCH_SENTENCES, fitting)));
      const sentences = batch.map((i) => readable[i] as ArrayLike<number>);
      const feeds = encoderFeeds(this.shape, sentences, this.special);
      const { code, variance } = await this.#run("encode", () => encodeFunction(this.shape), this.#parameters, feeds);
      for (const [row, i] of batch.entries()) {
        codes[i] = rowOf(code, row);
        if (variances) variances[i] = rowOf(variance, row);
      }
      at += batch.length;
    }
    return { codes, variances };
  }

  /**
   * Sentences for codes, in the order of the codes, each as soon as it and those before it are done. Codes are taken as they are needed,
   * so there may be any number of them. Calls at the same time share their steps (but for beam searches). Pad, begin and blank are never written, and unknown only where the options allow it.
   * @throws InputError for options out of range, labels that the model does not have, and for codes of another length or with numbers that
   * are not finite
   */
  async *decode(codes: Iterable<Float32Array>, options: DecodeOptions): AsyncGenerator<Decoded> {
    this.#mustBeThere();
    const plan = decodePlan(options);
    const { signal } = options;
    checkLabels(options.label, this.shape);
    const longest = decoderOf(this.shape).longest?.(this.shape) ?? plan.maxLength;
    if (plan.maxLength > longest)
      throw new InputError(
        `The maximal length is ${plan.maxLength}; expected at most ${longest}, as many as the model writes.`,
      );
    const { constraint } = plan;
    const sentences =
      constraint?.requirement || constraint?.fullClauses
        ? this.#revised(codes, { ...plan, constraint }, signal)
        : this.#write(codes, plan, signal);
    for await (const sentence of inOrder(sentences)) {
      // The caller may have been away for long, and the sentence written long before.
      this.#mustBeThere();
      yield sentence;
    }
  }

  /** Sentences for codes, in the order in which they are done. */
  #write(codes: Iterable<Float32Array>, plan: DecodePlan, signal: AbortSignal | undefined): AsyncGenerator<Decoded> {
    const { maxLength, unknown, constraint, labelOf } = plan;
    const constraintOf = constraint && (() => constraint);
    if (plan.kind === "beam") {
      const choice = constraint ? SCORES : likeliest(candidatesARow(plan.beam, this.shape.vocabulary));
      return beamSearch(this.#decoder(choice, unknown), codes, { ...plan, constraintOf, signal });
    }
    const batch = { maxLength, labelOf, signal };
    if (constraintOf) {
      const rule = constrainedRule({ choiceOf: choicesOf(plan), constraintOf });
      return this.#batch(SCORES, unknown).decode(codes, { ...batch, rule });
    }
    if (plan.kind === "greedy") return this.#batch(GREEDY, unknown).decode(codes, { ...batch, rule: greedyRule });
    return this.#batch(DISTRIBUTION, unknown).decode(codes, { ...batch, rule: samplingRule(plan) });
  }

  /** The same, with required phrases, and the marks of clauses whose length is left open, where they suit best. */
  #revised(
    codes: Iterable<Float32Array>,
    plan: DecodePlan & { readonly constraint: Constraint },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Decoded> {
    const { maxLength, unknown, labelOf, constraint } = plan;
    const { requirement, relaxed, fullClauses } = constraint;
    const batch = this.#batch(SCORES, unknown);
    const batchOptions = { maxLength, labelOf, signal };
    const reading = { batch, batchOptions, end: this.special.end };
    const writeOnce =
      plan.kind === "beam"
        ? beamTasks(this.#decoder(SCORES, unknown), { ...plan, signal })
        : batchTasks(batch, choicesOf(plan), batchOptions);
    const writeTasks = fullClauses ? closingTasks({ writeTasks: writeOnce, ...reading }) : writeOnce;
    const written = (all: Iterable<Float32Array>, under: Constraint | undefined): AsyncGenerator<Decoded> =>
      under?.fullClauses
        ? writtenInBlocks(all, { constraint: under, writeTasks, latent: this.shape.latent })
        : this.#write(all, { ...plan, constraint: under }, signal);
    if (!requirement) return written(codes, constraint);
    return placed(codes, { constraint, requirement, freely: (all) => written(all, relaxed), writeTasks, ...reading });
  }

  /**
   * Frees what was compiled, once what is running now has ended. Calls under way have a result if that was all they waited for, and else
   * throw {@link DisposedError}. Any number of calls dispose once.
   */
  dispose(): Promise<void> {
    this.#disposal ??= this.#free();
    return this.#disposal;
  }

  async #free(): Promise<void> {
    await Promise.allSettled(this.#running);
    const programs = await Promise.allSettled(this.#programs.values());
    this.#programs.clear();
    this.#batches.clear();
    await Promise.all(programs.map((made) => made.status === "fulfilled" && made.value.dispose()));
  }

  #mustBeThere(): void {
    if (this.#disposal) throw new DisposedError("The model has been disposed of: load it again to use it.");
  }

  /** The batch that all calls share; parameters that may change are a call's own. */
  #batch(choice: TokenChoice, unknown: boolean): SharedBatch {
    if (!this.#fixed) return new SharedBatch(this.#decoder(choice, unknown));
    const name = `${choice.name}/${unknown}`;
    const known = this.#batches.get(name);
    if (known) return known;
    const batch = new SharedBatch(this.#decoder(choice, unknown));
    this.#batches.set(name, batch);
    return batch;
  }

  #decoder(choice: TokenChoice, unknown: boolean): Decoder {
    const { shape, special } = this;
    const parameters = this.#parameters;
    const decoder = decoderOf(shape);
    const masked = new Map(parameters).set(MASK, this.#mask(unknown));
    const stepName = `${choice.name}/${unknown}`;
    return {
      begin: special.begin,
      end: special.end,
      latent: shape.latent,
      labelled: shape.labels !== undefined,
      widths: new Map(Object.entries({ ...decoder.constants(shape), ...decoder.states(shape) })),
      start: (feeds) => this.#run("start", () => startFunction(shape), parameters, feeds),
      step: (feeds) => this.#run(stepName, () => stepFunction(shape, choice), masked, feeds),
    };
  }

  /** −∞ for every token that must not be written. */
  #mask(unknown: boolean): NamedArray {
    const { pad, begin, blank, unknown: unknownId } = this.special;
    const forbidden = unknown ? [pad, begin, blank] : [pad, begin, blank, unknownId];
    const data = new Float32Array(this.shape.vocabulary);
    for (const id of forbidden) data[id] = Number.NEGATIVE_INFINITY;
    return { shape: [data.length], data };
  }

  async #run(
    name: string,
    define: () => FunctionDefinition,
    parameters: NamedArrays,
    feeds: FeedArrays,
  ): Promise<Record<string, NamedArray>> {
    this.#mustBeThere();
    const program = await this.#program(name, define, parameters);
    // It may have been disposed of while the program was compiled.
    this.#mustBeThere();
    const running = this.#fixed ? program.run(feeds) : program.run(feeds, parameters);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  #program(name: string, define: () => FunctionDefinition, parameters: NamedArrays): Promise<FunctionProgram> {
    const known = this.#programs.get(name);
    if (known) return known;
    const made = this.#fixed ? this.#engine.function(define(), parameters) : this.#engine.function(define());
    this.#programs.set(name, made);
    // One that could not be compiled is tried again at the next call.
    made.catch(() => this.#programs.delete(name));
    return made;
  }
}

/** @throws InputError for a label that a model of this shape does not have */
function checkLabels(given: DecodeOptions["label"] = 0, { labels = 0 }: ModelShape): void {
  const wrong = [given].flat().find((label) => !(Number.isInteger(label) && label >= 0 && label <= labels));
  if (wrong === undefined) return;
  const expected = labels === 0 ? "0, as the model is not conditional" : `an integer from 0 to ${labels}`;
  throw new InputError(`The number of a label is ${wrong}; expected ${expected}.`);
}

/** How the sentences of a plan choose their tokens. */
function choicesOf(plan: Exclude<DecodePlan, { kind: "beam" }>): (index: number) => Choice {
  return plan.kind === "greedy" ? () => greedyChoice : (index) => samplingChoice(plan, index);
}

function lengthAt(sentences: readonly ArrayLike<number>[], index: number): number {
  return sentences[index]?.length ?? 0;
}
