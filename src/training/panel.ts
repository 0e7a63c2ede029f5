// A fixed panel: the same sentences and the same codes decoded again at every report, so that one sees a run learn.
import type { Engine, NamedArrays } from "../engine/types.ts";
import { Autoencoder } from "../model/autoencoder.ts";
import type { ModelShape } from "../model/parameters.ts";
import { RandomStream } from "../random.ts";
import type { EncodedCorpus } from "../text/encoded-corpus.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** One sentence of the panel: a reconstruction of `original`, or a sample from the prior. */
export interface PanelEntry {
  readonly kind: "reconstruction" | "sample";
  readonly original?: string;
  readonly text: string;
}

const ENTRIES = 6;

export class Panel {
  readonly #model: Autoencoder;
  readonly #tokenizer: Tokenizer;
  readonly #sentences: ArrayLike<number>[];
  readonly #prior: Float32Array[];
  readonly #maxLength: number;

  private constructor(
    model: Autoencoder,
    tokenizer: Tokenizer,
    sentences: ArrayLike<number>[],
    prior: Float32Array[],
    maxLength: number,
  ) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#sentences = sentences;
    this.#prior = prior;
    this.#maxLength = maxLength;
  }

  /** The panel's sentences are spread evenly over the dev corpus; its codes come from the prior by `seed`. */
  static async create(
    engine: Engine,
    shape: ModelShape,
    tokenizer: Tokenizer,
    dev: EncodedCorpus,
    weights: NamedArrays,
    { seed, maxLength }: { seed: number; maxLength: number },
  ): Promise<Panel> {
    const count = Math.min(ENTRIES, dev.size);
    const sentences = Array.from({ length: count }, (_, i) => dev.sentence(Math.floor((i * dev.size) / count)));
    const random = RandomStream.named(seed, "panel");
    const prior = Array.from({ length: ENTRIES }, () => random.fillGaussian(new Float32Array(shape.latent)));
    const model = await Autoencoder.create(engine, shape, tokenizer.vocabulary.special, weights, { fixed: false });
    return new Panel(model, tokenizer, sentences, prior, maxLength);
  }

  async run(weights: NamedArrays): Promise<PanelEntry[]> {
    this.#model.setParameters(weights);
    const codes = [...(await this.#model.encode(this.#sentences)), ...this.#prior];
    const entries: PanelEntry[] = [];
    for await (const { index, ids } of this.#model.decode(codes, { maxLength: this.#maxLength })) {
      const text = this.#tokenizer.decode(ids);
      const original = this.#sentences[index];
      if (original === undefined) entries.push({ kind: "sample", text });
      else entries.push({ kind: "reconstruction", original: this.#tokenizer.decode(Array.from(original)), text });
    }
    return entries;
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }
}
