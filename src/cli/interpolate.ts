// `latentext interpolate`: the texts on the way from one to another.
import { type Command, Option } from "commander";
import type { Path } from "../latent/interpolate.ts";
import { InputWarnings } from "./input-warnings.ts";
import {
  addHyphenHint,
  addRunOptions,
  addWriteOptions,
  draws,
  integerFrom,
  type RunFlags,
  seeded,
  type WriteFlags,
  withModel,
} from "./options.ts";
import { oneLine, type Streams, writeLines } from "./streams.ts";

interface Flags extends RunFlags, WriteFlags {
  readonly steps: number;
  readonly path: Path;
}

export function registerInterpolate(program: Command, streams: Streams): void {
  const command = program
    .command("interpolate")
    .description("write the texts on the way from A to B; the first and the last are the reconstructions of A and B");
  addRunOptions(addHyphenHint(command))
    .argument("<a>", "the first text")
    .argument("<b>", "the last text")
    .option("--steps <n>", "texts to write, both ends included", integerFrom(2), 7)
    .addOption(
      new Option("--path <kind>", "the way between the codes").choices(["linear", "spherical"]).default("linear"),
    );
  addWriteOptions(command).action(async (run: string, a: string, b: string, flags: Flags) => {
    const { steps, path, quiet, json } = flags;
    await withModel(run, flags, streams, async (model) => {
      const options = await seeded(flags, { quiet, matters: draws(flags) }, streams);
      const warnings = new InputWarnings(model, streams.stderr, quiet);
      warnings.look(a, "The first text");
      warnings.look(b, "The last text");
      const texts = await model.interpolate(a, b, { ...options, steps, path });
      const lines = texts.map((text, i) =>
        json ? JSON.stringify({ position: i / (steps - 1), text }) : oneLine(text),
      );
      await writeLines(streams.stdout, lines);
    });
  });
}
