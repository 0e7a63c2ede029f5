// Starts a program of the tests in a process of its own, by the same loader as the other scripts of the project.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A child process that speaks in messages. */
export interface Program {
  readonly process: ChildProcess;
  /** All messages so far, oldest first. */
  readonly said: unknown[];
  /** The next message that has not been waited for. */
  next(): Promise<unknown>;
  tell(message: string): void;
  /** Settles when the process is gone and all it said has been heard. */
  readonly ended: Promise<unknown>;
}

export function startProgram(name: string, ...args: string[]): Program {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), args, { execArgv: ["--import", "tsx"] });
  const said: unknown[] = [];
  let heard = 0;
  child.on("message", (message) => said.push(message));
  // Its last messages have all been read once the channel is closed too.
  const ended = Promise.all([once(child, "close"), once(child, "disconnect")]);
  const gone = ended.then(([[code, signal]]) => {
    throw new Error(`the program ended with ${code ?? signal} and said no more`);
  });
  gone.catch(() => {}); // of interest only to who waits for a message
  return {
    process: child,
    said,
    async next() {
      while (said.length <= heard) await Promise.race([once(child, "message"), gone]);
      return said[heard++];
    },
    tell: (message) => child.send(message),
    ended,
  };
}
