// What a training run tells while it goes on; the command line shows it, a program may do as it likes with it.
import type { JsonObject } from "../run/json.ts";
import type { AlarmChange } from "./alarms.ts";
import type { PanelEntry } from "./panel.ts";

export type TrainEvent =
  /** A sentence for people: what was read, which engine runs, what was saved. */
  | { readonly kind: "note"; readonly text: string }
  | {
      readonly kind: "progress";
      readonly step: number;
      /** The last step, where it is known. */
      readonly steps: number | null;
      readonly epoch: number;
      /** Reconstruction loss a token of the latest steps, and what it is counted in. */
      readonly loss: number;
      readonly unit: "nats" | "squared distance";
      readonly tokensPerSecond: number;
      /** Seconds to the end, where it is known; share of the run that is done, in [0, 1]. */
      readonly secondsLeft: number | null;
      readonly share: number | null;
    }
  /** The two records that were added to metrics.jsonl, and the panel of this report. */
  | {
      readonly kind: "report";
      readonly train: JsonObject;
      readonly dev: JsonObject;
      readonly panel: readonly PanelEntry[];
    }
  /** A sign of collapse shows since this report, or no longer shows. */
  | ({ readonly kind: "alarm"; readonly step: number } & AlarmChange)
  | { readonly kind: "checkpoint"; readonly step: number }
  /** The last one: why the run ended, and where it stands. */
  | ({ readonly kind: "end" } & TrainResult);

export type Listener = (event: TrainEvent) => void;

/** Why a run ended. */
export type StopReason = "max-steps" | "max-minutes" | "epochs" | "patience" | "signal";

export interface TrainResult {
  readonly folder: string;
  readonly stopped: StopReason;
  readonly step: number;
  readonly tokens: number;
  readonly seconds: number;
  /** Best dev reconstruction, in nats a token. */
  readonly best: { readonly step: number; readonly reconstruction: number } | null;
}
