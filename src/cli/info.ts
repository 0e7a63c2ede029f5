// `latentext info`: the facts about a run.
import type { Command } from "commander";
import type { Config } from "../model/config.ts";
import { type Streams, writeLines } from "./streams.ts";

export function registerInfo(program: Command, streams: Streams): void {
  program
    .command("info")
    .description("tell what a run holds")
    .argument("<run>", "the run folder")
    .option("--json", "one JSON object")
    .option("--quiet", "say nothing but errors on standard error")
    .action(async (run: string, { json }: { json?: boolean }) => {
      const { readInfo } = await import("../latent/info.ts");
      const info = await readInfo(run);
      if (json) return writeLines(streams.stdout, [JSON.stringify(info)]);
      const { config, best } = info;
      const rows: [string, string][] = [
        ["run", info.path],
        ["model", `${readerOf(config)} to ${config.decoder}, ${config.layers} × ${config.hidden} units`],
        ["code", describeCode(config)],
        ["parameters", info.parameters.toLocaleString("en-US")],
        ["tokenizer", `${info.tokenizer}, ${info.vocabulary.toLocaleString("en-US")} tokens`],
        ["longest text", `${info.maxLength} tokens`],
        ...(info.labels.length > 0 ? [["labels", info.labels.join(", ")] satisfies [string, string]] : []),
        ["trained on", config.corpora.join(", ") || "unknown"],
      ];
      if (best) rows.push(["best at step", String(best.step)], ["dev loss", `${best.reconstruction} nats a token`]);
      const width = Math.max(...rows.map(([name]) => name.length)) + 2;
      return writeLines(
        streams.stdout,
        rows.map(([name, value]) => name.padEnd(width) + value),
      );
    });
}

function describeCode({ latent, prior, posterior }: Config): string {
  const kinds = [prior === "sphere" && "on a sphere", posterior === "gaussian" && "a Gaussian for each text"];
  return [`${latent} dimensions`, ...kinds.filter(Boolean)].join(", ");
}

/** What reads texts, in a few words. */
function readerOf({ encoder, directions, pooling }: Config): string {
  if (encoder === "conv") return encoder;
  return `${encoder} (${directions === 2 ? "two directions" : "one direction"}, ${pooling})`;
}
