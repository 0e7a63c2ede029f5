// Links of the page: a tab and its parameters in the address's fragment, so that a link makes the same texts again.

import type { Point } from "./plane.ts";

/** How one parameter stands in a link; a key may be repeated. */
export interface Field<T> {
  readonly fallback: T;
  /** The value, or undefined for what is none: a link may come from anywhere. */
  read(given: readonly string[]): T | undefined;
  write(value: T): readonly string[];
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export function textField(fallback = ""): Field<string> {
  return { fallback, read: ([value]) => value, write: (value) => [value] };
}

/** As {@link textField}, where none at all is a value too. */
export function optionalTextField(): Field<string | undefined> {
  return { fallback: undefined, read: ([value]) => value || undefined, write: (value) => (value ? [value] : []) };
}

/** A number; beyond `min` or `max` it counts as these, so that a control can show whatever a link brings. */
export function numberField(fallback: number, min: number, max: number): Field<number> {
  const read = ([value]: readonly string[]) => numberWithin(value, min, max);
  return { fallback, read, write: (value) => [String(value)] };
}

/** As {@link numberField}, of whole numbers. */
export function integerField(fallback: number, min: number, max: number): Field<number> {
  const read = ([value]: readonly string[]) => integerWithin(value, min, max);
  return { fallback, read, write: (value) => [String(value)] };
}

/** As {@link numberField}, where none at all is a value too. */
export function optionalNumberField(min: number, max: number, integer = false): Field<number | undefined> {
  const within = integer ? integerWithin : numberWithin;
  return {
    fallback: undefined,
    read: ([value]) => within(value, min, max),
    write: (value) => (value === undefined ? [] : [String(value)]),
  };
}

export function choiceField<const T extends string>(fallback: T, choices: readonly T[]): Field<T> {
  return { fallback, read: ([value]) => choices.find((choice) => choice === value), write: (value) => [value] };
}

/** Texts, each under a key of its own; `most` of them at most. */
export function textsField(fallback: readonly string[] = [], most = 64): Field<readonly string[]> {
  return { fallback, read: (given) => (given.length > 0 ? given.slice(0, most) : undefined), write: (value) => value };
}

/** Whole numbers from 0, joined by full stops; undefined where there are none. */
export function indexesField(most = 256): Field<readonly number[] | undefined> {
  return {
    fallback: undefined,
    read: ([value]) => {
      if (value === undefined) return undefined;
      if (value === "") return [];
      const indexes = value.split(".");
      return indexes.length <= most && indexes.every((index) => /^\d{1,9}$/.test(index))
        ? indexes.map(Number)
        : undefined;
    },
    write: (value) => (value === undefined ? [] : [value.join(".")]),
  };
}

/** Numbers joined by underscores, each as in {@link numberField}; undefined where there are none. */
export function numbersField(min: number, max: number, most = 64): Field<readonly number[] | undefined> {
  return {
    fallback: undefined,
    read: ([value = ""]) => {
      const numbers = value.split("_").map((part) => numberWithin(part, min, max));
      const whole = numbers.filter((number) => number !== undefined);
      return whole.length === numbers.length && whole.length <= most ? whole : undefined;
    },
    write: (value) => (value && value.length > 0 ? [value.join("_")] : []),
  };
}

/** Points of a plane to two decimals, as x~y joined by underscores; undefined where there are none. */
export function pointsField(most = 64): Field<readonly Point[] | undefined> {
  return {
    fallback: undefined,
    read: ([value = ""]) => {
      const points = value.split("_").map((part) => {
        const [x, y, ...rest] = part.split("~").map((number) => numberWithin(number, -1e6, 1e6));
        return x === undefined || y === undefined || rest.length > 0 ? undefined : { x, y };
      });
      const whole = points.filter((point) => point !== undefined);
      return whole.length === points.length && whole.length <= most ? whole : undefined;
    },
    write: (value) => (value ? [value.map(({ x, y }) => `${tidy(x)}~${tidy(y)}`).join("_")] : []),
  };
}

/** The values that a link gives, and `initial` or else the fields' own for all others. */
export function readValues<F extends Fields>(
  fields: F,
  query: URLSearchParams,
  initial: Partial<ValuesOf<F>> = {},
): ValuesOf<F> {
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const given = query.has(key) ? field.read(query.getAll(key)) : undefined;
    values[key] = given ?? (initial as Record<string, unknown>)[key] ?? field.fallback;
  }
  return values as ValuesOf<F>;
}

export function writeValues<F extends Fields>(fields: F, values: ValuesOf<F>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, field] of Object.entries(fields)) {
    for (const value of field.write((values as Record<string, unknown>)[key])) query.append(key, value);
  }
  return query;
}

export interface Place {
  readonly tab: string;
  readonly query: URLSearchParams;
}

/** `#/tab?key=value` taken apart; the tab is "" where there is none. */
export function readHash(hash: string): Place {
  const [, tab = "", query = ""] = /^#\/([^?]*)\??(.*)$/s.exec(hash) ?? [];
  return { tab, query: new URLSearchParams(query) };
}

export function writeHash({ tab, query }: Place): string {
  const text = query.toString();
  return `#/${tab}${text && `?${text}`}`;
}

/** The bearer token of `#token=…`, which may hold an `&`, and the fragment without it: what follows an `&/`. */
export function takeToken(hash: string): { readonly token: string | undefined; readonly rest: string } {
  const [, token, rest] = /^#token=(.*?)(?:&(\/.*))?$/s.exec(hash) ?? [];
  if (token === undefined) return { token: undefined, rest: hash };
  return { token: decodeToken(token), rest: rest === undefined ? "" : `#${rest}` };
}

function decodeToken(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

function numberWithin(value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? Math.min(max, Math.max(min, number)) : undefined;
}

function integerWithin(value: string | undefined, min: number, max: number): number | undefined {
  return Number.isInteger(Number(value)) ? numberWithin(value, min, max) : undefined;
}

function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}
