// Who may ask, and what browsers are told: bearer token, names of this server, headers, other origins.
import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { Hono, type MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "./context.ts";
import { RequestError } from "./errors.ts";
import { addressOf, Buckets, tooMany } from "./limits.ts";

/** Open with a token as without: signs of life, and pages, which hold nothing of a model. */
const OPEN = /^\/(healthz|readyz|favicon\.ico|docs|(assets|docs)\/.*)?$/;

/** Wrong tokens a minute and address, before whatever token comes from there is refused unread. */
const WRONG_TOKENS = 20;

/**
 * Demands `Authorization: Bearer TOKEN` of every request but those for signs of life and static pages. An address that has sent too many
 * wrong ones is not told of the next whether it is right.
 */
export function bearerToken(token: string): MiddlewareHandler<AppEnv> {
  const expected = digest(token);
  const guesses = new Buckets(WRONG_TOKENS);
  return async function bearerToken(c, next) {
    if (!OPEN.test(c.req.path)) {
      const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? [];
      const address = addressOf(c);
      const wait = given === undefined ? 0 : guesses.wait(address);
      if (wait > 0)
        throw tooMany(`There were more than ${WRONG_TOKENS} wrong tokens a minute from this address.`, wait);
      // Digests have one length, and so take the same time to compare whatever was given.
      if (given === undefined || !timingSafeEqual(digest(given), expected)) {
        if (given !== undefined) guesses.take(address);
        c.header("www-authenticate", 'Bearer realm="latentext"');
        const what = given === undefined ? "No token was given" : "The token is not the right one";
        throw new RequestError(`${what}; expected the header "Authorization: Bearer TOKEN".`, {
          status: 401,
          code: "unauthorized",
        });
      }
    }
    await next();
  };
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");

/** Whether an address, or the name `localhost`, leads to the machine itself. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return host === "localhost" || (version > 0 && LOOPBACK.check(host, version === 6 ? "ipv6" : "ipv4"));
}

/**
 * Answers only to requests for the machine itself or one of `hosts`, whatever the port. Who owns a name can have it lead to this machine, and
 * a page that was fetched from there would then be taken by its browser for one of this server's own.
 */
export function ownHosts(hosts: readonly string[]): MiddlewareHandler<AppEnv> {
  const own = new Set(["localhost", ...hosts.map(plainHost)]);
  return async function ownHosts(c, next) {
    const given = plainHost((c.req.header("host") ?? "").replace(/:\d*$/, ""));
    if (!own.has(given) && !isLoopback(given)) {
      throw new RequestError(
        `This server does not answer to the host ${JSON.stringify(given.slice(0, 100))}; expected one of ${[...own].join(", ")}.`,
        { status: 421, code: "misdirected" },
      );
    }
    await next();
  };
}

/** A host's name in the one way in which it is compared: without brackets or the dot of a full name, in lower case. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

/** Headers that forbid a browser everything that our pages do without. */
export function securityHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    // Only a proxy before this server can speak TLS, and it is the one to promise it.
    strictTransportSecurity: false,
  });
}

/** The headers that {@link securityHeaders} lays on replies, for those that no application makes. */
export async function securityHeaderValues(): Promise<Record<string, string>> {
  const bare = new Hono().use(securityHeaders()).get("/", (c) => c.body(null, 204));
  return Object.fromEntries((await bare.request("/")).headers);
}

/** Lets pages of these origins ask, as `https://example.org`; `*` is all. */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: ["GET", "POST"],
    allowHeaders: ["authorization", "content-type"],
    exposeHeaders: ["retry-after", "x-request-id"],
    maxAge: 600,
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
