// The server as the page sees it: its client, its models, and what is known of each.
import { computed, signal } from "@preact/signals";
import { ApiError, type Client, client, type ModelClient, type ModelDetails, type ModelSummary } from "../../client.ts";
import { keep, kept } from "./kept.ts";
import { concealAddress, place } from "./place.ts";
import { takeToken } from "./pure/link.ts";
import { clearFirst, isOf } from "./pure/models.ts";
import { Task } from "./task.ts";

/** The page of the API's documentation keeps its token there too. */
const KEPT = "latentext.token";

/** Without a slash at its end; the page may be served below a path. */
export const base = new URL("./", document.baseURI).href.replace(/\/$/, "");

const token = signal(tokenOfAddress() ?? kept("sessionStorage", KEPT));
export const secured = computed(() => token.value !== undefined);
const api = computed<Client>(() => client(base, { token: token.value }));

export const models = signal<readonly ModelSummary[] | undefined>(undefined);
export const readyModels = computed(() => models.value?.filter(({ status }) => status === "ready") ?? []);
const details = signal<ReadonlyMap<string, ModelDetails>>(new Map());

/** Milliseconds that a view waits to hear which examples are clear: it is a help, no more. */
const HELP = 1_000;

/** Fetching the models, or the details of one. */
export const loading = new Task();

/** The model where the address names none: the first that was ready, and no other because that one comes before it now. */
const first = signal<string | undefined>(undefined);

/** The model that the address names, also as the run that is watched, or else the first that is ready. */
export const model = computed<ModelSummary | undefined>(() => {
  const { query } = place.value;
  const named = query.get("model") ?? query.get("run");
  const withId = (id: string | null | undefined) => readyModels.value.find((summary) => summary.id === id);
  return withId(named) ?? withId(first.value);
});

export const modelDetails = computed(() => details.value.get(model.value?.id ?? ""));

/** Calls of the model in use, or of the one named. */
export function ask(id: string): ModelClient {
  return api.value.model(id);
}

export function loadModels(): void {
  loading.start(async (signal) => takeModels((await api.value.models({ signal })).models));
}

let looking = false;
/** The token that was refused: servers count how often one is wrong. */
let refused: { readonly token: string | undefined } | undefined;

/** Looks at the list of models again, and says nothing where that fails: what is asked next will tell. */
export async function lookAtModels(): Promise<void> {
  const used = token.value;
  if (looking || models.value === undefined || (refused && refused.token === used)) return;
  looking = true;
  try {
    takeModels((await api.value.models()).models);
  } catch (error) {
    // The list that is known stays.
    if (error instanceof ApiError && error.status === 401) refused = { token: used };
  } finally {
    looking = false;
  }
}

function takeModels(found: readonly ModelSummary[]): void {
  if (JSON.stringify(found) === JSON.stringify(models.value)) return;
  // Of a run that was trained further, or replaced, nothing is known any more.
  const known = [...details.value].filter(([, known]) => found.some((summary) => isOf(known, summary)));
  details.value = new Map(known);
  models.value = found;
  if (!readyModels.value.some(({ id }) => id === first.value)) first.value = readyModels.value[0]?.id;
}

export function loadDetails(summary: ModelSummary): void {
  const { id } = summary;
  const known = details.value.get(id);
  if (known && isOf(known, summary)) return;
  loading.start(async (signal) => {
    const found = await ask(id).details({ signal });
    const unclear = await Promise.race([unclearTo(id, found.examples, signal), nothingAfter(HELP)]);
    signal.throwIfAborted();
    const examples = clearFirst(found.examples, unclear);
    details.value = new Map(details.value).set(id, { ...found, examples });
  });
}

function nothingAfter(milliseconds: number): Promise<Set<string>> {
  return new Promise((resolve) => setTimeout(() => resolve(new Set()), milliseconds));
}

/** Texts of one request. */
const MOST_TEXTS = 64;

/** Those of `texts` that hold words which the model does not know; none where it cannot be asked now. */
export async function unclearTo(id: string, texts: readonly string[], signal: AbortSignal): Promise<Set<string>> {
  const unclear = new Set<string>();
  try {
    for (let start = 0; start < texts.length; start += MOST_TEXTS) {
      const part = texts.slice(start, start + MOST_TEXTS);
      const { inputs } = await ask(id).inspect({ texts: part }, { signal });
      for (const [i, text] of part.entries()) if (inputs[i]?.unknown.length !== 0) unclear.add(text);
    }
  } catch {
    signal.throwIfAborted();
  }
  return unclear;
}

/** Takes another token, and asks again for what was refused without. */
export function giveToken(given: string): void {
  keep("sessionStorage", KEPT, given);
  token.value = given;
  loadModels();
}

/** A token that came in the address is kept for the session, and the address no longer shows it. */
function tokenOfAddress(): string | undefined {
  const { token: given, rest } = takeToken(location.hash);
  if (given === undefined) return undefined;
  keep("sessionStorage", KEPT, given);
  concealAddress(rest);
  return given;
}

// The page may be open when its link with the token is followed.
addEventListener("hashchange", () => {
  const given = tokenOfAddress();
  if (given !== undefined) giveToken(given);
});
