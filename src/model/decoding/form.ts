// The form of verse: clauses of so many tokens, each closed by its mark.
import type { FullClauses, TokenLimit, Verdict } from "./constraint.ts";
import type { Room } from "./phrases.ts";

/** Tokens of a clause, its mark not counted: one number, or any from the first to the second. */
export type ClauseLength = number | readonly [shortest: number, longest: number];

/** A form in ids. */
export interface TokenForm {
  readonly length: ClauseLength;
  /** The tokens that may close each clause; the last clause's close the text. */
  readonly marks: readonly (readonly number[])[];
  /** Tokens that may not stand within a clause; the marks are among them. */
  readonly outside: readonly number[];
  /** Tokens that may not be the first of a clause. */
  readonly neverFirst?: readonly number[];
}

/** The shortest and the longest clause; of one length, they are the same. */
export function rangeOf(length: ClauseLength): readonly [shortest: number, longest: number] {
  return typeof length === "number" ? [length, length] : length;
}

/** Most tokens of a text of this form. */
export function formTokens({ length, marks }: TokenForm): number {
  const [, longest] = rangeOf(length);
  return marks.length * (longest + 1);
}

/**
 * Writes texts of this form, to the token. In a range of lengths the marks of a clause may come like any word from its shortest length on,
 * and close it where they are chosen; at its longest nothing else may come.
 */
export function withForm(form: TokenForm, end: number): TokenLimit {
  const { length, marks, neverFirst = [] } = form;
  const [shortest, longest] = rangeOf(length);
  const first: Verdict = { never: [...form.outside, ...neverFirst, end] };
  const within: Verdict = { never: [...form.outside, end] };
  const closable = new Map(
    [...new Set(marks)].map((closing): [readonly number[], Verdict] => [
      closing,
      { never: [...form.outside.filter((id) => !closing.includes(id)), end] },
    ]),
  );
  const limit: TokenLimit = (ids) => {
    const { clause, written } = placeIn(form, ids);
    const closing = marks[clause];
    if (!closing) return { only: [end] };
    if (written === longest) return { only: closing };
    if (written === 0) return first;
    return written < shortest ? within : closable.get(closing);
  };
  return shortest === longest ? limit : Object.assign(limit, { fullClauses: fullClausesOf(form) });
}

/** The places left in each clause, from the one being written, at its longest. */
export function roomOfForm(form: TokenForm): Room {
  const { length, marks } = form;
  const [shortest, longest] = rangeOf(length);
  const room = (ids: readonly number[]): readonly number[] => {
    const { clause, written } = placeIn(form, ids);
    if (clause >= marks.length) return [0];
    return [longest - written, ...new Array<number>(marks.length - clause - 1).fill(longest)];
  };
  return shortest === longest ? room : Object.assign(room, { closing: [...new Set(marks.flat())] });
}

function fullClausesOf(form: TokenForm): FullClauses {
  const [shortest, longest] = rangeOf(form.length);
  return (ids) => {
    const starts = startsOf(form, ids);
    return form.marks.flatMap((marks, clause) => {
      const first = (starts[clause] ?? 0) + shortest;
      const last = (starts[clause + 1] ?? 0) - 1;
      return last - first === longest - shortest ? [{ first, last, marks }] : [];
    });
  };
}

/** The clause that is under way after `ids`, or comes there, and its tokens so far. */
function placeIn(form: TokenForm, ids: readonly number[]): { clause: number; written: number } {
  const starts = startsOf(form, ids);
  return { clause: starts.length - 1, written: ids.length - (starts.at(-1) as number) };
}

/** Where clauses start, the one that is under way or comes next last. */
function startsOf({ length, marks }: TokenForm, ids: readonly number[]): number[] {
  const [shortest, longest] = rangeOf(length);
  const starts = [0];
  let start = 0;
  for (const [i, id] of ids.entries()) {
    const written = i - start;
    // What stands where nothing but a mark may come is one, whatever it is: a limit before the form may have forbidden the mark.
    if (written < longest && !(written >= shortest && marks[starts.length - 1]?.includes(id))) continue;
    start = i + 1;
    starts.push(start);
  }
  return starts;
}
