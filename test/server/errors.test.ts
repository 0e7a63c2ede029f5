// What becomes of requests that are wrong, and of what goes wrong behind them.
import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../server/app.ts";
import { IndexNotReadyError, OverloadedError, UnavailableError } from "../../server/errors.ts";
import type { ModelRef } from "../../server/inference/jobs.ts";
import { createRegistry } from "../../server/registry.ts";
import { ErrorReply, ModelList } from "../../server/schemas.ts";
import { InputError, RunFolderError } from "../../src/errors.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { createLocalPool } from "./local-pool.ts";
import { bodyOf, createTestApp, type TestApp, temporaryFolder, VALID } from "./test-app.ts";

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp();
});

async function errorOf(reply: Response): Promise<ErrorReply["error"]> {
  return (await bodyOf(ErrorReply, reply)).error;
}

describe("a request that its schema refuses", () => {
  const cases: [route: string, body: object, path: string, message: RegExp][] = [
    ["generate", { temprature: 1 }, "temprature", /no such key/],
    ["generate", { n: 65 }, "n", /at most 64; 65 was given/],
    ["generate", { n: 0 }, "n", /at least 1; 0 was given/],
    ["generate", { n: 1.5 }, "n", /integer; 1.5 was given/],
    ["generate", { n: "3" }, "n", /number; "3" was given/],
    ["generate", { temperature: 0 }, "temperature", /at least 0.001/],
    ["generate", { temperature: 1e-38 }, "temperature", /at least 0.001; 1e-38 was given/],
    ["generate", { prior_temperature: 0 }, "prior_temperature", /more than 0/],
    ["generate", { prior_temperature: 9 }, "prior_temperature", /at most 5/],
    ["interpolate", { from: "a", to: "b", prior_temperature: 1 }, "prior_temperature", /no such key/],
    ["generate", { top_p: 1.1 }, "top_p", /at most 1/],
    ["generate", { top_p: 1e-320 }, "top_p", /at least 0.000001; 1e-320 was given/],
    ["generate", { top_k: 0 }, "top_k", /at least 1/],
    ["generate", { seed: -1 }, "seed", /at least 0/],
    ["generate", { seed: 2 ** 32 }, "seed", /at most 4294967295/],
    ["generate", { max_length: 9 }, "max_length", /9 was given; .* at most 8 tokens/],
    ["generate", { ban: [""] }, "ban.0", /at least 1 characters/],
    ["generate", { ban: Array(33).fill("a") }, "ban", /at most 32 items/],
    ["generate", { require: "sea" }, "require", /array; "sea" was given/],
    ["generate", { no_repeat: 0 }, "no_repeat", /at least 1/],
    ["generate", { form: { clauses: 4 } }, "form.length", /number; nothing was given/],
    ["generate", { form: { clauses: 4, length: 5, lines: 4 } }, "form.lines", /no such key/],
    ["generate", { form: { clauses: 4, length: 65 } }, "form.length", /at most 64; 65 was given/],
    [
      "generate",
      { form: { clauses: 4, length: "5-8" } },
      "form.length",
      /\[shortest, longest\] or .*; "5-8" was given/,
    ],
    ["generate", { form: { clauses: 4, length: [5] } }, "form.length", /\[shortest, longest\] or .*; a list of 1 was/],
    ["generate", { form: { clauses: 4, length: [5, 8, 9] } }, "form.length", /; a list of 3 was given/],
    ["generate", { form: { clauses: 4, length: [0, 8] } }, "form.length.0", /at least 1; 0 was given/],
    ["generate", { form: { clauses: 4, length: [5, 99] } }, "form.length.1", /at most 64; 99 was given/],
    ["generate", { form: { clauses: 4, length: [8, 5] } }, "form.length.1", /at least 8; 5 was given/],
    ["generate", { form: "4x5" }, "form", /"4x5" was given/],
    ["generate", { label: "sea" }, "label", /"sea" was given; expected none, as the model was trained without labels/],
    ["generate", { label: "" }, "label", /at least 1 characters/],
    ["generate", { label: "a".repeat(1_001) }, "label", /at most 1000 characters/],
    ["transfer", { texts: ["a"] }, "to", /string; nothing was given/],
    ["transfer", { texts: ["a"], to: "sea" }, "to", /"sea" was given; .* without labels/],
    ["transfer", { texts: ["a"], to: "sea", label: "sea" }, "label", /no such key/],
    ["interpolate", { from: "a" }, "to", /string; nothing was given/],
    ["interpolate", { from: "", to: "b" }, "from", /at least 1 characters/],
    ["interpolate", { from: "a".repeat(2_001), to: "b" }, "from", /at most 2000 characters/],
    ["interpolate", { from: "a", to: "b", steps: 1 }, "steps", /at least 2/],
    ["interpolate", { from: "a", to: "b", steps: 65 }, "steps", /at most 64/],
    ["interpolate", { from: "a", to: "b", path: "curved" }, "path", /"linear" or "spherical"/],
    ["grid", { corners: ["a", "b", "c"] }, "corners", /4/],
    ["grid", { corners: ["a", "b", "c", "d"], rows: 13 }, "rows", /at most 12/],
    ["encode", { texts: [] }, "texts", /at least 1 items/],
    ["encode", { texts: Array(65).fill("a") }, "texts", /at most 64 items; a list of 65/],
    ["encode", { texts: ["a", 2] }, "texts.1", /string; 2 was given/],
    ["encode", { texts: ["a"], format: "hex" }, "format", /"float" or "base64"/],
    ["decode", { codes: [[1, null, 3, 4]] }, "codes.0.1", /number; null was given/],
    ["decode", { codes: [[1, 1e300, 3, 4]] }, "codes.0.1", /at most 1000000; 1e\+300 was given/],
    ["decode", { codes: [[3e38, 0, 0, 0]], temperature: 1 }, "codes.0.0", /at most 1000000/],
    ["neighbours", { code: [0, -3e38, 0, 0] }, "code.1", /at least -1000000/],
    ["similar", { text: "a", similarity: 2 }, "similarity", /at most 1/],
    ["neighbours", {}, "", /either a text or a code/],
    ["neighbours", { text: "a", code: [1] }, "", /either a text or a code/],
    ["neighbours", { text: "a", n: 51 }, "n", /at most 50/],
    ["arithmetic", { ...VALID.arithmetic, strengths: [5] }, "strengths.0", /at most 4/],
    ["arithmetic", { ...VALID.arithmetic, plus: Array(17).fill("a") }, "plus", /at most 16 items/],
    ["inspect", { texts: ["a"], constructor: { prototype: {} } }, "constructor", /no such key/],
  ];

  it.each(cases)("%s %o names %s", async (route, body, path, message) => {
    const before = server.pool.jobs.length;
    const reply = await server.post(route, body);
    expect(reply.status).toBe(422);
    const error = await errorOf(reply);
    expect(error.code).toBe("invalid");
    expect(error.issues?.[0]?.path).toBe(path);
    expect(error.issues?.[0]?.message).toMatch(message);
    expect(error.message).toContain(error.issues?.[0]?.message);
    expect(server.pool.jobs.length).toBe(before);
  });

  it.each(["points=0", "points=5001", "points=1e3", "points=", "points=1&points=2", "pints=3", "__proto__=1"])(
    "a map with the query %s",
    async (query) => {
      const reply = await server.get(`/v1/models/tiny/map?${query}`);
      expect(reply.status).toBe(422);
      expect((await errorOf(reply)).issues).toHaveLength(1);
    },
  );

  it.each(Object.keys(VALID))("%s with a query names its keys", async (route) => {
    const reply = await server.post(`${route}?seed=3`, VALID[route]);
    expect(reply.status).toBe(422);
    expect((await errorOf(reply)).issues).toEqual([{ path: "seed", message: "there is no such key" }]);
  });

  it("quotes of long and many keys only the beginning", async () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${"k".repeat(20)}${i}`, i]));
    const reply = await server.post("generate", { ["x".repeat(10_000)]: 1, ...body });
    expect((await reply.text()).length).toBeLessThan(4_000);
  });
});

describe("a body that is not plain JSON", () => {
  it.each([
    ["nothing", ""],
    ["a cut-off object", '{"n": 2'],
    ["two objects", "{}{}"],
    ["a comment", '{"n": 2} // two'],
    ["NaN", '{"temperature": NaN}'],
    ["a key twice", '{"n": 2, "n": 3}'],
    ["a key twice, once escaped", '{"n": 2, "\\u006e": 3}'],
    ["a key twice, deep inside", '{"texts": [{"a": {"b": 1, "b": 2}}]}'],
    ["__proto__", '{"n": 2, "__proto__": {"polluted": true}}'],
    ["__proto__ escaped", '{"n": 2, "__pr\\u006fto__": {"polluted": true}}'],
    ["__proto__ deep inside", '{"texts": [{"__proto__": {"polluted": true}}]}'],
  ])("%s is refused", async (_, body) => {
    const reply = await server.post("generate", body);
    expect(reply.status).toBe(422);
    expect((await errorOf(reply)).code).toBe("bad_json");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each(["null", "3", '"text"', "[]", "true"])("%s is JSON, but no object", async (body) => {
    expect((await errorOf(await server.post("generate", body))).code).toBe("invalid");
  });

  it("colons and quotes in texts are no keys", async () => {
    const texts = ['a: "b": c', "\\", '\\"', "{:}", "::::"];
    expect((await server.post("encode", { texts })).status).toBe(200);
    expect(server.pool.jobs.at(-1)?.job).toMatchObject({ texts });
  });

  it("bytes that are not UTF-8 are refused", async () => {
    const body = Buffer.concat([Buffer.from('{"texts":["'), Buffer.from([0xff, 0xfe]), Buffer.from('"]}')]);
    const headers = { "content-type": "application/json" };
    const reply = await server.app.request("/v1/models/tiny/encode", { method: "POST", headers, body });
    expect(reply.status).toBe(422);
    expect((await errorOf(reply)).message).toContain("UTF-8");
  });

  it("a nest of ten thousand lists is refused", async () => {
    const body = `{"texts":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    expect((await server.post("encode", body)).status).toBe(422);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"])(
    "the content type %s is refused",
    async (type) => {
      const reply = await server.post("generate", "{}", { headers: { "content-type": type } });
      expect(reply.status).toBe(415);
      expect((await errorOf(reply)).code).toBe("unsupported_type");
    },
  );

  it("no content type is refused", async () => {
    const body = new Uint8Array([0x7b, 0x7d]);
    const reply = await server.app.request("/v1/models/tiny/generate", { method: "POST", body });
    expect(reply.status).toBe(415);
  });

  it("a charset beside the type is taken", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect((await server.post("generate", "{}", { headers })).status).toBe(200);
  });
});

