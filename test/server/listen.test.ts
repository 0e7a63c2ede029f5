// The server on a real port: one round through it, and a stop that loses nothing.
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { client } from "../../server/client.ts";
import { createPool } from "../../server/inference/pool.ts";
import { type RunningServer, startServer } from "../../server/listen.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { createFakePool } from "./fake-pool.ts";
import { open, raw } from "./raw.ts";
import { temporaryFolder } from "./test-app.ts";

const running: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<Parameters<typeof startServer>[0]> = {}) {
  const runs = await temporaryFolder();
  await writeTinyRun(join(runs, "tiny"));
  const pool = createFakePool();
  const server = await startServer({ runs: [runs], port: 0, pool, logging: { quiet: true }, ...options });
  running.push(server);
  return { ...server, pool };
}

/** A request over a connection that is kept, as browsers and load generators send them. */
function generate(url: string, agent: Agent): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(`${url}/v1/models/tiny/generate`, { method: "POST", agent, headers }, (reply) => {
      reply.resume();
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, connection: reply.headers.connection }));
      reply.on("error", reject);
    });
    sent.on("error", reject);
    sent.end("{}");
  });
}

describe("a server", () => {
  it("answers, streams, and frees the place of a client that hangs up, which its log tells", async () => {
    const lines: string[] = [];
    const { url, pool } = await start({ logging: { to: { write: (line) => void lines.push(line) } } });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const model = client(url).model("tiny");
    expect((await model.generate({ n: 2 })).texts).toHaveLength(2);
    const texts: string[] = [];
    for await (const { text } of model.generateEach({ n: 3 })) texts.push(text);
    expect(texts).toEqual(["generate 0", "generate 1", "generate 2"]);

    pool.pause = () => new Promise(() => {});
    const controller = new AbortController();
    const left = model.generate({ n: 1 }, { signal: controller.signal }).catch((cause: Error) => cause.name);
    while (pool.active === 0) await sleep(5);
    controller.abort();
    expect(await left).toBe("AbortError");
    const start_ = performance.now();
    while (pool.active > 0 && performance.now() - start_ < 1_000) await sleep(5);
    expect(pool.active).toBe(0);
    pool.pause = async () => {};
    const statuses = () => lines.map((line) => JSON.parse(line).status).filter((status) => status !== undefined);
    await expect.poll(statuses).toEqual([200, 200, 499]);
  });

  it("is alive but not ready while its inference processes keep dying, and says so to requests", async () => {
    const program = new URL("./inference/dying-worker.mjs", import.meta.url);
    const { url } = await start({ pool: createPool({ processes: 1, program }) });
    const ready = async () => (await fetch(`${url}/readyz`)).status;
    await expect.poll(ready, { timeout: 10_000 }).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await generate(url, new Agent())).toMatchObject({ status: 503 });
  });

  it("answers on loopback to its own names alone, elsewhere to any unless there are some", async () => {
    const statusFor = async (url: string, host: string) =>
      Number((await raw(url, `GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)).slice(9, 12));
    const statuses = async (options: Partial<Parameters<typeof startServer>[0]>) => {
      const { url } = await start(options);
      const names = ["localhost", "127.0.0.1:80", "my.org", "page.org", "evil.example"];
      return Promise.all(names.map((name) => statusFor(url.replace("localhost", "127.0.0.1"), name)));
    };
    expect(await statuses({})).toEqual([200, 200, 421, 421, 421]);
    expect(await statuses({ allowHosts: ["my.org"], cors: ["https://page.org:444"] })).toEqual([
      200, 200, 200, 200, 421,
    ]);
    expect(await statuses({ cors: ["*"] })).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses({ host: "0.0.0.0" })).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses({ host: "0.0.0.0", allowHosts: ["my.org"] })).toEqual([200, 200, 200, 421, 421]);
  });

  it("says that a port is in use", async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(start({ port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
  });

  it("answers what is no HTTP in the shape of errors, and lives on", async () => {
    const { url } = await start();
    const head = "POST /v1/models/tiny/generate HTTP/1.1\r\nhost: localhost\r\n";
    const cases: [string | Buffer, RegExp][] = [
      ["nonsense\r\n\r\n", /^HTTP\/1.1 400 .*"bad_request"/s],
      [Buffer.from([0, 255, 13, 10, 13, 10]), /^HTTP\/1.1 400 .*"bad_request"/s],
      [`GET / HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(20_000)}\r\n\r\n`, /^HTTP\/1.1 431 .*"headers_too_large"/s],
      ["GET / HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n", /^HTTP\/1.1 400 /],
      [`${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`, /^HTTP\/1.1 400 /],
      [
        `${head}content-type: application/json\r\ncontent-length: 900000\r\nconnection: close\r\n\r\n{`,
        /^HTTP\/1.1 413 .*"too_large"/s,
      ],
    ];
    for (const [bytes, expected] of cases) expect(await raw(url, bytes)).toMatch(expected);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("a stop", () => {
  it("answers what was accepted, closes idle connections, and is done soon", async () => {
    const { url, pool, close } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    await Promise.all(Array.from({ length: 20 }, () => generate(url, agent))); // their connections are kept, and idle
    pool.pause = (when) => (when === "result" ? sleep(300) : Promise.resolve());
    const accepted = Array.from({ length: 10 }, () => generate(url, agent));
    while (pool.active < 10) await sleep(5);
    const begun = performance.now();
    const closed = close();
    expect(await Promise.all(accepted)).toEqual(Array(10).fill({ status: 200, connection: "close" }));
    await closed;
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(pool.closed).toBe(true);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    agent.destroy();
  });

  it("loses no request of clients that go on asking over kept connections", async () => {
    for (let round = 0; round < 5; round++) {
      const { url, pool, close } = await start();
      pool.pause = (when) => (when === "result" ? sleep(2) : Promise.resolve());
      const outcomes: string[] = [];
      const clients = Array.from({ length: 8 }, async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (;;) {
          const outcome = await generate(url, agent).then(
            ({ status }) => String(status),
            (cause: NodeJS.ErrnoException) => cause.code ?? cause.message,
          );
          outcomes.push(outcome);
          if (outcome !== "200") break;
        }
        agent.destroy();
      });
      while (outcomes.length < 50) await sleep(1);
      await sleep(13 * round);
      await close();
      await Promise.all(clients);
      // A connection that is refused was never accepted.
      expect(outcomes.filter((outcome) => outcome !== "200")).toEqual(Array(8).fill("ECONNREFUSED"));
    }
  });

  it("does not wait for connections on which no request has come, or half of one", async () => {
    const { url, pool, close } = await start();
    const head = "POST /v1/models/tiny/generate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    const idle = await Promise.all([open(url), open(url), open(url)]);
    idle[1]?.socket.write("GET /v1/mod");
    idle[2]?.socket.write(`${head}content-length: 100\r\n\r\n{"n":`);
    pool.pause = (when) => (when === "result" ? sleep(700) : Promise.resolve());
    const accepted = generate(url, new Agent());
    while (pool.active < 1) await sleep(5);
    await sleep(50); // what was written has arrived
    const begun = performance.now();
    const closed = close();
    await Promise.all([idle[0]?.closed, idle[1]?.closed]);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(await accepted).toEqual({ status: 200, connection: "close" });
    await closed;
    expect(performance.now() - begun).toBeLessThan(3_500);
    expect(idle.map(({ received }) => received())).toEqual(["", "", ""]);
  });

  it("waits no longer than it may for a request that does not end", async () => {
    const { url, pool, close } = await start({ deadline: 60 });
    pool.pause = () => new Promise(() => {});
    const outcome = generate(url, new Agent()).catch((cause: NodeJS.ErrnoException) => cause.code);
    while (pool.active === 0) await sleep(5);
    const begun = performance.now();
    await close({ seconds: 2 });
    expect(performance.now() - begun).toBeLessThan(2_500);
    expect(await outcome).toBe("ECONNRESET");
  });
});
