// Measurements of speed, both sides in turn, and of what settings are worth: `npm run bench -- VERB`. Look at `uptime` first: speed wants an
// idle machine.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command } from "commander";
import { parseKeptConfig } from "../../src/model/config.ts";
import { RunFolder } from "../../src/run/run-folder.ts";
import { ablationCommand } from "./ablation/command.ts";
import { writeBatches } from "./batches.ts";
import { languageModelCommand } from "./language-model.ts";
import {
  gemmRate,
  median,
  REFERENCE_MODEL,
  type Timing,
  type TimingOptions,
  timeSteps,
  WARM_UP,
} from "./step-timing.ts";

const run = promisify(execFile);
const REFERENCE = fileURLToPath(new URL("reference.py", import.meta.url));
const SELF = fileURLToPath(import.meta.url);

const SIZES = {
  base: { hidden: 256, embedding: 128, latent: 64 },
  large: { hidden: 1_024, embedding: 512, latent: 128 },
} as const;

type Sizes = (typeof SIZES)[keyof typeof SIZES];

const program = new Command("bench").description("measurements; each prints one table").allowExcessArguments(false);

program
  .command("train")
  .description("training: ours against PyTorch, turn by turn, on the same batches")
  .requiredOption("--corpus <file>", "a tokenised corpus, such as Yelp's train.tsv")
  .option("--size <name>", "base or large", "base")
  .option("--batch-size <n>", "sentences a step", Number, 64)
  .option("--rounds <n>", "turns of each side", Number, 5)
  .option("--steps <n>", "timed steps a turn", Number, 32)
  .action(async ({ corpus, size, batchSize, rounds, steps }) => {
    await withFolder(async (folder) => {
      const file = await writeBatches(join(folder, "batches.jsonl"), corpus, batchSize, steps + 1);
      const sizes = SIZES[size as keyof typeof SIZES];
      const shared = { ...sizes, vocabulary: file.vocabulary, batches: file.path, steps };
      const sides: Record<string, () => Promise<number>> = {
        "ours, 2 threads": async () => (await ours({ ...shared, threads: 2, engine: "compiled" })).tokensPerSecond,
        "PyTorch as installed, 1 thread": () => pytorch(shared, 1, ["--untuned", "--blas", "pthread"]),
        "PyTorch as installed, 2 threads": () => pytorch(shared, 2, ["--untuned", "--blas", "pthread"]),
        "PyTorch tuned, 1 thread": () => pytorch(shared, 1),
        "PyTorch tuned, 2 threads": () => pytorch(shared, 2),
      };
      const results = await inTurn(sides, rounds);
      const [first] = Object.keys(sides) as [string];
      table(
        ["side", "tokens/s (median)", "min", "max", "ours ÷ it (median of pairs)"],
        Object.entries(results).map(([name, values]) => [
          name,
          fixed(median(values)),
          fixed(Math.min(...values)),
          fixed(Math.max(...values)),
          median(values.map((value, i) => (results[first]?.[i] ?? 0) / value)).toFixed(2),
        ]),
      );
    });
  });

program
  .command("engines")
  .description("the compiled engine against the eager ones, at base size")
  .requiredOption("--corpus <file>", "a tokenised corpus")
  .option("--batch-size <n>", "sentences a step", Number, 64)
  .option("--rounds <n>", "turns of each side", Number, 3)
  .action(async ({ corpus, batchSize, rounds }) => {
    await withFolder(async (folder) => {
      const file = await writeBatches(join(folder, "batches.jsonl"), corpus, batchSize, 33);
      const shared = { ...SIZES.base, vocabulary: file.vocabulary, batches: file.path, threads: 2 };
      const results = await inTurn(
        {
          compiled: async () => (await ours({ ...shared, engine: "compiled", steps: 32 })).tokensPerSecond,
          wasm: async () => (await ours({ ...shared, engine: "wasm", steps: 2 })).tokensPerSecond,
          cpu: async () => (await ours({ ...shared, engine: "cpu", steps: 1 })).tokensPerSecond,
        },
        rounds,
      );
      table(
        ["engine", "tokens/s (median)", "compiled ÷ it (median of pairs)"],
        Object.entries(results).map(([name, values]) => [
          name,
          median(values).toFixed(1),
          median(values.map((value, i) => (results.compiled?.[i] ?? 0) / value)).toFixed(1),
        ]),
      );
    });
  });