describe("a body that is too large", () => {
  const large = JSON.stringify({ texts: ["a".repeat(300_000)] });

  it("is refused by its announced length, before it is read", async () => {
    const reply = await server.post("encode", "{}", { headers: { "content-length": "300000" } });
    expect(reply.status).toBe(413);
    expect((await errorOf(reply)).code).toBe("too_large");
  });

  it("is refused while it is read where no length is announced, and the rest is not read", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
        if (pulled > 1_000) controller.close();
      },
    });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body, duplex: "half" };
    const reply = await server.app.request("/v1/models/tiny/encode", init as RequestInit);
    expect(reply.status).toBe(413);
    expect(pulled).toBeLessThan(30);
  });

  it("is refused by one byte, and not before", async () => {
    const fits = `{"n":1${" ".repeat(256 * 1_024 - 7)}}`;
    expect((await server.post("generate", fits)).status).toBe(200);
    expect((await server.post("generate", `${fits} `)).status).toBe(413);
    expect((await server.post("encode", large)).status).toBe(413);
  });
});

describe("an address that is not there", () => {
  it.each(["/v1", "/v2/models", "/v1/models/tiny/nothing", "/assets/none.js", "/docs/../package.json", "/%00"])(
    "%s is 404",
    async (path) => {
      const reply = await server.get(path);
      expect(reply.status).toBe(404);
      expect((await errorOf(reply)).code).toBe("not_found");
    },
  );

  it.each([
    ["DELETE", "/v1/models", "GET, HEAD"],
    ["GET", "/v1/models/tiny/generate", "POST"],
    ["PUT", "/v1/models/tiny", "GET, HEAD"],
    ["POST", "/healthz", "GET, HEAD"],
  ])("%s %s is 405, and says what is taken", async (method, path, allow) => {
    const reply = await server.app.request(path, { method, headers: { "content-type": "application/json" } });
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe(allow);
    expect((await errorOf(reply)).code).toBe("method_not_allowed");
  });
});

