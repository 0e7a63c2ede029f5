// The facts about a run that people ask for first.
import { RunFolderError } from "../errors.ts";
import type { Config } from "../model/config.ts";
import { parameterCount } from "../model/parameters.ts";
import { readJournal } from "../run/journal.ts";
import type { JsonObject } from "../run/json.ts";
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
  /** Labels that texts can be written with; none where the model is not conditional. */
  readonly labels: readonly string[];
  readonly config: Config;
  /** What was written beside the weights. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The newest report that was the best so far; none while λ rises, when each report's weights are kept. */
  readonly best?: JsonObject;
}

/**
 * Reads a run without starting an engine.
 * @throws InputError and RunFolderError as {@link readTrained}
 */
export async function readInfo(path: string): Promise<RunInfo> {
  return infoOf(await readTrained(path));
}

export function infoOf({ folder, config, tokenizer, shape, labels, parameters, metadata }: Trained): RunInfo {
  const best = bestReport(folder);
  return {
    path: folder.path,
    tokenizer: tokenizer.kind,
    vocabulary: shape.vocabulary,
    parameters: parameterCount(parameters),
    latent: shape.latent,
    maxLength: config.maxLength,
    labels,
    config,
    metadata: Object.fromEntries(metadata),
    ...(best && { best }),
  };
}

/** From metrics.jsonl. A run that lacks it, or holds a damaged one, is still a model to use. */
function bestReport(folder: RunFolder): JsonObject | undefined {
  try {
    const reports = readJournal(folder.pathOf("metrics.jsonl"));
    return reports.findLast(({ kind, best }) => kind === "dev" && best === true);
  } catch (cause) {
    if (cause instanceof RunFolderError) return undefined;
    throw cause;
  }
}
