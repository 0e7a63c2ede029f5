// Texts that are written under a constraint each, and how well the model likes them.
import { type BeamOptions, beamSearch, type Found } from "./beam.ts";
import type { Constraint } from "./constraint.ts";
import { blocksOf, checkCode, type Decoder } from "./decoder.ts";
import { type LabelOf, MOST_ROWS } from "./options.ts";
import type { Phrase } from "./phrases.ts";
import type { SharedBatch, SharedDecodeOptions } from "./shared-batch.ts";
import { type Choice, constrainedRule } from "./token-rules.ts";

/** A text to write: for code number `index`, under a constraint of its own, with a beginning that is given. */
export interface Task {
  readonly index: number;
  readonly code: Float32Array;
  readonly constraint: Constraint;
  readonly beginning?: Phrase;
}

/** Writes tasks; the index of a text is its task's place in the list. */
export type TaskWriter = (tasks: readonly Task[]) => AsyncIterable<Found>;

/** Writes tasks token by token, as `choiceOf` chooses for a code's number; their worth is the mean log-probability of a token, the end counted. */
export function batchTasks(
  batch: SharedBatch,
  choiceOf: (index: number) => Choice,
  options: Omit<SharedDecodeOptions, "rule">,
): TaskWriter {
  return async function* (tasks) {
    const sums = new Float64Array(tasks.length);
    const rule = constrainedRule({
      choiceOf: (i) => choiceOf((tasks[i] as Task).index),
      constraintOf: constraintOf(tasks),
      told(i, logProbability) {
        sums[i] = (sums[i] as number) + logProbability;
      },
    });
    const labelOf = labelsOf(tasks, options.labelOf);
    for await (const text of batch.decode(codesOf(tasks), { ...options, rule, labelOf }))
      yield { ...text, worth: (sums[text.index] as number) / (text.ids.length + 1) };
  };
}

/** Writes tasks by beam search; their worth is what it compares sentences by. */
export function beamTasks(decoder: Decoder, options: Omit<BeamOptions, "constraintOf">): TaskWriter {
  return (tasks) =>
    beamSearch(decoder, codesOf(tasks), {
      ...options,
      constraintOf: constraintOf(tasks),
      labelOf: labelsOf(tasks, options.labelOf),
    });
}

/** The labels of tasks, by those of their codes. */
export function labelsOf(tasks: readonly Pick<Task, "index">[], labelOf: LabelOf): LabelOf {
  return labelOf && ((i) => labelOf((tasks[i] as Task).index));
}

export function codesOf(tasks: readonly Pick<Task, "code">[]): Float32Array[] {
  return tasks.map(({ code }) => code);
}

function constraintOf(tasks: readonly Task[]): (i: number) => Constraint {
  const constraints = tasks.map(({ constraint, beginning }) =>
    beginning ? constraint.beginningWith(beginning) : constraint,
  );
  return (i) => constraints[i] as Constraint;
}

export interface BlockOptions {
  readonly constraint: Constraint;
  readonly writeTasks: TaskWriter;
  /** Numbers of a code. */
  readonly latent: number;
}

/**
 * Writes a text for each code, a block of them at a time, which are taken as they are needed.
 * @throws InputError for a code of another length, or with a number that is not finite
 */
export async function* writtenInBlocks(
  codes: Iterable<Float32Array>,
  { constraint, writeTasks, latent }: BlockOptions,
): AsyncGenerator<Found> {
  let first = 0;
  for (const block of blocksOf(codes, MOST_ROWS)) {
    // Here, where its number is not one within the block.
    for (const [i, code] of block.entries()) checkCode(code, latent, first + i);
    const tasks = block.map((code, i) => ({ index: first + i, code, constraint }));
    for await (const text of writeTasks(tasks)) yield { ...text, index: first + text.index };
    first += block.length;
  }
}