describe("an id that is no model's", () => {
  const names = ["none", "TINY", "tiny.", "tiny%20", "tin", "constructor", "__proto__", "toString", "hasOwnProperty"];
  const climbs = ["..", "../..", "..\\..", "/etc/passwd", "/etc", "C:\\windows", "file:///etc/passwd", "~root"];
  const targets = ["../../../../etc/passwd", "..\\..\\etc\\passwd", "./tiny", "tiny/../tiny", "tiny/config.json"];
  const odd = [
    "\0",
    "tiny\0",
    "tiny\0.txt",
    "\u2024\u2024/etc",
    "\uff0e\uff0e/etc",
    "t\u0131ny",
    "tiny\u202e",
    "\ud83d\ude00",
  ];
  const urls = [
    "http://127.0.0.1:1/",
    "//example.org/x",
    "data:,x",
    "ftp://example.org",
    "\\\\host\\share",
    "a".repeat(65),
  ];
  const encodings: ((text: string) => string)[] = [
    encodeURIComponent,
    (text) => encodeURIComponent(encodeURIComponent(text)),
    (text) => encodeURIComponent(text).replaceAll(".", "%2e"),
    (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    (text) => encodeURIComponent(text).replaceAll("%2F", "%252f").replaceAll(".", "%252e"),
    (text) => encodeURIComponent(text).replaceAll("%2F", "%c0%af"),
  ];
  const ids = [...names, ...climbs, ...targets, ...odd, ...urls];
  const payloads = ids.flatMap((id) => encodings.map((encode) => encode(id)));

  it(`is 404 in every writing (${payloads.length} of them), and reaches no pool`, async () => {
    const before = server.pool.jobs.length;
    expect(payloads.length).toBeGreaterThan(200);
    for (const payload of payloads) {
      // A URL's own dots climb before the server sees them: those come to other addresses of it, or to none.
      const [details, work] = [`/v1/models/${payload}`, `/v1/models/${payload}/generate`];
      const read = await server.get(details);
      const headers = { "content-type": "application/json" };
      const write = await server.app.request(work, { method: "POST", headers, body: "{}" });
      const climbed = !new URL(details, "http://localhost").pathname.startsWith("/v1/models/");
      expect([details, read.status]).toEqual([details, climbed ? expect.any(Number) : 404]);
      expect(await read.text()).not.toMatch(/root:|hidden/);
      expect([work, write.status === 404 || write.status === 405]).toEqual([work, true]);
    }
    expect(server.pool.jobs.length).toBe(before);
  });
});

describe("a server without a place left", () => {
  it("refuses work before it reads the body, and still tells of its models and its health", async () => {
    server.pool.full = true;
    const [before, refused] = [server.pool.jobs.length, server.pool.counters.overloaded];
    try {
      const reply = await server.post("generate", "not even JSON");
      expect([reply.status, reply.headers.get("retry-after")]).toEqual([429, "1"]);
      expect((await errorOf(reply)).code).toBe("overloaded");
      for (const path of ["/v1/models", "/healthz", "/readyz"]) expect((await server.get(path)).status).toBe(200);
    } finally {
      server.pool.full = false;
    }
    expect([server.pool.jobs.length, server.pool.counters.overloaded]).toEqual([before, refused + 1]);
  });
});

/** As a run is that nobody has written to for a while. */
async function settle(run: string): Promise<void> {
  const files = await readdir(run);
  for (const path of [...files.map((file) => join(run, file)), run]) await utimes(path, 1_700_000_000, 1_700_000_000);
}

describe("a run that changed since it was last looked at", () => {
  /** What comes of requests by an inference process that finds the run as `change` left it. */
  async function afterwards(change: (run: string) => Promise<unknown>): Promise<Response[]> {
    const runs = await temporaryFolder();
    const run = join(runs, "tiny");
    await writeTinyRun(run);
    await settle(run);
    const registry = await createRegistry([runs], { recheck: 60 });
    const app = createApp({ registry, pool: createLocalPool(), ensureIndex: () => ({ state: "ready" }) });
    expect((await app.request("/v1/models/tiny")).status).toBe(200);
    await change(run);
    const headers = { "content-type": "application/json" };
    return Promise.all(
      (["generate", "encode", "neighbours"] as const).map((route) =>
        app.request(`/v1/models/tiny/${route}`, { method: "POST", headers, body: JSON.stringify(VALID[route]) }),
      ),
    );
  }

  it("is unknown where it has gone", async () => {
    for (const reply of await afterwards((run) => rm(run, { recursive: true }))) {
      expect(reply.status).toBe(404);
      expect(await errorOf(reply)).toEqual({
        code: "unknown_model",
        message: 'There is no model named "tiny" any more.',
      });
    }
  });

  it.each(["model.safetensors", "tokenizer.json", "tokenizer_config.json", "config.json"])(
    "is 503 while its %s is being written",
    async (file) => {
      const replies = await afterwards(async (run) => {
        const path = join(run, file);
        const whole = await readFile(path);
        await writeFile(path, whole.subarray(0, whole.length / 2));
      });
      for (const reply of replies) {
        expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "2"]);
        expect((await errorOf(reply)).code).toBe("model_not_ready");
      }
    },
  );

  it("is 503 while a file of it is missing, and damaged where that stays so", async () => {
    const without = (run: string) => rm(join(run, "tokenizer.json"));
    for (const reply of await afterwards(without)) expect(reply.status).toBe(503);
    const settled = await afterwards(async (run) => {
      await without(run);
      await settle(run);
    });
    for (const reply of settled) expect([reply.status, (await errorOf(reply)).code]).toEqual([500, "damaged_model"]);
  });
});

