// Who may ask, and what browsers are told: bearer token, headers, other origins.
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "./context.ts";
import { RequestError } from "./errors.ts";

/** Open with a token as without: signs of life, and pages, which hold nothing of a model. */
const OPEN = /^\/(healthz|readyz|favicon\.ico|docs|(assets|docs)\/.*)?$/;

/** Demands `Authorization: Bearer TOKEN` of every request but those for signs of life and static pages. */
export function bearerToken(token: string): MiddlewareHandler<AppEnv> {
  const expected = digest(token);
  return async function bearerToken(c, next) {
    if (!OPEN.test(c.req.path)) {
      const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? [];
      // Digests have one length, and so take the same time to compare whatever was given.
      if (given === undefined || !timingSafeEqual(digest(given), expected)) {
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
