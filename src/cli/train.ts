// `latentext train`: from texts to a run folder.
import type { Command } from "commander";
import type { StopReason, TrainResult } from "../training/events.ts";
import type { TrainOptions } from "../training/session.ts";
import { commandName, shippedCorpus } from "./command-name.ts";
import { addSettings, settingsFrom } from "./settings.ts";
import { duration, TrainDisplay } from "./train-display.ts";

interface TrainFlags extends Record<string, unknown> {
  readonly out: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const ONE_KEY_PRESS_MS = 1_000;

const REASONS: Readonly<Record<StopReason, string>> = {
  "max-steps": "all steps are done",
  "max-minutes": "the time is up",
  epochs: "all epochs are done",
  patience: "dev reconstruction has stopped getting better",
  signal: "stopped by a signal",
};

export function registerTrain(program: Command): void {
  const command = program
    .command("train")
    .description("train a model on texts, into a run folder")
    .argument("[corpora...]", ".txt .tsv .csv .jsonl files, each also .gz, or - for standard input")
    .requiredOption("--out <run>", "the run folder")
    .option("--resume", "go on from the newest checkpoint of the run")
    .option("--overwrite", "delete the run that is already there")
    .option("--quiet", "say nothing but errors")
    .option("--json", "events as JSON lines on standard output");
  addSettings(command)
    .addHelpText(
      "after",
      `
Examples:
  latentext train ${shippedCorpus("verse.txt")} --out runs/verse --preset small --max-minutes 5
  latentext train train.tsv --dev dev.tsv --out runs/yelp --tokenizer whitespace --max-steps 20000
  latentext train --out runs/yelp --resume`,
    )
    .action(async (corpora: string[], flags: TrainFlags) => {
      const given = await settingsFrom(flags);
      const config = { ...given, ...(corpora.length > 0 && { corpora }) };
      const { out, resume, overwrite, quiet, json } = flags;
      await runTraining({ out, config, resume: resume ?? false, overwrite: overwrite ?? false }, { quiet, json });
    });
}

/** Trains with a display, saving at the first SIGINT or SIGTERM and leaving at once at the second. */
export async function runTraining(
  options: Omit<TrainOptions, "signal" | "on">,
  {
    quiet = false,
    json = false,
    next = true,
  }: { quiet?: boolean | undefined; json?: boolean | undefined; next?: boolean } = {},
): Promise<TrainResult | undefined> {
  const controller = new AbortController();
  const display = new TrainDisplay({ quiet: quiet || json });
  let caught: keyof typeof EXIT_CODES | undefined;
  let caughtAt = 0;
  const handlers = (Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]).map((signal) => {
    const handle = (): void => {
      if (caught !== undefined) {
        // npm passes on a signal that the terminal has sent as well: the second of one key press is no second wish.
        if (performance.now() - caughtAt < ONE_KEY_PRESS_MS) return;
        display.stop();
        process.exit(EXIT_CODES[caught]);
      }
      caught = signal;
      caughtAt = performance.now();
      display.show({ kind: "note", text: "Stopping: saving a checkpoint first." });
      controller.abort();
    };
    process.on(signal, handle);
    return () => process.off(signal, handle);
  });
  try {
    if (json) {
      // A reader that goes away ends training as a signal does: with everything saved.
      process.stdout.removeAllListeners("error");
      process.stdout.on("error", () => controller.abort());
    }
    const { train } = await import("../training/train.ts");
    const result = await train({
      ...options,
      signal: controller.signal,
      on: (event) => (json ? process.stdout.write(`${JSON.stringify(event)}\n`) : display.show(event)),
    });
    display.stop();
    if (!quiet && !json) process.stderr.write(`${ending(result, { next, flags: sittingFlags(options) })}\n`);
    if (caught !== undefined) process.exitCode = EXIT_CODES[caught];
    return result;
  } catch (cause) {
    display.stop();
    // Reading and encoding stop by throwing: nothing had begun, so nothing is lost.
    if (caught === undefined || cause !== controller.signal.reason) throw cause;
    process.stderr.write("Stopped before training had begun: there is nothing to save.\n");
    process.exitCode = EXIT_CODES[caught];
    return undefined;
  } finally {
    for (const off of handlers) off();
  }
}

/** Flags of a run that goes on which its folder does not keep, since they are of the machine at hand: the next sitting is likely on the same. */
function sittingFlags({ resume = false, config = {} }: Pick<TrainOptions, "resume" | "config">): string {
  const { engine, threads } = resume ? config : {};
  const given = Object.entries({ engine, threads }).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => ` --${name} ${value}`).join("");
}

function ending(
  { folder, stopped, step, seconds, best }: TrainResult,
  { next, flags }: { next: boolean; flags: string },
): string {
  const quality = best
    ? ` Best dev reconstruction: ${best.reconstruction.toFixed(3)} nats a token, at step ${best.step}.`
    : " λ had not risen to its full value: the model that is kept is that of the last report.";
  const done = `Training ended after ${step} steps and ${duration(seconds)}: ${REASONS[stopped]}.${quality}`;
  if (stopped === "signal") return `${done}\nGo on with: ${commandName()} train --out ${folder} --resume${flags}`;
  return next ? `${done}\nNext: ${commandName()} generate ${folder} -n 5` : done;
}
