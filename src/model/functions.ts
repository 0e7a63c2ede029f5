// The model's functions as engines run them: encode, reconstruction loss, and the two parts of decoding.
import { type Tensor, tf } from "../engine/tf.ts";
import type { FunctionDefinition, Signature, TensorMap } from "../engine/types.ts";
import type { OutputLayer } from "./decoders/decoder.ts";
import { decoderOf } from "./decoders/kinds.ts";
import { embed } from "./embedding.ts";
import { encodePosterior } from "./encoder.ts";
import { encoderOf } from "./encoders/kinds.ts";
import { heard, labelFeeds } from "./labels.ts";
import { affine } from "./linear.ts";
import { autoencoderSignature, type ModelShape } from "./parameters.ts";
import type { Posterior } from "./posterior.ts";
import { placed } from "./prior.ts";

/** Sentences → `code` and, where codes are Gaussians, of which it is the mean, their `variance`: [batch, latent] each. */
export function encodeFunction(shape: ModelShape): FunctionDefinition {
  return {
    name: "encode",
    parameters: autoencoderSignature(shape),
    feeds: encoderOf(shape).feeds(shape),
    outputs: encodedOutputs(shape),
    call: (parameters, feeds) => encoded(encodePosterior(shape, parameters, sourceOf(shape, parameters, feeds), feeds)),
  };
}

/**
 * Sentences → `loss`, the mean cross-entropy of a sentence in nats whatever training minimises, from their codes or the means of these; and
 * what {@link encodeFunction} gives.
 */
export function lossFunction(shape: ModelShape): FunctionDefinition {
  const decoder = decoderOf(shape);
  return {
    name: "reconstruction-loss",
    parameters: autoencoderSignature(shape),
    feeds: { ...encoderOf(shape).feeds(shape), ...decoder.feeds(shape), ...labelFeeds(shape) },
    outputs: ["loss", ...encodedOutputs(shape)],
    call(parameters, feeds) {
      const posterior = encodePosterior(shape, parameters, sourceOf(shape, parameters, feeds), feeds);
      const embedded = embeddedOf(parameters, feeds, decoder.embeds(shape));
      const listened = heard(shape, parameters, posterior.mean, feeds);
      const loss = decoder.loss({ ...shape, reconstruction: "cross-entropy" }, parameters, listened, embedded, feeds);
      return { loss, ...encoded(posterior) };
    },
  };
}

function encodedOutputs({ gaussian }: ModelShape): string[] {
  return gaussian ? ["code", "variance"] : ["code"];
}

function encoded({ mean, logVariance }: Posterior): TensorMap {
  return { code: mean, ...(logVariance && { variance: tf.exp(logVariance) }) };
}

/** What the encoder wants embedded. */
function sourceOf(shape: ModelShape, parameters: TensorMap, feeds: TensorMap): Tensor[] {
  return embeddedOf(parameters, feeds, encoderOf(shape).embeds(shape));
}

/** Embeddings of the ids of some feeds. Looked up one by one: only their gradient is cheaper together. */
function embeddedOf(parameters: TensorMap, feeds: TensorMap, names: readonly string[]): Tensor[] {
  return names.map((name) => embed(parameters.embedding as Tensor, [feeds[name] as Tensor])[0] as Tensor);
}

/**
 * `code` [batch, latent], with its `label` in a conditional model → what the decoder holds of a sentence before its first token, each
 * [batch, width]. A code off the sphere, as those between two of its points are, is placed on it first.
 */
export function startFunction(shape: ModelShape): FunctionDefinition {
  const decoder = decoderOf(shape);
  return {
    name: "decode-start",
    parameters: autoencoderSignature(shape),
    feeds: { code: { shape: ["batch", shape.latent], dtype: "float32" }, ...labelFeeds(shape) },
    outputs: Object.keys({ ...decoder.constants(shape), ...decoder.states(shape) }),
    call: (parameters, feeds) =>
      decoder.start(shape, parameters, heard(shape, parameters, placed(shape, feeds.code as Tensor), feeds)),
  };
}

/** What turns logits into the next tokens; `extra` are feeds of its own. */
export interface TokenChoice {
  readonly name: string;
  readonly extra: Signature;
  readonly outputs: readonly string[];
  /** The choice wants as many tokens as are a multiple of it; those that fill up are never the likeliest. */
  readonly multiple?: number;
  choose(logits: Tensor, extra: TensorMap): TensorMap;
}

/** Added to the logits: 0, or −∞ for tokens that must not be written. It is given among the parameters of {@link stepFunction}. */
export const MASK = "mask";

