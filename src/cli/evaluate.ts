// `latentext evaluate`: how good a model is, beside what it is to be held against.
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { EvaluateOptions } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/report/report.ts";
import type { VerseForm } from "../latent/wishes.ts";
import { EvaluateDisplay } from "./evaluate-display.ts";
import {
  addPriorOption,
  addRunOptions,
  addWriteOptions,
  column,
  integerFrom,
  type RunFlags,
  type WriteFlags,
  writeOptions,
} from "./options.ts";
import { type Streams, writeLines } from "./streams.ts";

interface Flags extends RunFlags, WriteFlags {
  readonly test: string;
  readonly train?: string;
  readonly samples: number;
  readonly textColumn?: number | string;
  readonly labelColumn?: number | string;
  readonly expectForm?: VerseForm;
  readonly out?: string;
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** All figures of one seed: a user who asks twice should see the same ones. */
const SEED = 1;

export function registerEvaluate(program: Command, streams: Streams): void {
  const command = program
    .command("evaluate")
    .description("measure reconstruction, generated text and the space of codes, beside real text and n-gram samples")
    .addHelpText(
      "after",
      `
Example:
  latentext evaluate runs/yelp --test test.tsv --temperature 0.7 --out reports/yelp

--out gets report.json, report.html (pictures included) and samples.txt.`,
    );
  addRunOptions(command)
    .requiredOption("--test <file>", "real texts that the model was not trained on")
    .option("--train <file>", "the training text (default: the run's own corpora, where they are)")
    .option("--samples <n>", "texts to generate, and real ones to compare with", integerFrom(1), 10_000)
    .option(
      "--text-column <n|name>",
      "column of the texts in the test file, from 1 or by its name (default: as in training)",
      column,
    )
    .option(
      "--label-column <n|name>",
      "column of the labels in the test file, from 1 or by its name (default: as in training)",
      column,
    )
    .option("--out <folder>", "a new folder for the report");
  addPriorOption(addWriteOptions(command, { seed: SEED }));
  addExpectedForm(command).action(async (run: string, flags: Flags) => {
    const { test, train, samples, textColumn, labelColumn, expectForm, out, engine, threads, quiet, json } = flags;
    const { prepareFolder, writeEvaluation } = await import("../evaluation/report/write.ts");
    const folder = out === undefined ? undefined : await prepareFolder(out);
    const write = writeOptions(flags, flags.seed ?? SEED);
    try {
      const options = { test, train, samples, textColumn, labelColumn, expectForm, write, engine, threads };
      const evaluation = await withDisplay(run, options, { quiet }, streams);
      if (!evaluation) return folder?.abandon();
      if (folder) await writeEvaluation(folder, evaluation);
      if (json) return await writeLines(streams.stdout, [JSON.stringify(evaluation.report)]);
      const { reportText } = await import("../evaluation/report/text.ts");
      await writeLines(streams.stdout, [reportText(evaluation.report).trimEnd()]);
      if (folder && !quiet) streams.stderr.write(`The report is ${join(folder.path, "report.html")}\n`);
    } catch (cause) {
      await folder?.abandon();
      throw cause;
    }
  });
}

/** `--expect-form`, which reads a form as the `--form` beside it does. */
function addExpectedForm(command: Command): Command {
  const { parseArg } = command.options.find(({ long }) => long === "--form") ?? {};
  const option = new Option("--expect-form <form>", "say how many texts have this form, without holding them to it");
  return command.addOption(parseArg ? option.argParser((text) => parseArg(text, undefined)) : option);
}

/** Evaluates with a display; nothing where a signal stopped it. */
async function withDisplay(
  run: string,
  options: Omit<EvaluateOptions, "signal" | "onProgress" | "onNote" | "log">,
  { quiet }: { readonly quiet: boolean | undefined },
  { stderr }: Streams,
): Promise<Evaluation | undefined> {
  const controller = new AbortController();
  const display = new EvaluateDisplay(stderr, { quiet });
  let caught: keyof typeof EXIT_CODES | undefined;
  const handlers = (Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]).map((signal) => {
    const handle = (): void => {
      caught = signal;
      controller.abort();
    };
    process.once(signal, handle);
    return () => process.off(signal, handle);
  });
  try {
    const { evaluate } = await import("../evaluation/evaluate.ts");
    return await evaluate(run, {
      ...options,
      signal: controller.signal,
      onProgress: (progress) => display.progress(progress),
      onNote: (sentence) => display.note(sentence),
      log: (line) => display.note(line),
    });
  } catch (cause) {
    if (caught === undefined || cause !== controller.signal.reason) throw cause;
    display.stop();
    if (!quiet) stderr.write("Stopped: nothing has been written.\n");
    process.exitCode = EXIT_CODES[caught];
    return undefined;
  } finally {
    display.stop();
    for (const off of handlers) off();
  }
}
