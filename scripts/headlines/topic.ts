// What a topic of the headlines holds, and the helpers its tables are written with.

import { type Entry, items } from "../grammar.ts";

/** One section of the paper; its texts may use the slots of names.ts. */
export interface Topic {
  /** Who does what: `np`, `does` (predicates, verb first) and `plans` (those of them that can be announced beforehand). */
  readonly actors: readonly Entry[];
  /** Occasions that things happen before and after: noun phrases. */
  readonly events: readonly string[];
  /** Troubles that things happen in spite of: noun phrases. */
  readonly troubles: readonly string[];
  /** Who is quoted: plural noun phrases. */
  readonly sources: readonly string[];
  /** What is said in quotation marks. */
  readonly quotes: readonly string[];
}

export function one(np: string, plans: string, mishaps: string): Entry {
  return { np: items(np), plans: items(plans), does: [...items(plans), ...items(mishaps)] };
}

export function many(np: string, plans: string, mishaps: string): Entry {
  return { ...one(np, plans, mishaps), number: ["many"] };
}
