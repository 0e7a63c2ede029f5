// Options that several verbs share, and the checks of their numbers.
import { type Command, InvalidArgumentError, Option } from "commander";
import { ENGINE_CHOICES, type EngineChoice } from "../engine/select.ts";
import type { Model, SampleOptions } from "../latent/model.ts";
import type { VerseForm } from "../latent/wishes.ts";
import { LEAST_TEMPERATURE, LEAST_TOP_P } from "../model/decoding/options.ts";
import type { Streams } from "./streams.ts";

/** What {@link addRunOptions} adds. */
export interface RunFlags {
  readonly engine: EngineChoice;
  readonly threads: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What {@link addWriteOptions} adds. */
export interface WriteFlags {
  readonly maxLength?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly beam?: number;
  readonly lengthPenalty?: number;
  readonly seed?: number;
  readonly label?: string;
  readonly unknown?: boolean;
  readonly priorTemperature?: number;
  readonly ban?: readonly string[];
  readonly require?: readonly string[];
  readonly repeatGuard?: number;
  readonly form?: VerseForm;
}

/** The run, and the options of every verb that runs a model. */
export function addRunOptions(command: Command): Command {
  return command
    .argument("<run>", "the run folder")
    .addOption(new Option("--engine <name>", "what runs the model").choices(ENGINE_CHOICES).default("auto"))
    .option("--threads <n>", "threads of the compiled engine; 0: one a processor", integerFrom(0), 0)
    .option("--json", "one JSON value a line")
    .option("--quiet", "say nothing but errors on standard error");
}

/**
 * The options of every verb that writes texts. The seed is a new one each time, but where a verb names one; the label is `--label`, but
 * where a verb has another name for it.
 */
export function addWriteOptions(
  command: Command,
  { seed, label = true }: { readonly seed?: number; readonly label?: boolean } = {},
): Command {
  const seedHint = seed === undefined ? "a new one, told on standard error" : String(seed);
  if (label) command.option("--label <name>", "write texts of this label, by a conditional model (default: of any)");
  return command
    .option("--temperature <t>", "draw each token, at this temperature (default: take the likeliest)", temperature)
    .option("--top-k <k>", "draw among the k likeliest tokens", integerFrom(1))
    .option("--top-p <p>", "draw among the likeliest tokens of this share of the probability", share)
    .option("--beam <b>", "beam search of this width", integerFrom(1))
    .option("--seed <n>", `seed of all draws (default: ${seedHint})`, integerFrom(0))
    .option("--max-length <n>", "most tokens of a text (default: as in training)", integerFrom(1))
    .option("--length-penalty <a>", "a beam search divides by length to this power (default: 1)", notNegative)
    .option("--unknown", "let <unk> be written")
    .option("--ban <text>", "never write this word or phrase; can be repeated", listed)
    .option("--require <text>", "write this word or phrase in every text; can be repeated", listed)
    .option("--repeat-guard <n>", "write no run of n tokens twice in a text", integerFrom(1))
    .option(
      "--form <form>",
      "clauses of so many tokens: 4x5, of five to eight 4x5-8, with marks of your own 4x5-8,.",
      verseForm,
    );
}

/** The option of verbs that draw codes from the prior. */
export function addPriorOption(command: Command): Command {
  return command.option(
    "--prior-temperature <t>",
    "draw codes from N(0, t²I): below 1 more usual texts that differ less, above 1 rarer ones (default: 1)",
    positive,
  );
}

/** For verbs whose arguments are texts: says in the help, and where a text is taken for an option, how one that begins with a hyphen is given. */
export function addHyphenHint(command: Command): Command {
  const hint = (): string => {
    const others = command.registeredArguments.slice(2).map((argument) => ` ${argument.name().toUpperCase()}`);
    const example = `latentext ${command.name()} RUN -- "-5 degrees"${others.join("")}`;
    return `Texts that begin with a hyphen go behind --, after all options: ${example}`;
  };
  const { outputError } = command.configureOutput();
  return command
    .addHelpText("after", () => `\n${hint()}`)
    .configureOutput({
      outputError(text, write) {
        const misread = text.startsWith("error: unknown option") && !text.includes("Did you mean");
        outputError?.(misread ? `${text}${hint()}\n` : text, write);
      },
    });
}

/** The file argument of verbs that read lines. */
export function addFileArgument(command: Command, what: string): Command {
  return command.argument("[file]", `${what}; - for standard input`, "-");
}

/**
 * Loads the model of `run`, for which heavy modules are imported, and disposes of it when `use` is done. A label that the model does not
 * know is refused before any line is read or written.
 */
export async function withModel<T>(
  run: string,
  { engine, threads, quiet, label }: RunFlags & Pick<WriteFlags, "label">,
  { stderr }: Streams,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const [{ load }, { Labels }] = await Promise.all([import("../latent/model.ts"), import("../text/labels.ts")]);
  const log = (line: string): void => void (quiet || stderr.write(`${line}\n`));
  const model = await load(run, { engine, threads, log });
  try {
    if (label !== undefined) new Labels(model.info.labels).wanted(label);
    return await use(model);
  } finally {
    await model.dispose();
  }
}

/** Whether texts are drawn, and so differ from seed to seed even for one code. */
export function draws({ temperature, topK, topP }: WriteFlags): boolean {
  return temperature !== undefined || topK !== undefined || topP !== undefined;
}

/** The options of `flags` for writing with a seed: the one given, or a new one, which standard error is told of when it matters. */
export async function seeded(
  flags: WriteFlags,
  { quiet, matters }: { quiet?: boolean | undefined; matters: boolean },
  { stderr }: Streams,
): Promise<SampleOptions & { readonly seed: number }> {
  const { randomInt } = await import("node:crypto");
  const chosen = flags.seed ?? randomInt(2 ** 32);
  if (matters && !quiet) stderr.write(`seed ${chosen}\n`);
  return writeOptions(flags, chosen);
}

/** The options of `flags` for writing with a seed. */
export function writeOptions(
  {
    maxLength,
    temperature,
    topK,
    topP,
    beam,
    lengthPenalty,
    unknown,
    label,
    priorTemperature,
    ban,
    require,
    repeatGuard,
    form,
  }: WriteFlags,
  seed: number,
): SampleOptions & { readonly seed: number } {
  const drawing = { temperature, topK, topP, beam, lengthPenalty, unknown, label, priorTemperature, seed };
  const wishes = { ban, require, noRepeat: repeatGuard, form };
  return { ...drawing, ...wishes, ...(maxLength !== undefined && { maxLength }) };
}

/** A parser of integers of at least `least`, as commander takes them. */
/** A column of a table: its number from 1, or its name. */
export function column(text: string): number | string {
  if (!/^\d+$/.test(text)) return text;
  return integerFrom(1)(text);
}

export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected an integer of at least ${least}.`);
  };
}

function positive(text: string): number {
  const value = numberOf(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}

function temperature(text: string): number {
  const value = numberOf(text);
  if (Number.isFinite(value) && value >= LEAST_TEMPERATURE) return value;
  throw new InvalidArgumentError(`Expected a number of at least ${LEAST_TEMPERATURE}.`);
}

function notNegative(text: string): number {
  const value = numberOf(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Expected a number of at least 0.");
}

/** Collects the values of an option that is repeated. */
function listed(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `4x5`, or clauses of a range of lengths, `4x5-8`; then the marks that close the clauses in turn, `4x5-8,.`. */
function verseForm(text: string): VerseForm {
  const given = /^([1-9]\d*)[x×]([1-9]\d*)(?:[-–]([1-9]\d*))?(\P{N}*)$/u.exec(text) ?? [];
  const [, clauses, shortest, longest = shortest, marks = ""] = given;
  if (clauses === undefined || Number(shortest) > Number(longest)) {
    throw new InvalidArgumentError(
      "Expected clauses x length, as in 4x5 or, for five to eight, 4x5-8, then the marks of the clauses, if they are not ， and 。",
    );
  }
  const length = longest === shortest ? Number(shortest) : ([Number(shortest), Number(longest)] as const);
  return { clauses: Number(clauses), length, ...(marks !== "" && { marks: [...marks] }) };
}

function share(text: string): number {
  const value = numberOf(text);
  if (value >= LEAST_TOP_P && value <= 1) return value;
  throw new InvalidArgumentError(`Expected a number from ${LEAST_TOP_P} to 1.`);
}

/** Number("") is 0, which nobody meant. */
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
