// What the HTTP process asks of an inference process, and what comes back.
import type { VerseForm } from "../../src/latent/wishes.ts";

/** A model as the registry names it: `version` changes when the run is replaced on disk. */
export interface ModelRef {
  readonly id: string;
  readonly path: string;
  readonly version: string;
}

/** How texts are written; greedily where none of temperature, topK and topP is given. */
export interface WriteSettings {
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
  readonly seed: number;
  readonly label?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly ban?: readonly string[] | undefined;
  readonly require?: readonly string[] | undefined;
  readonly noRepeat?: number | undefined;
  readonly form?: VerseForm | undefined;
  readonly returnCodes: boolean;
}

/** One request's work. */
export type Job =
  | {
      readonly kind: "generate";
      readonly n: number;
      readonly priorTemperature?: number | undefined;
      readonly write: WriteSettings;
    }
  | { readonly kind: "reconstruct"; readonly texts: readonly string[]; readonly write: WriteSettings }
  | { readonly kind: "decode"; readonly codes: readonly (readonly number[])[]; readonly write: WriteSettings }
  | {
      readonly kind: "interpolate";
      readonly from: string;
      readonly to: string;
      readonly steps: number;
      readonly path: "linear" | "spherical";
      readonly write: WriteSettings;
    }
  | {
      readonly kind: "grid";
      readonly corners: readonly [string, string, string, string];
      readonly rows: number;
      readonly columns: number;
      readonly write: WriteSettings;
    }
  | {
      readonly kind: "similar";
      readonly text: string;
      readonly n: number;
      readonly similarity: number;
      readonly write: WriteSettings;
    }
  | {
      readonly kind: "arithmetic";
      readonly text: string;
      readonly plus: readonly string[];
      readonly minus: readonly string[];
      readonly strengths: readonly number[];
      readonly write: WriteSettings;
    }
  | { readonly kind: "encode"; readonly texts: readonly string[] }
  | { readonly kind: "inspect"; readonly texts: readonly string[] }
  | {
      readonly kind: "neighbours";
      readonly text?: string | undefined;
      readonly code?: readonly number[] | undefined;
      readonly n: number;
    }
  | { readonly kind: "map"; readonly points: number };

/** How many texts a job writes; 0 for what only reads. */
export function textsOf(job: Job): number {
  switch (job.kind) {
    case "generate":
    case "similar":
      return job.n;
    case "reconstruct":
      return job.texts.length;
    case "decode":
      return job.codes.length;
    case "interpolate":
      return job.steps;
    case "grid":
      return job.rows * job.columns;
    case "arithmetic":
      return job.strengths.length;
    default:
      return 0;
  }
}

/** A text that is ready. */
export interface Item {
  readonly index: number;
  readonly text: string;
  readonly tokens: number;
  readonly finished: "end" | "length";
  readonly code?: Float32Array;
}

/** What the model read of a given text. */
export interface InputReport {
  readonly text: string;
  readonly tokens: number;
  readonly unknown: readonly string[];
  readonly truncated: boolean;
}

export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly label?: string;
}

/** What a job comes to, beside its items; which of these there are depends on its kind. */
export interface JobResult {
  readonly items: readonly Item[];
  readonly inputs: readonly InputReport[];
  readonly codes?: readonly Float32Array[];
  readonly neighbours?: readonly { readonly text: string; readonly distance: number; readonly label?: string }[];
  readonly map?: {
    readonly mean: Float32Array;
    readonly axes: readonly [Float32Array, Float32Array];
    readonly explained: readonly [number, number];
    readonly points: readonly MapPoint[];
  };
  /** Corpus lines behind neighbours and map. */
  readonly of?: number;
  /** Whether neighbours were looked for among all of them, and not in a sample. */
  readonly complete?: boolean;
  readonly queueMs: number;
  readonly computeMs: number;
}

export interface JobOptions {
  /** Aborted when the client has left or the deadline has passed: the job's place is free at once, its rows at the next step. */
  readonly signal: AbortSignal;
  /** Called with each text as soon as it is ready, in order. */
  readonly onItem?: (item: Item) => void;
}

/** Inference processes, as the HTTP process sees them. */
export interface InferencePool {
  /**
   * Runs a job.
   * @throws OverloadedError when all places are taken, UnavailableError when the process died or the pool closes, InputError for what
   * the model cannot take, IndexNotReadyError, RunFolderError for a run that has gone or is damaged; the signal's reason when it is aborted
   */
  run(model: ModelRef, job: Job, options: JobOptions): Promise<JobResult>;
  /** Whether jobs can be taken: false while closing and in a crash loop. */
  readonly ready: boolean;
  /** Jobs that have a place. */
  readonly active: number;
  /** Whether all places are taken: the next job would be refused. */
  readonly full: boolean;
  /** For metrics. */
  readonly counters: PoolCounters;
  /** Takes no more jobs, waits for those accepted at most `milliseconds`, and stops the processes. */
  close(milliseconds: number): Promise<void>;
}

export interface PoolCounters {
  processes: number;
  restarts: number;
  jobs: number;
  overloaded: number;
  cancelled: number;
  failed: number;
}
