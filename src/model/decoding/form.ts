// The form of verse: clauses of so many tokens, each closed by its mark.
import type { TokenLimit } from "./constraint.ts";
import type { Room } from "./phrases.ts";

/** A form in ids. */
export interface TokenForm {
  /** Tokens of a clause, its mark not counted. */
  readonly length: number;
  /** The tokens that may close each clause; the last clause's close the text. */
  readonly marks: readonly (readonly number[])[];
  /** Tokens that may not stand within a clause. */
  readonly outside: readonly number[];
}

/** Tokens of a text of this form. */
export function formTokens({ length, marks }: TokenForm): number {
  return marks.length * (length + 1);
}

/** Writes texts of this form, to the token. */
export function withForm(form: TokenForm, end: number): TokenLimit {
  const { length, marks } = form;
  const within = { never: [...form.outside, end] };
  return (ids) => {
    const clause = Math.floor(ids.length / (length + 1));
    if (clause >= marks.length) return { only: [end] };
    return ids.length % (length + 1) < length ? within : { only: marks[clause] as readonly number[] };
  };
}

/** The places left in each clause, from the one being written. */
export function roomOfForm({ length, marks }: TokenForm): Room {
  return (ids) => {
    const clause = Math.floor(ids.length / (length + 1));
    if (clause >= marks.length) return [0];
    return [length - (ids.length % (length + 1)), ...new Array<number>(marks.length - clause - 1).fill(length)];
  };
}
