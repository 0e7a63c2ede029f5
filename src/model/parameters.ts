// The model's parameters: names, shapes, and how each is drawn at the start.
import type { NamedArray, NamedArrays, Signature } from "../engine/types.ts";
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import { codeClassifierSpecs } from "./code-classifier.ts";
import type { Config } from "./config.ts";
import type { DecoderKind, EncoderKind, PoolingKind, ReconstructionKind } from "./config-schema.ts";
import { decoderOf } from "./decoders/kinds.ts";
import { encoderOf } from "./encoders/kinds.ts";
import { labelParameters } from "./labels.ts";
import { EMBEDDING_DEVIATION, type ParameterSpec, type ParameterSpecs } from "./parameter-specs.ts";

/** The sizes that decide a model's parameters. */
export interface ModelShape {
  readonly encoder: EncoderKind;
  readonly decoder: DecoderKind;
  readonly pooling: PoolingKind;
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly latent: number;
  readonly layers: number;
  readonly directions: 1 | 2;
  /** Features that bind words to their places, in the encoder and in decoders that write word by word; 0: none. */
  readonly placeFeatures: number;
  readonly discriminatorHidden: number;
  /** Whether the logits of a recurrent decoder are made by the embeddings (Press & Wolf 2017). */
  readonly tied?: boolean;
  /** Tokens of the longest sentence, without its end. Only what writes all tokens at once has a limit of its own. */
  readonly maxLength: number;
  readonly reconstruction: ReconstructionKind;
  /** Whether the encoder gives a variance beside the code, which is then the mean of a Gaussian. */
  readonly gaussian?: boolean;
  /** Whether codes lie on the sphere of radius √latent. */
  readonly sphere?: boolean;
  /** Labels that the decoder hears of; none in a model that is not conditional. */
  readonly labels?: number;
}

/** Log-variance of fresh Gaussian codes: their noise starts small beside codes of unit variance, so that the decoder learns to listen. */
const LOG_VARIANCE = -2;

/** Specs of all parameters of the autoencoder. */
function autoencoderSpecs(shape: ModelShape): ParameterSpecs {
  const { vocabulary, embedding, latent } = shape;
  const encoder = encoderOf(shape);
  const width = encoder.width(shape);
  return {
    embedding: { shape: [vocabulary, embedding], deviation: EMBEDDING_DEVIATION },
    ...encoder.parameters(shape),
    "encoder.code.weight": { shape: [width, latent], deviation: 1 / (Math.sqrt(width) * encoder.deviation(shape)) },
    "encoder.code.bias": { shape: [latent] },
    ...(shape.gaussian && {
      "encoder.logVariance.weight": { shape: [width, latent], deviation: 0.1 / Math.sqrt(width) },
      "encoder.logVariance.bias": { shape: [latent], values: () => LOG_VARIANCE },
    }),
    ...labelParameters(shape),
    ...decoderOf(shape).parameters(shape),
  };
}

function discriminatorSpecs({ latent, discriminatorHidden: hidden, labels }: ModelShape): ParameterSpecs {
  const sizes = [latent, hidden, hidden, 1];
  const layers = sizes.slice(1).map((to, layer): ParameterSpecs => {
    const from = sizes[layer] as number;
    return {
      [`discriminator.${layer}.weight`]: { shape: [from, to], deviation: Math.sqrt(2 / from) },
      [`discriminator.${layer}.bias`]: { shape: [to] },
    };
  });
  // Vectors of 0: at first all labels are judged alike.
  const vectors = labels === undefined ? {} : { "discriminator.label": { shape: [labels + 1, hidden] } };
  return Object.assign({}, ...layers, vectors);
}

/** The directions of spectral normalisation: unit vectors, one a layer of the discriminator, that power iterations turn. */
function directionSpecs(shape: ModelShape): ParameterSpecs {
  const weights = Object.entries(discriminatorSpecs(shape)).filter(([name]) => name.endsWith(".weight"));
  const directions = weights.map(([name, weight]): [string, ParameterSpec] => {
    const to = weight.shape[1] as number;
    return [name.replace(/weight$/, "direction"), { shape: [to, 1], values: () => 1 / Math.sqrt(to) }];
  });
  return Object.fromEntries(directions);
}

function signatureOf(specs: ParameterSpecs): Signature {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, { shape, dtype: "float32" as const }]),
  );
}

/** Signatures of the parameters of the autoencoder, the discriminator and the code classifier, and of the discriminator's directions. */
export function autoencoderSignature(shape: ModelShape): Signature {
  return signatureOf(autoencoderSpecs(shape));
}

export function discriminatorSignature(shape: ModelShape): Signature {
  return signatureOf(discriminatorSpecs(shape));
}

export function directionSignature(shape: ModelShape): Signature {
  return signatureOf(directionSpecs(shape));
}

export function codeClassifierSignature(shape: ModelShape): Signature {
  return signatureOf(codeClassifierSpecs(shape));
}

/**
 * Fresh parameters of autoencoder and discriminator, its directions, and the code classifier of a conditional model. Each has a random stream of
 * its own, named after it.
 */
export function initialParameters(shape: ModelShape, seed: number): NamedArrays {
  const arrays = new Map<string, NamedArray>();
  const classifier = shape.labels === undefined ? {} : codeClassifierSpecs(shape);
  const opponent = { ...discriminatorSpecs(shape), ...directionSpecs(shape) };
  const specs = { ...autoencoderSpecs(shape), ...opponent, ...classifier };
  for (const [name, spec] of Object.entries(specs)) {
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

/**
 * The sizes of a model by its settings and the size of its vocabulary.
 * @param labels of a conditional model
 */
export function modelShape(
  settings: Omit<ModelShape, "vocabulary" | "tied" | "gaussian" | "sphere" | "labels"> &
    Partial<Pick<Config, "posterior" | "prior" | "conditional" | "outputWeights">>,
  vocabulary: number,
  labels = 0,
): ModelShape {
  const { encoder, decoder, pooling, embedding, hidden, latent, layers, directions } = settings;
  const {
    placeFeatures,
    discriminatorHidden,
    maxLength,
    reconstruction,
    posterior,
    prior,
    conditional,
    outputWeights,
  } = settings;
  return {
    encoder,
    decoder,
    pooling,
    vocabulary,
    embedding,
    hidden,
    latent,
    layers,
    directions,
    placeFeatures,
    discriminatorHidden,
    maxLength,
    reconstruction,
    ...(outputWeights === "tied" && { tied: true }),
    ...(posterior === "gaussian" && { gaussian: true }),
    ...(prior === "sphere" && { sphere: true }),
    ...(conditional && { labels }),
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
