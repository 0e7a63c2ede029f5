// The weights of a run as they are kept: those of the model whose codes of training sentences fill the prior, and the noise on these.
import type { Engine, NamedArray, NamedArrays } from "../engine/types.ts";
import { meanAndCovariance } from "../model/aggregate.ts";
import { Autoencoder } from "../model/autoencoder.ts";
import { CODE_NOISE, isotropicNoise } from "../model/code-noise.ts";
import type { Config } from "../model/config.ts";
import type { ModelShape } from "../model/parameters.ts";
import { canWhiten, whitened } from "../model/whitening.ts";
import type { TrainingData } from "./data.ts";
import { spreadPlaces } from "./spread.ts";

/** Sentences whose codes are looked at, at most, and as few as tell of a covariance. */
const MOST_SENTENCES = 8_192;
const FEWEST_A_DIMENSION = 10;
/** Dimensions beyond which eigenvectors take longer than they are worth. */
const MOST_DIMENSIONS = 256;

export class Whitener {
  readonly #model: Autoencoder | undefined;
  readonly #sentences: readonly ArrayLike<number>[];
  readonly #noise: NamedArray | undefined;

  private constructor(
    model: Autoencoder | undefined,
    sentences: readonly ArrayLike<number>[],
    noise: NamedArray | undefined,
  ) {
    this.#model = model;
    this.#sentences = sentences;
    this.#noise = noise;
  }

  /**
   * Looks at sentences that are spread evenly over the training corpus. Leaves weights as they are where settings or too few sentences say
   * so; the latter is told.
   */
  static async create(
    engine: Engine,
    shape: ModelShape,
    { tokenizer, train }: Pick<TrainingData, "tokenizer" | "train">,
    weights: NamedArrays,
    { codes, latentNoise }: Pick<Config, "codes" | "latentNoise">,
    note: (text: string) => void,
  ): Promise<Whitener> {
    const places = spreadPlaces(train.size, MOST_SENTENCES);
    const enough = shape.latent <= MOST_DIMENSIONS && places.length >= FEWEST_A_DIMENSION * shape.latent;
    const noise = isotropicNoise(shape, latentNoise);
    if (codes !== "whitened" || !canWhiten(shape)) return new Whitener(undefined, [], noise);
    if (!enough) {
      note(
        `Codes are kept as they are learnt: to whiten ${shape.latent} dimensions takes ${FEWEST_A_DIMENSION * shape.latent} training sentences, and ${MOST_DIMENSIONS} dimensions are the most.`,
      );
      return new Whitener(undefined, [], noise);
    }
    const sentences = places.map((place) => train.sentence(place));
    const { special } = tokenizer.vocabulary;
    return new Whitener(await Autoencoder.create(engine, shape, special, weights, { fixed: false }), sentences, noise);
  }

  /** The weights of a model that writes the same from the same sentences, and its noise as {@link CODE_NOISE}. */
  async run(weights: NamedArrays): Promise<NamedArrays> {
    const [model, noise] = [this.#model, this.#noise];
    const kept: NamedArrays = noise ? new Map([...weights, [CODE_NOISE, noise]]) : weights;
    if (!model) return kept;
    model.setParameters(weights);
    const { mean, covariance } = meanAndCovariance(await model.encode(this.#sentences));
    const variance = noise ? (noise.data[0] as number) ** 2 : 0; // the same in every direction
    for (const [i, row] of covariance.entries()) row[i] = (row[i] as number) + variance;
    return whitened(model.shape, kept, { mean, covariance });
  }

  async dispose(): Promise<void> {
    await this.#model?.dispose();
  }
}
