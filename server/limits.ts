// What a request may take: bytes of body, requests a minute, seconds until its reply.
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "./context.ts";
import { DeadlineError, RequestError } from "./errors.ts";
import { LIMITS } from "./schemas.ts";
import { parseStrictJson } from "./strict-json.ts";

/** Addresses that are remembered; beyond it, those that have been quiet longest are forgotten. */
const MOST_ADDRESSES = 10_000;

/**
 * Reads the body of a POST request, at most {@link LIMITS}.body bytes of it, and checks that it is JSON in which no key is given
 * twice: what comes after parses what was read here.
 * @param logged whether the log line holds the body, JSON or not
 */
export function boundedJson(logged: boolean): MiddlewareHandler<AppEnv> {
  return async function boundedJson(c, next) {
    if (c.req.method === "POST") {
      const type = c.req.header("content-type");
      if (type === undefined || !/^application\/json *(;|$)/i.test(type)) {
        const given = type === undefined ? "no content type" : `the content type ${JSON.stringify(type.slice(0, 100))}`;
        throw new RequestError(`The request has ${given}; expected application/json.`, {
          status: 415,
          code: "unsupported_type",
        });
      }
      const text = await readBounded(c.req.raw, LIMITS.body);
      const about = c.get("about");
      if (logged) about.request = text;
      const request = parseStrictJson(text);
      if (logged) about.request = request;
      // Where hono keeps a body that has been read: as the promise of it, though its type says otherwise.
      Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
    }
    await next();
  };
}

async function readBounded(request: Request, most: number): Promise<string> {
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > most) throw tooLarge(most);
  // More than is declared never comes, and without a stream the server is spared a quarter of what a short request costs it.
  const bytes = declared === null ? await readStream(request.body, most) : await request.arrayBuffer();
  if (bytes.byteLength > most) throw tooLarge(most);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RequestError("The body is not UTF-8.", { status: 422, code: "bad_json" });
  }
}

async function readStream(body: Request["body"], most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > most) throw tooLarge(most);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(most: number): RequestError {
  return new RequestError(`The body is too large; expected at most ${most} bytes.`, { status: 413, code: "too_large" });
}

/** A token bucket an address: `rate` tokens a minute on average, and as many at once after a quiet minute. */
export class Buckets {
  readonly #rate: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { readonly tokens: number; readonly at: number }>();

  /** @param now milliseconds of a clock that does not go back */
  constructor(rate: number, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Seconds until an address has a token; 0 where it has one. */
  wait(address: string): number {
    const missing = 1 - this.#tokens(address);
    return missing <= 0 ? 0 : Math.max(1, Math.ceil((60 * missing) / this.#rate));
  }

  /** Takes a token of an address; of none, nothing. */
  take(address: string): void {
    const tokens = this.#tokens(address);
    // Set anew, so that the map is in the order of last use.
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: tokens < 1 ? tokens : tokens - 1, at: this.#now() });
    if (this.#buckets.size > MOST_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value as string);
  }

  #tokens(address: string): number {
    const last = this.#buckets.get(address);
    return last === undefined
      ? this.#rate
      : Math.min(this.#rate, last.tokens + ((this.#now() - last.at) * this.#rate) / 60_000);
  }
}

/** Lets an address ask `rate` times a minute. */
export function rateLimit(rate: number): MiddlewareHandler<AppEnv> {
  const buckets = new Buckets(rate);
  return async function rateLimit(c, next) {
    const address = addressOf(c);
    const wait = buckets.wait(address);
    buckets.take(address);
    if (wait > 0) throw tooMany(`There were more than ${rate} requests a minute from this address.`, wait);
    await next();
  };
}

export function tooMany(message: string, retryAfter: number): RequestError {
  return new RequestError(message, { status: 429, code: "rate_limited", retryAfter });
}

/** A client's address; of IPv6 the first half, since a client has all of the second to itself. */
export function addressOf(c: Context<AppEnv>): string {
  const address = c.env?.incoming?.socket?.remoteAddress ?? "";
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (!v4.includes(":")) return v4;
  const [head = "", tail = ""] = v4.split("::");
  const groups = head.split(":");
  const missing = 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  const full = v4.includes("::") ? [...groups, ...Array<string>(Math.max(0, missing)).fill("0")] : groups;
  return full.slice(0, 4).join(":");
}

/** A request's signal. */
export interface RequestSignal {
  readonly signal: AbortSignal;
  /** Aborts it: the client has left. */
  leave(): void;
  /** Lets go of the timer and of the client's signal. */
  release(): void;
}

/**
 * A signal that is aborted when the client leaves, or with a DeadlineError after `seconds`.
 * (AbortSignal.any and AbortSignal.timeout would each hold on to every request for the whole time of the deadline.)
 */
export function requestSignal(client: AbortSignal, seconds: number): RequestSignal {
  const controller = new AbortController();
  const leave = () => controller.abort(new DOMException("The client has left.", "AbortError"));
  const late = () =>
    controller.abort(new DeadlineError(`The request took longer than the ${seconds} seconds that it may take.`));
  const timer = setTimeout(late, seconds * 1_000);
  if (client.aborted) leave();
  else client.addEventListener("abort", leave, { once: true });
  return {
    signal: controller.signal,
    leave,
    release() {
      clearTimeout(timer);
      client.removeEventListener("abort", leave);
    },
  };
}

/** The promise's outcome, or the signal's reason as soon as it is aborted: a reply is not late because the work ends late. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
