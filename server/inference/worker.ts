// An inference process: holds models, does jobs, and keeps no state that matters. Started by the pool with `fork`.
import { performance } from "node:perf_hooks";
import { type FromWorker, HEARTBEAT, sentError, type ToWorker, type WorkerOptions } from "./messages.ts";
import { ModelCache } from "./model-cache.ts";
import { runJob } from "./run-job.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as WorkerOptions;
const models = new ModelCache(options);
const cancels = new Map<number, AbortController>();

function send(message: FromWorker): void {
  // The HTTP process may be gone: `disconnect` below ends this one.
  if (process.connected) process.send?.(message, () => {});
}

async function work({ id, model, job, stream }: Extract<ToWorker, { type: "job" }>): Promise<void> {
  const started = performance.now();
  const controller = new AbortController();
  const { signal } = controller;
  cancels.set(id, controller);
  try {
    const result = await models.use(model, (served) => {
      signal.throwIfAborted();
      return runJob(served, job, { signal, onItem: (item) => stream && send({ type: "item", id, item }) });
    });
    const items = stream ? [] : result.items;
    send({ type: "done", id, result: { ...result, items, computeMs: performance.now() - started } });
  } catch (cause) {
    if (!signal.aborted) send({ type: "failed", id, error: sentError(cause) });
  } finally {
    cancels.delete(id);
  }
}

process.on("message", (message: ToWorker) => {
  if (message.type === "job") void work(message);
  else if (message.type === "cancel") cancels.get(message.id)?.abort();
  else process.exit(0);
});
process.on("disconnect", () => process.exit(0));
// The HTTP process may have gone before anyone here listened.
if (!process.connected) process.exit(0);
// Signals of a terminal go to all processes of the server at once: when to end is the HTTP process's decision.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

setInterval(() => send({ type: "alive" }), HEARTBEAT);
send({ type: "ready" });
