// Who may ask: tokens, origins, rates; what browsers are told; what is logged.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { Buckets } from "../../server/limits.ts";
import { createLogger } from "../../server/logging.ts";
import { InputError } from "../../src/errors.ts";
import { createTestApp, type TestApp, temporaryFolder, VALID } from "./test-app.ts";

const TOKEN = "s3cret-token";

describe("a bearer token", () => {
  const kept = [
    "/v1/models",
    "/v1/models/tiny",
    "/v1/nothing",
    "/metrics",
    "/openapi.json",
    "/anything",
    "//v1/models",
  ];

  it.each(kept)("is demanded for %s", async (path) => {
    const { get } = await createTestApp({ token: TOKEN });
    const without = await get(path);
    expect(without.status).toBe(401);
    expect(without.headers.get("www-authenticate")).toBe('Bearer realm="latentext"');
    expect(await without.json()).toMatchObject({ error: { code: "unauthorized" } });
    for (const authorization of ["Bearer", `Bearer ${TOKEN}x`, "Bearer s", `Basic ${TOKEN}`, TOKEN]) {
      expect((await get(path, { headers: { authorization } })).status).toBe(401);
    }
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`]) {
      expect((await get(path, { headers: { authorization } })).status).not.toBe(401);
    }
  });

  it("is asked for before a body is read or a method refused", async () => {
    const { post, app } = await createTestApp({ token: TOKEN });
    expect((await post("generate", "not JSON")).status).toBe(401);
    expect((await app.request("/v1/models", { method: "DELETE" })).status).toBe(401);
  });

  it.each(["/healthz", "/readyz", "/", "/assets/app.js", "/docs", "/docs/docs.js"])(
    "is not asked for %s",
    async (path) => {
      const { get } = await createTestApp({ token: TOKEN });
      expect((await get(path)).status).not.toBe(401);
    },
  );

  it("is not asked for at all where none was set", async () => {
    const { get } = await createTestApp();
    expect((await get("/v1/models")).status).toBe(200);
  });
});

describe("wrong tokens", () => {
  const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });
  const asking = async (app: TestApp["app"], token: string | undefined, address: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return app.request("/v1/models", { headers }, from(address));
  };

  it("are refused unread after some, also where requests are not counted otherwise", async () => {
    const { app } = await createTestApp({ token: TOKEN });
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) statuses.push((await asking(app, `guess-${i}`, "10.0.0.1")).status);
    expect(statuses).toEqual([...Array(20).fill(401), ...Array(20).fill(429)]);
    const right = await asking(app, TOKEN, "10.0.0.1");
    expect([right.status, right.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await right.json()).toMatchObject({ error: { code: "rate_limited" } });
    expect((await asking(app, TOKEN, "10.0.0.2")).status).toBe(200);
  });

  it("are not those that were left out, nor right ones", async () => {
    const { app } = await createTestApp({ token: TOKEN });
    for (let i = 0; i < 40; i++) expect((await asking(app, undefined, "10.0.0.1")).status).toBe(401);
    for (let i = 0; i < 40; i++) expect((await asking(app, TOKEN, "10.0.0.1")).status).toBe(200);
  });

  it("are forgotten with time", () => {
    let now = 0;
    const buckets = new Buckets(20, () => now);
    for (let i = 0; i < 30; i++) buckets.take("a");
    expect([buckets.wait("a"), buckets.wait("b")]).toEqual([3, 0]);
    now = 2_500;
    expect(buckets.wait("a")).toBe(1);
    now = 3_001;
    expect(buckets.wait("a")).toBe(0);
  });
});

describe("the host that a request is for", () => {
  const asking = (app: TestApp["app"], host: string, path = "/v1/models") => app.request(path, { headers: { host } });

  it.each([
    "localhost",
    "LOCALHOST:8080",
    "127.0.0.1:1",
    "127.9.9.9",
    "[::1]:8080",
    "[::1]",
    "localhost.",
    "lab",
    "my.org:443",
  ])("may be %s where that is the machine itself, or was named", async (host) => {
    const { app } = await createTestApp({ hosts: ["lab", "My.org."] });
    expect((await asking(app, host)).status).toBe(200);
  });

  it.each([
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "192.168.1.5",
    "org",
    "[::2]",
    "a:b",
    "",
  ])("may not be %j, which anyone can have lead here", async (host) => {
    const { app } = await createTestApp({ hosts: ["my.org"], cors: ["https://example.org"] });
    for (const path of ["/v1/models", "/", "/openapi.json", "/healthz"]) {
      const reply = await asking(app, host, path);
      expect([reply.status, reply.headers.get("x-frame-options")]).toEqual([421, "DENY"]);
      expect(await reply.json()).toMatchObject({ error: { code: "misdirected" } });
    }
  });

  it("may be any where none was named", async () => {
    const { app } = await createTestApp();
    expect((await asking(app, "evil.example")).status).toBe(200);
  });
});

describe("other origins", () => {
  const origin = "https://example.org";

  it("get no leave where none was given", async () => {
    const { get, app } = await createTestApp();
    const reply = await get("/v1/models", { headers: { origin } });
    expect(reply.headers.get("access-control-allow-origin")).toBeNull();
    const preflight = await app.request("/v1/models", { method: "OPTIONS", headers: { origin } });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("may ask when they were named, also before they have a token", async () => {
    const { app, get } = await createTestApp({ cors: [origin], token: TOKEN });
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    };
    const preflight = await app.request("/v1/models/tiny/generate", { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    const refused = await get("/v1/models", { headers: { origin } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
    const other = await get("/v1/models", { headers: { origin: "https://evil.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("security headers", () => {
  it.each(["/v1/models", "/", "/nothing", "/docs", "/healthz"])("lie on %s", async (path) => {
    const { headers } = await (await createTestApp()).get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

describe("a rate limit", () => {
  const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

  it("lets an address ask so often a minute, and says when to come again", async () => {
    const { app } = await createTestApp({ rate: 3 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await app.request("/v1/models", {}, from("10.0.0.1"))).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await app.request("/v1/models", {}, from("10.0.0.1"));
    expect(await refused.json()).toMatchObject({ error: { code: "rate_limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(15);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(20);
    expect((await app.request("/v1/models", {}, from("10.0.0.2"))).status).toBe(200);
    expect((await app.request("/healthz", {}, from("10.0.0.1"))).status).toBe(200);
  });

  it("takes the addresses of one client for one", async () => {
    const { app } = await createTestApp({ rate: 1 });
    const pairs = [
      ["10.0.0.1", "::ffff:10.0.0.1"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9"],
    ] as const;
    for (const [first, second] of pairs) {
      expect((await app.request("/v1/models", {}, from(first))).status).toBe(200);
      expect((await app.request("/v1/models", {}, from(second))).status).toBe(429);
    }
    expect((await app.request("/v1/models", {}, from("2001:db8:1:3::9"))).status).toBe(200);
  });
});

describe("pages", () => {
  async function withPages() {
    const folder = await temporaryFolder();
    const web = join(folder, "web");
    await mkdir(join(web, "assets"), { recursive: true });
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(web, "index.html"), "<!doctype html>the page");
    await writeFile(join(web, "assets", "app-0123456789.js"), `// ${"long ".repeat(1_000)}`);
    return createTestApp({ pages: { web: pathToFileURL(`${web}/`), docs: pathToFileURL(`${folder}/none/`) } });
  }

  it("are served with their type, a tag, and compressed for who takes that", async () => {
    const { get } = await withPages();
    const page = await get("/");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const again = await get("/", { headers: { "if-none-match": page.headers.get("etag") ?? "" } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const script = await get("/assets/app-0123456789.js", { headers: { "accept-encoding": "gzip, br" } });
    expect(script.headers.get("content-encoding")).toBe("gzip");
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect((await script.arrayBuffer()).byteLength).toBeLessThan(500);
    const plain = await get("/assets/app-0123456789.js", { headers: { "accept-encoding": "gzip;q=0" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
  });

  it("that have not been built are 404, and say how to build them", async () => {
    const { get } = await withPages();
    const reply = await get("/docs");
    expect(reply.status).toBe(404);
    expect(await reply.text()).toContain("npm run build");
  });

  it("give nothing that lies beside them", async () => {
    const { get } = await withPages();
    for (const name of [
      "..%2f..%2fsecret.txt",
      "..%5c..%5csecret.txt",
      "%2e%2e%2fsecret.txt",
      "..%252fsecret.txt",
      "%00",
    ]) {
      for (const path of [`/assets/${name}`, `/docs/${name}`]) {
        const reply = await get(path);
        expect([path, reply.status]).toEqual([path, 404]);
        expect(await reply.text()).not.toContain("secret");
      }
    }
  });
});

describe("the log", () => {
  async function logged(
    options: { logTexts?: boolean },
    run: (app: Awaited<ReturnType<typeof createTestApp>>) => Promise<unknown>,
  ) {
    const lines: string[] = [];
    const log = createLogger({ to: { write: (line) => void lines.push(line) } });
    const app = await createTestApp({ ...options, log });
    await run(app);
    return { lines, parsed: lines.map((line) => JSON.parse(line)) };
  }

  it("has one line a request, with the model and how many texts, and without the texts", async () => {
    const { lines, parsed } = await logged({}, (app) => app.post("interpolate", VALID.interpolate));
    expect(parsed).toMatchObject([
      { method: "POST", route: "/v1/models/:id/interpolate", status: 200, model: "tiny", n: 3, ms: expect.any(Number) },
    ]);
    expect(lines.join()).not.toMatch(/calm|storm/);
  });

  it.each(Object.keys(VALID))(
    "holds nothing of a text given to %s or written by it, also when it is refused or fails",
    async (route) => {
      const marked = JSON.stringify(VALID[route]).replaceAll(/\b(the sea|a storm|a|zork)\b/g, "zanzibar");
      const { lines } = await logged({}, async ({ post, pool }) => {
        for (const accept of ["application/json", "text/event-stream"]) {
          await (await post(route, marked, { headers: { accept } })).text();
          await (await post(route, `${marked.slice(0, -1)},"zanzibar":"zanzibar"}`, { headers: { accept } })).text();
          pool.failure = new InputError("This cannot be read: zanzibar.");
          await (await post(route, marked, { headers: { accept } })).text();
          pool.failure = undefined;
        }
        await post(route, `${marked}zanzibar`);
      });
      expect(lines).toHaveLength(7);
      expect(lines.join()).not.toMatch(new RegExp(`zanzibar|${route} \\d`));
    },
  );

  it("has what is asked and the texts when asked for", async () => {
    for (const accept of ["application/json", "text/event-stream"]) {
      const { parsed } = await logged({ logTexts: true }, async (app) => {
        await (await app.post("interpolate", VALID.interpolate, { headers: { accept } })).text();
      });
      expect(parsed[0]).toMatchObject({
        request: VALID.interpolate,
        texts: ["interpolate 0", "interpolate 1", "interpolate 2"],
      });
    }
  });

  it.each(Object.keys(VALID))(
    "has what is asked of %s when asked for, also when that is refused or fails",
    async (route) => {
      const { parsed } = await logged({ logTexts: true }, async ({ post, pool }) => {
        await post(route, VALID[route]);
        await post(route, { ...VALID[route], zanzibar: 1 });
        await post(route, "zanzibar");
        pool.failure = new InputError("This cannot be read.");
        await post(route, VALID[route]);
      });
      expect(parsed.map(({ status }) => status)).toEqual([200, 422, 422, 422]);
      const request = VALID[route];
      expect(parsed.map(({ request }) => request)).toEqual([request, { ...request, zanzibar: 1 }, "zanzibar", request]);
    },
  );

  it("has the texts that were written before a stream failed", async () => {
    const { parsed } = await logged({ logTexts: true }, async ({ post, pool }) => {
      pool.pause = async (when, index) => {
        if (when === "item" && index === 2) throw new InputError("This cannot be read.");
      };
      await (await post("generate", { n: 4 }, { headers: { accept: "text/event-stream" } })).text();
    });
    expect(parsed[0]).toMatchObject({ failed: "invalid", texts: ["generate 0", "generate 1"] });
  });

  it("keeps one line a request whatever a client writes into its address and headers", async () => {
    const { lines, parsed } = await logged({ logTexts: true }, async (app) => {
      await app.get("/v1/models/x%0a%7b%22level%22%3a60%7d%0a", { headers: { "x-request-id": "evil {}" } });
      await app.post("encode", { texts: ["a\n{}\u001b[31m"] });
      await app.post("reconstruct", { texts: ["a\n{}\u001b[31m"] });
    });
    expect(parsed.map(({ status }) => status)).toEqual([404, 200, 200]);
    for (const line of lines) expect(line.slice(0, -1)).toMatch(/^[^\p{Cc}]*$/u);
    expect(parsed[0].id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("has a request's own id, and gives it back", async () => {
    const { parsed } = await logged({}, async (app) => {
      const reply = await app.get("/v1/models", { headers: { "x-request-id": "mine-1" } });
      expect(reply.headers.get("x-request-id")).toBe("mine-1");
    });
    expect(parsed[0].id).toBe("mine-1");
  });

  it("tells what went wrong in the server, which the client is not told", async () => {
    const { parsed } = await logged({}, async (app) => {
      app.pool.failure = new TypeError("the cause");
      await app.post("generate", {});
    });
    expect(parsed[0]).toMatchObject({
      level: 50,
      status: 500,
      err: { message: "the cause", stack: expect.any(String) },
    });
  });
});
