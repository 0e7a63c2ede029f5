// The HTTP application: what every request passes through, and the routes.
import { readFileSync } from "node:fs";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Logger, pino } from "pino";
import { packageRoot } from "../src/package-root.ts";
import type { App, AppEnv, Lifecycle, Services } from "./context.ts";
import { replyToError, schemaError } from "./error-reply.ts";
import { OverloadedError, RequestError } from "./errors.ts";
import type { IndexStatus } from "./inference/index-builder.ts";
import type { InferencePool, ModelRef } from "./inference/jobs.ts";
import { boundedJson, rateLimit } from "./limits.ts";
import { observe } from "./logging.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { Registry } from "./registry.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addModelRoutes } from "./routes/models.ts";
import { addPageRoutes, type PagesOptions } from "./routes/pages.ts";
import { addReadRoutes } from "./routes/read.ts";
import { addWriteRoutes } from "./routes/write.ts";
import { allowOrigins, bearerToken, ownHosts, securityHeaders } from "./security.ts";

/** What {@link createApp} is made of. */
export interface AppOptions {
  readonly registry: Registry;
  readonly pool: InferencePool;
  /** Whether a model has its corpus lines at hand; by default none has. */
  readonly ensureIndex?: ((model: ModelRef) => IndexStatus) | undefined;
  /** Demanded of every request but those for signs of life and static pages. */
  readonly token?: string | undefined;
  /** Origins whose pages may ask, as `https://example.org`; `*` is all. None by default. */
  readonly cors?: readonly string[] | undefined;
  /** Names, beside those of the machine itself, that requests may be for; where none are given, any. */
  readonly hosts?: readonly string[] | undefined;
  /** Requests a minute and address; 0, the default, does not count them. */
  readonly rate?: number | undefined;
  /** Seconds that a request may take. */
  readonly deadline?: number | undefined;
  /** Seconds between signs of life in a stream that waits. */
  readonly heartbeat?: number | undefined;
  /** Silent by default. */
  readonly log?: Logger | undefined;
  /** Whether log lines hold the bodies of requests, those of refused ones included, and the texts that were written for them. */
  readonly logTexts?: boolean | undefined;
  readonly lifecycle?: Lifecycle | undefined;
  readonly metrics?: Metrics | undefined;
  readonly pages?: PagesOptions | undefined;
}

const DESCRIPTION =
  "Text with a geometry: sentences to codes, codes to sentences, and what lies between. Errors have one shape, ErrorReply; keys that a " +
  "request has and its schema has not are errors.";

/** The application over a registry and a pool. It opens nothing: no port, no process, no file before a request asks for it. */
export function createApp({
  registry,
  pool,
  ensureIndex = () => ({ state: "unavailable", reason: "This server makes no index of them." }),
  token,
  cors = [],
  hosts,
  rate = 0,
  deadline = 30,
  heartbeat = 10,
  log = pino({ level: "silent" }),
  logTexts = false,
  lifecycle = { draining: false },
  metrics = createMetrics(pool),
  pages,
}: AppOptions): App {
  const services: Services = {
    registry,
    pool,
    ensureIndex,
    lifecycle,
    metrics,
    log,
    logTexts,
    deadline,
    heartbeat,
  };
  const app = new OpenAPIHono<AppEnv>({
    defaultHook(result) {
      if (!result.success) throw schemaError(result.error, "data" in result ? result.data : undefined);
    },
  });

  app.use(requestId());
  app.use(observe(services));
  app.use(securityHeaders());
  app.use(async function endConnections(c, next) {
    await next();
    // A client that is kept alive would keep the server alive.
    if (lifecycle.draining) c.header("connection", "close");
  });
  if (hosts !== undefined) app.use(ownHosts(hosts));
  if (cors.length > 0) {
    app.use("/v1/*", allowOrigins(cors));
    app.use("/openapi.json", allowOrigins(cors));
  }
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  if (token !== undefined) app.use(bearerToken(token));
  if (rate > 0) app.use("/v1/*", rateLimit(rate));
  // Before the body is read, and with one error for all, as its stack would be a tenth of the whole cost: when there is most to refuse,
  // refusing must cost least.
  const overloaded = new OverloadedError();
  app.use("/v1/*", async function refuseWhenFull(c, next) {
    if (c.req.method === "POST" && pool.full) {
      pool.counters.overloaded++;
      throw overloaded;
    }
    await next();
  });
  app.use("/v1/*", boundedJson(logTexts));

  addModelRoutes(app, services);
  addWriteRoutes(app, services);
  addReadRoutes(app, services);
  addHealthRoutes(app, services);
  addDocument(app);
  addPageRoutes(app, pages);

  app.notFound((c) =>
    errorReply(c, new RequestError("There is nothing at this address.", { status: 404, code: "not_found" })),
  );
  app.onError((cause, c) => errorReply(c, cause));
  return app;
}

function errorReply(c: Context<AppEnv>, cause: unknown): Response {
  const { status, headers, body } = replyToError(cause);
  c.get("about").code = body.error.code;
  return c.json(body, status as ContentfulStatusCode, { ...headers });
}

function refuseMethod(c: Context<AppEnv>, allowed: readonly string[]): Response {
  const allow = allowed.join(", ");
  c.header("allow", allow);
  const message = `This address does not take ${c.req.method.slice(0, 20)}; expected ${allow}.`;
  return errorReply(c, new RequestError(message, { status: 405, code: "method_not_allowed" }));
}

function addDocument(app: App): void {
  let text: string | undefined;
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "where the server was started with a token",
  });
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: { title: "latentext", version: version(), description: DESCRIPTION },
        servers: [{ url: "/" }],
      }),
    );
    return c.body(text, 200, { "content-type": "application/json", "cache-control": "no-cache" });
  });
}

function version(): string {
  return JSON.parse(readFileSync(new URL("package.json", packageRoot), "utf8")).version;
}
