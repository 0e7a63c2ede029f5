// Opens a training run: the folder and its lock, the data, the engine, the compiled step, and where the run stands.
import { rmdir } from "node:fs/promises";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createEngine } from "../engine/select.ts";
import type { Engine, NamedArray, NamedArrays, Signature, TrainingProgram } from "../engine/types.ts";
import { InputError } from "../errors.ts";
import { type Config, parseConfig, parseKeptConfig } from "../model/config.ts";
import type { ConfigInput } from "../model/config-schema.ts";
import {
  autoencoderSignature,
  initialParameters,
  type ModelShape,
  modelShape,
  parameterCount,
} from "../model/parameters.ts";
import { removeOrphans } from "../run/atomic-file.ts";
import { loadNewestCheckpoint, saveCheckpoint } from "../run/checkpoints.ts";
import { Journal } from "../run/journal.ts";
import { acquireLock, type Lock } from "../run/lock.ts";
import { RunFolder } from "../run/run-folder.ts";
import { type EpochPlan, planEpoch } from "../text/batches.ts";
import { loadTokenizer } from "../text/tokenizers.ts";
import { firstMoment, isMoment } from "./adam.ts";
import { type Course, newCourse, parseCourse } from "./course.ts";
import { loadData, type TrainingData } from "./data.ts";
import type { Listener } from "./events.ts";
import { Panel } from "./panel.ts";
import { rateFactor } from "./schedule.ts";
import { type StepSettings, stepState, trainingStep } from "./step.ts";
import { samplesSoftmax } from "./step-feeds.ts";
import { suitedTo } from "./suited.ts";
import { Validator } from "./validation.ts";
import { isAverage, lastAveraged, WeightAverage } from "./weight-average.ts";
import { Whitener } from "./whitener.ts";

export interface TrainOptions {
  /** The run folder. */
  readonly out: string;
  /** Settings; what is not given has its default, or, when a run goes on, the value it has there. */
  readonly config?: ConfigInput;
  /** Go on from the newest checkpoint. */
  readonly resume?: boolean;
  /** Delete a run that is already there. */
  readonly overwrite?: boolean;
  /** Stops the run between two steps, after saving. */
  readonly signal?: AbortSignal;
  readonly stdin?: NodeJS.ReadableStream;
  readonly on?: Listener;
}

/** Settings that may differ when a run goes on, and are the run's from then on. Those of its length move the learning rate. */
const ADJUSTABLE: ReadonlySet<string> = new Set([
  "epochs",
  "maxSteps",
  "maxMinutes",
  "patience",
  "checkpointSteps",
  "checkpointMinutes",
]);
/** Settings that may differ for a sitting: they are of the machine at hand, and move the last digits. */
const OF_A_SITTING: ReadonlySet<string> = new Set(["engine", "threads"]);

/** Everything that a running training holds. */
export interface Session {
  readonly config: Config;
  readonly folder: RunFolder;
  readonly data: TrainingData;
  readonly shape: ModelShape;
  readonly program: TrainingProgram;
  readonly validator: Validator;
  readonly panel: Panel;
  readonly whitener: Whitener;
  readonly metrics: Journal;
  readonly samples: Journal;
  readonly course: Course;
  /** The step at which the run ends, where max-steps or epochs say so. */
  readonly lastStep: number | null;
  readonly on: Listener;
  /** What learning rates are multiplied with at a step, now. */
  rateFactor(step: number): number;
  /** Absent where the last weights are kept. */
  readonly average: WeightAverage | undefined;
  /** The weights to keep, without the optimiser's moments and the discriminator. */
  weights(): NamedArrays;
  save(): Promise<void>;
  close(): Promise<void>;
}

