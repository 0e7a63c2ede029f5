// Tells how far an evaluation has come, and keeps how long each stage took.
import { setImmediate } from "node:timers/promises";

export interface EvaluationProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export type ProgressListener = (progress: EvaluationProgress) => void;

export class Stages {
  readonly seconds: Record<string, number> = {};
  readonly #listener: ProgressListener;
  readonly #signal: AbortSignal | undefined;

  constructor(listener: ProgressListener = () => {}, signal?: AbortSignal) {
    this.#listener = listener;
    this.#signal = signal;
  }

  /**
   * Does one stage; what it is given tells how much of it is done.
   * @throws the signal's reason, where it is aborted before the stage
   */
  async run<T>(stage: string, work: (told: (done: number, total: number) => void) => T | Promise<T>): Promise<T> {
    // A signal can only arrive between two turns of the event loop.
    await setImmediate();
    this.#signal?.throwIfAborted();
    const start = performance.now();
    this.#listener({ stage, done: 0, total: 1 });
    const result = await work((done, total) => this.#listener({ stage, done, total }));
    this.#listener({ stage, done: 1, total: 1 });
    this.seconds[stage] = Math.round(performance.now() - start) / 1_000;
    return result;
  }
}
