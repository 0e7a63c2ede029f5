// Turns away what the pool has no place for before the application sees it: when there is most to refuse, refusing must cost least.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App, Services } from "./context.ts";
import { replyToError } from "./error-reply.ts";
import { OverloadedError } from "./errors.ts";
import { recordRequest } from "./logging.ts";
import { LIMITS } from "./schemas.ts";
import { securityHeaderValues } from "./security.ts";

/** Answers a request that needs a place where there is none, and says whether it did; all others are the application's. */
export type Door = (request: IncomingMessage, reply: ServerResponse) => boolean;

export interface DoorOptions extends Pick<Services, "pool" | "lifecycle" | "metrics" | "log"> {
  /** The application, whose routes of POST are those that need a place. */
  readonly app: App;
}

/**
 * A door for the application's work. Its replies are those of the application, which takes more than twice as long for one. What they would
 * have to be fitted to is left to it: to another origin, to an id that a request brings, to a body of any length, to connections that end.
 */
export async function createDoor({ app, pool, lifecycle, metrics, log }: DoorOptions): Promise<Door> {
  const routes = new Map<string, string>();
  for (const { method, path } of app.routes) {
    const verb = verbOf(path);
    if (method === "POST" && verb !== undefined) routes.set(verb, path);
  }
  const { status, headers, body } = replyToError(new OverloadedError());
  const text = JSON.stringify(body);
  const fixed = Object.entries({
    ...(await securityHeaderValues()),
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  }).flat();

  return function refuse(request, reply): boolean {
    if (!pool.full || request.method !== "POST" || lifecycle.draining) return false;
    const route = routes.get(verbOf(request.url ?? "") ?? "");
    if (route === undefined || isFitted(request.headers)) return false;
    const start = performance.now();
    const id = randomUUID();
    pool.counters.overloaded++;
    // Of the body, as it was not read, the server lets go.
    reply.writeHead(status, [...fixed, "x-request-id", id]).end(text);
    recordRequest({ metrics, log }, { id, method: "POST", route, status, start, about: { code: body.error.code } });
    return true;
  };
}

/** What a model is asked to do by a path, of a request or a route, as `/v1/models/verse/generate`; nothing where it asks no model. */
function verbOf(path: string): string | undefined {
  return /^\/v1\/models\/[^/?#]+\/([^/?#]+)$/.exec(path)?.[1];
}

function isFitted(headers: IncomingMessage["headers"]): boolean {
  const isBounded = Number(headers["content-length"]) <= LIMITS.body;
  return !isBounded || headers.origin !== undefined || headers["x-request-id"] !== undefined;
}
