// The typed client, against the application without a socket.
import { beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { ApiError, client, type EncodeReply, type EncodeRequest } from "../../server/client.ts";
import { OverloadedError, UnavailableError } from "../../server/errors.ts";
import { readEvents, type StreamEvent } from "../../server/event-stream.ts";
import { createTestApp, type TestApp, VALID } from "./test-app.ts";

let server: TestApp;

beforeEach(async () => {
  server = await createTestApp();
});

function model(options: { token?: string } = {}, id = "tiny") {
  const fetch: typeof globalThis.fetch = async (input, init) => server.app.request(String(input), init);
  return client("http://localhost/", { fetch, ...options }).model(id);
}

describe("calls", () => {
  it("reach the route of their name", async () => {
    const tiny = model();
    expect((await tiny.details()).id).toBe("tiny");
    expect((await tiny.generate()).texts).toHaveLength(8);
    expect((await tiny.interpolate({ from: "a", to: "b", steps: 4 })).path).toBe("linear");
    expect((await tiny.grid({ corners: ["a", "b", "c", "d"], rows: 2 })).columns).toBe(5);
    expect((await tiny.encode({ texts: ["a"] })).codes).toHaveLength(1);
    expect((await tiny.decode({ codes: [[1]] })).texts).toHaveLength(1);
    expect((await tiny.reconstruct({ texts: ["a"] })).inputs).toHaveLength(1);
    expect((await tiny.similar({ text: "a", n: 2 })).texts).toHaveLength(2);
    expect((await tiny.neighbours({ text: "a" })).neighbours).toHaveLength(8);
    expect((await tiny.arithmetic({ text: "a", plus: ["b"], minus: ["c"] })).strengths).toHaveLength(5);
    expect((await tiny.inspect({ texts: ["a"] })).inputs[0]?.unknown).toEqual(["zork"]);
    expect((await tiny.map(7)).points).toHaveLength(7);
    expect((await tiny.training(0)).status).toBe("stopped");
    const kinds = server.pool.jobs.map(({ job }) => job.kind);
    expect(kinds).toEqual([
      ...Object.keys(VALID).filter((kind) => kind !== "inspect" && kind !== "arithmetic"),
      "arithmetic",
      "inspect",
      "map",
    ]);
  });

  it("give codes of the kind that was asked for, of which numbers can be decoded as they are", async () => {
    const tiny = model();
    const { codes } = await tiny.encode({ texts: ["a", "b"] });
    expectTypeOf(codes).toEqualTypeOf<number[][]>();
    expect((await tiny.decode({ codes })).texts).toHaveLength(2);
    expectTypeOf((await tiny.encode({ texts: ["a"], format: "float" })).codes).toEqualTypeOf<number[][]>();
    expectTypeOf((await tiny.encode({ texts: ["a"], format: undefined })).codes).toEqualTypeOf<number[][]>();

    const { codes: packed, latent } = await tiny.encode({ texts: ["a", "b"], format: "base64" });
    expectTypeOf(packed).toEqualTypeOf<string[]>();
    const bytes = packed.map((code) => Buffer.from(code, "base64").byteLength);
    expect(bytes).toEqual([4 * latent, 4 * latent]);

    const either: EncodeRequest = { texts: ["a"] };
    expectTypeOf(await tiny.encode(either)).toEqualTypeOf<EncodeReply>();
  });

  it("send a token where there is one", async () => {
    server = await createTestApp({ token: "s3cret" });
    expect((await model({ token: "s3cret" }).details()).id).toBe("tiny");
    await expect(model().details()).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  });

  it("throw what the server says", async () => {
    const wrong = model().generate({ n: 100 });
    await expect(wrong).rejects.toThrow(ApiError);
    await expect(wrong).rejects.toMatchObject({ status: 422, code: "invalid", issues: [{ path: "n" }] });
    await expect(model({}, "../etc").details()).rejects.toMatchObject({ status: 404, code: "unknown_model" });
    server.pool.failure = new OverloadedError();
    await expect(model().generate()).rejects.toMatchObject({ status: 429, code: "overloaded", retryAfter: 1 });
  });

  it("throw what a proxy says that speaks no JSON", async () => {
    const fetch = async () => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" });
    const call = client("", { fetch }).models();
    await expect(call).rejects.toMatchObject({
      status: 502,
      code: "http_502",
      message: expect.stringContaining("502 Bad Gateway"),
    });
  });
});

describe("streams", () => {
  it("yield each text, and return the rest of the reply", async () => {
    const stream = model().interpolateEach({ from: "a", to: "b", steps: 3, seed: 4 });
    const texts: string[] = [];
    let step = await stream.next();
    for (; !step.done; step = await stream.next()) texts.push(step.value.text);
    expect(texts).toEqual(["interpolate 0", "interpolate 1", "interpolate 2"]);
    expect(step.value).toMatchObject({
      model: "tiny",
      seed: 4,
      path: "linear",
      inputs: [{ text: "a" }, { text: "b" }],
    });
  });

  it("throw what refuses them, and what ends them early", async () => {
    await expect(model().generateEach({ n: 0 }).next()).rejects.toMatchObject({ status: 422 });
    server.pool.pause = async (when, index) => {
      if (when === "item" && index === 1) throw new UnavailableError("The process died.");
    };
    const stream = model().generateEach({ n: 2 });
    expect((await stream.next()).value).toMatchObject({ index: 0 });
    await expect(stream.next()).rejects.toMatchObject({ code: "unavailable", message: "The process died." });
  });

  it("that are cut off throw, and do not pass for complete", async () => {
    const fetch = async () => new Response('event: text\ndata: {"index":0}\n\nevent: do');
    const stream = client("", { fetch }).model("tiny").generateEach();
    await stream.next();
    await expect(stream.next()).rejects.toMatchObject({ code: "cut_off" });
  });

  it("that are left free their place", async () => {
    server.pool.pause = (when, index) => (when === "item" && index > 0 ? new Promise(() => {}) : Promise.resolve());
    for await (const { index } of model().generateEach({ n: 3 })) {
      expect(index).toBe(0);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.pool.jobs[0]?.signal.aborted).toBe(true);
  });
});

describe("readEvents", () => {
  async function read(...chunks: (string | number[])[]) {
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) {
          controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : new Uint8Array(chunk));
        }
        controller.close();
      },
    });
    const events: StreamEvent[] = [];
    for await (const event of readEvents(stream)) events.push(event);
    return events;
  }

  it("joins chunks that are cut anywhere, also within a character and a line end", async () => {
    const text = "event: text\r\ndata: ä€😀\r\n\r\n: comment\r\nevent: done\r\ndata: 1\r\ndata: 2\r\n\r\n";
    const bytes = [...new TextEncoder().encode(text)];
    const expected = [
      { event: "text", data: "ä€😀" },
      { event: "done", data: "1\n2" },
    ];
    for (const size of [1, 2, 3, 5, 7, 1_000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.slice(i * size, (i + 1) * size),
      );
      expect(await read(...chunks)).toEqual(expected);
    }
    expect(await read(text.replaceAll("\r\n", "\n"))).toEqual(expected);
  });

  it("drops an event that no empty line ends, and names those without a name", async () => {
    expect(await read("data:x\n\nid: 3\nretry: 5\ndata\n\nevent: text\ndata: y\n")).toEqual([
      { event: "message", data: "x" },
      { event: "message", data: "" },
    ]);
  });
});
