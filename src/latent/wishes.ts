// What people ask of the wording of texts, in their terms, and the constraint on tokens that it comes to.
import { InputError } from "../errors.ts";
import { Constraint, type TokenLimit } from "../model/decoding/constraint.ts";
import {
  type ClauseLength,
  formTokens,
  rangeOf,
  roomOfForm,
  type TokenForm,
  withForm,
} from "../model/decoding/form.ts";
import {
  fits,
  holds,
  type Phrase,
  type Room,
  withoutPhrases,
  withoutRepeats,
  withPhrases,
} from "../model/decoding/phrases.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/**
 * A form of verse: `clauses` times `length` tokens and a mark, as in `{ clauses: 4, length: 5 }` for 五言绝句. In a range of lengths, as in
 * `{ clauses: 2, length: [4, 7] }`, a clause ends where its mark is chosen among the words; where none is before the clause is full, it ends
 * where its mark was likeliest.
 */
export interface VerseForm {
  readonly clauses: number;
  /**
   * Tokens of a clause, its mark not counted: characters, where the model reads characters, and words where it reads words; `'s` is one of
   * its own. Each holds a letter or a digit: no punctuation stands within a clause.
   */
  readonly length: ClauseLength;
  /** What closes the clauses, over and over in this order: `，` and `。` if none are given. */
  readonly marks?: readonly string[] | undefined;
}

/** What texts must and must not say. Where not all can be had, what stands first here goes before what comes after. */
export interface Wishes {
  /** Words or phrases that are never written, as the model spells them: `sea` does not speak of `Sea`. */
  readonly ban?: readonly string[] | undefined;
  readonly form?: VerseForm | undefined;
  /**
   * Words or phrases of the model's vocabulary that each text holds. A text that lacks one takes it up where it suits best, and goes on
   * from there; where no place has room, it comes at the last moment.
   */
  readonly require?: readonly string[] | undefined;
  /** No run of this many tokens stands twice in a text. */
  readonly noRepeat?: number | undefined;
}

/** Most clauses of a form, and tokens of a clause. */
const MOST = 1_000;

const DEFAULT_MARKS = ["，", "。"];

/**
 * The constraint that wishes come to; nothing where there are none.
 * @param maxLength most tokens of a text
 * @throws InputError for a wish that cannot be fulfilled: an empty text, a required word that the model does not know or that is banned,
 * a form whose marks it does not know, more than fits into `maxLength`
 */
export function constraintOf(
  { ban = [], require = [], noRepeat, form }: Wishes,
  tokenizer: Tokenizer,
  maxLength: number,
): Constraint | undefined {
  const { end } = tokenizer.vocabulary.special;
  const limits: TokenLimit[] = [];
  const banned = ban.flatMap((text) => bannedPhrases(tokenizer, text));
  if (banned.length > 0) limits.push(withoutPhrases(banned));
  let room: Room = (ids) => [maxLength - ids.length];
  let tokens: TokenForm | undefined;
  if (form) {
    tokens = formOf(tokenizer, form, { banned, maxLength });
    room = roomOfForm(tokens);
    limits.push(withForm(tokens, end));
  }
  if (require.length > 0) {
    const required = require.map((text) => requiredPhrase(tokenizer, text, { banned, outside: tokens?.outside ?? [] }));
    if (!fits(required, room([]))) {
      const where = tokens ? `the clauses of ${inWords(tokens.length)} tokens` : `the ${maxLength} tokens of a text`;
      throw new InputError(`The required ${quoted(require)} do not fit into ${where}; expected fewer or shorter ones.`);
    }
    limits.push(...withPhrases(required, room, end));
  }
  if (noRepeat !== undefined) {
    mustBeCount("length of runs that are not repeated", noRepeat);
    limits.push(withoutRepeats(noRepeat));
  }
  return limits.length > 0 ? new Constraint(limits) : undefined;
}

/** A phrase in all its spellings; none where the model cannot write it. */
function bannedPhrases(tokenizer: Tokenizer, text: string): Phrase[] {
  mustSay("banned", text, tokenizer);
  // Pieces of words differ at the start of a text and after a space.
  const spellings = tokenizer.kind === "pretrained" ? [text, ` ${text}`] : [text];
  return spellings.map((spelling) => phraseOf(tokenizer, spelling)).filter((phrase) => phrase !== undefined);
}

