// The model's functions as engines run them: encode, reconstruction loss, and the two parts of decoding.
import { type Tensor, tf } from "../engine/tf.ts";
import type { FunctionDefinition, Signature, TensorMap } from "../engine/types.ts";
import { CELLS } from "./cells.ts";
import { condition, DECODER_FEEDS, decodeStep, initialStates, reconstructionLoss } from "./decoder.ts";
import { embed } from "./embedding.ts";
import { ENCODER_FEEDS, encode } from "./encoder.ts";
import { autoencoderSignature, type ModelShape } from "./parameters.ts";

/** Sentences → `code` [batch, latent]. */
export function encodeFunction(shape: ModelShape): FunctionDefinition {
  return {
    name: "encode",
    parameters: autoencoderSignature(shape),
    feeds: ENCODER_FEEDS,
    outputs: ["code"],
    call: (parameters, feeds) => ({ code: codesOf(shape, parameters, feeds) }),
  };
}

/** Sentences → `loss`, the mean reconstruction loss of a sentence in nats, and `code` [batch, latent]. */
export function lossFunction(shape: ModelShape): FunctionDefinition {
  return {
    name: "reconstruction-loss",
    parameters: autoencoderSignature(shape),
    feeds: { ...ENCODER_FEEDS, ...DECODER_FEEDS },
    outputs: ["loss", "code"],
    call(parameters, feeds) {
      const code = codesOf(shape, parameters, feeds);
      const [input] = embed(parameters.embedding as Tensor, [feeds.input as Tensor]) as [Tensor];
      return { loss: reconstructionLoss(shape, parameters, code, input, feeds), code };
    },
  };
}

function codesOf(shape: ModelShape, parameters: TensorMap, feeds: TensorMap): Tensor {
  const directions = [feeds.source, feeds.sourceReversed].slice(0, shape.directions) as Tensor[];
  const embedded = directions.map((ids) => embed(parameters.embedding as Tensor, [ids])[0] as Tensor);
  return encode(shape, parameters, embedded, feeds);
}

/** Names of the decoder's state tensors, layer by layer. */
export function stateNames({ cell, layers }: ModelShape): string[] {
  const kinds = ["hidden", "memory"].slice(0, CELLS[cell].states);
  return Array.from({ length: layers }, (_, layer) => kinds.map((kind) => `${kind}.${layer}`)).flat();
}

/** `code` [batch, latent] → `conditioning` [batch, embedding] and the first states, each [batch, hidden]. */
export function startFunction(shape: ModelShape): FunctionDefinition {
  return {
    name: "decode-start",
    parameters: autoencoderSignature(shape),
    feeds: { code: { shape: ["batch", shape.latent], dtype: "float32" } },
    outputs: ["conditioning", ...stateNames(shape)],
    call(parameters, { code }) {
      const states = initialStates(shape, parameters, code as Tensor).flat();
      const named = stateNames(shape).map((name, i): [string, Tensor] => [name, states[i] as Tensor]);
      return { conditioning: condition(parameters, code as Tensor), ...Object.fromEntries(named) };
    },
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

/** One step of decoding: `token` int32 [batch], `conditioning` and states → what `choice` makes of the logits, and the states after. */
export function stepFunction(shape: ModelShape, choice: TokenChoice): FunctionDefinition {
  const names = stateNames(shape);
  const states = names.map((name) => [name, { shape: ["batch", shape.hidden], dtype: "float32" }] as const);
  return {
    name: `decode-${choice.name}`,
    parameters: autoencoderSignature(shape),
    feeds: {
      token: { shape: ["batch"], dtype: "int32" },
      conditioning: { shape: ["batch", shape.embedding], dtype: "float32" },
      ...Object.fromEntries(states),
      ...choice.extra,
    },
    outputs: [...choice.outputs, ...names],
    call(given, feeds) {
      const parameters = choice.multiple ? filledUp(given, choice.multiple) : given;
      const [embedded] = embed(parameters.embedding as Tensor, [feeds.token as Tensor]) as [Tensor];
      const perLayer = CELLS[shape.cell].states;
      const before = names.map((name) => feeds[name] as Tensor);
      const layers = Array.from({ length: shape.layers }, (_, i) => before.slice(i * perLayer, (i + 1) * perLayer));
      const step = decodeStep(shape, parameters, embedded, feeds.conditioning as Tensor, layers);
      const after = step.states.flat();
      const named = names.map((name, i): [string, Tensor] => [name, after[i] as Tensor]);
      return { ...choice.choose(step.logits, feeds), ...Object.fromEntries(named) };
    },
  };
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
function filledUp(parameters: TensorMap, multiple: number): TensorMap {
  const [weight, bias] = [parameters["decoder.output.weight"], parameters["decoder.output.bias"]] as [Tensor, Tensor];
  const missing = (multiple - (bias.size % multiple)) % multiple;
  if (missing === 0 || bias.size < BLOCKWISE) return parameters;
  return {
    ...parameters,
    "decoder.output.weight": tf.pad(weight, [
      [0, 0],
      [0, missing],
    ]),
    "decoder.output.bias": tf.pad(bias, [[0, missing]], Number.NEGATIVE_INFINITY),
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
  choose(logits) {
    const most = tf.max(logits, 1, true);
    return { scores: tf.sub(tf.sub(logits, most), logTotal(logits, most)) };
  },
};

/** The `count` likeliest tokens, likeliest first: `tokens` int32 and their log-probabilities `scores`, both [batch, count]. */
export function likeliest(count: number): TokenChoice {
  return {
    name: `likeliest-${count}`,
    extra: {},
    outputs: ["tokens", "scores"],
    choose(logits) {
      const { values, indices } = tf.topk(logits, count);
      const most = tf.max(logits, 1, true);
      return { tokens: indices, scores: tf.sub(tf.sub(values, most), logTotal(logits, most)) };
    },
  };
}

/** ln Σ e^(logit − most), [batch, 1]; `most` [batch, 1] keeps the powers from overflowing. */
function logTotal(logits: Tensor, most: Tensor): Tensor {
  return tf.log(tf.sum(tf.exp(tf.sub(logits, most)), 1, true));
}
