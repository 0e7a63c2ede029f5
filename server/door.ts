// Turns away what the pool has no place for before the application sees it: when there is most to refuse, refusing must cost least.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App, Services } from "./context.ts";
import { replyToError } from "./error-reply.ts";
import { OverloadedError } from "./errors.ts";
import { recordRequest } from "./logging.ts";
import { LIMITS } from "./schemas.ts";
import { securityHeaderValues } from "./security.ts";

/** Milliseconds in which the rest of a refused body may come. */
const BODY_GRACE = 500;

/** Answers a request that needs a place where there is none, and says whether it did; all others are the application's. */
export type Door = (request: IncomingMessage, reply: ServerResponse) => boolean;

export interface DoorOptions extends Pick<Services, "pool" | "lifecycle" | "metrics" | "log"> {
  /** The application, whose routes of POST are those that need a place. */
  readonly app: App;
}

/**
 * A door for the application's work. Its replies are those of the application where all places are taken, and cost less; whose request it is,
 * and for which host, is not looked at before. What a reply would have to be fitted to is left to the application: another
 * origin, an id that a request brings, a body of any length, connections that end.
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
    reply.writeHead(status, [...fixed, "x-request-id", id]).end(text);
    reply.once("finish", () => endUnlessComplete(request));
    recordRequest({ metrics, log }, { id, method: "POST", route, status, start, about: { code: body.error.code } });
    return true;
  };
}

/** The server lets go of a body that was not read, but would wait for it as long as for any other. */
function endUnlessComplete(request: IncomingMessage): void {
  if (request.complete) return;
  const end = () => {
    if (!request.complete) request.socket.destroySoon();
  };
  setTimeout(end, BODY_GRACE).unref();
}

/** What a model is asked to do by a path, of a request or a route, as `/v1/models/verse/generate`; nothing where it asks no model. */
function verbOf(path: string): string | undefined {
  return /^\/v1\/models\/[^/?#]+\/([^/?#]+)$/.exec(path)?.[1];
}

function isFitted(headers: IncomingMessage["headers"]): boolean {
  const isBounded = Number(headers["content-length"]) <= LIMITS.body;
  return !isBounded || headers.origin !== undefined || headers["x-request-id"] !== undefined;
}
