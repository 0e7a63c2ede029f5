// `latentext reconstruct`: each line to its code and back.
import type { Command } from "commander";
import { InputWarnings } from "./input-warnings.ts";
import {
  addFileArgument,
  addRunOptions,
  addWriteOptions,
  draws,
  type RunFlags,
  seeded,
  type WriteFlags,
  withModel,
} from "./options.ts";
import { oneLine, readChunks, type Streams, writeLines } from "./streams.ts";

type Flags = RunFlags & WriteFlags;

export function registerReconstruct(program: Command, streams: Streams): void {
  const command = program
    .command("reconstruct")
    .description("turn each line into its code and back: same order, same count");
  addWriteOptions(addFileArgument(addRunOptions(command), "a text a line")).action(
    (run: string, file: string, flags: Flags) => rewriteLines(run, file, flags, streams),
  );
}

/** Writes each line again from its code, with the label of `flags`. */
export async function rewriteLines(run: string, file: string, flags: Flags, streams: Streams): Promise<void> {
  const { quiet, json } = flags;
  await withModel(run, flags, streams, async (model) => {
    const options = await seeded(flags, { quiet, matters: draws(flags) }, streams);
    const warnings = new InputWarnings(model, streams.stderr, quiet);
    let first = 0;
    for await (const chunk of readChunks(file, streams.stdin)) {
      for (const { line, text } of chunk) warnings.look(text, `Line ${line}`);
      const texts = chunk.map(({ text }) => text);
      const lines: string[] = [];
      for await (const { index, text, finished } of model.reconstructEach(texts, { ...options, first })) {
        lines.push(json ? JSON.stringify({ input: texts[index], text, finished }) : oneLine(text));
      }
      await writeLines(streams.stdout, lines);
      first += chunk.length;
    }
    warnings.finish();
  });
}
