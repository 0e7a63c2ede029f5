// The texts of an evaluation: the test file, and the training text that was given or that the run names.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "../errors.ts";
import type { Model } from "../latent/model.ts";
import type { Column, ColumnOptions } from "../text/columns.ts";
import { copiedShare } from "./diversity.ts";
import { type Lines, readLines, requireLines } from "./lines.ts";

/** Different test texts below which figures say nothing. */
export const LEAST_TEXTS = 20;

/** A test text of which more is unknown is no text for this model. */
const MOST_UNKNOWN = 0.5;

/** A test text of which more was learnt from says little of new text. */
const MOST_LEARNT = 0.1;

export interface Source {
  readonly files: readonly string[];
  readonly lines: Lines;
}

export interface SourceOptions {
  readonly test: string;
  readonly train?: string | undefined;
  /** Of the test file, and of training text that is given. */
  readonly textColumn?: Column | undefined;
  readonly labelColumn?: Column | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly note: (sentence: string) => void;
}

export interface Sources {
  readonly test: Source;
  /** None where training text was neither given nor found. */
  readonly train: Source | undefined;
  /** The run's own dev text, where it is there and is not the test text. */
  readonly dev: Source | undefined;
}

/** @throws InputError when a file that was named cannot be read, or has too few texts */
export async function readSources(
  model: Model,
  { test, train, textColumn, labelColumn, signal, note }: SourceOptions,
): Promise<Sources> {
  const { tokenizer, info } = model;
  const read = async (files: readonly string[], columns: ColumnOptions): Promise<Source> => ({
    files,
    lines: await readLines(files, {
      tokenizer,
      maxLength: info.maxLength,
      columns,
      signal,
      note,
    }),
  });
  const usual = info.config;
  const given = { textColumn, labelColumn, usual };
  const testSource = await read([test], given);
  requireLines(testSource.lines, LEAST_TEXTS, `The test file ${test}`);
  const unknown = unknownShare(testSource.lines, tokenizer.vocabulary.special.unknown);
  if (unknown > MOST_UNKNOWN) {
    throw new InputError(
      `Of the tokens of ${test}, ${(100 * unknown).toFixed(0)} % are unknown to the model; expected text of the kind that it was trained on (in a table, the column that --text-column names).`,
    );
  }
  const files = train === undefined ? await corporaOf(model, note) : [train];
  const dev = await devOf(model, test, async (path) => read([path], { usual }));
  if (files.length === 0) return { test: testSource, train: undefined, dev };
  const trainSource = await read(files, train === undefined ? { usual } : given);
  requireLines(trainSource.lines, LEAST_TEXTS, `The training text ${files.join(", ")}`);
  const learnt = copiedShare(testSource.lines.keys, new Set(trainSource.lines.keys));
  if (learnt > MOST_LEARNT) {
    note(
      `Of the test texts, ${(100 * learnt).toFixed(1)} % stand in the training text: reconstruction measures memory of them, and the test text no longer stands for new text. Expected texts that the model was not trained on.`,
    );
  }
  return { test: testSource, train: trainSource, dev };
}

/** Real text that the weights were chosen by, and not learnt from. That there is none, or not any more, is no fault. */
async function devOf(
  { info }: Model,
  test: string,
  read: (path: string) => Promise<Source>,
): Promise<Source | undefined> {
  const { dev } = info.config;
  if (dev === null || resolve(dev) === resolve(test) || (await missing([dev])) !== undefined) return undefined;
  return read(dev);
}

/** The run's own corpora, where all of them are there; none, with a note, where not. */
async function corporaOf({ info }: Model, note: (sentence: string) => void): Promise<readonly string[]> {
  const { corpora } = info.config;
  const gone = await missing(corpora);
  if (corpora.length > 0 && gone === undefined) return corpora;
  const why = gone === undefined ? "The run names no corpus" : `The run's corpus ${gone} is not there`;
  note(
    `${why}, and no training text was given: forward perplexity, the share of copied texts, and what stands beside them from n-gram samples and copies of training text are left out. Expected --train FILE.`,
  );
  return [];
}

async function missing(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (path === "-") return "from standard input";
    const found = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!found) return path;
  }
  return undefined;
}

/** @throws InputError when the number of samples is no integer of at least `least` */
export function checkSamples(samples: number): void {
  if (Number.isSafeInteger(samples) && samples >= LEAST_TEXTS) return;
  throw new InputError(`The number of samples is ${samples}; expected an integer of at least ${LEAST_TEXTS}.`);
}

/** The share of tokens that the model does not know. */
export function unknownShare({ ids }: Pick<Lines, "ids">, unknown: number): number {
  let [unknowns, tokens] = [0, 0];
  for (const sentence of ids) {
    tokens += sentence.length;
    for (const id of sentence) if (id === unknown) unknowns++;
  }
  return unknowns / tokens;
}
