// What never reaches the application: it is answered in the shape of errors all the same, with the headers that all replies have.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpServer, type HttpServer } from "../../server/http-server.ts";
import { ErrorReply } from "../../server/schemas.ts";
import { open, raw } from "./raw.ts";
import { createTestApp, type TestApp } from "./test-app.ts";

let http: HttpServer;
let app: TestApp;
let url: string;

beforeAll(async () => {
  app = await createTestApp();
  http = await createHttpServer();
  http.serve(app.app);
  http.server.listen(0, "127.0.0.1");
  await once(http.server, "listening");
  url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
});

afterAll(() => http?.connections.drain(0));

function expectRefusal(reply: string, status: number, code: string, message: RegExp): void {
  const [head = "", body = ""] = reply.split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  for (const header of [
    "content-security-policy: default-src 'self'",
    "x-content-type-options: nosniff",
    "connection: close",
  ])
    expect(head.toLowerCase()).toContain(header);
  expect(head.toLowerCase()).toContain("content-type: application/json");
  const { error } = ErrorReply.strict().parse(JSON.parse(body));
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
}

describe("a request that the parser or HTTP itself refuses", () => {
  const work = "POST /v1/models/tiny/generate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
  const cases: [string, string, number, string, RegExp][] = [
    ["is no HTTP", "nonsense\r\n\r\n", 400, "bad_request", /malformed/],
    ["has no host", "GET /v1/models HTTP/1.1\r\n\r\n", 400, "bad_request", /no Host header/],
    [
      "has no host but in its address",
      "GET http://localhost/v1/models HTTP/1.1\r\n\r\n",
      400,
      "bad_request",
      /no Host header/,
    ],
    ["has no host, of HTTP/1.0", "GET /v1/models HTTP/1.0\r\n\r\n", 400, "bad_request", /malformed/],
    ["has a host that is none", "GET / HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n", 400, "bad_request", /./],
    [
      "expects a strange thing",
      `${work}expect: x\r\ncontent-length: 2\r\n\r\n{}`,
      417,
      "expectation_failed",
      /100-cont/,
    ],
    [
      "has large headers",
      `GET / HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(20_000)}\r\n\r\n`,
      431,
      "headers_too_large",
      /headers are too large; expected at most 16384/,
    ],
    ["has two lengths", `${work}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`, 400, "bad_request", /./],
  ];

  it.each(cases)("which %s", async (_, bytes, status, code, message) => {
    const reply = await raw(url, bytes);
    // HTTP/1.0 needs no header to be closed.
    expectRefusal(
      reply.includes("onnection: close") ? reply : reply.replace("\r\n", "\r\nconnection: close\r\n"),
      status,
      code,
      message,
    );
  });

  it("which asks for a tunnel is told that there is none, and closes the connection", async () => {
    const requests = [
      "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n",
      "CONNECT localhost:80 HTTP/1.0\r\n\r\n",
      "CONNECT localhost:80 HTTP/1.1\r\nhost: localhost\r\nconnection: keep-alive\r\n\r\nGET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
    ];
    for (const request of requests) {
      const reply = await raw(url, request);
      expectRefusal(reply, 405, "method_not_allowed", /no tunnels for CONNECT; expected GET or POST/);
      expect(reply.toLowerCase()).toContain("\r\nallow: get, head, post\r\n");
      expect(reply.match(/HTTP\/1\.1/g)).toHaveLength(1);
    }
  });

  it("which asks for a tunnel behind one that waits for its answer is no answer to that", async () => {
    app.pool.pause = () => sleep(50);
    const reply = await raw(
      url,
      `${work}content-length: 7\r\n\r\n{"n":2}CONNECT localhost:80 HTTP/1.1\r\nhost: x\r\n\r\n`,
    );
    app.pool.pause = async () => {};
    expect(reply).toBe("");
  });

  it("which asks for a tunnel and is given up leaves the server as it was", async () => {
    const { socket, closed } = await open(url);
    socket.write("CONNECT localhost:80 HTTP/1.1\r\nhost: x\r\n\r\n");
    socket.resetAndDestroy();
    await closed;
    expect(await raw(url, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).toMatch(/ 200 OK/);
  });

  it("which comes too slowly, in its headers or its body", async () => {
    const { headersTimeout, requestTimeout } = http.server;
    Object.assign(http.server, { headersTimeout: 50, requestTimeout: 100 });
    try {
      const halves = ["GET /v1/mod", `${work}content-length: 100\r\n\r\n{"n":`];
      for (const reply of await Promise.all(halves.map((half) => raw(url, half))))
        expectRefusal(reply, 408, "timeout", /too slowly/);
    } finally {
      Object.assign(http.server, { headersTimeout, requestTimeout });
    }
  });

  it("which comes behind one that is being answered is no part of the answer", async () => {
    app.pool.pause = (when, index) => (when === "item" && index === 1 ? sleep(100) : Promise.resolve());
    const { socket, closed, received } = await open(url);
    socket.write(`${work}accept: text/event-stream\r\ncontent-length: 7\r\n\r\n{"n":2}`);
    await once(socket, "data");
    socket.write("nonsense\r\n\r\n");
    await closed;
    app.pool.pause = async () => {};
    expect(received()).toMatch(/^HTTP\/1.1 200 /);
    expect(received()).not.toContain("bad_request");
  });

  it("does not keep a client from asking for leave to send its body", async () => {
    const reply = await raw(
      url,
      `${work}expect: 100-continue\r\nconnection: close\r\ncontent-length: 7\r\n\r\n{"n":2}`,
    );
    expect(reply).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
  });
});

it("keeps an idle connection for longer than it tells, as a request may be on its way when the time is up", async () => {
  const told = /timeout=(\d+)/.exec((await fetch(`${url}/healthz`)).headers.get("keep-alive") ?? "")?.[1];
  expect(Number(told)).toBe(5);
  expect(http.server.keepAliveTimeout).toBeGreaterThan(5_500);
});
