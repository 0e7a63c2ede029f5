// The weights of a run as they are kept: those of the model whose codes of training sentences fill the prior.
import type { Engine, NamedArrays } from "../engine/types.ts";
import { meanAndCovariance } from "../model/aggregate.ts";
import { Autoencoder } from "../model/autoencoder.ts";
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
  readonly #noise: number;

  private constructor(model: Autoencoder | undefined, sentences: readonly ArrayLike<number>[], noise: number) {
    this.#model = model;
    this.#sentences = sentences;
    this.#noise = noise;
  }

  /** Looks at sentences that are spread evenly over the training corpus. Leaves weights as they are where settings or too few sentences say so. */
  static async create(
    engine: Engine,
    shape: ModelShape,
    { tokenizer, train }: Pick<TrainingData, "tokenizer" | "train">,
    weights: NamedArrays,
    { codes, latentNoise }: Pick<Config, "codes" | "latentNoise">,
  ): Promise<Whitener> {
    const places = spreadPlaces(train.size, MOST_SENTENCES);
    const enough = shape.latent <= MOST_DIMENSIONS && places.length >= FEWEST_A_DIMENSION * shape.latent;
    if (codes !== "whitened" || !canWhiten(shape) || !enough) return new Whitener(undefined, [], 0);
    const sentences = places.map((place) => train.sentence(place));
    const { special } = tokenizer.vocabulary;
    return new Whitener(
      await Autoencoder.create(engine, shape, special, weights, { fixed: false }),
      sentences,
      latentNoise,
    );
  }

  /** The weights of a model that writes the same from the same sentences. */
  async run(weights: NamedArrays): Promise<NamedArrays> {
    const model = this.#model;
    if (!model) return weights;
    model.setParameters(weights);
    const { mean, covariance } = meanAndCovariance(await model.encode(this.#sentences));
    for (const [i, row] of covariance.entries()) row[i] = (row[i] as number) + this.#noise ** 2;
    return whitened(model.shape, weights, { mean, covariance });
  }

  async dispose(): Promise<void> {
    await this.#model?.dispose();
  }
}
