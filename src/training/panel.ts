// A fixed panel: the same sentences and the same codes decoded again at every report, so that one sees a run learn, or collapse.
import type { Engine, NamedArrays } from "../engine/types.ts";
import { Autoencoder } from "../model/autoencoder.ts";
import type { ModelShape } from "../model/parameters.ts";
import { RandomStream } from "../random.ts";
import { ANY_LABEL } from "../text/labels.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { TrainingData } from "./data.ts";
import { spreadPlaces } from "./spread.ts";

/** One sentence of the panel: a reconstruction of `original`, or a sample from the prior; in a conditional model by a label. */
export interface PanelEntry {
  readonly kind: "reconstruction" | "sample";
  readonly original?: string;
  readonly label?: string;
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
  /** Of the sentences, then of all draws of the prior. */
  readonly #labels: readonly number[];
  readonly #names: readonly string[];
  readonly #maxLength: number;

  private constructor(
    model: Autoencoder,
    tokenizer: Tokenizer,
    sentences: ArrayLike<number>[],
    { prior, more }: { prior: Float32Array[]; more: Float32Array[] },
    { labels, names }: { labels: readonly number[]; names: readonly string[] },
    maxLength: number,
  ) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#sentences = sentences;
    this.#prior = prior;
    this.#more = more;
    this.#labels = labels;
    this.#names = names;
    this.#maxLength = maxLength;
  }

  /** The panel's sentences are spread evenly over the dev corpus; its codes come from the prior by `seed`, and have the labels in turn. */
  static async create(
    engine: Engine,
    shape: ModelShape,
    { tokenizer, dev, labels }: Pick<TrainingData, "tokenizer" | "dev" | "labels">,
    weights: NamedArrays,
    { seed, maxLength }: { seed: number; maxLength: number },
  ): Promise<Panel> {
    const places = spreadPlaces(dev.size, ENTRIES);
    const sentences = places.map((place) => dev.sentence(place));
    const draw = (length: number, stream: string): Float32Array[] => {
      const random = RandomStream.named(seed, stream);
      return Array.from({ length }, () => random.fillGaussian(new Float32Array(shape.latent)));
    };
    const codes = { prior: draw(ENTRIES, "panel"), more: draw(SAMPLES, "panel-samples") };
    const model = await Autoencoder.create(engine, shape, tokenizer.vocabulary.special, weights, { fixed: false });
    const { names } = labels;
    const inTurn = [...codes.prior, ...codes.more].map((_, i) =>
      names.length > 0 ? 1 + (i % names.length) : ANY_LABEL,
    );
    const numbers = [...places.map((place) => labels.numberOf(dev.label(place))), ...inTurn];
    return new Panel(model, tokenizer, sentences, codes, { labels: numbers, names }, maxLength);
  }

  async run(weights: NamedArrays): Promise<PanelReport> {
    this.#model.setParameters(weights);
    const shown = [...(await this.#model.encode(this.#sentences)), ...this.#prior];
    const codes = [...shown, ...this.#more];
    const entries: PanelEntry[] = [];
    const samples: string[] = [];
    const options = { maxLength: this.#maxLength, label: this.#labels };
    for await (const { index, ids } of this.#model.decode(codes, options)) {
      const label = this.#names[(this.#labels[index] ?? ANY_LABEL) - 1];
      const labelled = label !== undefined && { label };
      const text = this.#tokenizer.decode(ids);
      const original = this.#sentences[index];
      if (index >= shown.length) samples.push(text);
      else if (original === undefined) entries.push({ kind: "sample", text, ...labelled });
      else {
        const read = this.#tokenizer.decode(Array.from(original));
        entries.push({ kind: "reconstruction", original: read, text, ...labelled });
      }
    }
    return { entries, samples };
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }
}