/** @throws InputError for settings, folders and corpora that cannot be used; RunFolderError for a run that cannot go on */
export async function openSession(options: TrainOptions): Promise<Session> {
  const { out, resume = false, signal, stdin, on = () => {} } = options;
  const note = (text: string): void => on({ kind: "note", text });
  if (resume && options.overwrite) {
    throw new InputError(`${out} cannot both go on and be begun anew: expected one of resume and overwrite.`);
  }
  const begun = resume ? undefined : begunConfig(options);
  let folder = resume
    ? await RunFolder.open(out)
    : options.overwrite
      ? undefined
      : await RunFolder.create(out, { parse: parseConfig });
  const opened = new Opened();
  try {
    if (folder) await opened.take(folder);
    // Under the lock: a trainer that was at work until now may have changed them.
    const { config: asked, changed } = begun ?? (await resumedConfig(options));
    const checkpoint = resume ? await loadNewestCheckpoint(out, { warn: note }) : undefined;
    if (resume && !checkpoint) note(`${out} has no checkpoint yet: the run starts from its beginning.`);
    const past = checkpoint && parseCourse(checkpoint.state);
    const tokenizer = folder && checkpoint ? await loadTokenizer(await folder.readTokenizer()) : undefined;
    const data = await loadData(asked, {
      ...(tokenizer && { tokenizer }),
      ...(resume && { resumed: out }),
      ...(past && { split: past.split }),
      ...(stdin && { stdin }),
      ...(signal && { signal }),
      log: note,
    });
    const { vocabulary } = data.tokenizer;
    note(
      `${count(data.train.size)} sentences of ${count(data.train.tokens)} tokens to learn from, ${count(data.dev.size)} to judge by; ${count(vocabulary.size)} words known.`,
    );
    const config = resume
      ? asked
      : suited({ ...placed(options.config ?? {}), columns: data.columns }, asked, data, note);
    const engine = await createEngine({ engine: config.engine, threads: config.threads, log: note });
    const shape = modelShape(config, vocabulary.size, data.labels.names.length);
    const machine = { engine: engine.description, platform: `${process.platform}-${process.arch}` };
    const course = past ?? newCourse(data.fingerprint, machine);
    checkCourse(course, data, machine, note);
    if (!folder) {
      // An old run goes only now, when everything is there that the new one needs.
      folder = await RunFolder.create(out, { parse: parseConfig, overwrite: true });
      await opened.take(folder);
    }
    const run = folder;
    if (!checkpoint) {
      if (changed || !resume) await folder.writeConfig(changed ?? config);
      await folder.writeTokenizer(data.tokenizer.files());
      if (config.conditional) await folder.writeLabels(data.labels.names);
    }
    const settings = stepSettings(config, vocabulary.size);
    const state = checkpoint
      ? new Map([...checkpoint.weights, ...checkpoint.moments].filter(([name]) => !isAverage(name)))
      : startingState(stepState(shape, settings), initialParameters(shape, config.seed));
    // What is learnt has moments; a regularizer's memory has none.
    const weightCount = parameterCount(new Map([...state].filter(([name]) => state.has(firstMoment(name)))));
    const program = await compiled(engine, shape, settings, state, weightCount, note);
    opened.programs.push(program);
    const validator = await Validator.create(engine, shape, vocabulary.special, data.dev, data.labels);
    opened.programs.push(validator);
    const panel = await Panel.create(engine, shape, data, program.state(), config);
    opened.programs.push(panel);
    const whitener = await Whitener.create(engine, shape, data, program.state(), config, note);
    opened.programs.push(whitener);
    const metrics = await Journal.open(run.pathOf("metrics.jsonl"));
    opened.journals.push(metrics);
    const samples = await Journal.open(run.pathOf("samples.jsonl"));
    opened.journals.push(samples);
    metrics.truncateTo(course.journals.metrics);
    samples.truncateTo(course.journals.samples);
    const names = new Set(Object.keys(autoencoderSignature(shape)));
    const lastWeights = (): NamedArrays => new Map([...program.state()].filter(([name]) => names.has(name)));
    const average =
      config.averaging > 0
        ? WeightAverage.of(lastWeights(), config.averaging, checkpoint?.moments, lastAveraged(course))
        : undefined;
    const lastStep = lastStepOf(config, data.train.lengths());
    // Only now is it sure that the run goes on.
    if (checkpoint && changed) await run.writeConfig(changed);
    return {
      config,
      folder: run,
      data,
      shape,
      program,
      validator,
      panel,
      whitener,
      metrics,
      samples,
      course,
      lastStep,
      on,
      rateFactor: (step) =>
        rateFactor(config.schedule, { lastStep, maxMinutes: config.maxMinutes }, course.stood, {
          step,
          seconds: course.seconds,
        }),
      average,
      weights: () => (average && average.last > 0 ? average.weights() : lastWeights()),
      async save() {
        metrics.flush();
        samples.flush();
        course.averaged = average?.last ?? null;
        course.journals = { metrics: metrics.position(), samples: samples.position() };
        const arrays = [...program.state()];
        await saveCheckpoint(run.path, course.step, {
          weights: new Map(arrays.filter(([name]) => !isMoment(name))),
          moments: new Map([...arrays.filter(([name]) => isMoment(name)), ...(average?.kept() ?? [])]),
          state: course,
        });
        on({ kind: "checkpoint", step: course.step });
      },
      close: () => opened.close(),
    };
  } catch (cause) {
    await opened.close();
    // A run that could not begin leaves no folder behind, unless there is something in it.
    if (!resume) await rmdir(out).catch(() => {});
    throw cause;
  }
}

