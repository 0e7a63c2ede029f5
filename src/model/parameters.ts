// The model's parameters: names, shapes, and how each is drawn at the start.
import type { NamedArray, NamedArrays, Signature } from "../engine/types.ts";
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import { CELLS, type CellKind } from "./cells.ts";
import type { Config } from "./config.ts";

/** The sizes that decide a model's parameters. */
export interface ModelShape {
  readonly cell: CellKind;
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly latent: number;
  readonly layers: number;
  readonly directions: 1 | 2;
  readonly discriminatorHidden: number;
  /** Whether the encoder gives a variance beside the code, which is then the mean of a Gaussian. */
  readonly gaussian?: boolean;
}

/** How one parameter starts: uniform with a standard deviation of `deviation`, or as `values` says. */
interface ParameterSpec {
  readonly shape: readonly number[];
  readonly deviation?: number;
  readonly values?: (index: number) => number;
}

/**
 * Standard deviation of the embeddings' elements. A code enters the decoder's input beside them at the same scale: one that dwarfs the
 * words costs epochs before words are learnt, and much smaller embeddings start slowly as well.
 */
const EMBEDDING_DEVIATION = 0.3;

/** About the size of a hidden state's elements after reading a sentence with fresh weights; codes are scaled up from it to near 1. */
const HIDDEN_DEVIATION = 0.2;

/** Log-variance of fresh Gaussian codes: their noise starts small beside codes of unit variance, so that the decoder learns to listen. */
const LOG_VARIANCE = -2;

/** Specs of all parameters of the autoencoder, by name. */
function autoencoderSpecs(shape: ModelShape): Map<string, ParameterSpec> {
  const { cell, vocabulary, embedding, hidden, latent, layers, directions } = shape;
  const specs = new Map<string, ParameterSpec>();
  specs.set("embedding", { shape: [vocabulary, embedding], deviation: EMBEDDING_DEVIATION });
  for (let layer = 0; layer < layers; layer++) {
    const width = layer === 0 ? embedding : hidden * directions;
    for (const direction of directionsOf(shape)) addLayer(specs, `encoder.${layer}.${direction}`, cell, width, hidden);
  }
  const read = hidden * directions;
  specs.set("encoder.code.weight", { shape: [read, latent], deviation: 1 / (Math.sqrt(read) * HIDDEN_DEVIATION) });
  specs.set("encoder.code.bias", { shape: [latent] });
  if (shape.gaussian) {
    specs.set("encoder.logVariance.weight", { shape: [read, latent], deviation: 0.1 / Math.sqrt(read) });
    specs.set("encoder.logVariance.bias", { shape: [latent], values: () => LOG_VARIANCE });
  }
  specs.set("decoder.condition", { shape: [latent, embedding], deviation: EMBEDDING_DEVIATION / Math.sqrt(latent) });
  for (let layer = 0; layer < layers; layer++) {
    addLayer(specs, `decoder.${layer}`, cell, layer === 0 ? embedding : hidden, hidden);
    // Small enough that tanh of it starts in its linear part for codes of unit variance.
    const states = CELLS[cell].states * hidden;
    specs.set(`decoder.${layer}.initial.weight`, { shape: [latent, states], deviation: 0.5 / Math.sqrt(latent) });
    specs.set(`decoder.${layer}.initial.bias`, { shape: [states] });
  }
  specs.set("decoder.output.weight", { shape: [hidden, vocabulary], deviation: 1 / Math.sqrt(hidden) });
  specs.set("decoder.output.bias", { shape: [vocabulary] });
  return specs;
}

function discriminatorSpecs({ latent, discriminatorHidden: hidden }: ModelShape): Map<string, ParameterSpec> {
  const specs = new Map<string, ParameterSpec>();
  const sizes = [latent, hidden, hidden, 1];
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [from, to] = [sizes[layer] as number, sizes[layer + 1] as number];
    specs.set(`discriminator.${layer}.weight`, { shape: [from, to], deviation: Math.sqrt(2 / from) });
    specs.set(`discriminator.${layer}.bias`, { shape: [to] });
  }
  return specs;
}

