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

function pick<T>(items: readonly T[], weightOf: (item: T) => number, random: RandomStream): T | undefined {
  let left = random.uniform() * items.reduce((sum, item) => sum + weightOf(item), 0);
  return items.find((item) => {
    left -= weightOf(item);
    return left < 0;
  });
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
export function expand(grammar: Grammar, symbol: string, random: RandomStream): string {
  return chooseArticles(textOf(grammar, draw(grammar, symbol, random, []), "", random));
}

function draw(grammar: Grammar, symbol: string, random: RandomStream, taken: readonly Alternative[]): Drawn {
  const alternatives = grammar[symbol]?.filter((alternative) => !taken.includes(alternative)) ?? [];
  const alternative = pick(alternatives, (each) => (isWeighted(each) ? each[0] : 1), random);
  if (alternative === undefined) throw new InputError(`The grammar has no alternative left for {${symbol}}.`);
  return { alternative, texts: new Map() };
}

function textOf(grammar: Grammar, drawn: Drawn, field: string, random: RandomStream): string {
  const settled = drawn.texts.get(field);
  if (settled !== undefined) return settled;
  const { alternative } = drawn;
  let template: string | undefined;
  if (typeof alternative === "string" || isWeighted(alternative)) {
    if (field === "") template = typeof alternative === "string" ? alternative : alternative[1];
  } else {
    template = pick(alternative[field === "" ? "text" : field] ?? [], () => 1, random);
  }
  if (template === undefined) {
    throw new InputError(`The grammar asks ${JSON.stringify(alternative)} for a field it lacks: "${field || "text"}".`);
  }
  const text = fill(grammar, template, random);
  drawn.texts.set(field, text);
  return text;
}

function fill(grammar: Grammar, template: string, random: RandomStream): string {
  const held = new Map<string, Drawn>();
  return template.replace(SLOT, (slot: string, symbol: string, key?: string, field = "", form = "") => {
    const name = `${symbol}/${key}`;
    let drawn = key === undefined ? undefined : held.get(name);
    if (drawn === undefined) {
      const siblings = [...held].filter(([other]) => other.startsWith(`${symbol}/`));
      drawn = draw(
        grammar,
        symbol,
        random,
        key === undefined ? [] : siblings.map(([, { alternative }]) => alternative),
      );
      if (key !== undefined) held.set(name, drawn);
    }
    const { alternative } = drawn;
    const entry = typeof alternative === "string" || isWeighted(alternative) ? {} : alternative;
    const many = entry.number?.[0] === "many";
    const agree = AGREEMENT[form];
    if (agree !== undefined) return agree(entry.pronoun?.[0] ?? (many ? "they" : "it"));
    const text = textOf(grammar, drawn, field, random);
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
