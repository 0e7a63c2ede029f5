// One request's way through the pool: its model, its signal, its reply's common parts.
import type { Context } from "hono";
import { InputError, RunFolderError } from "../src/errors.ts";
import type { AppEnv, Services } from "./context.ts";
import { IndexNotReadyError, RequestError } from "./errors.ts";
import type { InputReport, Item, Job, JobResult } from "./inference/jobs.ts";
import { requestSignal, untilAborted } from "./limits.ts";
import { fileName, whyUnreadable } from "./model-facts.ts";
import type { RegisteredModel } from "./registry.ts";
import type { GenerateReply, InputText, WrittenText } from "./schemas.ts";

/** What a job came to, and what a reply says of it. */
export interface Ran {
  readonly result: JobResult;
  /** The parts that all replies have. */
  readonly reply: { readonly model: string; readonly timings: GenerateReply["timings"] };
  readonly inputs: InputText[];
}

export interface RunOptions {
  readonly onItem?: (item: Item) => void;
  /** Given a function that tells that the client has left. */
  readonly onLeave?: (leave: () => void) => void;
}

/**
 * The model that the path names.
 * @throws UnknownModelError; RequestError 503 while it has no weights, unless `watch`
 */
export async function modelOf(
  c: Context<AppEnv>,
  { registry }: Services,
  { watch = false }: { watch?: boolean } = {},
): Promise<RegisteredModel> {
  const model = await registry.get(c.req.param("id") ?? "");
  c.get("about").model = model.ref.id;
  if (!watch && !model.facts.hasWeights) {
    throw new RequestError(`The model "${model.ref.id}" has only begun to be trained, and has no weights yet.`, {
      status: 503,
      code: "model_not_ready",
      retryAfter: 10,
    });
  }
  return model;
}

/** Refuses what needs the codes of the corpus lines while they are not there. */
export function mustHaveIndex({ ref, facts }: RegisteredModel, { ensureIndex }: Services): void {
  const { state, reason = "" } = ensureIndex(ref);
  if (state === "building") {
    throw new IndexNotReadyError(`The corpus lines of "${ref.id}" are being encoded; try again in a moment.`);
  }
  if (state === "unavailable") {
    // Where files lie is not the client's business.
    const told = facts.config.corpora.reduce((text, path) => text.replaceAll(path, fileName(path)), reason);
    throw new RequestError(`There are no corpus lines of "${ref.id}" to search. ${told.replaceAll(ref.path, ref.id)}`, {
      status: 404,
      code: "no_index",
    });
  }
}

/**
 * Runs a job, until the client leaves or the deadline passes.
 * @throws what the pool throws; the signal's reason
 */
export async function runJob(
  c: Context<AppEnv>,
  services: Services,
  { ref }: RegisteredModel,
  job: Job,
  { onItem, onLeave }: RunOptions = {},
): Promise<Ran> {
  const { pool, metrics, deadline } = services;
  const start = performance.now();
  const { signal, leave, release } = requestSignal(c.req.raw.signal, deadline);
  onLeave?.(leave);
  let open = true;
  const options = onItem ? { signal, onItem: (item: Item) => void (open && onItem(item)) } : { signal };
  try {
    signal.throwIfAborted();
    const result = await untilAborted(signal, pool.run(ref, job, options));
    const tokens = result.items.reduce((sum, item) => sum + item.tokens, 0);
    if (result.items.length > 0) metrics.texts(ref.id, result.items.length, tokens);
    c.get("about").n = result.items.length;
    const timings = {
      queue_ms: rounded(result.queueMs),
      compute_ms: rounded(result.computeMs),
      total_ms: rounded(performance.now() - start),
    };
    return { result, reply: { model: ref.id, timings }, inputs: result.inputs.map(inputText) };
  } catch (cause) {
    // Where the run lies is not the client's business.
    if (cause instanceof InputError) throw new InputError(cause.message.replaceAll(ref.path, ref.id), { cause });
    throw cause instanceof RunFolderError ? await whyUnreadable(ref, cause) : cause;
  } finally {
    open = false;
    release();
  }
}

export function writtenText({ index, text, tokens, finished, code }: Item): WrittenText {
  const reason = finished === "end" ? "eos" : "length";
  return { index, text, tokens, finish_reason: reason, ...(code && { code: numbersOf(code) }) };
}

/** A code's numbers, each in the fewest digits that come back as the same float32. */
export function numbersOf(code: Float32Array): number[] {
  return Array.from(code, (value) => Number(value.toPrecision(9)));
}

function inputText({ text, tokens, unknown, truncated }: InputReport): InputText {
  return { text, tokens, unknown: [...unknown], truncated };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
