// Has the codes of each model's corpus lines computed in a process of its own, one model at a time, so that no request waits behind it.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ModelRef } from "./jobs.ts";
import { LOADER, lowerPriority, programBeside } from "./worker-process.ts";

export type IndexState = "ready" | "building" | "unavailable";

export interface IndexBuilder {
  /** How it stands with the index of a run as it lies on disk; begins to build one at the first call for it. */
  ensure(model: ModelRef): IndexState;
  close(): void;
}

/** `log` receives a line for each index that is ready, or cannot be made. */
export function createIndexBuilder({ log = () => {} }: { log?: (line: string) => void } = {}): IndexBuilder {
  const states = new Map<string, { readonly version: string; state: IndexState }>();
  const stopped = new AbortController();
  let queue = Promise.resolve();

  const build = (model: ModelRef): Promise<string | undefined> =>
    new Promise((resolve) => {
      const child = fork(fileURLToPath(programBeside("build-index")), [model.path], {
        execArgv: LOADER,
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        signal: stopped.signal,
        killSignal: "SIGKILL",
      });
      if (child.pid !== undefined) lowerPriority(child.pid);
      let failure: string | undefined = "its process died";
      child.on("message", (message: { readonly failure?: string }) => {
        failure = message.failure;
      });
      child.on("error", (cause) => resolve(cause.message));
      child.on("exit", () => resolve(failure));
    });

  return {
    ensure(model) {
      const known = states.get(model.id);
      if (known?.version === model.version) return known.state;
      const entry: { readonly version: string; state: IndexState } = { version: model.version, state: "building" };
      states.set(model.id, entry);
      queue = queue.then(async () => {
        if (stopped.signal.aborted || states.get(model.id) !== entry) return;
        const failure = await build(model);
        if (stopped.signal.aborted) return;
        entry.state = failure === undefined ? "ready" : "unavailable";
        log(
          failure === undefined
            ? `The corpus lines of "${model.id}" are ready for neighbours and map.`
            : `There will be no neighbours and no map of "${model.id}": ${failure}`,
        );
      });
      return entry.state;
    },
    close() {
      stopped.abort();
    },
  };
}
