// `latentext neighbours`: the corpus lines whose codes are nearest to that of a text.
import type { Command } from "commander";
import type { CorpusIndex } from "../latent/neighbours.ts";
import { InputWarnings } from "./input-warnings.ts";
import { addHyphenHint, addRunOptions, integerFrom, type RunFlags, withModel } from "./options.ts";
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
  addRunOptions(addHyphenHint(command))
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

/** The index of the run, or as much of it as the limit asks for; made where there is none that fits the model and has enough lines. */
async function indexOf(
  run: string,
  { limit, engine, threads, quiet }: Flags,
  { stderr }: Streams,
): Promise<CorpusIndex> {
  const { buildIndex, openIndex } = await import("../latent/neighbours.ts");
  const log = (line: string): void => void (quiet || stderr.write(`${line}\n`));
  const found = await openIndex(run);
  const index = found?.suffices(limit) ? await found.sample(limit ?? found.size) : await built();
  if (!index.complete) log(`The nearest among ${told(index)} of a larger corpus; --limit N looks at more.`);
  return index;

  async function built(): Promise<CorpusIndex> {
    log("Computing the codes of the corpus lines, once for this model …");
    const onUnkept = ({ message }: Error): void =>
      log(`They are not kept, and computed anew the next time: ${message}`);
    const start = performance.now();
    const made = await buildIndex(run, { limit, engine, threads, onUnkept, log });
    log(`${told(made)} in ${((performance.now() - start) / 1_000).toFixed(1)} s.`);
    return made;
  }
}

function told({ size }: CorpusIndex): string {
  return `${size.toLocaleString("en-US")} ${size === 1 ? "line" : "lines"}`;
}
