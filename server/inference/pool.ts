// Inference processes as the HTTP process sees them: a fixed number of places, and one queue of jobs for all processes.
import { EventEmitter } from "node:events";
import { availableParallelism } from "node:os";
import { InputError } from "../../src/errors.ts";
import { IndexNotReadyError, OverloadedError, UnavailableError } from "../errors.ts";
import {
  type InferencePool,
  type Job,
  type JobOptions,
  type JobResult,
  type ModelRef,
  type PoolCounters,
  textsOf,
} from "./jobs.ts";
import { type AcceptedJob, Slot, type SlotOptions } from "./slot.ts";

export interface PoolOptions {
  /**
   * Inference processes; by default one for every two processors. On two, two of one thread each answer more requests a second than one of two
   * threads, in half as much memory again, and less evenly.
   */
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

const FAILING = "The inference processes keep failing";

/** Starts the processes; none of them is waited for: jobs that come earlier wait in their places. */
export function createPool(options: PoolOptions = {}): InferencePool {
  return new Pool(options);
}

class Pool implements InferencePool {
  readonly counters: PoolCounters = { processes: 0, restarts: 0, jobs: 0, overloaded: 0, cancelled: 0, failed: 0 };
  readonly #places: number;
  readonly #log: (line: string) => void;
  readonly #slots: Slot[];
  /** Jobs that no process has yet, by number: those that came first are first. */
  readonly #waiting = new Map<number, AcceptedJob>();
  readonly #idle = new EventEmitter();
  #ids = 0;
  #closing = false;

  constructor({ processes, threads, places = 64, modelBytes = 2 ** 30, log = () => {}, program }: PoolOptions) {
    const processors = availableParallelism();
    const count = processes ?? Math.max(1, Math.floor(processors / 2));
    const each = threads ?? Math.max(1, Math.floor(processors / count));
    this.#places = places;
    this.#log = log;
    const events: Pick<SlotOptions, "onRoom" | "onStart" | "onDeath"> = {
      onRoom: () => this.#handOut(),
      onStart: () => this.counters.processes++,
      onDeath: (slot, how) => this.#died(slot, how),
    };
    this.#slots = Array.from({ length: count }, () => new Slot({ threads: each, modelBytes, program, ...events }));
    for (const slot of this.#slots) slot.start();
  }

  get active(): number {
    return this.#slots.reduce((sum, { size }) => sum + size, this.#waiting.size);
  }

  get full(): boolean {
    return this.active >= this.#places;
  }

  get ready(): boolean {
    return !this.#closing && this.#slots.some((slot) => !slot.looping);
  }

  run(model: ModelRef, job: Job, { signal, onItem }: JobOptions): Promise<JobResult> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#closing)
      return Promise.reject(new UnavailableError("The server is stopping and takes no more requests."));
    if (!this.ready) return Promise.reject(new UnavailableError(`${FAILING}; the server's log tells why.`));
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
        this.#waiting.delete(id);
        for (const slot of this.#slots) slot.cancel(id);
        settled();
        reject(signal.reason);
      };
      const settled = (): void => {
        signal.removeEventListener("abort", abort);
        if (this.active === 0) this.#idle.emit("idle");
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.set(id, {
        ...{ id, model, job, onItem, accepted, items: [] },
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
      this.#handOut();
    });
  }

  /** Gives jobs that wait to processes that are there and have room; what writes nothing needs none. */
  #handOut(): void {
    let room = true;
    for (const accepted of this.#waiting.values()) {
      const { id, model, job } = accepted;
      const writes = textsOf(job) > 0;
      if (writes && !room) continue;
      const there = this.#slots.filter((slot) => slot.ready && !slot.looping && (slot.hasRoom || !writes));
      const [slot] = there.sort((a, b) => a.waitFor(model) - b.waitFor(model));
      if (slot) {
        this.#waiting.delete(id);
        slot.take(accepted);
      } else room = false;
    }
  }

  /** A process has died that was not told to; whether it is to be started again. */
  #died(slot: Slot, how: string): boolean {
    this.counters.processes--;
    // What has been accepted is still to be done.
    if (this.#closing && this.#waiting.size === 0) return false;
    this.counters.restarts++;
    this.#log(`An inference process ended (${how}); ${slot.looping ? "it keeps failing, " : ""}starting it again.`);
    if (this.#slots.every(({ looping }) => looping))
      this.#refuseWaiting(new UnavailableError(`${FAILING}; the log tells why.`));
    return true;
  }

  #refuseWaiting(cause: Error): void {
    const jobs = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of jobs) reject(cause);
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
    const stopped = new UnavailableError("The server has stopped.");
    this.#refuseWaiting(stopped);
    for (const slot of this.#slots) slot.stop(stopped);
  }
}

/** Whether a job did not fail, but cannot be done: by the request's fault, or as its corpus lines are still being encoded. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof InputError || cause instanceof IndexNotReadyError;
}
