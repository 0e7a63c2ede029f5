// What a sentence may say next, decided from what it says so far: rules over token ids, and how they bear on a step's scores.

/** What a rule says of the next token. */
export interface Verdict {
  /** Where given, no other tokens may come. */
  readonly only?: readonly number[];
  /** Tokens that may not come. */
  readonly never?: readonly number[];
}

/** Judges the next token from the ids so far, begin not counted; nothing where all may come. The same ids get the same verdict. */
export type TokenLimit = (ids: readonly number[]) => Verdict | undefined;

/**
 * Limits in order, the strictest first: one that would leave nothing to write, beside those before it, gives way at that token. It holds
 * no state, so that one constraint serves all sentences of a call, and every beginning of a beam search.
 */
export class Constraint {
  readonly #limits: readonly TokenLimit[];

  constructor(limits: readonly TokenLimit[]) {
    this.#limits = limits;
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
