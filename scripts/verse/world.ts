// What a world of imagery holds, and the helpers its tables are written with.

import { type Entry, items } from "../grammar.ts";

/** One circle of images; lines are drawn inside a world, so that what stands together belongs together. */
export interface World {
  /** Subjects, each with `np`, `does` (predicates, verb first) and `is` (what it is like). */
  readonly things: readonly Entry[];
  /** What people do there: predicates, verb first. */
  readonly deeds: readonly string[];
  readonly places: readonly string[];
  /** Noun phrases to give, take, keep and list. */
  readonly goods: readonly string[];
  /** Short clauses that stand on their own. */
  readonly truths: readonly string[];
}

export function one(np: string, is: string, does: string): Entry {
  return { np: [np], is: items(is), does: items(does) };
}

export function many(np: string, is: string, does: string): Entry {
  return { np: [np], is: items(is), does: items(does), number: ["many"] };
}
