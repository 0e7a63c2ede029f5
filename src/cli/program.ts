// The command line as a whole: its verbs, and what becomes of errors.
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { LatentextError, messageOf } from "../errors.ts";
import { packageRoot } from "../package-root.ts";
import { registerArithmetic } from "./arithmetic.ts";
import { registerDecode } from "./decode.ts";
import { registerEncode } from "./encode.ts";
import { registerEvaluate } from "./evaluate.ts";
import { registerGenerate } from "./generate.ts";
import { registerInfo } from "./info.ts";
import { registerInterpolate } from "./interpolate.ts";
import { registerNeighbours } from "./neighbours.ts";
import { registerReconstruct } from "./reconstruct.ts";
import { registerServe } from "./serve.ts";
import { registerStart } from "./start.ts";
import type { Streams } from "./streams.ts";
import { registerTrain } from "./train.ts";
import { registerTransfer } from "./transfer.ts";

/** Adds one verb to the program. Modules that take long to load are imported by the verb's action. */
export type Register = (program: Command, streams: Streams) => void;

/** In the order in which `--help` lists them. */
const VERBS: readonly Register[] = [
  registerStart,
  registerTrain,
  registerGenerate,
  registerReconstruct,
  registerInterpolate,
  registerTransfer,
  registerArithmetic,
  registerNeighbours,
  registerEncode,
  registerDecode,
  registerInfo,
  registerEvaluate,
  registerServe,
];

const USAGE_EXIT_CODE = 2;

/** Runs one command line, and says what the process should exit with. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  try {
    await assemble(streams).parseAsync(argv, { from: "user" });
    return 0;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    if (cause instanceof LatentextError) {
      streams.stderr.write(`latentext: ${cause.message}\n`);
      return cause.exitCode;
    }
    streams.stderr.write(`latentext: ${messageOf(cause)}\n`);
    const stack = cause instanceof Error ? cause.stack : undefined;
    const debug = process.env.LATENTEXT_DEBUG
      ? stack
      : "This was not expected. With LATENTEXT_DEBUG=1 the place in the code is shown.";
    streams.stderr.write(`${debug}\n`);
    return 1;
  }
}

function assemble(streams: Streams): Command {
  const program = new Command("latentext")
    .description("Text with a geometry: sentences to codes, codes to sentences, and what lies between.")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "latentext: ")),
    })
    .showHelpAfterError("(the option --help tells more)");
  for (const register of VERBS) register(program, streams);
  return program;
}

function version(): string {
  return JSON.parse(readFileSync(new URL("package.json", packageRoot), "utf8")).version;
}
