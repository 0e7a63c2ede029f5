// What a sentence may say next, decided from what it says so far: rules over token ids, and how they bear on a step's scores.
import type { Phrase, Requirement } from "./phrases.ts";

/** What a rule says of the next token. */
export interface Verdict {
  /** Where given, no other tokens may come. */
  readonly only?: readonly number[];
  /** Tokens that may not come. */
  readonly never?: readonly number[];
}

/** Judges the next token from the ids so far, begin not counted; nothing where all may come. The same ids get the same verdict. */
export interface TokenLimit {
  (ids: readonly number[]): Verdict | undefined;
  /** What the limit sees to at the last moment, and may be seen to before. */
  readonly requirement?: Requirement;
  /** Where it closes what a mark could have closed before. */
  readonly fullClauses?: FullClauses;
}

/** A clause that is as long as it may be, so that its mark came at `last`, by one of `marks`; it could have come from `first` on. */
export interface FullClause {
  readonly first: number;
  readonly last: number;
  readonly marks: readonly number[];
}

export type FullClauses = (ids: readonly number[]) => readonly FullClause[];

/**
 * Limits in order, the strictest first: one that would leave nothing to write, beside those before it, gives way at that token. It holds
 * no state, so that one constraint serves all sentences of a call, and every beginning of a beam search.
 */
export class Constraint {
  readonly #limits: readonly TokenLimit[];

  constructor(limits: readonly TokenLimit[]) {
    this.#limits = limits;
  }

  /** What sentences must hold, if anything. */
  get requirement(): Requirement | undefined {
    return this.#limits.find(({ requirement }) => requirement)?.requirement;
  }

  /** The clauses of a text that might have been shorter, if a form leaves their length open. */
  get fullClauses(): FullClauses | undefined {
    return this.#limits.find(({ fullClauses }) => fullClauses)?.fullClauses;
  }

  /** The limits but for those of the requirement; nothing where there are no others. */
  get relaxed(): Constraint | undefined {
    const others = this.#limits.filter(({ requirement }) => !requirement);
    return others.length > 0 ? new Constraint(others) : undefined;
  }

  /** These limits and, after them, a beginning that is given. */
  beginningWith(beginning: Phrase): Constraint {
    const begin: TokenLimit = (ids) => {
      const only = beginning[ids.length];
      return only && { only };
    };
    return new Constraint([...this.#limits, begin]);
  }

  /** Those of a phrase's tokens that may come after `ids` in a row; nothing where at one of its places none may. */
  allowedOf(phrase: Phrase, ids: readonly number[], vocabulary: number): Phrase | undefined {
    const path = [...ids];
    const left: number[][] = [];
    for (const tokens of phrase) {
      const scores = new Float32Array(vocabulary);
      this.apply(scores, path);
      const may = tokens.filter((token) => possible(scores[token] as number));
      if (may.length === 0) return undefined;
      left.push(may);
      path.push(may[0] as number);
    }
    return left;
  }

  /** Sets the scores of tokens that may not come after `ids` to −∞. Tokens of −∞ count as ones that cannot be written. */
  apply(scores: Float32Array, ids: readonly number[]): void {
    for (const limit of this.#limits) {
      const verdict = limit(ids);
      if (verdict?.never) exclude(scores, verdict.never);
      if (verdict?.only) keep(scores, verdict.only);
    }
  }
}

function exclude(scores: Float32Array, tokens: readonly number[]): void {
  const before = tokens.map((token) => scores[token] as number);
  for (const token of tokens) scores[token] = Number.NEGATIVE_INFINITY;
  // The first look usually finds one.
  if (scores.some(possible)) return;
  // From the last, so that a token named twice gets its first value back.
  for (let i = tokens.length - 1; i >= 0; i--) scores[tokens[i] as number] = before[i] as number;
}

function keep(scores: Float32Array, tokens: readonly number[]): void {
  const kept = tokens.map((token) => scores[token] as number);
  if (!kept.some(possible)) return;
  scores.fill(Number.NEGATIVE_INFINITY);
  for (const [i, token] of tokens.entries()) scores[token] = kept[i] as number;
}

function possible(score: number): boolean {
  return score !== Number.NEGATIVE_INFINITY;
}
