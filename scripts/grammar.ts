// A small grammar engine: text with slots, drawn and expanded at random; both shipped corpora are written with it.

import { InputError } from "../src/errors.ts";
import type { RandomStream } from "../src/random.ts";
import { chooseArticles, inflectPredicate, VERB_FORMS, type VerbForm } from "./inflect.ts";

/** A thing with several faces; each field holds texts to choose from. `number: ["many"]` makes it plural. */
export type Entry = Readonly<Record<string, readonly string[]>>;
/** A text, a text that is drawn more often than others, or an entry whose fields are asked for by name. */
export type Alternative = string | readonly [weight: number, text: string] | Entry;
export type Grammar = Readonly<Record<string, readonly Alternative[]>>;

const SLOT = /\{([a-z][a-z-]*)(?:\/(\w+))?(?:\.([a-z]+))?(?:\|([a-z]+))?\}/g;

// What is said of an entry instead of naming it; chosen by its pronoun, which is `it` or `they` if it names none.
const AGREEMENT: Readonly<Record<string, (pronoun: string) => string>> = {
  do: (pronoun) => (pronoun === "they" ? "do" : "does"),
  be: (pronoun) => (pronoun === "they" ? "are" : "is"),
  were: (pronoun) => (pronoun === "they" ? "were" : "was"),
  have: (pronoun) => (pronoun === "they" ? "have" : "has"),
  it: (pronoun) => pronoun,
  them: (pronoun) => ({ they: "them", he: "him", she: "her" })[pronoun] ?? pronoun,
  its: (pronoun) => ({ they: "their", he: "his", she: "her" })[pronoun] ?? "its",
};

function isVerbForm(form: string): form is VerbForm {
  return (VERB_FORMS as readonly string[]).includes(form);
}

function isWeighted(alternative: Alternative): alternative is readonly [number, string] {
  return Array.isArray(alternative);
}

/**
 * Draws from lists at random but evenly, as a shuffled pack of cards does: what has come up less, for its weight, comes
 * up sooner. Hence rare words of a table are met about as often as each other even in a small corpus.
 */
export class Dealer {
  readonly #random: RandomStream;
  readonly #uses = new Map<unknown, Map<unknown, number>>();

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /** One of the list that is not in `taken`; undefined if there is none. */
  deal<T>(list: readonly T[], weightOf: (item: T) => number = () => 1, taken: readonly T[] = []): T | undefined {
    const uses = this.#uses.get(list) ?? new Map<unknown, number>();
    this.#uses.set(list, uses);
    let chosen: T | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const item of list) {
      const turn = ((uses.get(item) ?? 0) + this.#random.uniform()) / weightOf(item);
      if (turn >= lowest || taken.includes(item)) continue;
      chosen = item;
      lowest = turn;
    }
    if (chosen !== undefined) uses.set(chosen, (uses.get(chosen) ?? 0) + 1);
    return chosen;
  }
}

/** One drawn alternative: its texts, each settled once so that a second mention says the same. */
interface Drawn {
  readonly alternative: Alternative;
  readonly texts: Map<string, string>;
}

/**
 * Expands a symbol of the grammar at random and settles `a(n)`.
 *
 * In a text, `{symbol}` draws an alternative afresh; `{symbol/a}` draws once and means the same draw wherever it stands in
 * that text, while `{symbol/b}` beside it draws a different one; `{symbol/a.field}` asks an entry for a field; and `|form`
 * puts a predicate in a verb form (see inflect.ts) or names an agreement word (`do be were have it them its`).
 *
 * @throws InputError when a slot names a symbol, field or form that is not there.
 */
export function expand(grammar: Grammar, symbol: string, dealer: Dealer): string {
  return chooseArticles(textOf(grammar, draw(grammar, symbol, dealer, []), "", dealer));
}

function draw(grammar: Grammar, symbol: string, dealer: Dealer, taken: readonly Alternative[]): Drawn {
  const alternative = dealer.deal(grammar[symbol] ?? [], (each) => (isWeighted(each) ? each[0] : 1), taken);
  if (alternative === undefined) throw new InputError(`The grammar has no alternative left for {${symbol}}.`);
  return { alternative, texts: new Map() };
}

function textOf(grammar: Grammar, drawn: Drawn, field: string, dealer: Dealer): string {
  const settled = drawn.texts.get(field);
  if (settled !== undefined) return settled;
  const { alternative } = drawn;
  let template: string | undefined;
  if (typeof alternative === "string" || isWeighted(alternative)) {
    if (field === "") template = typeof alternative === "string" ? alternative : alternative[1];
  } else {
    template = dealer.deal(alternative[field === "" ? "text" : field] ?? []);
  }
  if (template === undefined) {
    throw new InputError(`The grammar asks ${JSON.stringify(alternative)} for a field it lacks: "${field || "text"}".`);
  }
  const text = fill(grammar, template, dealer);
  drawn.texts.set(field, text);
  return text;
}

function fill(grammar: Grammar, template: string, dealer: Dealer): string {
  const held = new Map<string, Drawn>();
  return template.replace(SLOT, (slot: string, symbol: string, key?: string, field = "", form = "") => {
    const name = `${symbol}/${key}`;
    let drawn = key === undefined ? undefined : held.get(name);
    if (drawn === undefined) {
      const siblings = [...held].filter(([other]) => other.startsWith(`${symbol}/`));
      drawn = draw(
        grammar,
        symbol,
        dealer,
        key === undefined ? [] : siblings.map(([, { alternative }]) => alternative),
      );
      if (key !== undefined) held.set(name, drawn);
    }
    const { alternative } = drawn;
    const entry = typeof alternative === "string" || isWeighted(alternative) ? {} : alternative;
    const many = entry.number?.[0] === "many";
    const agree = AGREEMENT[form];
    if (agree !== undefined) return agree(entry.pronoun?.[0] ?? (many ? "they" : "it"));
    const text = textOf(grammar, drawn, field, dealer);
    if (form === "") return text;
    if (!isVerbForm(form)) throw new InputError(`The slot ${slot} asks for "${form}", which is no verb form.`);
    return inflectPredicate(text, form, many);
  });
}

/** Splits a table written as one text: items are set apart by ` / ` or a line break. */
export function items(table: string): string[] {
  return table
    .split(/\s\/\s|\n/)
    .map((item) => item.trim())
    .filter((item) => item !== "" && item !== "/");
}