function addLayer(
  specs: Map<string, ParameterSpec>,
  name: string,
  kind: CellKind,
  width: number,
  hidden: number,
): void {
  const cell = CELLS[kind];
  const columns = cell.gates * hidden;
  specs.set(`${name}.input`, { shape: [width, columns], deviation: 1 / Math.sqrt(width) });
  specs.set(`${name}.recurrent`, { shape: [hidden, columns], deviation: 1 / Math.sqrt(hidden) });
  // An LSTM that remembers by default learns long sentences sooner (Gers et al. 2000, Jozefowicz et al. 2015).
  const forget = (index: number): number => (kind === "lstm" && Math.floor(index / hidden) === 1 ? 1 : 0);
  specs.set(`${name}.bias`, { shape: [columns], values: forget });
  if (cell.recurrentBias) specs.set(`${name}.recurrentBias`, { shape: [columns] });
}

/** Names of the encoder's directions, in the order in which their last states are joined. */
export function directionsOf({ directions }: ModelShape): readonly ("forward" | "backward")[] {
  return directions === 2 ? ["forward", "backward"] : ["forward"];
}

function signatureOf(specs: Map<string, ParameterSpec>): Signature {
  return Object.fromEntries([...specs].map(([name, { shape }]) => [name, { shape, dtype: "float32" as const }]));
}

/** Signatures of the autoencoder's and of the discriminator's parameters. */
export function autoencoderSignature(shape: ModelShape): Signature {
  return signatureOf(autoencoderSpecs(shape));
}

export function discriminatorSignature(shape: ModelShape): Signature {
  return signatureOf(discriminatorSpecs(shape));
}

/** Fresh parameters of autoencoder and discriminator. Each has a random stream of its own, named after it. */
export function initialParameters(shape: ModelShape, seed: number): NamedArrays {
  const arrays = new Map<string, NamedArray>();
  for (const [name, spec] of [...autoencoderSpecs(shape), ...discriminatorSpecs(shape)]) {
    const data = new Float32Array(spec.shape.reduce((product, size) => product * size, 1));
    if (spec.deviation !== undefined) {
      // U(−b, b) has the standard deviation b/√3.
      RandomStream.named(seed, `parameter/${name}`).fillUniform(data, spec.deviation * Math.sqrt(3));
    } else if (spec.values) for (let i = 0; i < data.length; i++) data[i] = spec.values(i);
    arrays.set(name, { shape: [...spec.shape], data });
  }
  return arrays;
}

/** Number of trained values. */
export function parameterCount(arrays: NamedArrays): number {
  let total = 0;
  for (const { data } of arrays.values()) total += data.length;
  return total;
}

/** The sizes of a model by its settings and the size of its vocabulary. */
export function modelShape(
  settings: Omit<ModelShape, "vocabulary" | "gaussian"> & Partial<Pick<Config, "regularizer">>,
  vocabulary: number,
): ModelShape {
  const { cell, embedding, hidden, latent, layers, directions, discriminatorHidden, regularizer } = settings;
  const gaussian = regularizer === "kl";
  return {
    cell,
    vocabulary,
    embedding,
    hidden,
    latent,
    layers,
    directions,
    discriminatorHidden,
    ...(gaussian && { gaussian }),
  };
}

/**
 * The autoencoder's own arrays out of `arrays`, which may hold others (a discriminator, moments).
 * @throws InputError when one is missing, of another shape, or not float32
 */
export function autoencoderParameters(shape: ModelShape, arrays: NamedArrays): NamedArrays {
  const own = new Map<string, NamedArray>();
  for (const [name, spec] of Object.entries(autoencoderSignature(shape))) {
    const array = arrays.get(name);
    if (!array)
      throw new InputError(`The parameter "${name}" is missing; expected one of shape [${spec.shape.join(", ")}].`);
    const { shape: given, data } = array;
    if (given.join() !== spec.shape.join() || !(data instanceof Float32Array)) {
      const type = data instanceof Float32Array ? "float32" : "int32";
      throw new InputError(
        `The parameter "${name}" is ${type} of shape [${given.join(", ")}]; expected float32 of shape [${spec.shape.join(", ")}].`,
      );
    }
    own.set(name, { shape: [...given], data });
  }
  return own;
}
