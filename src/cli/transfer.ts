// `latentext transfer`: each line written again with another label.
import type { Command } from "commander";
import { addTextsArgument, type TextsFlags } from "./input-texts.ts";
import { addRunOptions, addWriteOptions, type RunFlags, type WriteFlags } from "./options.ts";
import { rewriteTexts } from "./reconstruct.ts";
import type { Streams } from "./streams.ts";

type Flags = RunFlags & WriteFlags & TextsFlags & { readonly to: string };

export function registerTransfer(program: Command, streams: Streams): void {
  const command = program
    .command("transfer")
    .description(
      "write each line, or row of a table, again as a text of another label, by a conditional model: same order, same count",
    );
  addTextsArgument(addRunOptions(command)).requiredOption("--to <label>", "the label that texts get");
  addWriteOptions(command, { label: false }).action((run: string, file: string, { to, ...flags }: Flags) =>
    rewriteTexts(run, file, { ...flags, label: to }, streams),
  );
}