/**
 * One step of decoding: `token` int32 [batch] and what the decoder holds → what `choice` makes of the logits, and the states after. Its
 * parameters are those of the autoencoder and {@link MASK} [vocabulary].
 */
export function stepFunction(shape: ModelShape, choice: TokenChoice): FunctionDefinition {
  const decoder = decoderOf(shape);
  const states = decoder.states(shape);
  const held = Object.entries({ ...decoder.constants(shape), ...states });
  return {
    name: `decode-${choice.name}`,
    parameters: { ...autoencoderSignature(shape), [MASK]: { shape: [shape.vocabulary], dtype: "float32" } },
    feeds: {
      token: { shape: ["batch"], dtype: "int32" },
      ...Object.fromEntries(held.map(([name, width]) => [name, { shape: ["batch", width], dtype: "float32" }])),
      ...choice.extra,
    },
    outputs: [...choice.outputs, ...Object.keys(states)],
    call(parameters, feeds) {
      const [embedded] = embed(parameters.embedding as Tensor, [feeds.token as Tensor]) as [Tensor];
      const step = decoder.step(shape, parameters, embedded, feeds);
      const layer = masked(decoder.output(shape, parameters), parameters[MASK] as Tensor);
      const { weight, bias } = choice.multiple ? filledUp(layer, choice.multiple) : layer;
      return { ...choice.choose(affine(step.features, weight, bias), feeds), ...step.states };
    },
  };
}

/** The output layer with a bias of −∞ on forbidden tokens: a step is none the slower for it. */
function masked({ weight, bias }: OutputLayer, mask: Tensor): OutputLayer {
  return { weight, bias: tf.add(bias, mask) };
}

/** Tokens that {@link GREEDY} looks at together. */
const BLOCK = 64;
/** Places within a block. */
const WITHIN = Array.from({ length: BLOCK }, (_, i) => i);
/** Vocabularies below it are searched in one piece. */
const BLOCKWISE = 16 * BLOCK;

/**
 * The likeliest token: `next` int32 [batch]; of equal ones the first. The runtime finds maxima six times as fast as their places, so it
 * looks for the block that holds the maximum first, and then within that block.
 */
export const GREEDY: TokenChoice = {
  name: "greedy",
  extra: {},
  outputs: ["next"],
  multiple: BLOCK,
  choose(logits) {
    const [rows, vocabulary] = logits.shape as [number, number];
    if (vocabulary < BLOCKWISE) return { next: tf.argMax(logits, 1) };
    const most = tf.max(tf.reshape(logits, [rows, vocabulary / BLOCK, BLOCK]), 2); // [batch, blocks]
    const first = tf.mul(tf.argMax(most, 1), tf.scalar(BLOCK, "int32")) as Tensor; // [batch]
    const places = tf.add(tf.expandDims(first, 1), tf.tensor1d(WITHIN, "int32")); // [batch, BLOCK]
    const within = tf.argMax(tf.gather(logits, places as never, 1, 1), 1);
    return { next: tf.add(first, within) };
  },
};

/** The output layer with its tokens filled up to a multiple with ones of probability 0. The compiled engine does it once. */
function filledUp({ weight, bias }: OutputLayer, multiple: number): OutputLayer {
  const missing = (multiple - (bias.size % multiple)) % multiple;
  if (missing === 0 || bias.size < BLOCKWISE) return { weight, bias };
  return {
    weight: tf.pad(weight, [
      [0, 0],
      [0, missing],
    ]),
    bias: tf.pad(bias, [[0, missing]], Number.NEGATIVE_INFINITY),
  };
}

/** The distribution of the next token: `probabilities` [batch, vocabulary], after the logits of each row were scaled. */
export const DISTRIBUTION: TokenChoice = {
  name: "distribution",
  extra: { scale: { shape: ["batch", 1], dtype: "float32" } },
  outputs: ["probabilities"],
  choose: (logits, { scale }) => ({ probabilities: tf.softmax(tf.mul(logits, scale as Tensor)) }),
};

/** The log-probabilities of all next tokens: `scores` [batch, vocabulary]. For sentences under a constraint, which is told on the host. */
export const SCORES: TokenChoice = {
  name: "scores",
  extra: {},
  outputs: ["scores"],
  choose: (logits) => ({ scores: tf.logSoftmax(logits) }),
};

/** The `count` likeliest tokens, likeliest first: `tokens` int32 and their log-probabilities `scores`, both [batch, count]. */
export function likeliest(count: number): TokenChoice {
  return {
    name: `likeliest-${count}`,
    extra: {},
    outputs: ["tokens", "scores"],
    choose(logits) {
      const { values, indices } = tf.topk(tf.logSoftmax(logits), count);
      return { tokens: indices, scores: values };
    },
  };
}
