// `latentext start`, what `npm start` runs: a small model of verse, trained in about a minute, what it can do, and the playground.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { InputError } from "../errors.ts";
import type { Model } from "../latent/model.ts";
import type { ConfigInput } from "../model/config-schema.ts";
import { PRESETS } from "../model/presets.ts";
import { packageRoot } from "../package-root.ts";
import { commandName, shippedCorpus, typed } from "./command-name.ts";
import { integerFrom } from "./options.ts";
import type { Streams } from "./streams.ts";
import { runTraining } from "./train.ts";

const VERSE = fileURLToPath(new URL("corpora/verse.txt", packageRoot));

/** What differs from the small preset, so that a minute on two cores is enough for lines worth reading: they are short, of few words. */
const SETTINGS: ConfigInput = {
  ...PRESETS.small,
  latent: 32,
  discriminatorHidden: 64,
  vocabulary: 5_000,
  maxSteps: 3_200,
  reportSteps: 400,
  checkpointSteps: 1_600,
  warmupSteps: 200,
  rampSteps: 600,
  maxLength: 24,
};

const SAMPLES = 8;
const RECONSTRUCTED = [
  "they say that the well keeps a coin of sky.",
  "let the attic hold the heat of lost summers; dust is patient.",
];
const ENDS = [
  "you called the moon a coin the night cannot spend.",
  "salt remembers the sea, and every recipe is a letter.",
] as const;
const STEPS = 7;
const SEED = 7;

interface StartFlags {
  readonly out: string;
  readonly serve: boolean;
  readonly port: number;
  readonly quiet?: boolean;
}

export function registerStart(program: Command, streams: Streams): void {
  program
    .command("start")
    .description("train a small model of verse in about a minute, show what it can do, and open the playground on it")
    .option("--out <run>", "the run folder", join("runs", "verse"))
    .option("--no-serve", "end after the results")
    .option("--port <n>", "port of the playground; another one is taken where it is in use", integerFrom(0), 8_080)
    .option("--quiet", "show the results only")
    .action(async ({ out, serve, port, quiet }: StartFlags) => {
      const trained = await trainedBefore(out);
      if (!trained) {
        const begun = await begunBefore(out);
        const config: ConfigInput = { ...SETTINGS, corpora: [VERSE] };
        const result = await runTraining(begun ? { out, resume: true } : { out, config }, { quiet, next: false });
        if (!result || result.stopped === "signal") return;
      } else if (!quiet) streams.stderr.write(`${out} is trained already; delete it to begin again.\n`);
      const { load } = await import("../latent/model.ts");
      const model = await load(out);
      try {
        streams.stdout.write(await showcase(model));
      } finally {
        await model.dispose();
      }
      if (!quiet) streams.stderr.write(nextCommands(out));
      if (serve) process.exitCode = await servePlayground(out, (await isFree(port)) ? port : 0);
    });
}

/** Whether the run has done all of its steps. */
async function trainedBefore(out: string): Promise<boolean> {
  if (!(await exists(join(out, "model.safetensors")))) return false;
  const { readJournal } = await import("../run/journal.ts");
  const last = readJournal(join(out, "metrics.jsonl")).at(-1);
  return Number(last?.step) >= (SETTINGS.maxSteps ?? 0);
}

/** Whether a start was stopped before its end. @throws InputError when the folder holds another run */
async function begunBefore(out: string): Promise<boolean> {
  if (!(await exists(join(out, "config.json")))) return false;
  const { corpora } = JSON.parse(await readFile(join(out, "config.json"), "utf8")) as ConfigInput;
  if (corpora?.length === 1 && corpora[0] === VERSE) return true;
  throw new InputError(`${out} holds another run: expected a new folder, or one that \`start\` has begun.`);
}

async function showcase(model: Model): Promise<string> {
  const samples = await model.sample(SAMPLES, { seed: SEED });
  const back = await model.reconstruct(RECONSTRUCTED);
  const path = await model.interpolate(...ENDS, { steps: STEPS });
  const reconstructions = RECONSTRUCTED.flatMap((text, i) => [`  ${text}`, `  → ${back[i]}`]);
  return [
    "",
    "Lines from points of N(0, I) that it has never seen:",
    ...samples.map((text) => `  ${text}`),
    "",
    "Two lines, and what comes back from their codes:",
    ...reconstructions,
    "",
    `From “${ENDS[0]}” to “${ENDS[1]}”:`,
    ...path.map((text) => `  ${text}`),
    "",
  ].join("\n");
}

function nextCommands(out: string): string {
  const [command, run] = [commandName(), typed(out)];
  return [
    "",
    "Try next:",
    `  ${command} generate ${run} -n 10 --temperature 0.7`,
    `  ${command} interpolate ${run} "a winter orchard" "the sea at night" --steps 9`,
    `  ${command} train ${shippedCorpus("headlines.tsv")} --out runs/news --preset small --max-minutes 5`,
    "",
  ].join("\n");
}

/** The server in a process of its own, as this one has loaded native code; ends with it, and with its exit code. */
async function servePlayground(out: string, port: number): Promise<number> {
  const [program, script = ""] = [process.execPath, process.argv[1]];
  const open = process.stdout.isTTY ? ["--open"] : [];
  const args = [...process.execArgv, script, "serve", out, "--port", String(port), ...open];
  const server = spawn(program, args, { stdio: "inherit" });
  process.on("SIGTERM", () => server.kill("SIGTERM"));
  // Ctrl-C goes to both; a second one would end the server without letting it finish.
  process.on("SIGINT", () => void (process.stdin.isTTY || server.kill("SIGINT")));
  const [code] = (await once(server, "exit")) as [number | null];
  return code ?? 1;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(port, "127.0.0.1", resolve));
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
