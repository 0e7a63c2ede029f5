// A fixed panel: the same sentences and the same codes decoded again at every report, so that one sees a run learn, or collapse.
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
/** Samples that are judged together, beside those that are shown: of fewer a repeated one says nothing. */
const SAMPLES = 64;

export interface PanelReport {
  readonly entries: PanelEntry[];
  /** Texts of more points of the prior, the same at every report. */
  readonly samples: string[];
}

export class Panel {
  readonly #model: Autoencoder;
  readonly #tokenizer: Tokenizer;
  readonly #sentences: ArrayLike<number>[];
  readonly #prior: Float32Array[];
  readonly #more: Float32Array[];
  readonly #maxLength: number;

  private constructor(
    model: Autoencoder,
    tokenizer: Tokenizer,
    sentences: ArrayLike<number>[],
    { prior, more }: { prior: Float32Array[]; more: Float32Array[] },
    maxLength: number,
  ) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#sentences = sentences;
    this.#prior = prior;
    this.#more = more;
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
    const draw = (length: number, stream: string): Float32Array[] => {
      const random = RandomStream.named(seed, stream);
      return Array.from({ length }, () => random.fillGaussian(new Float32Array(shape.latent)));
    };
    const codes = { prior: draw(ENTRIES, "panel"), more: draw(SAMPLES, "panel-samples") };
    const model = await Autoencoder.create(engine, shape, tokenizer.vocabulary.special, weights, { fixed: false });
    return new Panel(model, tokenizer, sentences, codes, maxLength);
  }

  async run(weights: NamedArrays): Promise<PanelReport> {
    this.#model.setParameters(weights);
    const shown = [...(await this.#model.encode(this.#sentences)), ...this.#prior];
    const codes = [...shown, ...this.#more];
    const entries: PanelEntry[] = [];
    const samples: string[] = [];
    for await (const { index, ids } of this.#model.decode(codes, { maxLength: this.#maxLength })) {
      const text = this.#tokenizer.decode(ids);
      const original = this.#sentences[index];
      if (index >= shown.length) samples.push(text);
      else if (original === undefined) entries.push({ kind: "sample", text });
      else entries.push({ kind: "reconstruction", original: this.#tokenizer.decode(Array.from(original)), text });
    }
    return { entries, samples };
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }
}
