// What every route is given: the services behind it, and what a request carries along.
import type { HttpBindings } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Logger } from "pino";
import type { IndexStatus } from "./inference/index-builder.ts";
import type { InferencePool, ModelRef } from "./inference/jobs.ts";
import type { Metrics } from "./metrics.ts";
import type { Registry } from "./registry.ts";

/** Set when the server begins to stop: it is no longer ready, and its connections end with their next reply. */
export interface Lifecycle {
  draining: boolean;
}

/** What the routes work with. */
export interface Services {
  readonly registry: Registry;
  readonly pool: InferencePool;
  /** Looks whether the index of a model is there, and begins to build it where it can be built. */
  readonly ensureIndex: (model: ModelRef) => IndexStatus;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly logTexts: boolean;
  /** Seconds that a request may take. */
  readonly deadline: number;
  /** Seconds between signs of life in a stream that waits. */
  readonly heartbeat: number;
}

export interface AppEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** What the request's log line says beside the usual. */
    about: Record<string, unknown>;
    /** Settled when the reply has been written, where that is later than its headers. */
    finished: Promise<void>;
  };
}

export type App = OpenAPIHono<AppEnv>;
