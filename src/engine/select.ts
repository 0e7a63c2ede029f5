// Chooses an engine: the one asked for, or the fastest that works here.
import { availableParallelism } from "node:os";
import { EngineUnavailableError, InputError, messageOf } from "../errors.ts";
import type { Engine, EngineName } from "./types.ts";

export type EngineChoice = "auto" | EngineName;

export const ENGINE_CHOICES: readonly EngineChoice[] = ["auto", "compiled", "tensorflow", "wasm", "cpu"];

/** More than any processor has; a session of thousands takes minutes to begin and to end. */
const MOST_THREADS = 1_024;

export interface EngineOptions {
  /** `auto` takes the first that works of: compiled, tensorflow, wasm, cpu. */
  readonly engine?: EngineChoice;
  /** Threads of the compiled engine; 0 or none: as many as there are processors. */
  readonly threads?: number;
  /** Receives one line for each engine that was tried in vain. */
  readonly log?: (line: string) => void;
}

/**
 * @throws InputError when the number of threads is no integer from 0 to 1,024
 * @throws EngineUnavailableError when the engine asked for, or every one, cannot run here
 */
export async function createEngine({ engine = "auto", threads = 0, log }: EngineOptions = {}): Promise<Engine> {
  if (!Number.isInteger(threads) || threads < 0 || threads > MOST_THREADS) {
    throw new InputError(`The number of threads is ${threads}; expected an integer from 0 to ${MOST_THREADS}.`);
  }
  const count = threads > 0 ? threads : availableParallelism();
  if (engine !== "auto") return start(engine, count);
  const failures: string[] = [];
  for (const name of ENGINE_CHOICES) {
    if (name === "auto") continue;
    try {
      return await start(name, count);
    } catch (cause) {
      failures.push(messageOf(cause));
      log?.(messageOf(cause));
    }
  }
  throw new EngineUnavailableError(`No engine can run here. ${failures.join(" ")}`);
}

async function start(name: EngineName, threads: number): Promise<Engine> {
  if (name === "compiled") {
    const { CompiledEngine } = await import("./compile/engine.ts");
    return CompiledEngine.create({ threads });
  }
  const { EagerEngine } = await import("./eager.ts");
  return EagerEngine.create(name);
}
