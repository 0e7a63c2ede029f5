// `latentext reconstruct`: each line to its code and back.
import type { Command } from "commander";
import { InputError } from "../errors.ts";
import type { Model } from "../latent/model.ts";
import { addTextsArgument, checkTexts, type InputText, readTextChunks, type TextsFlags } from "./input-texts.ts";
import { InputWarnings } from "./input-warnings.ts";
import { addRunOptions, addWriteOptions, draws, type RunFlags, seeded, type WriteFlags, withModel } from "./options.ts";
import { oneLine, type Streams, writeLines } from "./streams.ts";

type Flags = RunFlags & WriteFlags & TextsFlags;

export function registerReconstruct(program: Command, streams: Streams): void {
  const command = program
    .command("reconstruct")
    .description("turn each line, or row of a table, into its code and back: same order, same count")
    .addHelpText(
      "after",
      "\nA conditional model writes each row of a table with the row's own label, unless --label names one.",
    );
  addWriteOptions(addTextsArgument(addRunOptions(command))).action((run: string, file: string, flags: Flags) =>
    rewriteTexts(run, file, flags, streams),
  );
}

/** Writes each text again from its code, with the label of `flags`, or else its own. */
export async function rewriteTexts(run: string, file: string, flags: Flags, streams: Streams): Promise<void> {
  const { quiet, json } = flags;
  checkTexts(file, flags);
  await withModel(run, flags, streams, async (model) => {
    const options = await seeded(flags, { quiet, matters: draws(flags) }, streams);
    const warnings = new InputWarnings(model, streams.stderr, quiet);
    const own = flags.label === undefined && model.info.labels.length > 0;
    let first = 0;
    for await (const chunk of readTextChunks(file, flags, { model, stdin: streams.stdin })) {
      for (const { line, text } of chunk) warnings.look(text, `Line ${line}`);
      const texts = chunk.map(({ text }) => text);
      const labels = own ? chunk.map((row) => labelOf(row, file, model)) : undefined;
      const lines: string[] = [];
      for await (const { index, text, finished } of model.reconstructEach(texts, { ...options, labels, first })) {
        lines.push(
          json ? JSON.stringify({ input: texts[index], label: labels?.[index], text, finished }) : oneLine(text),
        );
      }
      await writeLines(streams.stdout, lines);
      first += chunk.length;
    }
    warnings.finish();
  });
}

/** @throws InputError, which names the row, for a label that the model does not know */
function labelOf({ line, label }: InputText, file: string, { info }: Model): string | undefined {
  if (label === undefined || info.labels.includes(label)) return label;
  throw new InputError(
    `Line ${line} of ${file} has the label ${JSON.stringify(label)}, which the model does not know: expected one that \`latentext info\` tells, another --label-column, or a --label for all.`,
  );
}
