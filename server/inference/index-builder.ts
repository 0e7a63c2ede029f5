// Has the codes of each model's corpus lines computed in a process of its own, one model at a time, so that no request waits behind it.
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ModelRef } from "./jobs.ts";
import type { FromIndexer, SentError } from "./messages.ts";
import { LOADER, lowerPriority, programBeside } from "./worker-process.ts";

/** Whether nearest corpus lines and the map can be asked for. */
export interface IndexStatus {
  readonly state: "ready" | "building" | "unavailable";
  /** Why it is unavailable: a sentence for people, in which files may have their whole paths. */
  readonly reason?: string;
}

export interface IndexBuilder {
  /** How it stands with the index of a run as it lies on disk; begins to build one at the first call for it. */
  ensure(model: ModelRef): IndexStatus;
  close(): void;
}

export interface IndexBuilderOptions {
  /** Receives a line for each index that is ready, or cannot be made. */
  readonly log?: (line: string) => void;
  /** Milliseconds before a build that failed is tried again, one try after another. */
  readonly waits?: readonly number[];
  /** Milliseconds after which the next call tries again what was given up. */
  readonly pause?: number;
  /** The program that builds, for tests. */
  readonly program?: URL;
}

interface Entry {
  readonly version: string;
  status: IndexStatus;
  /** When a call tries again, on the clock of `performance`. */
  again: number;
}

const READY: IndexStatus = { state: "ready" };
const BUILDING: IndexStatus = { state: "building" };
/** What is wrong with the run, its corpus or its folder is so the next time as well. */
const LASTING: readonly string[] = ["InputError", "UnwritableRunError"];
/** The sentences of these say what is wrong with the run, its corpus or the disk; others tell of the server's insides. */
const TOLD: readonly string[] = [...LASTING, "RunFolderError"];

export function createIndexBuilder({
  log = () => {},
  waits = [1_000, 5_000, 30_000],
  pause = 600_000,
  program = programBeside("build-index"),
}: IndexBuilderOptions = {}): IndexBuilder {
  const entries = new Map<string, Entry>();
  const stopped = new AbortController();
  const { signal } = stopped;
  let queue: Promise<unknown> = Promise.resolve();

  /** One try in a process; what it failed with. */
  const build = (model: ModelRef, entry: Entry): Promise<SentError | undefined> =>
    new Promise((resolve) => {
      const child = fork(fileURLToPath(program), [model.path], {
        execArgv: LOADER,
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        signal,
        killSignal: "SIGKILL",
      });
      if (child.pid !== undefined) lowerPriority(child.pid);
      child.on("message", (message: FromIndexer) => {
        if (message.type === "building") entry.status = BUILDING;
        else resolve(message.type === "failed" ? message.error : undefined);
      });
      child.on("error", ({ name, message }) => resolve({ name, message }));
      child.on("exit", (code, by) => {
        const how = by === null ? `ended with code ${code}` : `was ended by ${by}`;
        resolve({ name: "RunFolderError", message: `The process that encodes them ${how}` });
      });
    });

  async function work(model: ModelRef, entry: Entry): Promise<void> {
    const current = (): boolean => !signal.aborted && entries.get(model.id) === entry;
    for (let tries = 0; ; tries++) {
      const turn = queue.then(() => (current() ? build(model, entry) : undefined));
      queue = turn;
      const failure = await turn;
      if (!current()) return;
      if (failure === undefined) {
        entry.status = READY;
        log(`The corpus lines of "${model.id}" are ready for neighbours and map.`);
        return;
      }
      const wait = LASTING.includes(failure.name) ? undefined : waits[tries];
      if (wait === undefined) {
        const told = TOLD.includes(failure.name)
          ? failure.message
          : "They could not be encoded; the server's log says why";
        entry.status = { state: "unavailable", reason: told.replace(/\.?$/, ".") };
        entry.again = performance.now() + pause;
        log(`There will be no neighbours and no map of "${model.id}": ${failure.message}`);
        return;
      }
      log(`The corpus lines of "${model.id}" are not ready: ${failure.message}; trying again in ${wait / 1_000} s.`);
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }

  return {
    ensure(model) {
      const known = entries.get(model.id);
      if (known?.version === model.version && performance.now() < known.again) return known.status;
      // What lies there is taken for an index of this model until it has been looked at: an inference process looks for itself.
      const lies = existsSync(join(model.path, "neighbours", "codes.safetensors"));
      const entry: Entry = { version: model.version, status: lies ? READY : BUILDING, again: Number.POSITIVE_INFINITY };
      entries.set(model.id, entry);
      void work(model, entry);
      return entry.status;
    },
    close() {
      stopped.abort();
    },
  };
}
