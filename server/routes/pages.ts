// The static pages: the playground at `/`, and the API's documentation at `/docs`.
import type { Context } from "hono";
import { packageRoot } from "../../src/package-root.ts";
import type { App, AppEnv } from "../context.ts";
import { RequestError } from "../errors.ts";
import { type PageFile, PageFolder } from "../pages.ts";

/** Where the pages lie when they have been built. */
export interface PagesOptions {
  readonly web?: URL;
  readonly docs?: URL;
}

const YEAR = 31_536_000;

export function addPageRoutes(
  app: App,
  {
    web = new URL("dist/server/web/", packageRoot),
    docs = new URL("dist/server/docs/", packageRoot),
  }: PagesOptions = {},
): void {
  const playground = new PageFolder(web);
  const documentation = new PageFolder(docs);

  app.get("/", async (c) => {
    const page = await playground.file("index.html");
    if (page === undefined) {
      throw missing("The playground has not been built: `npm run build` does it. The API is there, under /v1/models.");
    }
    return send(c, page);
  });
  app.get("/assets/:name", async (c) => send(c, await playground.file(`assets/${c.req.param("name")}`)));
  app.get("/favicon.ico", async (c) => {
    const icon = await playground.file("favicon.ico");
    return icon === undefined ? c.body(null, 204) : send(c, icon);
  });
  app.get("/docs", async (c) => {
    const page = await documentation.file("index.html");
    if (page === undefined) {
      throw missing("The documentation page has not been built: `npm run build` does it. /openapi.json is there.");
    }
    return send(c, page);
  });
  app.get("/docs/:name", async (c) => send(c, await documentation.file(c.req.param("name"))));
}

function send(c: Context<AppEnv>, file: PageFile | undefined): Response {
  if (file === undefined) throw missing("There is no such file.");
  c.header("etag", file.tag);
  c.header("cache-control", file.immutable ? `public, max-age=${YEAR}, immutable` : "no-cache");
  c.header("vary", "accept-encoding");
  const known = c.req.header("if-none-match")?.split(",") ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === file.tag)) return c.body(null, 304);
  c.header("content-type", file.type);
  if (
    file.gzipped === undefined ||
    !/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(c.req.header("accept-encoding") ?? "")
  ) {
    return c.body(file.bytes);
  }
  // One tag for both: they are one content, and the tag is never used for ranges.
  c.header("content-encoding", "gzip");
  return c.body(file.gzipped);
}

function missing(message: string): RequestError {
  return new RequestError(message, { status: 404, code: "not_found" });
}