/** The settings of a new run, with what was left open as it suits the corpus. */
function suited(given: ConfigInput, asked: Config, { train }: TrainingData, note: (text: string) => void): Config {
  const config = parseConfig(suitedTo({ sentences: train.size, tokens: train.tokens }, given, asked));
  const changed = (Object.keys(config) as (keyof Config)[]).filter((key) => config[key] !== asked[key]);
  const told = changed.filter((key) => typeof config[key] !== "object").map((key) => `${key} ${config[key]}`);
  if (told.length > 0) note(`To suit the corpus: ${told.join(", ")}.`);
  return config;
}

/** How an epoch is split into batches. */
export function epochPlan({ seed, batchSize, tokenBudget }: Config, epoch: number): EpochPlan {
  return { seed, epoch, batchSize, ...(tokenBudget !== null && { tokenBudget }) };
}

/** Every epoch has as many batches: the lengths of sentences alone decide their number. */
function lastStepOf(config: Config, lengths: Uint32Array): number | null {
  const { maxSteps, epochs } = config;
  if (epochs === null) return maxSteps;
  const steps = epochs * planEpoch(lengths, epochPlan(config, 0)).length;
  return maxSteps === null ? steps : Math.min(maxSteps, steps);
}

/** Which parts a step has, for a model of `vocabulary` words. */
export function stepSettings(config: Config, vocabulary: number): StepSettings {
  const { regularizer, momentWeight, posteriorPenalty, latentNoise, phases, discriminatorSteps, beta1, beta2 } = config;
  const { instanceNoise, r1Weight, discriminatorNorm, recentBatches, batchSize, codeClassifierWeight } = config;
  return {
    regularizer,
    codeClassifier: codeClassifierWeight > 0,
    moments: momentWeight > 0,
    posteriorPenalty: posteriorPenalty > 0,
    latentNoise: latentNoise > 0,
    phases,
    sampledSoftmax: samplesSoftmax(config, vocabulary),
    dropout: config.dropout > 0,
    discriminatorSteps,
    instanceNoise: instanceNoise > 0,
    slopePenalty: r1Weight > 0,
    spectralNorm: discriminatorNorm === "spectral",
    recentCodes: recentBatches * batchSize,
    beta1,
    beta2,
  };
}

/** Fresh weights, and moments of zero. */
export function startingState(signature: Signature, parameters: NamedArrays): NamedArrays {
  const entries = Object.entries(signature).map(([name, { shape }]): [string, NamedArray] => {
    const sizes = shape as readonly number[];
    const zeros = (): NamedArray => ({
      shape: [...sizes],
      data: new Float32Array(sizes.reduce((product, size) => product * size, 1)),
    });
    return [name, parameters.get(name) ?? zeros()];
  });
  return new Map(entries);
}

async function compiled(
  engine: Engine,
  shape: ModelShape,
  settings: StepSettings,
  state: NamedArrays,
  weightCount: number,
  note: (text: string) => void,
): Promise<TrainingProgram> {
  note(`Engine: ${engine.description}. Making the step of ${count(weightCount)} parameters ready …`);
  const start = performance.now();
  const program = await engine.training(trainingStep(shape, settings), state);
  note(`Ready after ${((performance.now() - start) / 1_000).toFixed(1)} s.`);
  return program;
}

