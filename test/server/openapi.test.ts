// That the OpenAPI document tells of every route and every reply, and what the HTTP process loads.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApp, STREAMS, type TestApp } from "./test-app.ts";

interface Operation {
  readonly summary: string;
  readonly requestBody?: { readonly content: Record<string, { schema: { $ref?: string } }> };
  readonly responses: Record<string, { readonly content?: Record<string, unknown>; readonly headers?: object }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, { readonly additionalProperties?: boolean }> };
}

/** Pages are for people, and the document does not describe itself. */
const PAGES = new Set(["/", "/assets/:name", "/docs", "/docs/:name", "/favicon.ico", "/openapi.json"]);

let server: TestApp;
let document: Document;

beforeAll(async () => {
  server = await createTestApp();
  document = (await (await server.get("/openapi.json")).json()) as Document;
});

describe("the OpenAPI document", () => {
  it("names every route that there is, and no other", () => {
    const routes = server.app.routes.filter(({ method, path }) => method !== "ALL" && !PAGES.has(path));
    const used = new Set(routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`));
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(document.openapi).toBe("3.1.0");
    expect(told.sort()).toEqual([...used].sort());
    expect(told).toContain("POST /v1/models/{id}/arithmetic");
  });

  it("tells every error of a route that works, and when to come again", () => {
    const work = Object.entries(document.paths).filter(([, methods]) => methods.post);
    expect(work).toHaveLength(11);
    for (const [, { post }] of work) {
      expect(Object.keys(post?.responses ?? {})).toEqual([
        "200",
        "401",
        "404",
        "413",
        "415",
        "421",
        "422",
        "429",
        "500",
        "503",
        "504",
      ]);
      for (const status of ["429", "503"]) expect(post?.responses[status]?.headers).toHaveProperty("Retry-After");
      for (const [status, { content }] of Object.entries(post?.responses ?? {})) {
        const reply = { "application/json": { schema: { $ref: "#/components/schemas/ErrorReply" } } };
        if (status !== "200") expect(content).toEqual(reply);
      }
    }
  });

  it("tells which routes stream", () => {
    const streams = Object.entries(document.paths).filter(
      ([, methods]) => methods.post?.responses["200"]?.content?.["text/event-stream"],
    );
    expect(streams.map(([path]) => path.split("/").at(-1)).sort()).toEqual([...STREAMS, "transfer"].sort());
  });

  it("says that requests take no keys but their own", () => {
    const requests = Object.entries(document.components.schemas).filter(([name]) => name.endsWith("Request"));
    expect(requests).toHaveLength(11);
    for (const [, schema] of requests) expect(schema.additionalProperties).toBe(false);
  });

  it("has a schema for every reference in it", () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(50);
    for (const name of new Set(names)) expect(document.components.schemas).toHaveProperty(name as string);
  });
});

describe("the HTTP process", () => {
  it("loads no tensor library and no native code", async () => {
    // Both kinds of modules, once everything that `serve` needs has been imported.
    const program = `
      import { register } from "node:module";
      import { createRequire } from "node:module";
      const loaded = [];
      globalThis.__loaded = loaded;
      const hooks = "export async function load(url, context, next) { console.log(url); return next(url, context); }";
      register("data:text/javascript," + encodeURIComponent(hooks));
      await import(${JSON.stringify(new URL("../../server/listen.ts", import.meta.url).href)});
      const { cache } = createRequire(import.meta.url);
      console.log(Object.keys(cache).join("\\n"));
      console.log(process.report.getReport().sharedObjects.join("\\n"));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { maxBuffer: 2 ** 26 },
    );
    expect(stdout).toContain("server/app.ts");
    expect(stdout).toContain("hono");
    expect(stdout).not.toMatch(/onnxruntime|@tensorflow|huggingface|src\/engine|src\/latent\/model\.ts|\.node$/m);
  });
});