function requiredPhrase(
  tokenizer: Tokenizer,
  text: string,
  { banned, outside }: { banned: readonly Phrase[]; outside: readonly number[] },
): Phrase {
  mustSay("required", text, tokenizer);
  const spelling = tokenizer.kind === "pretrained" ? ` ${text}` : text;
  const phrase = phraseOf(tokenizer, spelling);
  if (!phrase) {
    throw new InputError(
      `The required ${quoted([text])} is not in the model's vocabulary; expected words that it knows.`,
    );
  }
  const written = phrase.map(([first]) => first as number);
  if (banned.some((other) => holds(written, other))) {
    throw new InputError(`The required ${quoted([text])} is banned as well; expected one or the other.`);
  }
  if (written.some((id) => outside.includes(id))) {
    throw new InputError(
      `The required ${quoted([text])} holds a mark; expected words alone, as the form sets the marks.`,
    );
  }
  return phrase;
}

/** The tokens of a text, each with those that read the same but for spaces; nothing where one of them is unknown. */
function phraseOf(tokenizer: Tokenizer, text: string): Phrase | undefined {
  if (tokenizer.kind === "pretrained") {
    const ids = tokenizer.encode(text);
    return ids.includes(tokenizer.vocabulary.special.unknown) ? undefined : ids.map((id) => [id]);
  }
  const phrase = tokenizer.tokenize(text).map((token) => spelled(tokenizer, token));
  return phrase.every(({ length }) => length > 0) ? phrase : undefined;
}

/** The ids of a token with and without spaces beside it, the likeliest first: words have no such forms, marks do. */
function spelled({ vocabulary }: Tokenizer, token: string): number[] {
  const bare = token.trim();
  const forms = new Set([token, bare, `${bare} `, ` ${bare}`, ` ${bare} `]);
  const special: number[] = Object.values(vocabulary.special);
  return [...forms]
    .filter((form) => vocabulary.has(form))
    .map((form) => vocabulary.idOf(form))
    .filter((id) => !special.includes(id));
}

function formOf(
  tokenizer: Tokenizer,
  form: VerseForm,
  { banned, maxLength }: { banned: readonly Phrase[]; maxLength: number },
): TokenForm {
  const { clauses, length, marks = DEFAULT_MARKS } = form;
  mustBeCount("number of clauses", clauses);
  const [shortest, longest] = rangeOf(length);
  for (const each of new Set([shortest, longest])) mustBeCount("length of a clause", each);
  if (shortest > longest)
    throw new InputError(`The length of a clause is ${inWords(length)}; expected the shorter of the two first.`);
  const { vocabulary } = tokenizer;
  const known = marks.map((mark) => {
    const ids = spelled(tokenizer, mark);
    if (ids.some((id) => banned.some((phrase) => phrase.length === 1 && phrase[0]?.includes(id)))) {
      throw new InputError(`The mark ${quoted([mark])} of the form is banned; expected one or the other.`);
    }
    if (mark.trim() !== "" && ids.length > 0) return ids;
    throw new InputError(
      `The form of ${clauses} clauses needs the mark ${quoted([mark])}, which is not a token of the model's vocabulary; ` +
        "expected marks of its corpus.",
    );
  });
  if (known.length === 0) throw new InputError("The form has an empty list of marks; expected at least one.");
  const ids = Array.from({ length: vocabulary.size }, (_, id) => id);
  const outside = ids.filter(
    (id) => known.some((mark) => mark.includes(id)) || !/[\p{L}\p{N}]/u.test(tokenizer.decode([id])),
  );
  const all = Array.from({ length: clauses }, (_, i) => known[i % known.length] as number[]);
  // `'s` is read as one token only after a word.
  const neverFirst = tokenizer.kind === "word" ? ids.filter((id) => /^ ?['’]/.test(vocabulary.tokenOf(id))) : [];
  const tokens = { length, marks: all, outside, neverFirst };
  if (formTokens(tokens) > maxLength) {
    const most = `${shortest < longest ? "up to " : ""}${formTokens(tokens)}`;
    throw new InputError(
      `The form of ${clauses} clauses of ${inWords(length)} takes ${most} tokens with its marks; expected at most ` +
        `${maxLength}, the maximal length.`,
    );
  }
  return tokens;
}

function inWords(length: ClauseLength): string {
  return [...new Set(rangeOf(length))].join(" to ");
}

function mustSay(kind: "banned" | "required", text: string, tokenizer: Tokenizer): void {
  if (tokenizer.tokenize(text).length > 0) return;
  throw new InputError(`The ${kind} text ${quoted([text])} holds no word; expected one or more.`);
}

function mustBeCount(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= MOST) return;
  throw new InputError(`The ${what} is ${value}; expected an integer from 1 to ${MOST}.`);
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(", ");
}
