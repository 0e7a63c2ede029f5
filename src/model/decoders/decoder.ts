// What every kind of decoder promises: the loss of sentences by their codes, and a step of writing.
import type { Tensor } from "../../engine/tf.ts";
import type { FeedArrays, Signature, TensorMap } from "../../engine/types.ts";
import type { ParameterSpecs } from "../parameter-specs.ts";
import type { ModelShape } from "../parameters.ts";
import type { BoundaryIds, Sentences } from "../sentence-arrays.ts";

/** Makes logits of features: `features·weight + bias`. */
export interface OutputLayer {
  /** [width of the features, vocabulary] */
  readonly weight: Tensor;
  /** [vocabulary] */
  readonly bias: Tensor;
  /** The weight turned around, [vocabulary, width], where that is how it is kept. */
  readonly rows?: Tensor;
}

/** A matrix that reads codes, row by row one of their dimensions (then what is heard beside them), and where a constant beside it belongs. */
export interface CodeReader {
  readonly weight: string;
  /** The bias that is added to what the matrix gives, or to what `through`, a matrix that reads this, makes of it. */
  readonly bias: string;
  readonly through?: string;
}

/** A way to write sentences. */
export interface SentenceDecoder {
  /** What its loss is fed, beside codes. */
  feeds(shape: ModelShape): Signature;
  /** The values of {@link feeds}. */
  feedArrays(shape: ModelShape, sentences: Sentences, special: BoundaryIds): FeedArrays;
  /** Names of the feeds whose ids it wants embedded. */
  embeds(shape: ModelShape): readonly string[];
  /** Its parameters, all of which have names that begin with "decoder.". */
  parameters(shape: ModelShape): ParameterSpecs;
  /** All of its parameters that codes are multiplied with. */
  codeReaders(shape: ModelShape): readonly CodeReader[];
  /**
   * The reconstruction loss that the shape names, mean over sentences: a scalar. Cross-entropy is `−Σ_t log p(x_t | x_<t, z)`, in nats.
   * @param code what the decoder hears of each sentence: [batch, {@link heardWidth}]
   * @param embedded what {@link embeds} names, each [...shape of its ids, embedding]
   */
  loss(shape: ModelShape, parameters: TensorMap, code: Tensor, embedded: readonly Tensor[], feeds: TensorMap): Tensor;
  /** Most tokens of a sentence that it can write; none has no limit. */
  longest?(shape: ModelShape): number;
  /** Widths of what a code is made into once and every step reads, by name. */
  constants(shape: ModelShape): Readonly<Record<string, number>>;
  /** Widths of what each step reads and changes, by name. */
  states(shape: ModelShape): Readonly<Record<string, number>>;
  /** `code`, as {@link loss} has it, → the constants and the first states, each [batch, width]. */
  start(shape: ModelShape, parameters: TensorMap, code: Tensor): TensorMap;
  /**
   * One step of writing, without a gradient.
   * @param embedded the last token, [batch, embedding]
   * @param held constants and states
   * @returns what the output layer makes logits of, [batch, ·], and the states after
   */
  step(
    shape: ModelShape,
    parameters: TensorMap,
    embedded: Tensor,
    held: TensorMap,
  ): { features: Tensor; states: TensorMap };
  output(shape: ModelShape, parameters: TensorMap): OutputLayer;
}
