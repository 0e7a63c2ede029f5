// `npm run bench -- ablation`: trains every variant with every seed for the same number of steps, and prints one table. Steps do not
// depend on how busy the machine is: neither do the figures.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { settingsFrom } from "../../../src/cli/settings.ts";
import { InputError, LatentextError } from "../../../src/errors.ts";
import { parseConfig } from "../../../src/model/config.ts";
import type { ConfigInput } from "../../../src/model/config-schema.ts";
import { errorCode, writeFileAtomic } from "../../../src/run/atomic-file.ts";
import { makeFolder } from "../../../src/run/make-folder.ts";
import { CURVES } from "./curves.ts";
import { FAMILY } from "./family.ts";
import { type Result, runTrial, type Trial } from "./measure.ts";
import { ablationTable } from "./table.ts";
import { VARIANTS, type Variant } from "./variants.ts";

const COMPARISONS: Readonly<Record<string, readonly Variant[]>> = {
  settings: VARIANTS,
  family: FAMILY,
  curves: CURVES,
};

interface AblationFlags {
  readonly corpus: string;
  readonly test: string;
  readonly out: string;
  readonly steps: string;
  readonly seeds: string;
  readonly samples: string;
  readonly threads: string;
  readonly preset?: string;
  readonly set: readonly string[];
  readonly compare: string;
  readonly only?: string;
}

export function ablationCommand(): Command {
  return new Command("ablation")
    .description(
      "what each default is worth: variants of a training, each with several seeds; goes on where it was stopped",
    )
    .requiredOption("--corpus <file>", "training text")
    .requiredOption("--test <file>", "text that is neither trained on nor chosen by")
    .requiredOption("--out <folder>", "where runs and results go")
    .option("--steps <n>", "steps of each run", "3000")
    .option("--seeds <n>", "seeds of each variant, from 1", "3")
    .option("--samples <n>", "greedy samples of the prior", "2000")
    .option("--threads <n>", "threads of a run", "1")
    .option("--preset <name>", "what all variants start from")
    .option("--set <key=value>", "one setting of all variants; may be given several times", collect, [])
    .option(
      "--compare <what>",
      "settings; family: every regularizer × encoder × decoder; curves: regularizers × noise",
      "settings",
    )
    .option("--only <names>", "some of the variants, separated by commas")
    .action(async (flags: AblationFlags) => {
      try {
        console.log(await ablation(flags, (line) => console.error(line)));
      } catch (cause) {
        if (!(cause instanceof LatentextError)) throw cause;
        console.error(cause.message);
        process.exitCode = cause.exitCode;
      }
    });
}

/** Runs what has no result yet, and returns the table of all results. */
export async function ablation(flags: AblationFlags, log: (line: string) => void): Promise<string> {
  const chosen = choose(flags.compare, flags.only);
  const [steps, seeds, samples, threads] = (["steps", "seeds", "samples", "threads"] as const).map((name) =>
    countOf(name, flags[name]),
  ) as [number, number, number, number];
  const base: ConfigInput = {
    ...(await settingsFrom({ preset: flags.preset, set: flags.set })),
    corpora: [resolve(flags.corpus)],
    maxSteps: steps,
    // All variants learn for as long, whatever their dev reconstruction does.
    patience: steps,
    checkpointSteps: steps,
    threads,
  };
  const trials = chosen.map(({ name, settings }) => {
    const trial: Trial = { settings: { ...base, ...settings }, test: resolve(flags.test), samples };
    // What does not fit is refused now, not after hours.
    parseConfig(trial.settings, `settings of the variant ${name}`);
    return { name, trial };
  });
  await makeFolder(flags.out);
  const results: Result[] = [];
  // Seed by seed: a table of all variants is there early.
  for (let seed = 1; seed <= seeds; seed++) {
    for (const { name, trial } of trials) {
      const label = `${name}-seed-${seed}`;
      const path = join(flags.out, `${label}.json`);
      const known = await readResult(path, trial);
      if (known) log(`${label}: has its result already`);
      const result = known ?? (await runTrial(name, seed, trial, join(flags.out, "runs", label)));
      if (!known) {
        await writeFileAtomic(path, `${JSON.stringify(result, null, 2)}\n`);
        log(`${label}: ${result.failure ?? JSON.stringify(result.figures)}`);
      }
      results.push(result);
    }
  }
  return ablationTable(chosen, results);
}

function choose(compare: string, only: string | undefined): readonly Variant[] {
  const variants = Object.hasOwn(COMPARISONS, compare) ? COMPARISONS[compare] : undefined;
  if (!variants)
    throw new InputError(`--compare is ${compare}; expected one of ${Object.keys(COMPARISONS).join(", ")}.`);
  if (only === undefined) return variants;
  const names = only.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !variants.some((variant) => variant.name === name));
  if (unknown !== undefined) {
    throw new InputError(
      `--only names ${unknown}, which is no variant: expected some of ${variants.map(({ name }) => name).join(", ")}.`,
    );
  }
  return variants.filter(({ name }) => names.includes(name));
}

/** @throws InputError when there is a result of another trial */
async function readResult(path: string, trial: Trial): Promise<Result | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw cause;
  }
  const result = JSON.parse(text) as Result;
  if (JSON.stringify(result.of) === JSON.stringify(trial)) return result;
  throw new InputError(
    `${path} is a result of other settings: expected another --out, or the same settings as before.`,
  );
}

function countOf(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InputError(`--${flag} is ${text}; expected a whole number of at least 1.`);
}

function collect(assignment: string, before: readonly string[]): string[] {
  return [...before, assignment];
}
