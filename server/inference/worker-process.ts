// One inference process: started, spoken to, and stopped.
import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { type FromWorker, HEARTBEAT, type ToWorker, type WorkerOptions } from "./messages.ts";

/** Sources run as they are under a loader, and as built otherwise. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
export const LOADER = EXTENSION === ".ts" ? ["--import", "tsx"] : [];

/** The file beside this one with the same extension as it has here. */
export function programBeside(name: string): URL {
  return new URL(`./${name}${EXTENSION}`, import.meta.url);
}

export interface WorkerEvents {
  readonly program?: URL | undefined;
  readonly onReady: () => void;
  readonly onMessage: (message: FromWorker) => void;
  /** The process is gone, `how`: by which signal or code. Called once, and not after {@link WorkerProcess.stop}. */
  readonly onExit: (how: string) => void;
}

/** Without a sign of life for as long, a process is taken for stuck, and killed. */
const STUCK = 10 * HEARTBEAT;

export class WorkerProcess {
  #ready = false;
  readonly #child: ChildProcess;
  #stopped = false;

  constructor(options: WorkerOptions, { program = programBeside("worker"), onReady, onMessage, onExit }: WorkerEvents) {
    this.#child = fork(fileURLToPath(program), [JSON.stringify(options)], {
      execArgv: LOADER,
      // Float32 arrays go over as they are.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    if (this.#child.pid !== undefined) lowerPriority(this.#child.pid);
    const stuck = setTimeout(() => this.#child.kill("SIGKILL"), STUCK);
    this.#child.on("message", (message: FromWorker) => {
      if (this.#stopped) return;
      stuck.refresh();
      if (message.type === "ready") {
        this.#ready = true;
        onReady();
      } else if (message.type !== "alive") onMessage(message);
    });
    let gone = false;
    const exit = (how: string): void => {
      if (gone) return;
      gone = true;
      clearTimeout(stuck);
      this.#ready = false;
      if (!this.#stopped) onExit(how);
    };
    this.#child.on("exit", (code, signal) => exit(signal ?? `exit code ${code}`));
    this.#child.on("error", (cause) => exit(cause.message));
  }

  /** Whether it has started, and takes jobs. */
  get ready(): boolean {
    return this.#ready && this.#child.connected;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWorker): void {
    // A process that is dying takes no more: its exit settles what it had.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends the process, at once: nothing it does now is of use to anyone. */
  stop(): void {
    this.#stopped = true;
    this.#ready = false;
    this.#child.kill("SIGKILL");
  }
}

/** Below the HTTP process, which answers in a millisecond and must not wait for a processor that computes. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: all processes are equal then.
  }
}
