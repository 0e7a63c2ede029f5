// Where the page is: the tab and parameters of the address's fragment, which is the one place that holds them.
import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Fields, type Place, readHash, readValues, type ValuesOf, writeHash, writeValues } from "./pure/link.ts";

export const place = signal(readHash(location.hash));

/** The last parameters of each tab, so that going to another and back loses nothing. */
const remembered = new Map<string, URLSearchParams>();

/** The fragment of `place`. */
let shown = location.hash;

function arrive(at: Place): void {
  shown = location.hash;
  remembered.set(at.tab, at.query);
  place.value = at;
}

/** Whether a link has been followed of which the event is yet to come: what is put into the address now would undo that. */
function isLeaving(): boolean {
  return location.hash !== shown;
}

arrive(place.value);
addEventListener("hashchange", () => arrive(readHash(location.hash)));

/** Puts a tab with parameters into the address, without a step in the browser's history. */
export function replacePlace(tab: string, query: URLSearchParams): void {
  if (isLeaving()) return;
  history.replaceState(null, "", writeHash({ tab, query }));
  arrive({ tab, query });
}

/** As {@link replacePlace}, with a step that the browser's way back undoes. */
function pushPlace(tab: string, query: URLSearchParams): void {
  if (isLeaving()) return;
  const hash = writeHash({ tab, query });
  if (hash !== location.hash) history.pushState(null, "", hash);
  arrive({ tab, query });
}

/** Shows another fragment in the place of one that holds what nobody is to see. */
export function concealAddress(hash: string): void {
  history.replaceState(null, "", hash || location.pathname + location.search);
  arrive(readHash(hash));
}

/** The parameters with which a tab was left, where that was with this model; with the one that the address names, while none is known. */
function leftWith(tab: string, model: string | undefined): URLSearchParams {
  const named = model ?? place.value.query.get("model");
  const query = remembered.get(tab);
  if (query && query.get("model") === named) return new URLSearchParams(query);
  return new URLSearchParams(named === null ? {} : { model: named });
}

/** The link that goes to a tab as it was left. */
export function linkToTab(tab: string, model: string | undefined): string {
  return writeHash({ tab, query: leftWith(tab, model) });
}

/**
 * A link to a tab with some of its parameters. All others are as the tab was left, but for the label: a line goes with the one that it
 * was written for.
 */
export function linkTo(tab: string, model: string, values: Readonly<Record<string, string>>): string {
  const query = leftWith(tab, model);
  const label = place.value.query.get("label");
  for (const [key, value] of Object.entries(label === null ? values : { label, ...values })) query.set(key, value);
  return writeHash({ tab, query });
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
  /** As `set`, where what was there before is worth going back to: a step in the browser's history. */
  go(patch: Partial<ValuesOf<F>>): void;
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
      go: (patch) => pushPlace(tab, queryOf({ ...values, ...patch })),
      settle: (patch) => replacePlace(tab, queryOf({ ...values, ...patch }, query.get("model") ?? model)),
      link: writeHash({ tab, query: queryOf(values) }),
    };
  }, [tab, model, key]);
}

/** Puts the seed that a view has drawn into the address, so that going away and back, or a reload, finds the same again. */
export function useKeptSeed(tab: string, seed: number, settle: (patch: { seed: number }) => void): void {
  const { tab: current, query } = place.value;
  const isMissing = current === tab && !query.has("seed");
  useEffect(() => {
    // An effect runs after the paint, when the visitor may be in another tab.
    if (isMissing && place.value.tab === tab) settle({ seed });
  }, [isMissing]);
}