program
  .command("efficiency")
  .description(
    "model FLOP a second against the rate of ONNX Runtime's matrix product, and the cost of copying the state",
  )
  .requiredOption("--corpus <file>", "a tokenised corpus")
  .option("--batch-size <n>", "sentences a step", Number, 256)
  .option("--rounds <n>", "turns of each side", Number, 5)
  .action(async ({ corpus, batchSize, rounds }) => {
    await withFolder(async (folder) => {
      const file = await writeBatches(join(folder, "batches.jsonl"), corpus, batchSize, 33);
      const shared = {
        ...SIZES.base,
        vocabulary: file.vocabulary,
        batches: file.path,
        threads: 2,
        engine: "compiled",
      } as const;
      const results = await inTurn(
        {
          "matrix product": () => gemmRate(batchSize * 10, shared.hidden, file.vocabulary, 2),
          "step, 8 a call": async () => (await ours({ ...shared, steps: 24, stepsACall: 8 })).gflops,
          "step, 1 a call": async () => (await ours({ ...shared, steps: 24, stepsACall: 1 })).gflops,
        },
        rounds,
      );
      table(
        ["what", "GFLOP/s (median)", "÷ matrix product (median of pairs)"],
        Object.entries(results).map(([name, values]) => [
          name,
          median(values).toFixed(0),
          median(values.map((value, i) => value / (results["matrix product"]?.[i] ?? 1))).toFixed(3),
        ]),
      );
      const one = median(results["step, 1 a call"] ?? []);
      const eight = median(results["step, 8 a call"] ?? []);
      // Time a call of one step takes more than a step inside a call of eight is 7/8 of the copy.
      const copy = (8 / 7) * (eight / one - 1);
      console.log(
        `Copying the state once: ${(copy * 100).toFixed(1)} % of a step; with 8 steps a call ${((copy * 100) / 8).toFixed(1)} % of each.`,
      );
    });
  });

program
  .command("sample")
  .description("greedy samples from the prior: ours against PyTorch with the same trained weights")
  .requiredOption("--run <folder>", "a trained run")
  .option("--count <n>", "samples", Number, 10_000)
  .option("--max-length <n>", "most tokens of a sentence", Number, 15)
  .option("--rounds <n>", "turns of each side", Number, 5)
  .action(async ({ run: folder, count, maxLength, rounds }) => {
    await mustBeOfReference(folder);
    const flags = ["--count", String(count), "--max-length", String(maxLength)];
    const results = await inTurn(
      {
        ours: () => sampleRate(folder, count, maxLength),
        "PyTorch as installed, 1 thread": () => pytorchSamples(folder, 1, [...flags, "--untuned", "--blas", "pthread"]),
        "PyTorch as installed, 2 threads": () =>
          pytorchSamples(folder, 2, [...flags, "--untuned", "--blas", "pthread"]),
        "PyTorch tuned, 2 threads": () => pytorchSamples(folder, 2, flags),
        "PyTorch tuned, 2 threads, stopping early": () => pytorchSamples(folder, 2, [...flags, "--early-stop"]),
      },
      rounds,
    );
    table(
      ["side", "sentences/s (median)", "ours ÷ it (median of pairs)"],
      Object.entries(results).map(([name, values]) => [
        name,
        fixed(median(values)),
        median(values.map((value, i) => (results.ours?.[i] ?? 0) / value)).toFixed(2),
      ]),
    );
  });

program
  .command("cold-start")
  .description("seconds from typing `latentext generate RUN -n 1` to its end")
  .requiredOption("--run <folder>", "a trained run")
  .option("--rounds <n>", "starts", Number, 9)
  .action(async ({ run: folder, rounds }) => {
    const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
    const results = await inTurn(
      {
        seconds: async () => {
          const start = performance.now();
          await run(process.execPath, [main, "generate", folder, "-n", "1"]);
          return (performance.now() - start) / 1_000;
        },
      },
      rounds,
    );
    const seconds = results.seconds ?? [];
    table(
      ["median s", "min", "max"],
      [[median(seconds), Math.min(...seconds), Math.max(...seconds)].map((value) => value.toFixed(2))],
    );
  });

