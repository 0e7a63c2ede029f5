// Models in memory: loaded when first asked for, again when the run has changed on disk, and let go when there are too many.
import type { ModelRef } from "./jobs.ts";
import { ServedModel } from "./served-model.ts";

interface Entry {
  readonly id: string;
  readonly version: string;
  readonly loading: Promise<ServedModel>;
  /** Jobs that wait for it or work on it. */
  users: number;
  lastUse: number;
  /** It has left the cache, and goes with its last user. */
  leaving: boolean;
  bytes: number;
}

export class ModelCache {
  readonly #threads: number;
  readonly #bytes: number;
  readonly #entries = new Map<string, Entry>();
  #clock = 0;

  constructor({ threads, modelBytes }: { threads: number; modelBytes: number }) {
    this.#threads = threads;
    this.#bytes = modelBytes;
  }

  /** Runs `job` on the model, which stays in memory until it is done. */
  async use<T>(ref: ModelRef, job: (served: ServedModel) => Promise<T>): Promise<T> {
    const entry = this.#entryOf(ref);
    entry.users++;
    entry.lastUse = ++this.#clock;
    try {
      const served = await entry.loading;
      entry.bytes = served.bytes;
      this.#makeRoom();
      return await job(served);
    } finally {
      entry.users--;
      if (entry.leaving) this.#release(entry);
      // Models that were all in use at once may be too many, now that they are not.
      else this.#makeRoom();
    }
  }

  #entryOf(ref: ModelRef): Entry {
    const known = this.#entries.get(ref.id);
    if (known?.version === ref.version) return known;
    const loading = ServedModel.load(ref, this.#threads);
    const entry: Entry = { ...ref, loading, users: 0, lastUse: 0, leaving: false, bytes: 0 };
    this.#entries.set(ref.id, entry);
    // A run that could not be read is tried again at the next request.
    loading.catch(() => this.#entries.get(ref.id) === entry && this.#entries.delete(ref.id));
    // Jobs at work on the replaced run finish with it.
    if (known) this.#letGo(known);
    return entry;
  }

  /** Lets go of models out of use, the longest unused first, until the rest fits; the one used last stays, however large it is. */
  #makeRoom(): void {
    const entries = [...this.#entries.values()].sort((a, b) => a.lastUse - b.lastUse);
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const entry of entries.slice(0, -1).filter(({ users }) => users === 0)) {
      if (total <= this.#bytes) return;
      total -= entry.bytes;
      this.#entries.delete(entry.id);
      this.#letGo(entry);
    }
  }

  #letGo(entry: Entry): void {
    entry.leaving = true;
    this.#release(entry);
  }

  #release(entry: Entry): void {
    if (entry.users === 0) entry.loading.then((served) => served.model.dispose()).catch(() => {});
  }
}