/** The settings of a sitting, and of the run where its config.json does not hold these. */
interface Asked {
  readonly config: Config;
  readonly changed?: Config;
}

function begunConfig({ config: given = {} }: TrainOptions): Asked {
  const config = parseConfig(placed(given));
  if (config.corpora.length === 0) throw new InputError("No corpus is given: expected at least one file of texts.");
  return { config };
}

/** Files by whole paths, so that a run can be used from any folder. What is no path is left to the schema to refuse. */
function placed({ corpora, dev, ...given }: ConfigInput): ConfigInput {
  const whole = <T>(path: T): T | string => (typeof path === "string" && path !== "-" ? resolve(path) : path);
  return {
    ...given,
    ...(corpora !== undefined && { corpora: Array.isArray(corpora) ? corpora.map(whole) : corpora }),
    ...(dev !== undefined && { dev: whole(dev) }),
  };
}

async function resumedConfig({ out, config: given = {} }: TrainOptions): Promise<Asked> {
  const folder = await RunFolder.open(out);
  const stored = await folder.readConfig(parseKeptConfig);
  const config = asKept(placed(given));
  const fixed = (key: string, before: unknown, now: unknown): InputError =>
    new InputError(`${key} is ${before} in ${out} and cannot become ${now}: it is fixed once a run has begun.`);
  // Before all else: the weight of one regularizer need not be one that another takes.
  if (config.regularizer && config.regularizer !== stored.regularizer)
    throw fixed("regularizer", JSON.stringify(stored.regularizer), JSON.stringify(config.regularizer));
  const { adversarialWeight } = config;
  const named = stored.regularizer === "adversarial" || stored.regularizer === "none";
  if (named && typeof adversarialWeight === "number" && adversarialWeight !== stored.regularizerWeight)
    throw fixed("adversarialWeight", stored.regularizerWeight, adversarialWeight);
  const wanted = parseConfig({ ...stored, ...config });
  for (const key of Object.keys(config) as (keyof Config)[]) {
    const [before, now] = [stored[key], wanted[key]].map((value) => JSON.stringify(value));
    if (before !== now && !ADJUSTABLE.has(key) && !OF_A_SITTING.has(key)) throw fixed(key, before, now);
  }
  const { engine, threads } = stored;
  const kept = { ...wanted, engine, threads };
  return { config: wanted, ...(!isDeepStrictEqual(kept, stored) && { changed: kept }) };
}

/** Settings as a run folder has them: what reads and what writes in place of a cell, and no regularizer where λ switches it off. */
function asKept({ cell, ...given }: ConfigInput): ConfigInput {
  const { encoder, decoder, regularizer, regularizerWeight, adversarialWeight } = given;
  const off = regularizer === "adversarial" && (regularizerWeight ?? adversarialWeight) === 0;
  return {
    ...given,
    ...(cell && { encoder: encoder ?? cell, decoder: decoder ?? cell }),
    ...(off && { regularizer: "none" as const }),
  };
}

function checkCourse(
  course: Course,
  data: TrainingData,
  machine: Course["machine"],
  note: (text: string) => void,
): void {
  if (course.fingerprint !== data.fingerprint) {
    throw new InputError(
      "The corpora are not the ones this run was begun on: a run goes on only on the same sentences.",
    );
  }
  for (const [what, before] of Object.entries(course.machine)) {
    const now = machine[what as keyof typeof machine];
    if (before !== now)
      note(`This run began on ${before} and goes on with ${now}: its last digits may differ from there on.`);
  }
}

/** What must be given back at the end, however far the beginning came. */
class Opened {
  readonly programs: { dispose(): Promise<void> }[] = [];
  readonly journals: Journal[] = [];
  #lock: Lock | undefined;

  /** Locks a folder, and clears what a trainer that crashed in it left behind. */
  async take(folder: RunFolder): Promise<void> {
    this.#lock = await acquireLock(folder.path);
    await removeOrphans(folder.path);
  }

  async close(): Promise<void> {
    try {
      for (const program of this.programs) await program.dispose();
      for (const journal of this.journals) journal.close();
    } finally {
      this.#lock?.release();
    }
  }
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
