// A loaded model as an inference process serves it: calls that arrive together share their runs.
import { InputError, RunFolderError } from "../../src/errors.ts";
import { load, type Model } from "../../src/latent/model.ts";
import { type CorpusIndex, openIndex } from "../../src/latent/neighbours.ts";
import { type Plane, principalPlane } from "../../src/latent/plane.ts";
import { IndexNotReadyError } from "../errors.ts";
import { coalesced } from "./coalesced.ts";
import type { ModelRef } from "./jobs.ts";

export class ServedModel {
  readonly model: Model;
  /** Codes of texts; calls that arrive during a run share the next one. */
  readonly encode: (texts: readonly string[]) => Promise<Float32Array[]>;
  readonly bytes: number;
  /** Codes of corpus lines. @throws IndexNotReadyError where they are not there (yet), RunFolderError where the run cannot be read */
  readonly index: () => Promise<CorpusIndex>;
  /** The plane of most variance of the corpus lines' codes. @throws as {@link index} */
  readonly plane: () => Promise<Plane>;

  private constructor(ref: ModelRef, model: Model) {
    this.model = model;
    this.encode = coalesced((texts: readonly string[]) => model.encode(texts));
    // As float32: as they were read, and in the sessions that encode, decode greedily and draw, each with its own.
    this.bytes = 4 * 4 * model.info.parameters;
    this.index = madeOnce(() => warmIndex(ref));
    this.plane = madeOnce(async () => {
      const { codes, latent } = await this.index();
      return principalPlane(codes, latent);
    });
  }

  /** @throws RunFolderError where the run has gone, or is damaged; EngineUnavailableError */
  static async load(ref: ModelRef, threads: number): Promise<ServedModel> {
    return new ServedModel(ref, await ofRun(load(ref.path, { threads })));
  }
}

async function warmIndex({ id, path }: ModelRef): Promise<CorpusIndex> {
  const index = await ofRun(openIndex(path));
  // One of too few lines is about to be made anew.
  if (!index?.suffices())
    throw new IndexNotReadyError(`The codes of the corpus lines of "${id}" are still being computed.`);
  // The first search of a process takes five times as long as the next ones.
  index.nearest(new Float32Array(index.latent), 1);
  return index;
}

/** That a run has gone, or does not fit, is no fault of a request. */
async function ofRun<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof InputError) throw new RunFolderError(cause.message, { cause });
    throw cause;
  }
}

/** What `make` gives, made when it is first asked for; a failure is not kept. */
function madeOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    const current = made ?? make();
    made = current;
    current.catch(() => {
      if (made === current) made = undefined;
    });
    return current;
  };
}
