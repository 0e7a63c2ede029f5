// What Prometheus reads: requests, latencies, the pool, texts and tokens, and the process itself.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { InferencePool, PoolCounters } from "./inference/jobs.ts";

/** The metrics of one app, in a registry of their own. */
export interface Metrics {
  request(method: string, route: string, status: number, seconds: number): void;
  texts(model: string, texts: number, tokens: number): void;
  /** All of them in the text format. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

const PREFIX = "latentext_";
const SECONDS = [0.005, 0.01, 0.02, 0.04, 0.08, 0.12, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const POOL_COUNTERS: Readonly<Record<Exclude<keyof PoolCounters, "processes">, string>> = {
  restarts: "inference processes started again after they died",
  jobs: "jobs taken by the pool",
  overloaded: "jobs refused because all places were taken",
  cancelled: "jobs whose client left or whose deadline passed",
  failed: "jobs that failed, not by the fault of their requests",
};

/** With `process`, memory, processor time and the event loop's lag are measured as well, from now on. */
export function createMetrics(pool: InferencePool, { process = false }: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (process) collectDefaultMetrics({ register: registry });

  const requests = new Counter({
    name: `${PREFIX}http_requests_total`,
    help: "requests answered",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const latency = new Histogram({
    name: `${PREFIX}http_request_seconds`,
    help: "time from a request's headers to the end of its reply",
    labelNames: ["route"],
    buckets: SECONDS,
    registers,
  });
  const texts = new Counter({ name: `${PREFIX}texts_total`, help: "texts written", labelNames: ["model"], registers });
  const tokens = new Counter({
    name: `${PREFIX}tokens_total`,
    help: "tokens of the texts written",
    labelNames: ["model"],
    registers,
  });

  gauge("places_active", "jobs that have a place in the pool", () => pool.active);
  gauge("processes", "inference processes that run", () => pool.counters.processes);
  gauge("ready", "1 while jobs can be taken", () => Number(pool.ready));
  for (const [name, help] of Object.entries(POOL_COUNTERS)) {
    const key = name as keyof typeof POOL_COUNTERS;
    new Counter({
      name: `${PREFIX}pool_${name}_total`,
      help,
      registers,
      // The pool counts; this only tells.
      collect() {
        this.reset();
        this.inc(pool.counters[key]);
      },
    });
  }

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status });
      latency.observe({ route }, seconds);
    },
    texts(model, written, count) {
      texts.inc({ model }, written);
      tokens.inc({ model }, count);
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
