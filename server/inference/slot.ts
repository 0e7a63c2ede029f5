// A place for an inference process, which is started again when it dies: the jobs that it has, and what becomes of them.
import { UnavailableError } from "../errors.ts";
import { type Item, type Job, type JobResult, type ModelRef, textsOf } from "./jobs.ts";
import { type FromWorker, receivedError } from "./messages.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A job that has been accepted. */
export interface AcceptedJob {
  readonly id: number;
  readonly model: ModelRef;
  readonly job: Job;
  readonly items: Item[];
  readonly onItem: ((item: Item) => void) | undefined;
  /** When, by the clock of `performance`. */
  readonly accepted: number;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (cause: unknown) => void;
}

export interface SlotOptions {
  readonly threads: number;
  readonly modelBytes: number;
  readonly program: URL | undefined;
  /** There may be room for a job that waits. */
  readonly onRoom: () => void;
  /** A process begins to be. */
  readonly onStart: () => void;
  /** It is gone, `how`: by which signal or code. It is started again unless this says that it should not be. */
  readonly onDeath: (slot: Slot, how: string) => boolean;
}

/** Deaths in a row that make a crash loop; a job done, or {@link STABLE} milliseconds of life, end the row. */
const CRASH_LOOP = 3;
const STABLE = 3_000;
/** Waits before the next start in a crash loop, in milliseconds; the last one repeats. */
const BACKOFF = [0, 0, 0, 500, 1_000, 2_000, 5_000];

/**
 * Texts that a process has to write at most, before one job more: half as many again as a step of decoding takes, so that none of its rows is
 * empty while the next job is on its way. What waits beyond it goes to the process that has room first, and is not lost with one that dies.
 */
const MOST_TEXTS = 192;

export class Slot {
  readonly #jobs = new Map<number, AcceptedJob>();
  readonly #options: SlotOptions;
  /** The paths of the models that the process has had jobs for. */
  readonly #models = new Set<string>();
  #process: WorkerProcess | undefined;
  #texts = 0;
  #deaths = 0;
  #stable: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Jobs that the process has. */
  get size(): number {
    return this.#jobs.size;
  }

  get looping(): boolean {
    return this.#deaths >= CRASH_LOOP;
  }

  /** Whether a job would be begun now, and not when a process has started. */
  get ready(): boolean {
    return this.#process?.ready ?? false;
  }

  /** Whether the process should be given a job that is to write texts. */
  get hasRoom(): boolean {
    return this.#texts < MOST_TEXTS;
  }

  /** Grows with the jobs before one for a model; of equally busy processes it is less for one that has had the model, and need not read it. */
  waitFor({ path }: ModelRef): number {
    return this.#jobs.size + (this.#models.has(path) ? 0 : 0.5);
  }

  start(): void {
    const { threads, modelBytes, program, onStart, onRoom } = this.#options;
    onStart();
    this.#process = new WorkerProcess(
      { threads, modelBytes },
      {
        program,
        onReady: () => {
          this.#stable = setTimeout(() => {
            this.#deaths = 0;
            onRoom();
          }, STABLE);
          onRoom();
        },
        onMessage: (message) => this.#receive(message),
        onExit: (how) => this.#died(how),
      },
    );
  }

  /** Gives a job to the process, which must be ready. */
  take(accepted: AcceptedJob): void {
    const { id, model, job, onItem } = accepted;
    this.#jobs.set(id, accepted);
    this.#texts += textsOf(job);
    this.#models.add(model.path);
    this.#process?.send({ type: "job", id, model, job, stream: onItem !== undefined });
  }

  /** Lets go of a job whose client has left, if the process has it. */
  cancel(id: number): void {
    if (!this.#release(id)) return;
    this.#process?.send({ type: "cancel", id });
    this.#options.onRoom();
  }

  stop(cause: Error): void {
    clearTimeout(this.#restart);
    clearTimeout(this.#stable);
    this.#process?.stop();
    for (const { id, reject } of [...this.#jobs.values()]) {
      this.#release(id);
      reject(cause);
    }
  }

  #release(id: number): AcceptedJob | undefined {
    const accepted = this.#jobs.get(id);
    if (!accepted) return undefined;
    this.#jobs.delete(id);
    this.#texts -= textsOf(accepted.job);
    return accepted;
  }

  #receive(message: FromWorker): void {
    if (message.type === "ready" || message.type === "alive") return;
    if (message.type === "item") {
      const job = this.#jobs.get(message.id);
      job?.items.push(message.item);
      job?.onItem?.(message.item);
      return;
    }
    const job = this.#release(message.id);
    // It was cancelled meanwhile.
    if (!job) return;
    this.#deaths = 0;
    this.#options.onRoom();
    if (message.type === "failed") job.reject(receivedError(message.error));
    else {
      const { result } = message;
      const queueMs = Math.max(0, performance.now() - job.accepted - result.computeMs);
      job.resolve({ ...result, items: [...job.items, ...result.items], queueMs });
    }
  }

  #died(how: string): void {
    this.#process = undefined;
    this.#models.clear();
    clearTimeout(this.#stable);
    this.#deaths++;
    const again = this.#options.onDeath(this, how);
    for (const { id, reject } of [...this.#jobs.values()]) {
      this.#release(id);
      reject(new UnavailableError("The inference process that had this request died: try again."));
    }
    if (!again) return;
    const wait = BACKOFF[Math.min(this.#deaths, BACKOFF.length - 1)] as number;
    this.#restart = setTimeout(() => this.start(), wait);
  }
}
