// Inference processes as the HTTP process sees them: a fixed number of places, jobs given to the least busy process, and processes
// that die started again.
import { EventEmitter } from "node:events";
import { availableParallelism } from "node:os";
import { InputError } from "../../src/errors.ts";
import { IndexNotReadyError, OverloadedError, UnavailableError } from "../errors.ts";
import type { InferencePool, Item, Job, JobOptions, JobResult, ModelRef, PoolCounters } from "./jobs.ts";
import { type FromWorker, receivedError } from "./messages.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface PoolOptions {
  /** Inference processes; by default one for every two processors. */
  readonly processes?: number | undefined;
  /** Threads of each; by default the processors shared out evenly. */
  readonly threads?: number | undefined;
  /** Jobs that may be under way at once, waiting ones included. */
  readonly places?: number | undefined;
  /** Bytes of weights that each process keeps in memory. */
  readonly modelBytes?: number | undefined;
  /** Receives a line when a process dies or starts again. */
  readonly log?: (line: string) => void;
  /** The program of an inference process, for tests. */
  readonly program?: URL | undefined;
}

/** A job with a place. */
interface Pending {
  readonly id: number;
  readonly model: ModelRef;
  readonly job: Job;
  readonly items: Item[];
  readonly onItem: ((item: Item) => void) | undefined;
  readonly accepted: number;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (cause: unknown) => void;
  /** Whether a process has it: if that dies, so does the job. */
  sent: boolean;
}

/** Deaths in a row that make a crash loop; a job done, or {@link STABLE} milliseconds of life, end the row. */
const CRASH_LOOP = 3;
const STABLE = 3_000;
/** Waits before the next start in a crash loop, in milliseconds; the last one repeats. */
const BACKOFF = [0, 0, 0, 500, 1_000, 2_000, 5_000];

/** Starts the processes; none of them is waited for: jobs that come earlier wait in their places. */
export function createPool(options: PoolOptions = {}): InferencePool {
  return new Pool(options);
}

class Pool implements InferencePool {
  readonly counters: PoolCounters = { processes: 0, restarts: 0, jobs: 0, overloaded: 0, cancelled: 0, failed: 0 };
  readonly #places: number;
  readonly #log: (line: string) => void;
  readonly #slots: Slot[];
  readonly #idle = new EventEmitter();
  #ids = 0;
  #closing = false;

  constructor({ processes, threads, places = 64, modelBytes = 2 ** 30, log = () => {}, program }: PoolOptions) {
    const processors = availableParallelism();
    const count = processes ?? Math.max(1, Math.floor(processors / 2));
    const each = threads ?? Math.max(1, Math.floor(processors / count));
    this.#places = places;
    this.#log = log;
    this.#slots = Array.from({ length: count }, () => new Slot({ threads: each, modelBytes }, this, program));
    for (const slot of this.#slots) slot.start();
  }

  get active(): number {
    return this.#slots.reduce((sum, { pending }) => sum + pending.size, 0);
  }

  get full(): boolean {
    return this.active >= this.#places;
  }

  get ready(): boolean {
    return !this.#closing && this.#slots.some((slot) => !slot.looping);
  }

  get closing(): boolean {
    return this.#closing;
  }

  run(model: ModelRef, job: Job, { signal, onItem }: JobOptions): Promise<JobResult> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#closing)
      return Promise.reject(new UnavailableError("The server is stopping and takes no more requests."));
    const usable = this.#slots.filter((slot) => !slot.looping);
    const slot = usable.sort((a, b) => a.pending.size - b.pending.size)[0];
    if (!slot) {
      return Promise.reject(new UnavailableError("The inference processes keep failing; the server's log tells why."));
    }
    if (this.full) {
      this.counters.overloaded++;
      return Promise.reject(new OverloadedError());
    }
    this.counters.jobs++;
    return new Promise((resolve, reject) => {
      const id = ++this.#ids;
      const accepted = performance.now();
      const abort = (): void => {
        this.counters.cancelled++;
        slot.cancel(id);
        settled();
        reject(signal.reason);
      };
      const settled = (): void => {
        signal.removeEventListener("abort", abort);
        slot.pending.delete(id);
        if (this.active === 0) this.#idle.emit("idle");
      };
      signal.addEventListener("abort", abort, { once: true });
      slot.add({
        ...{ id, model, job, onItem, accepted, items: [], sent: false },
        resolve(result) {
          settled();
          resolve(result);
        },
        reject: (cause) => {
          if (!isRefusal(cause)) this.counters.failed++;
          settled();
          reject(cause);
        },
      });
    });
  }

