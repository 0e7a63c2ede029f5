// Requests drawn at random from the OpenAPI document, right and wrong ones: each gets an answer that the document tells of.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Document,
  expectDocumented,
  type Operation,
  operationOf,
  ROUTES,
  requestOf,
  schemaNamed,
} from "./documented.ts";
import { arbitraryOf } from "./json-arbitrary.ts";
import { createTestApp, type TestApp } from "./test-app.ts";

/** Requests of each kind and route. */
const RUNS = Number(process.env.LATENTEXT_FUZZ_RUNS ?? 100);

const HOSTILE = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "",
  "texts",
  "n",
  "label",
  "x".repeat(300),
];

let server: TestApp;
let document: Document;

beforeAll(async () => {
  server = await createTestApp();
  document = (await (await server.get("/openapi.json")).json()) as Document;
});

/** What the schemas cannot say, since it depends on the model. */
function fitsModel(body: Record<string, unknown>): boolean {
  const { max_length: length, label, to } = body;
  // `to` is a label where texts are transferred, and a text where there is a way to it.
  const asked = label ?? ("from" in body ? undefined : to);
  return asked === undefined && (length === undefined || Number(length) <= 8);
}

const accept = fc.constantFrom("application/json", "text/event-stream", "*/*", "");

describe.each(ROUTES)("POST %s", (route) => {
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    server.app.request(`/v1/models/tiny/${route}`, { method: "POST", body, headers });
  const json = { "content-type": "application/json" };

  it("answers what the document allows", async () => {
    const { name, schema } = requestOf(document, route);
    await fc.assert(
      fc.asyncProperty(arbitraryOf(schema), accept, async (body, accept) => {
        const reply = await send(JSON.stringify(body), { ...json, accept });
        const right = schemaNamed(name).safeParse(body).success && fitsModel(body as Record<string, unknown>);
        expect(reply.status).toBe(right ? 200 : 422);
        await expectDocumented(operationOf(document, route), reply);
      }),
      { numRuns: RUNS },
    );
  });

  it("refuses what has a key too many, or a value of another kind", async () => {
    const { name, schema } = requestOf(document, route);
    const keys = fc.constantFrom(...HOSTILE, ...Object.keys(schema.properties ?? {}));
    const changed = fc.tuple(arbitraryOf(schema), keys, fc.jsonValue({ maxDepth: 3 })).map(([body, key, value]) => {
      const entries = [...Object.entries(body as object).filter(([other]) => other !== key), [key, value]];
      return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, fc.json()), accept, async (text, accept) => {
        const reply = await send(text, { ...json, accept });
        const body = JSON.parse(text);
        const right = !text.includes('"__proto__"') && schemaNamed(name).safeParse(body).success && fitsModel(body);
        expect([text, reply.status]).toEqual([text, right ? 200 : 422]);
        await expectDocumented(operationOf(document, route), reply);
      }),
      { numRuns: RUNS },
    );
  });

  it("survives any bytes under any type", async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((given) => new Uint8Array(given));
    const type = fc.oneof(fc.constant("application/json"), fc.stringMatching(/^[\x21-\x7e]{0,30}$/));
    await fc.assert(
      fc.asyncProperty(bytes, type, async (body, type) => {
        const reply = await send(body, { "content-type": type });
        expect([415, 422]).toContain(reply.status);
        await expectDocumented(operationOf(document, route), reply);
      }),
      { numRuns: RUNS },
    );
  });
});

describe.each(["/v1/models", "/v1/models/{id}", "/v1/models/{id}/map", "/v1/models/{id}/training"])(
  "GET %s",
  (path) => {
    it("answers any id and any query with what the document tells of", async () => {
      const operation = () => document.paths[path]?.get as Operation;
      const id = fc.oneof(fc.constant("tiny"), fc.string({ unit: "binary", minLength: 1, maxLength: 20 }));
      const key = fc.oneof(fc.constantFrom("points", "since", "__proto__"), fc.string({ maxLength: 10 }));
      const value = fc.oneof(
        fc.nat().map(String),
        fc.string({ maxLength: 10 }),
        fc.constantFrom("1e3", "-1", "0x10", " 5"),
      );
      const query = fc.array(fc.tuple(key, value), { maxLength: 2 });
      await fc.assert(
        fc.asyncProperty(id, query, async (id, query) => {
          const escaped = encodeURIComponent(Buffer.from(id).toString());
          fc.pre(!/^(\.|%2e)+$/i.test(escaped)); // a URL resolves these itself
          const address = `${path.replace("{id}", escaped)}?${new URLSearchParams(query)}`;
          const reply = await server.get(address);
          expect([200, 404, 422]).toContain(reply.status);
          await expectDocumented(operation(), reply);
        }),
        { numRuns: RUNS },
      );
    });
  },
);
