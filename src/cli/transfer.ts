// `latentext transfer`: each line written again with another label.
import type { Command } from "commander";
import { addFileArgument, addRunOptions, addWriteOptions, type RunFlags, type WriteFlags } from "./options.ts";
import { rewriteLines } from "./reconstruct.ts";
import type { Streams } from "./streams.ts";

type Flags = RunFlags & WriteFlags & { readonly to: string };

export function registerTransfer(program: Command, streams: Streams): void {
  const command = program
    .command("transfer")
    .description("write each line again as a text of another label, by a conditional model: same order, same count");
  addFileArgument(addRunOptions(command), "a text a line").requiredOption("--to <label>", "the label that lines get");
  addWriteOptions(command, { label: false }).action((run: string, file: string, { to, ...flags }: Flags) =>
    rewriteLines(run, file, { ...flags, label: to }, streams),
  );
}
