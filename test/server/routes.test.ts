// What each route answers to a request that is right.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as schemas from "../../server/schemas.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { LATENT } from "./fake-pool.ts";
import { bodyOf, createTestApp, parseEvents, STREAMS, type TestApp, VALID } from "./test-app.ts";

const REPLIES = {
  generate: schemas.GenerateReply,
  interpolate: schemas.InterpolateReply,
  grid: schemas.GridReply,
  encode: schemas.EncodeReply,
  decode: schemas.GenerateReply,
  reconstruct: schemas.RewriteReply,
  similar: schemas.RewriteReply,
  neighbours: schemas.NeighboursReply,
  arithmetic: schemas.ArithmeticReply,
  inspect: schemas.InspectReply,
};

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp();
});

async function generate(body: object): Promise<schemas.GenerateReply> {
  return bodyOf(schemas.GenerateReply, await server.post("generate", body));
}

describe("POST routes", () => {
  it.each(Object.entries(REPLIES))("%s answers in the shape of its schema", async (route, schema) => {
    const reply = await server.post(route, VALID[route]);
    expect(reply.status).toBe(200);
    const body = await bodyOf(schema, reply);
    expect(body.model).toBe("tiny");
    expect(body.timings).toMatchObject({ queue_ms: 1.23, compute_ms: 5.68 });
    expect(server.pool.jobs.at(-1)?.job.kind).toBe(route);
  });

  it("hand the pool what the request says, under its own names", async () => {
    const body = { ...VALID.similar, similarity: 0.3, temperature: 0.7, top_k: 5, top_p: 0.9, seed: 7, max_length: 8 };
    await server.post("similar", { ...body, return_codes: true });
    expect(server.pool.jobs.at(-1)?.job).toEqual({
      kind: "similar",
      text: "the sea",
      n: 2,
      similarity: 0.3,
      write: { temperature: 0.7, topK: 5, topP: 0.9, seed: 7, maxLength: 8, returnCodes: true },
    });
  });

  it("hand the pool what is asked of the wording", async () => {
    const wishes = { ban: ["the"], require: ["sea"], form: { clauses: 2, length: 3, marks: [","] } };
    await server.post("generate", { ...wishes, no_repeat: 2 });
    expect(server.pool.jobs.at(-1)?.job).toMatchObject({ kind: "generate", write: { ...wishes, noRepeat: 2 } });
    const form = { clauses: 2, length: [3, 5] };
    await server.post("generate", { form });
    expect(server.pool.jobs.at(-1)?.job).toMatchObject({ write: { form } });
  });

  it("hand the pool the temperature of the prior, which a sphere has not", async () => {
    await server.post("generate", { n: 1, prior_temperature: 0.8 });
    expect(server.pool.jobs.at(-1)?.job).toMatchObject({ kind: "generate", priorTemperature: 0.8 });
    const sphere = await createTestApp({ config: { prior: "sphere" } });
    const refused = await sphere.post("generate", { n: 1, prior_temperature: 0.8 });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      error: {
        code: "invalid",
        issues: [{ path: "prior_temperature", message: expect.stringContaining("is a sphere") }],
      },
    });
    expect((await sphere.post("generate", { n: 1, prior_temperature: 1 })).status).toBe(200);
  });

  it("tell the seed that was given, and another one each time where none was", async () => {
    const seedOf = async (body: object): Promise<number> => (await generate(body)).seed;
    expect(await seedOf({ seed: 12 })).toBe(12);
    const seeds = new Set(await Promise.all(Array.from({ length: 20 }, () => seedOf({}))));
    expect(seeds.size).toBeGreaterThan(18);
    expect(server.pool.jobs.some(({ job }) => "write" in job && seeds.has(job.write.seed))).toBe(true);
  });

  it("say why a text ended, and give its code only when asked", async () => {
    const { texts } = await generate({ n: 2 });
    expect(texts).toEqual([
      { index: 0, text: "generate 0", tokens: 2, finish_reason: "length" },
      { index: 1, text: "generate 1", tokens: 2, finish_reason: "eos" },
    ]);
    const coded = await generate({ n: 1, return_codes: true });
    expect(coded.texts[0]?.code?.map(Math.fround)).toEqual([0, 0.1, 0.2, 0.3].map(Math.fround));
  });

  it("give codes as numbers, or as the bytes of little-endian float32", async () => {
    const encode = async (body: object) => bodyOf(schemas.EncodeReply, await server.post("encode", body));
    const [, floats] = (await encode({ texts: ["a", "b"] })).codes;
    const { codes, latent } = await encode({ texts: ["a", "b"], format: "base64" });
    const bytes = Buffer.from(codes[1] as string, "base64");
    expect(latent).toBe(LATENT);
    expect(Array.from({ length: LATENT }, (_, i) => bytes.readFloatLE(4 * i))).toEqual(
      (floats as number[]).map(Math.fround),
    );
  });

  it("take their defaults from an empty object", async () => {
    expect((await generate({})).texts).toHaveLength(8);
  });
});

