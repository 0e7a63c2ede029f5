// A loaded model as an inference process serves it: calls that arrive together share their runs.

import { load, type Model } from "../../src/latent/model.ts";
import type { CorpusIndex } from "../../src/latent/neighbours.ts";
import { openIndex } from "../../src/latent/neighbours.ts";
import { IndexNotReadyError } from "../errors.ts";
import { coalesced } from "./coalesced.ts";
import type { ModelRef } from "./jobs.ts";

export class ServedModel {
  readonly ref: ModelRef;
  readonly model: Model;
  /** Codes of texts; calls that arrive during a run share the next one. */
  readonly encode: (texts: readonly string[]) => Promise<Float32Array[]>;
  readonly bytes: number;
  #index: Promise<CorpusIndex | undefined> | undefined;

  private constructor(ref: ModelRef, model: Model) {
    this.ref = ref;
    this.model = model;
    this.encode = coalesced((texts: readonly string[]) => model.encode(texts));
    // As float32, and once more as the engine keeps them for its products.
    this.bytes = 2 * 4 * model.info.parameters;
  }

  static async load(ref: ModelRef, threads: number): Promise<ServedModel> {
    return new ServedModel(ref, await load(ref.path, { threads }));
  }

  /** @throws IndexNotReadyError where the corpus lines' codes are not there (yet) */
  async index(): Promise<CorpusIndex> {
    this.#index ??= openIndex(this.ref.path);
    const opened = await this.#index;
    if (opened) return opened;
    this.#index = undefined;
    throw new IndexNotReadyError(`The codes of the corpus lines of "${this.ref.id}" are still being computed.`);
  }
}
