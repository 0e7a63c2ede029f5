// Where the page is: the tab and parameters of the address's fragment, which is the one place that holds them.
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Fields, readHash, readValues, type ValuesOf, writeHash, writeValues } from "./pure/link.ts";

export const place = signal(readHash(location.hash));

/** The last parameters of each tab, so that going to another and back loses nothing. */
const remembered = new Map<string, string>();

addEventListener("hashchange", () => {
  place.value = readHash(location.hash);
});

/** Puts a tab with parameters into the address, without a step in the browser's history. */
export function replacePlace(tab: string, query: URLSearchParams): void {
  const hash = writeHash({ tab, query });
  remembered.set(tab, hash);
  history.replaceState(null, "", hash);
  place.value = readHash(hash);
}

/** The link that goes to a tab as it was left. */
export function linkToTab(tab: string, model: string): string {
  return remembered.get(tab) ?? writeHash({ tab, query: new URLSearchParams({ model }) });
}

/** A link to a tab with some of its parameters; it keeps its own choice for all others. */
export function linkTo(tab: string, model: string, values: Readonly<Record<string, string>>): string {
  return writeHash({ tab, query: new URLSearchParams({ model, ...values }) });
}

/** Goes to a model, on the same tab: what was written for another model is left behind. */
export function goToModel(model: string): void {
  remembered.clear();
  location.hash = writeHash({ tab: place.value.tab, query: new URLSearchParams({ model }) });
}

/** Follows the link that is shown, to another model than it names. */
export function followWith(model: string): void {
  const query = new URLSearchParams(place.value.query);
  query.set("model", model);
  location.hash = writeHash({ tab: place.value.tab, query });
}

export interface Params<F extends Fields> {
  readonly values: ValuesOf<F>;
  /** Changes some parameters, in the address. */
  set(patch: Partial<ValuesOf<F>>): void;
  /** As `set`, of what the view found by itself: a model that the link names stays in it, also one that is not here. */
  settle(patch: Partial<ValuesOf<F>>): void;
  /** The fragment that holds them all. */
  readonly link: string;
}

/** The parameters of a tab's view: the link's, else `initial`, else the fields' own. */
export function useParams<F extends Fields>(
  tab: string,
  model: string,
  fields: F,
  initial: Partial<ValuesOf<F>>,
): Params<F> {
  const { query } = place.value;
  const key = query.toString();
  return useMemo(() => {
    const values = readValues(fields, query, initial);
    const queryOf = (changed: ValuesOf<F>, id = model) =>
      new URLSearchParams([["model", id], ...writeValues(fields, changed).entries()]);
    return {
      values,
      set: (patch) => replacePlace(tab, queryOf({ ...values, ...patch })),
      settle: (patch) => replacePlace(tab, queryOf({ ...values, ...patch }, query.get("model") ?? model)),
      link: writeHash({ tab, query: queryOf(values) }),
    };
  }, [tab, model, key]);
}