describe("event streams", () => {
  it.each(STREAMS)("%s sends its texts, and then the reply without them", async (route) => {
    const init = { headers: { accept: "text/event-stream" } };
    const body = { ...VALID[route], seed: 5 };
    const reply = await server.post(route, body, init);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const events = parseEvents(await reply.text());
    const { texts, timings: _, ...rest } = await bodyOf(REPLIES[route], await server.post(route, body));
    expect(events.slice(0, -1)).toEqual(texts.map((text: object) => ({ event: "text", data: text })));
    expect(events.at(-1)).toMatchObject({ event: "done", data: rest });
    expect(events.at(-1)?.data).not.toHaveProperty("texts");
  });

  it("are not sent to who prefers JSON", async () => {
    const accepted = [
      "*/*",
      "text/html",
      "text/*",
      "application/json, text/event-stream;q=0.5",
      "*/*;q=0.9, text/event-stream;q=0.1",
      "text/event-stream;q=0.1, application/*;q=0.2",
      "application/json, text/event-stream",
      "text/event-stream;q=0",
      "text/event-stream;q=0.5, application/json;q=0.6, */*;q=0.1",
    ];
    for (const accept of accepted) {
      const reply = await server.post("generate", {}, { headers: { accept } });
      expect([accept, reply.headers.get("content-type")]).toEqual([accept, "application/json"]);
    }
  });

  it("are sent to who prefers them", async () => {
    const accepted = [
      "text/event-stream",
      "Text/Event-Stream;q=0.5",
      "text/event-stream, application/json",
      "text/event-stream, */*;q=0.1",
      "application/json;q=0.2, */*, text/event-stream;q=0.3",
      "text/event-stream;q=0.1, application/json;q=0",
    ];
    for (const accept of accepted) {
      const reply = await server.post("generate", { n: 1 }, { headers: { accept } });
      expect([accept, reply.headers.get("content-type")]).toEqual([accept, "text/event-stream; charset=utf-8"]);
    }
  });
});

describe("GET routes", () => {
  it("list the models", async () => {
    const body = await bodyOf(schemas.ModelList, await server.get("/v1/models"));
    expect(body.models).toMatchObject([{ id: "tiny", status: "ready", corpus: ["sea.txt"], latent: LATENT }]);
  });

  it("tell a model's settings and limits, and nothing of where its files lie", async () => {
    const reply = await server.get("/v1/models/tiny");
    const text = await reply.clone().text();
    const body = await bodyOf(schemas.ModelDetails, reply);
    expect(body).toMatchObject({ neighbours: "ready", labels: [], settings: { hidden: 12, corpora: ["sea.txt"] } });
    expect(body.limits).toMatchObject({ ...schemas.LIMITS, max_length: 8, deadline: 30 });
    expect(text).not.toContain("nowhere");
    expect(text).not.toContain(server.runs);
  });

  it("tell what came of the tokenizer that was to be chosen by the text", async () => {
    const { runs, get } = await createTestApp();
    await writeTinyRun(join(runs, "chosen"), { config: { tokenizer: "auto" }, tokenizer: "char" });
    const body = await bodyOf(schemas.ModelDetails, await get("/v1/models/chosen"));
    expect([body.tokenizer, body.settings.tokenizer]).toEqual(["char", "auto"]);
  });

  it("map gives as many points as are asked for", async () => {
    const map = async (query: string) => bodyOf(schemas.MapReply, await server.get(`/v1/models/tiny/map${query}`));
    expect((await map("?points=5")).points).toHaveLength(5);
    expect((await map("")).points).toHaveLength(1_500);
  });

  it("tell of life, readiness and metrics", async () => {
    expect(await (await server.get("/healthz")).json()).toEqual({ status: "ok" });
    expect((await server.get("/readyz")).status).toBe(200);
    server.pool.ready = false;
    expect((await server.get("/readyz")).status).toBe(503);
    expect((await server.get("/healthz")).status).toBe(200);
    server.pool.ready = true;
    await server.post("generate", { n: 3 });
    const metrics = await (await server.get("/metrics")).text();
    expect(metrics).toMatch(
      /latentext_http_requests_total\{method="POST",route="\/v1\/models\/:id\/generate",status="200"\} \d+/,
    );
    expect(metrics).toMatch(/latentext_texts_total\{model="tiny"\} \d+/);
    expect(metrics).toMatch(/^latentext_pool_restarts_total 2$/m);
    expect(metrics).toMatch(/^latentext_pool_overloaded_total 3$/m);
  });
});
