// `latentext neighbours`: the corpus lines whose codes are nearest to that of a text.
import type { Command } from "commander";
import type { CorpusIndex } from "../latent/neighbours.ts";
import { InputWarnings } from "./input-warnings.ts";
import { addRunOptions, integerFrom, type RunFlags, withModel } from "./options.ts";
import { oneLine, type Streams, writeLines } from "./streams.ts";

interface Flags extends RunFlags {
  readonly number: number;
  readonly limit?: number;
}

export function registerNeighbours(program: Command, streams: Streams): void {
  const command = program
    .command("neighbours")
    .description("write the corpus lines nearest to TEXT: distance and line, nearest first")
    .addHelpText(
      "after",
      "\nThe codes of the corpus lines are computed at first use, and again when the model has changed.",
    );
  addRunOptions(command)
    .argument("<text>", "the text whose neighbours are wanted")
    .option("-n, --number <n>", "how many lines", integerFrom(1), 10)
    .option("--limit <n>", "most corpus lines to compare with, spread over the corpus (default: 20000)", integerFrom(1))
    .action(async (run: string, text: string, flags: Flags) => {
      const { number, quiet, json } = flags;
      const index = await indexOf(run, flags, streams);
      await withModel(run, flags, streams, async (model) => {
        new InputWarnings(model, streams.stderr, quiet).look(text, "The text");
        const [code] = (await model.encode([text])) as [Float32Array];
        const lines = index.nearest(code, number).map(({ text, distance, label, line }) => {
          const rounded = Number(distance.toPrecision(6));
          return json
            ? JSON.stringify({ text, distance: rounded, label, line })
            : `${distance.toFixed(3)}\t${oneLine(text)}`;
        });
        await writeLines(streams.stdout, lines);
      });
    });
}

/** The index of the run; made where there is none that fits the model and the limit. */
async function indexOf(
  run: string,
  { limit, engine, threads, quiet }: Flags,
  { stderr }: Streams,
): Promise<CorpusIndex> {
  const { buildIndex, openIndex } = await import("../latent/neighbours.ts");
  const log = (line: string): void => void (quiet || stderr.write(`${line}\n`));
  const index = await openIndex(run);
  if (index && fits(index, limit)) return index;
  log("Computing the codes of the corpus lines, once for this model …");
  const start = performance.now();
  const built = await buildIndex(run, { limit, engine, threads, log });
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  log(
    `${built.size.toLocaleString("en-US")} ${built.complete ? "lines" : "lines of a larger corpus"} in ${seconds} s.`,
  );
  return built;
}

function fits({ size, complete }: CorpusIndex, limit: number | undefined): boolean {
  return limit === undefined || limit === size || (complete && limit > size);
}
