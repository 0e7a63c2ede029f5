// The facts about a run that people ask for first.
import { readFile } from "node:fs/promises";
import type { Config } from "../model/config.ts";
import { parameterCount } from "../model/parameters.ts";
import type { JsonValue } from "../run/json.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { readTrained, type Trained } from "./trained.ts";

/** What {@link readInfo} tells. */
export interface RunInfo {
  readonly path: string;
  readonly tokenizer: string;
  /** Tokens, special ones included. */
  readonly vocabulary: number;
  /** Trained numbers of encoder and decoder. */
  readonly parameters: number;
  /** Dimensions of a code. */
  readonly latent: number;
  readonly maxLength: number;
  readonly config: Config;
  /** What was written beside the weights. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The report at which the weights were kept: the newest one that was the best so far. */
  readonly best?: Readonly<Record<string, JsonValue>>;
}

/**
 * Reads a run without starting an engine.
 * @throws InputError and RunFolderError as {@link readTrained}
 */
export async function readInfo(path: string): Promise<RunInfo> {
  return infoOf(await readTrained(path));
}

export async function infoOf({ folder, config, tokenizer, shape, parameters, metadata }: Trained): Promise<RunInfo> {
  const best = await bestReport(folder);
  return {
    path: folder.path,
    tokenizer: tokenizer.kind,
    vocabulary: shape.vocabulary,
    parameters: parameterCount(parameters),
    latent: shape.latent,
    maxLength: config.maxLength,
    config,
    metadata: Object.fromEntries(metadata),
    ...(best && { best }),
  };
}

/** From metrics.jsonl, which a run may lack, and whose last line a crash may have cut. */
async function bestReport(folder: RunFolder): Promise<Record<string, JsonValue> | undefined> {
  const text = await readFile(folder.pathOf("metrics.jsonl"), "utf8").catch(() => "");
  for (const line of text.split("\n").reverse()) {
    try {
      const report = JSON.parse(line);
      if (report?.kind === "dev" && report.best === true) return report;
    } catch {
      // Not a whole line.
    }
  }
  return undefined;
}
