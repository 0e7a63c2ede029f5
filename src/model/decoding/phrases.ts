// Limits about phrases: what is never written, what must be, and what is not written twice.
import type { TokenLimit, Verdict } from "./constraint.ts";

/** Tokens in a row; at each place any of several may stand, as for a mark with and without a space beside it. */
export type Phrase = readonly (readonly number[])[];

/** Never completes any of the phrases. */
export function withoutPhrases(phrases: readonly Phrase[]): TokenLimit {
  const single = phrases.filter(({ length }) => length === 1).flatMap(([last]) => last as readonly number[]);
  const longer = phrases.filter(({ length }) => length > 1);
  return (ids) => {
    const completing = longer.filter((phrase) => endsWith(ids, phrase.slice(0, -1)));
    return { never: [...single, ...completing.flatMap((phrase) => phrase.at(-1) as readonly number[])] };
  };
}

/** Never writes a run of `n` tokens twice. */
export function withoutRepeats(n: number): TokenLimit {
  return (ids) => {
    const never: number[] = [];
    const start = ids.length - (n - 1);
    for (let i = 0; i < start; i++) {
      let same = 0;
      while (same < n - 1 && ids[i + same] === ids[start + same]) same++;
      if (same === n - 1) never.push(ids[i + same] as number);
    }
    return { never };
  };
}

/**
 * Tokens that may still be written after `ids`, in stretches that a phrase cannot cross; the first is the one being written, and has no
 * room where what comes next is settled.
 */
export interface Room {
  (ids: readonly number[]): readonly number[];
  /** Tokens that may close a stretch before it is full. */
  readonly closing?: readonly number[];
}

/** Phrases that a sentence must hold, wherever they stand. */
export class Requirement {
  readonly #phrases: readonly Phrase[];
  readonly #room: Room;

  constructor(phrases: readonly Phrase[], room: Room) {
    this.#phrases = phrases;
    this.#room = room;
  }

  /** The phrases that do not stand in `ids`. */
  missing(ids: readonly number[]): Phrase[] {
    return this.#phrases.filter((phrase) => !holds(ids, phrase));
  }

  /** What `phrase`, one of those `missing`, lacks after `ids`; nothing where it has no room there, or would leave none for the others. */
  rest(ids: readonly number[], phrase: Phrase, missing: readonly Phrase[]): Phrase | undefined {
    const rest = phrase.slice(progress(ids, phrase));
    const [here = 0, ...later] = this.#room(ids);
    const left = here - rest.length;
    const others = missing.filter((other) => other !== phrase);
    return left >= 0 && fits(others, [left, ...later]) ? rest : undefined;
  }

  /** The tokens that may not come yet, as they would close the stretch being written where later ones have no room for the missing phrases. */
  tooEarly(ids: readonly number[]): readonly number[] {
    const { closing = [] } = this.#room;
    if (closing.length === 0) return closing;
    const [, ...later] = this.#room(ids);
    return fits(this.missing(ids), later) ? [] : closing;
  }

  /** What must come next for the missing phrases to have room. */
  due(ids: readonly number[]): Verdict | undefined {
    const missing = this.missing(ids);
    const [here = 0, ...later] = this.#room(ids);
    if (here === 0 || fits(missing, [here - 1, ...later])) return undefined;
    // What is begun comes before what is not.
    const begun = missing
      .map((phrase) => ({ phrase, written: progress(ids, phrase) }))
      .sort((a, b) => b.written - a.written || b.phrase.length - a.phrase.length);
    for (const { phrase } of begun) {
      const rest = this.rest(ids, phrase, missing);
      if (rest) return { only: rest[0] as readonly number[] };
    }
    return undefined;
  }
}

/**
 * Writes every phrase. Until they are all there the sentence may not end, nor a stretch close where later ones have no room for them, and
 * as soon as one more token of another kind would leave no room for those missing, the next token of one of them is the only choice. What
 * is not written of itself thus comes at the last moment, however little it suits: {@link placed} looks for better places first.
 * @returns two limits, the first about what would end too early, the second about phrases that are due
 */
export function withPhrases(phrases: readonly Phrase[], room: Room, end: number): [TokenLimit, TokenLimit] {
  const requirement = new Requirement(phrases, room);
  const open: TokenLimit = (ids) =>
    requirement.missing(ids).length > 0 ? { never: [end, ...requirement.tooEarly(ids)] } : undefined;
  const due: TokenLimit = (ids) => requirement.due(ids);
  return [Object.assign(open, { requirement }), Object.assign(due, { requirement })];
}

/** Whether there is room for phrases, the longest first, each in the first stretch that takes it. */
export function fits(phrases: readonly Phrase[], room: readonly number[]): boolean {
  const left = [...room];
  const lengths = phrases.map(({ length }) => length).sort((a, b) => b - a);
  return lengths.every((length) => {
    const place = left.findIndex((free) => free >= length);
    if (place >= 0) left[place] = (left[place] as number) - length;
    return place >= 0;
  });
}

/** Whether a phrase stands somewhere in `ids`. */
export function holds(ids: readonly number[], phrase: Phrase): boolean {
  return ids.some((_, i) => phrase.every((tokens, k) => tokens.includes(ids[i + k] as number)));
}

/** How many tokens at the end of `ids` are the phrase's first. */
function progress(ids: readonly number[], phrase: Phrase): number {
  let written = Math.min(phrase.length - 1, ids.length);
  while (written > 0 && !endsWith(ids, phrase.slice(0, written))) written--;
  return written;
}

function endsWith(ids: readonly number[], phrase: Phrase): boolean {
  const start = ids.length - phrase.length;
  return start >= 0 && phrase.every((tokens, k) => tokens.includes(ids[start + k] as number));
}
