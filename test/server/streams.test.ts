// Time: streams that wait, deadlines that pass, clients that leave, servers that stop.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createTestApp, parseEvents } from "./test-app.ts";

const STREAM = { headers: { accept: "text/event-stream" } };
const forever = () => new Promise<void>(() => {});

describe("a stream", () => {
  it("begins with the first text, while the others are still being written", async () => {
    const { pool, post } = await createTestApp();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    pool.pause = (when, index) => (when === "item" && index === 1 ? gate : Promise.resolve());
    const reply = await post("generate", { n: 2 }, STREAM);
    const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    expect(parseEvents(first)).toMatchObject([{ event: "text", data: { index: 0 } }]);
    go();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += new TextDecoder().decode(part.value);
    expect(parseEvents(rest).map(({ event }) => event)).toEqual(["text", "done"]);
  });

  it("gives signs of life while it waits, and none when it has ended", async () => {
    const { pool, post } = await createTestApp({ heartbeat: 0.02 });
    pool.pause = (when) => (when === "result" ? sleep(150) : Promise.resolve());
    const text = await (await post("generate", { n: 1 }, STREAM)).text();
    expect(text.match(/^: waiting$/gm)?.length).toBeGreaterThanOrEqual(3);
    expect(text.trimEnd().split("\n\n").at(-1)).toMatch(/^event: done/);
  });

  it("whose reader leaves frees its place", async () => {
    const { pool, post } = await createTestApp();
    pool.pause = (when, index) => (when === "item" && index === 1 ? forever() : Promise.resolve());
    const reply = await post("generate", { n: 2 }, STREAM);
    expect(pool.active).toBe(1);
    await reply.body?.cancel();
    await sleep(10);
    expect(pool.jobs.at(-1)?.signal.aborted).toBe(true);
    expect(pool.active).toBe(0);
  });

  it("ends with an error when its deadline passes", async () => {
    const { pool, post } = await createTestApp({ deadline: 0.05 });
    pool.pause = (when, index) => (when === "item" && index === 1 ? forever() : Promise.resolve());
    const events = parseEvents(await (await post("generate", { n: 2 }, STREAM)).text());
    expect(events).toMatchObject([{ event: "text" }, { event: "error", data: { error: { code: "deadline" } } }]);
    expect(pool.active).toBe(0);
  });
});

describe("a deadline", () => {
  it.each(["application/json", "text/event-stream"])("that passes is 504 and frees the place (%s)", async (accept) => {
    const { pool, post } = await createTestApp({ deadline: 0.05 });
    pool.pause = forever;
    const start = performance.now();
    const reply = await post("generate", {}, { headers: { accept } });
    expect(reply.status).toBe(504);
    expect(await reply.json()).toMatchObject({ error: { code: "deadline" } });
    expect(performance.now() - start).toBeLessThan(1_000);
    await sleep(10);
    expect([pool.active, pool.jobs[0]?.signal.aborted]).toEqual([0, true]);
  });

  it("is kept even when the pool does not let go", async () => {
    const { pool, post } = await createTestApp({ deadline: 0.05 });
    pool.run = forever as never;
    expect((await post("generate", {})).status).toBe(504);
  });
});

describe("a client that leaves", () => {
  it("frees its place, a hundred times of a hundred", async () => {
    const { pool, post } = await createTestApp();
    pool.pause = forever;
    for (let i = 0; i < 100; i++) {
      const controller = new AbortController();
      const reply = post("generate", {}, { signal: controller.signal });
      while (pool.jobs.length <= i) await sleep(0);
      controller.abort();
      await reply.catch(() => {});
    }
    await sleep(10);
    expect(pool.jobs).toHaveLength(100);
    expect(pool.jobs.every(({ signal }) => signal.aborted)).toBe(true);
    expect(pool.active).toBe(0);
  });

  it("before its job has begun takes no place at all", async () => {
    const { pool, post } = await createTestApp();
    await post("generate", {}, { signal: AbortSignal.abort() }).catch(() => {});
    expect(pool.jobs).toHaveLength(0);
  });
});

describe("a server that stops", () => {
  it("is no longer ready, answers on, and ends each connection with its reply", async () => {
    const lifecycle = { draining: false };
    const { get, post } = await createTestApp({ lifecycle });
    expect((await get("/readyz")).headers.get("connection")).toBeNull();
    lifecycle.draining = true;
    const ready = await get("/readyz");
    expect([ready.status, ready.headers.get("connection")]).toEqual([503, "close"]);
    const reply = await post("generate", {});
    expect([reply.status, reply.headers.get("connection")]).toEqual([200, "close"]);
    expect((await get("/healthz")).status).toBe(200);
  });
});
