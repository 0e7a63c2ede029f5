// New texts out of the clauses of others, so that a small corpus is not learnt by heart.
import type { RandomStream } from "../random.ts";
import type { Vocabulary } from "./tokenizer.ts";

/** A token that ends a clause: nothing but marks, spaces beside them aside (tokenizers keep these in one form or another). */
const CLOSING = /^[\s\u2581\u0120]*[,.!?;:\u2026，。！？；：、]+[\s\u2581\u0120]*$/u;

const closing = new WeakMap<Vocabulary, ReadonlySet<number>>();

/** The ids of the tokens that end clauses. */
export function closingIds(vocabulary: Vocabulary): ReadonlySet<number> {
  const known = closing.get(vocabulary);
  if (known) return known;
  const ids = new Set<number>();
  for (let id = 0; id < vocabulary.size; id++) if (CLOSING.test(vocabulary.tokenOf(id))) ids.add(id);
  closing.set(vocabulary, ids);
  return ids;
}

export interface RecombinationSettings {
  /** Chance of each clause to be another text's. */
  readonly share: number;
  /** Ids of the tokens that end clauses. */
  readonly closing: ReadonlySet<number>;
  /** Tokens of a text, at most: one that would be longer stays as it was. */
  readonly maxLength: number;
  /** Clauses are exchanged within groups, such as a label's; by default all are one. */
  readonly groupOf?: (index: number) => string;
}

/**
 * Texts of a batch with clauses taken from one another: the clause at a place comes from the same place of a text with as many clauses, closed by the
 * same marks. What follows from recombination of data in parsing (Jia & Liang 2016): a model cannot know a text by heart that was never
 * there before. Texts of one clause stay as they are.
 */
export function recombined(
  texts: readonly ArrayLike<number>[],
  { share, closing: ends, maxLength, groupOf = () => "" }: RecombinationSettings,
  random: RandomStream,
): ArrayLike<number>[] {
  const clauses = texts.map((ids) => clausesOf(ids, ends));
  const groups = new Map<string, number[]>();
  for (const [index, own] of clauses.entries()) {
    const key = `${own.map((clause) => (ends.has(clause.at(-1) as number) ? clause.at(-1) : "")).join()}:${groupOf(index)}`;
    const members = groups.get(key);
    if (members) members.push(index);
    else groups.set(key, [index]);
  }
  const found = [...texts];
  for (const members of groups.values()) {
    if (members.length < 2) continue;
    for (const index of members) {
      const own = clauses[index] as readonly number[][];
      if (own.length < 2) continue;
      const mixed = own.flatMap((clause, place) => {
        if (random.uniform() >= share) return clause;
        const other = members[random.integer(members.length)] as number;
        return clauses[other]?.[place] as number[];
      });
      if (mixed.length <= maxLength) found[index] = mixed;
    }
  }
  return found;
}

/** A text in pieces, each up to a token that ends clauses and those that follow it at once; the last piece may have none. */
function clausesOf(ids: ArrayLike<number>, ends: ReadonlySet<number>): number[][] {
  const clauses: number[][] = [];
  let open: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    open.push(id);
    const next = ids[i + 1];
    if (ends.has(id) && !(next !== undefined && ends.has(next))) {
      clauses.push(open);
      open = [];
    }
  }
  if (open.length > 0) clauses.push(open);
  return clauses;
}
