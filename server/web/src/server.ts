// The server as the page sees it: its client, its models, and what is known of each.
import { computed, signal } from "@preact/signals";
import { type Client, client, type ModelClient, type ModelDetails, type ModelSummary } from "../../client.ts";
import { place } from "./place.ts";
import { takeToken } from "./pure/link.ts";
import { Task } from "./task.ts";

const KEPT = "latentext.token";

/** Without a slash at its end; the page may be served below a path. */
export const base = new URL("./", document.baseURI).href.replace(/\/$/, "");

const token = signal(readToken());
export const secured = computed(() => token.value !== undefined);
const api = computed<Client>(() => client(base, { token: token.value }));

export const models = signal<readonly ModelSummary[] | undefined>(undefined);
const details = signal<ReadonlyMap<string, ModelDetails>>(new Map());

/** Fetching the models, or the details of one. */
export const loading = new Task();

/** The model that the address names, or else the first that is ready. */
export const model = computed<ModelSummary | undefined>(() => {
  const ready = models.value?.filter(({ status }) => status === "ready") ?? [];
  const named = place.value.query.get("model");
  return ready.find(({ id }) => id === named) ?? ready[0];
});

export const modelDetails = computed(() => details.value.get(model.value?.id ?? ""));

/** Calls of the model in use, or of the one named. */
export function ask(id: string): ModelClient {
  return api.value.model(id);
}

export function loadModels(): void {
  loading.start(async (signal) => {
    models.value = (await api.value.models({ signal })).models;
  });
}

export function loadDetails(id: string): void {
  if (details.value.has(id)) return;
  loading.start(async (signal) => {
    const found = await ask(id).details({ signal });
    details.value = new Map(details.value).set(id, found);
  });
}

/** Takes another token, and asks again for what was refused without. */
export function giveToken(given: string): void {
  sessionStorage.setItem(KEPT, given);
  token.value = given;
  loadModels();
}

/** A token that came in the address is kept for the session, and the address no longer shows it. */
function readToken(): string | undefined {
  const { token: given, rest } = takeToken(location.hash);
  if (given !== undefined) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", rest || location.pathname + location.search);
  }
  return sessionStorage.getItem(KEPT) ?? undefined;
}
