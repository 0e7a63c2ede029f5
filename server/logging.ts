// One JSON line a request, and its share in the metrics.
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { AppEnv, Services } from "./context.ts";
import { CLIENT_LEFT } from "./error-reply.ts";

export interface LoggerOptions {
  /** Nothing but errors. */
  readonly quiet?: boolean;
  /** Standard error by default. */
  readonly to?: DestinationStream;
}

/** A logger of JSON lines; control characters of what it logs are escaped, as JSON demands. */
export function createLogger({ quiet = false, to = destination({ fd: 2, sync: false }) }: LoggerOptions = {}): Logger {
  const level = quiet ? "error" : "info";
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, to);
}

const SIGNS_OF_LIFE = new Set(["/healthz", "/readyz", "/metrics"]);
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Logs and counts each request when its reply has been written. It names the route as it is registered, and not the path: a path is the
 * client's own text, and every one of them would be a new row of the metrics.
 */
export function observe({ log, metrics }: Pick<Services, "log" | "metrics">): MiddlewareHandler<AppEnv> {
  return async function observe(c, next) {
    const start = performance.now();
    c.set("about", {});
    await next();
    const status = hasLeft(c) ? CLIENT_LEFT : c.res.status;
    const method = METHODS.has(c.req.method) ? c.req.method : "other";
    const route = matchedRoutes(c).findLast((matched) => matched.method !== "ALL")?.path ?? "unmatched";
    const { error } = c;
    const id = c.get("requestId");
    const written = () =>
      recordRequest({ log, metrics }, { id, method, route, status, start, about: c.get("about"), error });
    const finished = c.get("finished");
    if (finished === undefined) written();
    else finished.then(written);
  };
}

/** A request whose reply has been written. */
interface AnsweredRequest {
  readonly id: string;
  readonly method: string;
  /** As it is registered. */
  readonly route: string;
  readonly status: number;
  /** When it came, by the clock of `performance`. */
  readonly start: number;
  readonly about: Readonly<Record<string, unknown>>;
  readonly error?: Error | undefined;
}

/** Logs and counts a request. */
export function recordRequest(
  { log, metrics }: Pick<Services, "log" | "metrics">,
  { start, about, error, ...request }: AnsweredRequest,
): void {
  const { method, route, status } = request;
  const milliseconds = performance.now() - start;
  metrics.request(method, route, status, milliseconds / 1_000);
  const line = { ...request, ms: Math.round(milliseconds * 10) / 10, ...about };
  // 503 and 504 are expected of a server under load; they need no stack.
  if (status === 500 && error !== undefined) log.error({ ...line, err: error }, "request");
  else if (status >= 500) log.warn({ ...line, ...(error && { message: error.message }) }, "request");
  else if (SIGNS_OF_LIFE.has(route)) log.debug(line, "request");
  else log.info(line, "request");
}

/** Whether the client has gone before its reply. The signal of a request that came over HTTP is made when it is first asked for: most need none. */
function hasLeft({ env, req }: Context<AppEnv>): boolean {
  return env?.outgoing?.destroyed ?? req.raw.signal.aborted;
}
