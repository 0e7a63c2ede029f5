// Messages between the HTTP process and an inference process, over the channel that `fork` makes.
import { InputError, LatentextError, messageOf, RunFolderError } from "../../src/errors.ts";
import { IndexNotReadyError } from "../errors.ts";
import type { Item, Job, JobResult, ModelRef } from "./jobs.ts";

/** What an inference process is started with, as JSON in its only argument. */
export interface WorkerOptions {
  /** Threads of the compiled engine; 0: one a processor. */
  readonly threads: number;
  /** Bytes of weights kept in memory: the models longest out of use are let go beyond it. */
  readonly modelBytes: number;
}

export type ToWorker =
  | {
      readonly type: "job";
      readonly id: number;
      readonly model: ModelRef;
      readonly job: Job;
      /** Whether items are wanted one by one; else they come with the result, in one message. */
      readonly stream: boolean;
    }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "stop" };

export type FromWorker =
  | { readonly type: "ready" }
  /** Sent every {@link HEARTBEAT} milliseconds: the loop turns. */
  | { readonly type: "alive" }
  | { readonly type: "item"; readonly id: number; readonly item: Item }
  | { readonly type: "done"; readonly id: number; readonly result: Omit<JobResult, "queueMs"> }
  | { readonly type: "failed"; readonly id: number; readonly error: SentError };

/** What the process that builds an index tells: nothing is `building` where the index was there. */
export type FromIndexer =
  | { readonly type: "building" }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly error: SentError };

export const HEARTBEAT = 2_000;

/** An error on its way between processes: its class is told by name. */
export interface SentError {
  readonly name: string;
  readonly message: string;
}

export function sentError(cause: unknown): SentError {
  // What was not thrown on purpose tells nothing of its insides to a client.
  if (!(cause instanceof LatentextError)) return { name: "Error", message: messageOf(cause) };
  return { name: cause.name, message: cause.message };
}

/** The error that another process sent, of its own class where a client may learn of it; the message of any other is for the log. */
export function receivedError({ name, message }: SentError): Error {
  if (name === "InputError") return new InputError(message);
  if (name === "IndexNotReadyError") return new IndexNotReadyError(message);
  if (name === "RunFolderError") return new RunFolderError(message);
  return new Error(message);
}