  /** A process has died that was not told to. */
  died(slot: Slot, how: string): void {
    this.counters.restarts++;
    this.#log(`An inference process ended (${how}); ${slot.looping ? "it keeps failing, " : ""}starting it again.`);
  }

  started(change: 1 | -1): void {
    this.counters.processes += change;
  }

  async close(milliseconds: number): Promise<void> {
    this.#closing = true;
    if (this.active > 0) {
      // Node 20 refuses fractions.
      const limit = AbortSignal.timeout(Math.ceil(milliseconds));
      await new Promise<void>((resolve) => {
        this.#idle.once("idle", resolve);
        limit.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    for (const slot of this.#slots) slot.stop(new UnavailableError("The server has stopped."));
  }
}

/** Whether a job did not fail, but cannot be done: by the request's fault, or as its corpus lines are still being encoded. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof InputError || cause instanceof IndexNotReadyError;
}

/** One place for a process: its jobs outlive it where it has not begun them. */
class Slot {
  readonly pending = new Map<number, Pending>();
  readonly #options: { readonly threads: number; readonly modelBytes: number };
  readonly #pool: Pool;
  readonly #program: URL | undefined;
  #process: WorkerProcess | undefined;
  #deaths = 0;
  #stable: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: { threads: number; modelBytes: number }, pool: Pool, program: URL | undefined) {
    this.#options = options;
    this.#pool = pool;
    this.#program = program;
  }

  get looping(): boolean {
    return this.#deaths >= CRASH_LOOP;
  }

  start(): void {
    this.#pool.started(1);
    this.#process = new WorkerProcess(this.#options, {
      program: this.#program,
      onReady: () => {
        this.#stable = setTimeout(() => {
          this.#deaths = 0;
        }, STABLE);
        for (const job of this.pending.values()) this.#send(job);
      },
      onMessage: (message) => this.#receive(message),
      onExit: (how) => this.#died(how),
    });
  }

  add(job: Pending): void {
    this.pending.set(job.id, job);
    if (this.#process?.ready) this.#send(job);
  }

  cancel(id: number): void {
    if (this.pending.get(id)?.sent) this.#process?.send({ type: "cancel", id });
  }

  stop(cause: Error): void {
    clearTimeout(this.#restart);
    clearTimeout(this.#stable);
    this.#process?.stop();
    for (const job of [...this.pending.values()]) job.reject(cause);
  }

  #send(job: Pending): void {
    job.sent = true;
    const { id, model, onItem } = job;
    this.#process?.send({ type: "job", id, model, job: job.job, stream: onItem !== undefined });
  }

  #receive(message: FromWorker): void {
    if (message.type === "ready" || message.type === "alive") return;
    const job = this.pending.get(message.id);
    // It was cancelled meanwhile.
    if (!job) return;
    if (message.type === "item") {
      job.items.push(message.item);
      job.onItem?.(message.item);
      return;
    }
    this.#deaths = 0;
    if (message.type === "failed") {
      job.reject(receivedError(message.error));
      return;
    }
    const { result } = message;
    const queueMs = Math.max(0, performance.now() - job.accepted - result.computeMs);
    job.resolve({ ...result, items: [...job.items, ...result.items], queueMs });
  }

  #died(how: string): void {
    this.#process = undefined;
    clearTimeout(this.#stable);
    this.#pool.started(-1);
    if (this.#pool.closing) return;
    this.#deaths++;
    this.#pool.died(this, how);
    for (const job of [...this.pending.values()]) {
      if (job.sent) job.reject(new UnavailableError("The inference process that had this request died: try again."));
      else if (this.looping)
        job.reject(new UnavailableError("The inference processes keep failing; the log tells why."));
    }
    const wait = BACKOFF[Math.min(this.#deaths, BACKOFF.length - 1)] as number;
    this.#restart = setTimeout(() => this.start(), wait);
  }
}
