// Clauses of a range of lengths, closed where their marks suit best.
import type { NamedArray } from "../../engine/types.ts";
import type { Found } from "./beam.ts";
import type { FullClause } from "./constraint.ts";
import type { SharedBatch, SharedDecodeOptions } from "./shared-batch.ts";
import { codesOf, labelsOf, type Task, type TaskWriter } from "./tasks.ts";
import { rowOf, type TokenRule } from "./token-rules.ts";

export interface ClosingOptions {
  /** Writes texts in which a clause closes where its mark is chosen, or is full. */
  readonly writeTasks: TaskWriter;
  /** What texts are read by: steps that give {@link SCORES}. */
  readonly batch: SharedBatch;
  readonly batchOptions: Omit<SharedDecodeOptions, "rule">;
  readonly end: number;
}

/** A text with a full clause, and its task. */
interface Draft {
  readonly place: number;
  readonly task: Task;
  readonly found: Found;
}

/**
 * Writes texts whose clauses close where their marks suit best. A clause that no mark has closed before it is full stops short, often in
 * the middle of a phrase. Such a text is read again, and where a mark would have been likelier at another place of the clause, the clause
 * ends there and the text goes on from that mark; so it is done with one clause after another.
 */
export function closingTasks({ writeTasks, ...options }: ClosingOptions): TaskWriter {
  return async function* (tasks) {
    let drafts: Draft[] = [];
    const note = (draft: Draft): Found | undefined => {
      if (fullClauses(draft).length === 0) return { ...draft.found, index: draft.place };
      drafts.push(draft);
      return undefined;
    };
    for await (const found of writeTasks(tasks)) {
      const done = note({ place: found.index, task: tasks[found.index] as Task, found });
      if (done) yield done;
    }
    while (drafts.length > 0) {
      const read = drafts;
      drafts = [];
      const beginnings = await beginningsOf(read, options);
      const going: Omit<Draft, "found">[] = [];
      for (const [i, { place, task, found }] of read.entries()) {
        const beginning = beginnings[i];
        if (beginning) going.push({ place, task: { ...task, beginning: beginning.map((id) => [id]) } });
        else yield { ...found, index: place };
      }
      for await (const found of writeTasks(going.map(({ task }) => task))) {
        const done = note({ ...(going[found.index] as Draft), found });
        if (done) yield done;
      }
    }
  };
}

/** The full clauses of a text whose ends are not settled. */
function fullClauses({ task: { constraint, beginning = [] }, found: { ids } }: Draft): FullClause[] {
  const clauses = constraint.fullClauses?.(ids) ?? [];
  return clauses
    .map(({ first, ...clause }) => ({ ...clause, first: Math.max(first, beginning.length) }))
    .filter(({ first, last }) => first < last);
}

/** What each text is to begin with: all up to the likeliest mark of its first clause that ends in a worse place. */
async function beginningsOf(
  drafts: readonly Draft[],
  { batch, batchOptions, end }: Omit<ClosingOptions, "writeTasks">,
): Promise<(readonly number[] | undefined)[]> {
  const clauses = drafts.map((draft) =>
    fullClauses(draft).map((clause) => ({ ...clause, at: clause.last, mark: -1, score: Number.NEGATIVE_INFINITY })),
  );
  const rule: TokenRule = {
    sentence(i) {
      const { task, found } = drafts[i] as Draft;
      return (outputs, row, before) => {
        const clause = clauses[i]?.find(({ first, last }) => before.length >= first && before.length <= last);
        if (clause) {
          const scores = rowOf(outputs.scores as NamedArray, row);
          task.constraint.apply(scores, before);
          for (const mark of clause.marks) {
            const score = scores[mark] as number;
            if (score > clause.score) Object.assign(clause, { at: before.length, mark, score });
          }
        }
        return found.ids[before.length] ?? end;
      };
    },
  };
  const tasks = drafts.map(({ task }) => task);
  const labelOf = labelsOf(tasks, batchOptions.labelOf);
  for await (const _ of batch.decode(codesOf(tasks), { ...batchOptions, rule, labelOf }));
  return drafts.map(({ found }, i) => {
    const better = clauses[i]?.find(({ at, last }) => at < last);
    return better && [...found.ids.slice(0, better.at), better.mark];
  });
}
