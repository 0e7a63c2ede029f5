// `latentext encode`: the code of each line, as JSON.
import type { Command } from "commander";
import { addTextsArgument, checkTexts, readTextChunks, type TextsFlags } from "./input-texts.ts";
import { InputWarnings } from "./input-warnings.ts";
import { addRunOptions, type RunFlags, withModel } from "./options.ts";
import { type Streams, writeLines } from "./streams.ts";

export function registerEncode(program: Command, streams: Streams): void {
  const command = program
    .command("encode")
    .description("write the code of each line, or row of a table, as a JSON list of numbers");
  addTextsArgument(addRunOptions(command)).action(async (run: string, file: string, flags: RunFlags & TextsFlags) => {
    const { quiet, json } = flags;
    checkTexts(file, flags);
    await withModel(run, flags, streams, async (model) => {
      const warnings = new InputWarnings(model, streams.stderr, quiet);
      for await (const chunk of readTextChunks(file, flags, { model, stdin: streams.stdin })) {
        for (const { line, text } of chunk) warnings.look(text, `Line ${line}`);
        const codes = await model.encode(chunk.map(({ text }) => text));
        const lines = chunk.map(({ text }, i) => {
          const code = listOf(codes[i] as Float32Array);
          return json ? `{"text":${JSON.stringify(text)},"code":${code}}` : code;
        });
        await writeLines(streams.stdout, lines);
      }
      warnings.finish();
    });
  });
}

/** Nine significant digits name every float32 exactly; a double's seventeen would double the output. */
function listOf(code: Float32Array): string {
  return `[${Array.from(code, (value) => Number(value.toPrecision(9))).join(",")}]`;
}
