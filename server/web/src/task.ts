// Work that a view waits for: one at a time, the newest wins, and what a busy server refuses is tried again.
import { signal } from "@preact/signals";
import { ApiError } from "../../client.ts";

export type TaskState =
  | { readonly kind: "idle" | "running" }
  /** Refused for now; it is tried again by itself. */
  | { readonly kind: "waiting"; readonly note: string }
  | { readonly kind: "failed"; readonly message: string; readonly code: string };

export type Work = (signal: AbortSignal) => Promise<void>;
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Tries of work that a busy server refuses; an index may take long to build, so that has no bound. */
const TRIES = 6;

export class Task {
  readonly state = signal<TaskState>({ kind: "idle" });
  readonly #pause: Pause;
  #controller: AbortController | undefined;
  #work: Work | undefined;

  constructor(pause: Pause = pauseFor) {
    this.#pause = pause;
  }

  /** Starts `work` in place of what is under way. */
  start(work: Work): void {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.#work = work;
    this.state.value = { kind: "running" };
    void this.#run(work, controller.signal);
  }

  retry(): void {
    if (this.#work) this.start(this.#work);
  }

  stop(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    if (this.state.value.kind !== "failed") this.state.value = { kind: "idle" };
  }

  async #run(work: Work, signal: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await work(signal);
        if (!signal.aborted) this.state.value = { kind: "idle" };
        return;
      } catch (error) {
        if (signal.aborted) return;
        const wait = waitOf(error, tries);
        if (!wait) {
          this.state.value = { kind: "failed", ...describe(error) };
          return;
        }
        this.state.value = { kind: "waiting", note: wait.note };
        await this.#pause(wait.seconds * 1_000, signal);
        if (signal.aborted) return;
      }
    }
  }
}

/** How long to wait before another try; undefined where another would not help. */
function waitOf(error: unknown, tries: number): { seconds: number; note: string } | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const seconds = Math.max(1, error.retryAfter ?? 1);
  if (error.code === "index_not_ready") {
    return { seconds, note: "Reading the corpus. This happens once for a model and takes up to a minute." };
  }
  if ((error.status !== 429 && error.status !== 503) || tries >= TRIES) return undefined;
  const what = error.status === 429 ? "All places are taken" : "The model is not available";
  return { seconds, note: `${what}; trying again in ${seconds} s.` };
}

function describe(error: unknown): { message: string; code: string } {
  if (error instanceof ApiError) return { message: asSentence(error.message), code: error.code };
  if (error instanceof TypeError) return { message: "The server cannot be reached.", code: "unreachable" };
  return { message: asSentence(error instanceof Error ? error.message : String(error)), code: "unknown" };
}

function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
