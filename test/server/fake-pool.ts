// A pool without a model: what it writes tells what it was asked, and tests decide when, and whether, it answers.
import {
  type InferencePool,
  type Item,
  type Job,
  type JobOptions,
  type JobResult,
  type ModelRef,
  type PoolCounters,
  textsOf,
} from "../../server/inference/jobs.ts";

export interface FakePool extends InferencePool {
  ready: boolean;
  full: boolean;
  readonly jobs: { readonly model: ModelRef; readonly job: Job; readonly signal: AbortSignal }[];
  /** Awaited before each item and before the result. */
  pause: (when: "item" | "result", index: number) => Promise<void>;
  /** Thrown before the first item. */
  failure: Error | undefined;
  closed: boolean;
}

export const LATENT = 4;

export function createFakePool(): FakePool {
  const counters: PoolCounters = { processes: 1, restarts: 2, jobs: 0, overloaded: 3, cancelled: 0, failed: 0 };
  let active = 0;
  return {
    ready: true,
    jobs: [],
    pause: async () => {},
    failure: undefined,
    closed: false,
    counters,
    full: false,
    get active() {
      return active;
    },
    async run(model, job, { signal, onItem }: JobOptions): Promise<JobResult> {
      this.jobs.push({ model, job, signal });
      counters.jobs++;
      active++;
      try {
        if (this.failure) throw this.failure;
        const { items, ...rest } = resultOf(job);
        for (const item of items) {
          await unlessAborted(signal, this.pause("item", item.index));
          onItem?.(item);
        }
        await unlessAborted(signal, this.pause("result", items.length));
        return { items, ...rest };
      } finally {
        active--;
      }
    },
    async close() {
      this.closed = true;
      this.ready = false;
    },
  };
}

/** As the pool promises: the signal's reason, at once. */
async function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  signal.throwIfAborted();
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function resultOf(job: Job): JobResult {
  const inputs = given(job).map((text) => ({ text, tokens: 3, unknown: ["zork"], truncated: false }));
  const base = { items: [], inputs, queueMs: 1.234, computeMs: 5.678 };
  const code = (seed: number) => Float32Array.from({ length: LATENT }, (_, i) => Math.fround(seed + i / 10));
  switch (job.kind) {
    case "encode":
      return { ...base, codes: job.texts.map((_, i) => code(i)) };
    case "inspect":
      return base;
    case "neighbours":
      return {
        ...base,
        of: 100,
        complete: false,
        neighbours: Array.from({ length: job.n }, (_, i) => ({ text: `line ${i}`, distance: i })),
      };
    case "map": {
      const points = Array.from({ length: job.points }, (_, i) => ({ x: i, y: -i, text: `line ${i}` }));
      return { ...base, of: 100, map: { mean: code(0), axes: [code(1), code(2)], explained: [0.5, 0.25], points } };
    }
    default: {
      const items = Array.from({ length: textsOf(job) }, (_, index): Item => {
        const item = {
          index,
          text: `${job.kind} ${index}`,
          tokens: 2,
          finished: index === 0 ? "length" : "end",
        } as const;
        return job.write.returnCodes ? { ...item, code: code(index) } : item;
      });
      return { ...base, items };
    }
  }
}

function given(job: Job): readonly string[] {
  switch (job.kind) {
    case "encode":
    case "inspect":
    case "reconstruct":
      return job.texts;
    case "interpolate":
      return [job.from, job.to];
    case "grid":
      return job.corners;
    case "similar":
      return [job.text];
    case "arithmetic":
      return [job.text, ...job.plus, ...job.minus];
    case "neighbours":
      return job.text === undefined ? [] : [job.text];
    default:
      return [];
  }
}
