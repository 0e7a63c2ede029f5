// Requests that a full server turns away before its application sees them: they are told what the application tells, and counted as it counts.
import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Lifecycle } from "../../server/context.ts";
import { createDoor } from "../../server/door.ts";
import { createHttpServer, type HttpServer } from "../../server/http-server.ts";
import { createLogger } from "../../server/logging.ts";
import { createMetrics } from "../../server/metrics.ts";
import { LIMITS } from "../../server/schemas.ts";
import { createFakePool } from "./fake-pool.ts";
import { raw } from "./raw.ts";
import { createTestApp, type TestApp, VALID } from "./test-app.ts";

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client's port: the same for requests of one connection. */
  readonly port: number | undefined;
}

const ID = /^[\da-f-]{36}$/;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const logged: Record<string, unknown>[] = [];
const lifecycle: Lifecycle = { draining: false };
const metrics = createMetrics(createFakePool());
let seen = 0;
let test: TestApp;
let http: HttpServer;

beforeAll(async () => {
  const log = createLogger({ to: { write: (line) => void logged.push(JSON.parse(line)) } });
  test = await createTestApp({ lifecycle, metrics, log, cors: ["https://page.example"] });
  const { app, pool } = test;
  const { fetch } = app;
  app.fetch = (...given) => {
    seen++;
    return fetch(...given);
  };
  http = await createHttpServer();
  http.serve(app, await createDoor({ app, pool, lifecycle, metrics, log }));
  http.server.listen(0, "127.0.0.1");
  await once(http.server, "listening");
});

afterAll(async () => {
  agent.destroy();
  await http?.connections.drain(0);
});

beforeEach(() => {
  test.pool.full = true;
  lifecycle.draining = false;
  logged.length = 0;
  seen = 0;
});

/** Posts to a path; the body's length is told unless `headers` say otherwise. */
async function post(
  path: string,
  body: string,
  { headers = {}, method = "POST" }: RequestOptions = {},
): Promise<Answer> {
  const { port } = http.server.address() as AddressInfo;
  const length = { "content-length": Buffer.byteLength(body) };
  const told = "transfer-encoding" in headers ? headers : { ...length, ...headers };
  const sent = request({ port, agent, path, method, headers: { "content-type": "application/json", ...told } });
  sent.end(body);
  const [reply] = await once(sent, "response");
  let text = "";
  for await (const part of reply) text += part;
  return { status: reply.statusCode, headers: reply.headers, body: text, port: sent.socket?.localPort };
}

const work = (options: RequestOptions = {}, body = JSON.stringify(VALID.generate)) =>
  post("/v1/models/tiny/generate", body, options);

const counted = async () =>
  /^latentext_http_requests_total\{.*route="\/v1\/models\/:id\/generate",status="429"\} (\d+)$/m.exec(
    (await metrics.render()).text,
  )?.[1];

describe("a full server", () => {
  it("answers as its application does, without it", async () => {
    const there = await work();
    expect(seen).toBe(0);
    // With an id of its own a request is the application's.
    const through = await work({ headers: { "x-request-id": "mine" } });
    expect(seen).toBe(1);
    expect([there.status, there.body]).toEqual([429, through.body]);
    const { "x-request-id": id, ...headers } = there.headers;
    const { "x-request-id": given, ...others } = through.headers;
    // No one but pages of other origins makes use of these.
    for (const name of ["vary", "access-control-expose-headers"]) delete others[name];
    expect({ ...headers, date: "" }).toEqual({ ...others, date: "" });
    expect(headers).toMatchObject({ "retry-after": "1", "content-type": "application/json" });
    expect([id, given]).toEqual([expect.stringMatching(ID), "mine"]);
  });

  it("logs and counts what it turns away as its application does", async () => {
    const before = Number((await counted()) ?? 0);
    const refused = test.pool.counters.overloaded;
    await work();
    await work({ headers: { "x-request-id": "mine" } });
    const [door, through] = logged.map(({ time: _, ms, ...line }) => ({ ...line, ms: typeof ms }));
    expect(door).toEqual({ ...through, id: expect.stringMatching(ID) });
    expect(door).toMatchObject({ method: "POST", route: "/v1/models/:id/generate", status: 429, code: "overloaded" });
    expect(Number(await counted())).toBe(before + 2);
    expect(test.pool.counters.overloaded).toBe(refused + 2);
  });

  it("keeps the connection, also where it has not read a large body", async () => {
    const large = await work({}, "x".repeat(LIMITS.body));
    const small = await work();
    expect([large.status, small.status, seen]).toEqual([429, 429, 0]);
    expect(small.port).toBe(large.port);
  });

  it("ends a connection whose refused body does not come", async () => {
    const { port } = http.server.address() as AddressInfo;
    const head = "POST /v1/models/tiny/generate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    const reply = await raw(`http://127.0.0.1:${port}`, `${head}content-length: 10\r\n\r\n{`);
    expect(reply).toMatch(/^HTTP\/1.1 429 /);
    expect(reply.match(/^HTTP/gm)).toHaveLength(1);
    expect(seen).toBe(0);
  });

  it("tells who has no token, or is for another host, that it is full, and why else where it is not", async () => {
    const guarded = await createTestApp({ token: "secret", hosts: ["own.example"] });
    const { app, pool } = guarded;
    const { log, connections, server, serve } = { ...(await createHttpServer()), log: createLogger({ quiet: true }) };
    serve(app, await createDoor({ app, pool, lifecycle, metrics, log }));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const ask = (host: string) =>
      raw(
        `http://127.0.0.1:${port}`,
        `POST /v1/models/tiny/generate HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
    pool.full = true;
    const full = await Promise.all([ask("own.example"), ask("other.example")]);
    expect(full.map((reply) => reply.slice(9, 12))).toEqual(["429", "429"]);
    pool.full = false;
    const free = await Promise.all([ask("own.example"), ask("other.example")]);
    expect(free.map((reply) => reply.slice(9, 12))).toEqual(["401", "421"]);
    await connections.drain(0);
  });

  it.each<[string, () => Promise<Answer>, number]>([
    ["a page of another origin", () => work({ headers: { origin: "https://page.example" } }), 429],
    ["a body whose length is not told", () => work({ headers: { "transfer-encoding": "chunked" } }), 429],
    ["a body that is too large", () => work({}, "x".repeat(LIMITS.body + 1)), 429],
    ["work that there is not", () => post("/v1/models/tiny/nothing", "{}"), 429],
    ["a path that asks no model", () => post("/v1/generate", "{}"), 429],
    ["an address with a query", () => post("/v1/models/tiny/generate?a=b", "{}"), 429],
    ["what reads", () => post("/v1/models", "", { method: "GET" }), 200],
    ["signs of life", () => post("/healthz", "", { method: "GET" }), 200],
  ])("leaves %s to its application", async (_, ask, status) => {
    const answer = await ask();
    expect([answer.status, seen]).toEqual([status, 1]);
    const isOther = answer.headers["access-control-allow-origin"];
    if (isOther !== undefined) expect(isOther).toBe("https://page.example");
  });

  it("tells pages of other origins that they may read why", async () => {
    const { headers } = await work({ headers: { origin: "https://page.example" } });
    expect(headers["access-control-allow-origin"]).toBe("https://page.example");
  });

  it("ends connections while it stops", async () => {
    lifecycle.draining = true;
    const { status, headers } = await work();
    expect([status, headers.connection, seen]).toEqual([429, "close", 1]);
  });

  it("turns nothing away where a place is free", async () => {
    test.pool.full = false;
    expect([(await work()).status, seen]).toEqual([200, 1]);
  });
});
