// `latentext generate`: new texts, from codes of the prior.
import type { Command } from "commander";
import {
  addPriorOption,
  addRunOptions,
  addWriteOptions,
  integerFrom,
  type RunFlags,
  seeded,
  type WriteFlags,
  withModel,
} from "./options.ts";
import { oneLine, type Streams, writeEach } from "./streams.ts";

interface Flags extends RunFlags, WriteFlags {
  readonly number: number;
}

export function registerGenerate(program: Command, streams: Streams): void {
  const command = program.command("generate").description("write new texts, from codes drawn from the prior");
  addRunOptions(command).option("-n, --number <n>", "how many texts", integerFrom(0), 10);
  addPriorOption(addWriteOptions(command)).action(async (run: string, flags: Flags) => {
    const { number, quiet, json } = flags;
    await withModel(run, flags, streams, async (model) => {
      const options = await seeded(flags, { quiet, matters: true }, streams);
      await writeEach(streams.stdout, lines());

      async function* lines(): AsyncGenerator<string> {
        for await (const { index, text, finished } of model.sampleEach(number, options)) {
          yield json ? JSON.stringify({ index, seed: options.seed, text, finished }) : oneLine(text);
        }
      }
    });
  });
}
