// Forms of verse in ids, against regular expressions over all short texts.
import { describe, expect, it } from "vitest";
import { Constraint } from "../../../src/model/decoding/constraint.ts";
import { formTokens, roomOfForm, type TokenForm, withForm } from "../../../src/model/decoding/form.ts";

// Begin and end, two marks, another sign, and two words.
const [END, COMMA, STOP, SIGN, WORD, OTHER] = [1, 2, 3, 4, 5, 6];
const LETTERS = "^$,.-ab";

const formOf = (length: TokenForm["length"], clauses: number): TokenForm => ({
  length,
  marks: Array.from({ length: clauses }, (_, i) => [i % 2 === 0 ? COMMA : STOP]),
  outside: [0, COMMA, STOP, SIGN],
});

/** What may come after `ids`. */
function next(form: TokenForm, ids: readonly number[]): number[] {
  const scores = new Float32Array(LETTERS.length);
  new Constraint([withForm(form, END)]).apply(scores, ids);
  return [...scores.keys()].filter((id) => scores[id] === 0);
}

/** All texts that can be written. */
function textsOf(form: TokenForm, ids: readonly number[] = []): string[] {
  return next(form, ids).flatMap((id) =>
    id === END ? [ids.map((each) => LETTERS[each]).join("")] : textsOf(form, [...ids, id]),
  );
}

/** All strings of marks, signs and words up to a length. */
function strings(longest: number): string[] {
  let of: string[] = [""];
  const all = [...of];
  for (let i = 0; i < longest; i++) {
    of = of.flatMap((before) => [...",.-ab"].map((letter) => before + letter));
    all.push(...of);
  }
  return all;
}

describe("a form", () => {
  it.each<[TokenForm["length"], number, RegExp]>([
    [2, 2, /^[ab]{2},[ab]{2}\.$/],
    [[2, 2], 2, /^[ab]{2},[ab]{2}\.$/],
    [[1, 2], 2, /^[ab]{1,2},[ab]{1,2}\.$/],
    [[1, 3], 1, /^[ab]{1,3},$/],
    [[2, 5], 1, /^[ab]{2,5},$/],
    [[1, 1], 3, /^[ab],[ab]\.[ab],$/],
  ])("of clauses of %j, %i of them, writes just the texts that match %s", (length, clauses, pattern) => {
    const form = formOf(length, clauses);
    expect(textsOf(form).sort()).toEqual(
      strings(formTokens(form))
        .filter((text) => pattern.test(text))
        .sort(),
    );
  });

  it("begins no clause with what may not be the first of one", () => {
    const texts = textsOf({ ...formOf([1, 2], 2), neverFirst: [OTHER] });
    expect(texts).toContain("ab,a.");
    expect(texts.every((text) => /^a[ab]?,a[ab]?\.$/.test(text))).toBe(true);
    expect(texts).toHaveLength(9);
  });

  it("has room for the longest clauses, and less where one has closed before it was full", () => {
    const room = roomOfForm(formOf([1, 3], 3));
    expect(room([])).toEqual([3, 3, 3]);
    expect(room([WORD])).toEqual([2, 3, 3]);
    expect(room([WORD, COMMA])).toEqual([3, 3]);
    expect(room([WORD, COMMA, WORD, WORD, WORD])).toEqual([0, 3]);
    expect(room([WORD, COMMA, WORD, WORD, STOP, WORD, COMMA])).toEqual([0]);
    expect(room.closing).toEqual([COMMA, STOP]);
    expect(roomOfForm(formOf(3, 2)).closing).toBeUndefined();
  });

  it("tells which clauses are full, where it leaves their length open", () => {
    const { fullClauses } = withForm(formOf([1, 3], 3), END);
    expect(fullClauses?.([WORD, COMMA, WORD, WORD, WORD, STOP, WORD, WORD, WORD, COMMA])).toEqual([
      { first: 3, last: 5, marks: [STOP] },
      { first: 7, last: 9, marks: [COMMA] },
    ]);
    expect(fullClauses?.([WORD, WORD, WORD])).toEqual([]);
    expect(withForm(formOf(3, 3), END).fullClauses).toBeUndefined();
  });

  it("goes on by place where a limit before it has taken its mark", () => {
    expect(next(formOf([1, 2], 2), [WORD, WORD, WORD, WORD])).toEqual([STOP, WORD, OTHER]);
  });
});
