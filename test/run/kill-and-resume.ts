// Kills a saving process again and again, and looks each time at what it left.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import type { RandomStream } from "../../src/random.ts";
import { loadNewestCheckpoint } from "../../src/run/checkpoints.ts";
import { type NamedArrays, safetensorsSlices } from "../../src/run/safetensors.ts";
import { contentOf } from "./checkpoint-content.ts";
import { startProgram } from "./program.ts";

export interface KillReport {
  kills: number;
  /** Kills that came while a checkpoint was being built or put in place. */
  duringSave: number;
  /** Steps that the last process came to. */
  steps: number;
}

/**
 * Starts `save-loop.ts` on `run` and kills it, `kills` times, each time after up to `milliseconds` of saving.
 * Expects after each kill: the checkpoint last reported as saved, or a later one, exact and without a warning; not more
 * than three folders; a journal with every line up to it; and that the next process can take the folder's lock.
 */
export async function killAndResume(
  run: string,
  { kills, milliseconds, size, random }: { kills: number; milliseconds: number; size: number; random: RandomStream },
): Promise<KillReport> {
  let duringSave = 0;
  let steps = 0;
  for (let kill = 0; kill < kills; kill++) {
    const program = startProgram("./save-loop.ts", run, String(size));
    expect(await program.next()).toEqual({ resumed: steps });
    await wait(random.uniform() * milliseconds);
    program.process.kill("SIGKILL");
    await program.ended;

    const saved = program.said.flatMap((message) => {
      expect(message).not.toHaveProperty("warning");
      return Object.entries(message as object).flatMap(([key, step]) => (key === "saved" ? [Number(step)] : []));
    });
    const folders = namesIn(join(run, "checkpoints"));
    if (folders.some((name) => name.endsWith(".partial")) || folders.length > 2) duringSave++;
    expect(folders.length).toBeLessThanOrEqual(3);

    const warnings: string[] = [];
    const newest = await loadNewestCheckpoint(run, { warn: (sentence) => warnings.push(sentence) });
    expect(warnings).toEqual([]);
    const reported = saved.at(-1) ?? steps;
    steps = newest?.step ?? 0;
    expect(steps).toBeGreaterThanOrEqual(reported);
    if (newest !== undefined) {
      const journal = readFileSync(join(run, "metrics.jsonl"), "utf8");
      const lines = Array.from({ length: steps }, (_, index) => `{"step":${index + 1}}\n`).join("");
      expect(journal.startsWith(lines)).toBe(true);
      expect(newest.state).toEqual({ position: lines.length });
      expectSame(newest.weights, contentOf(steps, size).weights);
      expectSame(newest.moments, contentOf(steps, size).moments);
    }
  }
  return { kills, duringSave, steps };
}

/** Compares as bytes: an element at a time, large arrays would take seconds. */
function expectSame(actual: NamedArrays, expected: NamedArrays): void {
  const bytes = (arrays: NamedArrays) => Buffer.concat([...safetensorsSlices(arrays)]);
  expect(bytes(actual).equals(bytes(expected))).toBe(true);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // killed before the first save
  }
}