program
  .command("step")
  .description("time our step alone (the other verbs call this)")
  .argument("<json>", "options of timeSteps")
  .action(async (json: string) => {
    console.log(JSON.stringify(await timeSteps(JSON.parse(json) as TimingOptions)));
  });

program.addCommand(ablationCommand());
program.addCommand(languageModelCommand());

await program.parseAsync();

/** One turn of ours in a process of its own, as PyTorch's are. */
async function ours(
  options: Omit<TimingOptions, "calls" | "stepsACall"> & { steps: number; stepsACall?: number },
): Promise<Timing> {
  const stepsACall = Math.min(options.steps, options.stepsACall ?? 8);
  const timing: TimingOptions = { ...options, stepsACall, calls: Math.ceil(options.steps / stepsACall) };
  const { stdout } = await run(process.execPath, ["--import", "tsx", SELF, "step", JSON.stringify(timing)]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Timing;
}

/** Ends the command where a run's model is another one than the reference's: both sides would not do the same work. */
async function mustBeOfReference(folder: string): Promise<void> {
  const { encoder, decoder, outputWeights, placeFeatures } = await (await RunFolder.open(folder)).readConfig(
    parseKeptConfig,
  );
  const { cell, ...own } = REFERENCE_MODEL;
  if (
    encoder === cell &&
    decoder === cell &&
    outputWeights === own.outputWeights &&
    placeFeatures === own.placeFeatures
  )
    return;
  program.error(
    `${folder} is of a model from ${encoder} to ${decoder} with ${outputWeights} output weights and ${placeFeatures} place features; expected one trained with --cell lstm --output-weights own --place-features 0, as the reference is.`,
    { exitCode: 2 },
  );
}

/** Sentences a second, after the decoder has been compiled by a first few. */
async function sampleRate(folder: string, count: number, maxLength: number): Promise<number> {
  const { load } = await import("../../src/latent/model.ts");
  const model = await load(folder);
  await model.sample(256, { maxLength });
  const start = performance.now();
  await model.sample(count, { maxLength });
  const seconds = (performance.now() - start) / 1_000;
  await model.dispose();
  return count / seconds;
}

async function pytorchSamples(folder: string, threads: number, extra: readonly string[]): Promise<number> {
  const files = ["--weights", join(folder, "model.safetensors"), "--config", join(folder, "config.json")];
  const { stdout } = await run("/usr/bin/python3", [
    REFERENCE,
    "sample",
    ...files,
    "--threads",
    String(threads),
    "--json",
    ...extra,
  ]);
  return (JSON.parse(stdout) as { sentencesPerSecond: number }).sentencesPerSecond;
}

async function pytorch(
  {
    hidden,
    embedding,
    latent,
    vocabulary,
    batches,
    steps,
  }: Sizes & { vocabulary: number; batches: string; steps: number },
  threads: number,
  extra: readonly string[] = [],
): Promise<number> {
  const warmup = Math.min(WARM_UP, Math.max(2, steps));
  const numbers = {
    vocabulary,
    hidden,
    embedding,
    latent,
    threads,
    steps,
    warmup,
    discriminator: Math.max(128, hidden / 2),
  };
  const flags = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run("/usr/bin/python3", [
    REFERENCE,
    "train",
    "--batches",
    batches,
    ...flags,
    "--json",
    ...extra,
  ]);
  return (JSON.parse(stdout) as { tokensPerSecond: number }).tokensPerSecond;
}

/** Each side once, then each again, so that a machine whose speed drifts is the same to all. */
async function inTurn(sides: Record<string, () => Promise<number>>, rounds: number): Promise<Record<string, number[]>> {
  const results: Record<string, number[]> = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  console.log(`${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(2)} at the start, ${rounds} rounds`);
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) results[name]?.push(await side());
    console.error(
      `round ${round + 1}: ${Object.entries(results)
        .map(([name, values]) => `${name} ${values.at(-1)?.toFixed(1)}`)
        .join(", ")}`,
    );
  }
  return results;
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "latentext-bench-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"));
}

function fixed(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
