// `latentext arithmetic`: a text moved along the difference of two groups of examples.
import { type Command, InvalidArgumentError } from "commander";
import { InputWarnings } from "./input-warnings.ts";
import {
  addHyphenHint,
  addRunOptions,
  addWriteOptions,
  draws,
  type RunFlags,
  seeded,
  type WriteFlags,
  withModel,
} from "./options.ts";
import { oneLine, type Streams, writeLines } from "./streams.ts";

interface Flags extends RunFlags, WriteFlags {
  readonly plus: readonly string[];
  readonly minus: readonly string[];
  readonly strength?: readonly number[];
}

export function registerArithmetic(program: Command, streams: Streams): void {
  const command = program
    .command("arithmetic")
    .description("write TEXT made more like the texts after --plus, and less like those after --minus");
  addRunOptions(addHyphenHint(command))
    .argument("<text>", "the text to change")
    .requiredOption("--plus <text>", "an example of what the text is to become; may be repeated", collectText)
    .requiredOption("--minus <text>", "an example of what the text is to leave; may be repeated", collectText)
    .option("--strength <x>", "how far to go; may be repeated, for a text each (default: 1)", collectNumber);
  addWriteOptions(command).action(async (run: string, text: string, flags: Flags) => {
    const { plus, minus, strength: strengths = [1], quiet, json } = flags;
    await withModel(run, flags, streams, async (model) => {
      const options = await seeded(flags, { quiet, matters: draws(flags) }, streams);
      const warnings = new InputWarnings(model, streams.stderr, quiet);
      warnings.look(text, "The text");
      for (const [i, example] of plus.entries()) warnings.look(example, `Text ${i + 1} after --plus`);
      for (const [i, example] of minus.entries()) warnings.look(example, `Text ${i + 1} after --minus`);
      warnings.finish();
      const texts = await model.arithmetic(text, plus, minus, { ...options, strengths });
      const lines = texts.map((text, i) => (json ? JSON.stringify({ strength: strengths[i], text }) : oneLine(text)));
      await writeLines(streams.stdout, lines);
    });
  });
}

function collectText(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectNumber(text: string, before: readonly number[] = []): readonly number[] {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("Expected a number.");
  return [...before, value];
}