describe("what goes wrong behind a request", () => {
  const cases: [string, Error, number, string, string | null][] = [
    ["a full pool", new OverloadedError(), 429, "overloaded", "1"],
    ["a dead process", new UnavailableError("The process died."), 503, "unavailable", "1"],
    ["an index in the making", new IndexNotReadyError("Not yet."), 503, "index_not_ready", "3"],
    ["input the model refuses", new InputError("Code 0 has 2 numbers; expected 4."), 422, "invalid", null],
    ["a damaged run", new RunFolderError("/secret/path is damaged"), 500, "damaged_model", null],
    ["what nobody expected", new TypeError("secret is not a function"), 500, "internal", null],
  ];

  it.each(cases)("%s is told by status and code", async (_, failure, status, code, retryAfter) => {
    await settle(join(server.runs, "tiny"));
    server.pool.failure = failure;
    try {
      for (const accept of ["application/json", "text/event-stream"]) {
        const reply = await server.post("generate", {}, { headers: { accept } });
        expect([reply.status, reply.headers.get("retry-after")]).toEqual([status, retryAfter]);
        const error = await errorOf(reply);
        expect(error.code).toBe(code);
        expect(JSON.stringify(error)).not.toContain("secret");
      }
    } finally {
      server.pool.failure = undefined;
    }
  });

  it("where the run lies is left out of what the pool says of the input", async () => {
    server.pool.failure = new InputError(`${join(server.runs, "tiny")} does not know this.`);
    const error = await errorOf(await server.post("generate", {}));
    server.pool.failure = undefined;
    expect(error.message).toBe("tiny does not know this.");
  });

  it("an error after the first text ends the stream with an error event", async () => {
    server.pool.pause = async (when, index) => {
      if (when === "item" && index === 1) throw new UnavailableError("The process died.");
    };
    const reply = await server.post("generate", {}, { headers: { accept: "text/event-stream" } });
    const text = await reply.text();
    server.pool.pause = async () => {};
    expect(reply.status).toBe(200);
    expect(text.match(/^event: (.*)$/gm)).toEqual(["event: text", "event: error"]);
    expect(text).toContain('data: {"error":{"code":"unavailable","message":"The process died."}}\n\n');
  });

  it("neighbours and map say whether to wait for the index or to give up", async () => {
    const reason = "The corpus of RUN cannot be read: /nowhere/sea.txt is not there.";
    for (const [state, code, expected, message] of [
      ["building", "index_not_ready", 503, /being encoded/],
      ["unavailable", "no_index", 404, /to search\. The corpus of tiny cannot be read: sea\.txt is not there\.$/],
    ] as const) {
      const ensureIndex = ({ path }: ModelRef) => ({ state, reason: reason.replace("RUN", path) });
      const { post, get } = await createTestApp({ ensureIndex });
      for (const reply of [await post("neighbours", VALID.neighbours), await get("/v1/models/tiny/map")]) {
        expect(reply.status).toBe(expected);
        expect(await errorOf(reply)).toMatchObject({ code, message: expect.stringMatching(message) });
      }
    }
  });

  it("a model whose weights are damaged is left out of the list, and 500 by its id", async () => {
    const { post, get, runs } = await createTestApp();
    await writeFile(join(runs, "tiny", "model.safetensors"), "these are no weights");
    await settle(join(runs, "tiny"));
    expect((await bodyOf(ModelList, await get("/v1/models"))).models).toEqual([]);
    const reply = await post("generate", {});
    expect(reply.status).toBe(500);
    expect((await errorOf(reply)).code).toBe("damaged_model");
  });

  it("a model whose files are still being copied is 503 until they are whole", async () => {
    const { post, get, runs } = await createTestApp();
    const weights = join(runs, "tiny", "model.safetensors");
    const whole = await readFile(weights);
    await writeFile(weights, whole.subarray(0, whole.length / 2));
    for (const reply of [await post("generate", {}), await get("/v1/models/tiny")]) {
      expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "2"]);
      expect(await errorOf(reply)).toMatchObject({ code: "model_not_ready", message: /being written/ });
    }
    await writeFile(weights, whole);
    expect((await post("generate", {})).status).toBe(200);
  });
});
