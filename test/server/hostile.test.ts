// What a client may write so that the server reads a file, calls a host or changes a prototype: nothing of it comes about. The server is
// the real one on a port, with real inference, in this process, where all that it does can be watched.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RunningServer, startServer } from "../../server/listen.ts";
import { packageRoot } from "../../src/package-root.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { createLocalPool } from "./local-pool.ts";
import { raw } from "./raw.ts";
import { temporaryFolder, VALID } from "./test-app.ts";
import { prototypes, type Watch, watch } from "./watch.ts";

const SECRET = "what lies beside the runs";

interface Payload {
  readonly method?: "GET" | "POST";
  /** As it stands in the request's first line. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON as it is sent. */
  readonly body?: string;
}

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, "secret.txt"), SECRET);
  await mkdir(join(folder, "web", "assets"), { recursive: true });
  await mkdir(join(folder, "docs"));
  for (const page of ["web/index.html", "web/assets/app.js", "docs/index.html"])
    await writeFile(join(folder, page), page);
  const runs = join(folder, "runs");
  await writeTinyRun(join(runs, "tiny"), { config: { corpora: [join(runs, "corpus.txt")] } });
  await writeFile(join(runs, "corpus.txt"), "the sea is calm\na storm is near\n");
  server = await startServer({
    runs: [runs],
    port: 0,
    pool: createLocalPool(),
    logging: { quiet: true },
    pages: { web: pathToFileURL(`${folder}/web/`), docs: pathToFileURL(`${folder}/docs/`) },
  });
  // What is made once is made before the watch: pages read, the model loaded, the corpus lines encoded by a process of its own.
  for (const target of ["/", "/docs", "/openapi.json", "/v1/models/tiny"]) await send({ target });
  const mapped = async () => expect(await send({ target: "/v1/models/tiny/map" })).toMatch(/^HTTP\/1.1 200/);
  await vi.waitFor(mapped, { timeout: 30_000, interval: 100 });
  for (const [route, body] of Object.entries(VALID)) await send(work(route, JSON.stringify(body)));
}, 60_000);

afterAll(() => server?.close());

function work(route: string, body: string, id = "tiny"): Payload {
  return { method: "POST", target: `/v1/models/${id}/${route}`, body };
}

async function send({ method = "GET", target, headers = {}, body = "" }: Payload): Promise<string> {
  const lines = Object.entries({ host: new URL(server.url).host, ...headers }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  if (body !== "") lines.push("content-type: application/json", `content-length: ${Buffer.byteLength(body)}`);
  return raw(server.url, `${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\nconnection: close\r\n\r\n${body}`);
}

/** Sends them one after another under a watch; each must be answered, and not as a failure of the server. */
async function sent(payloads: readonly Payload[], each: (payload: Payload, reply: string) => void): Promise<Watch> {
  const watching = watch();
  try {
    for (const payload of payloads) {
      const reply = await send(payload);
      expect([payload, reply.slice(0, 12)]).toEqual([payload, expect.stringMatching(/^HTTP\/1.1 [234]/)]);
      each(payload, reply);
    }
  } finally {
    watching.stop();
  }
  return watching;
}

/** Files that are none of the server's business: not in the folders that it serves, nor its own. */
function outside({ files }: Watch): string[] {
  const served = ["runs", "web", "docs"].map((name) => join(folder, name));
  return files.filter(
    (file) =>
      !served.some((own) => file === own || file.startsWith(`${own}${sep}`)) &&
      file !== new URL("package.json", packageRoot).pathname,
  );
}

/** Each text in every way in which a place in an address can be written. */
function encoded(texts: readonly string[]): string[] {
  const bytes = (text: string) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const ways: ((text: string) => string)[] = [
    (text) => text.replaceAll(/[^\x21-\x7e]/g, encodeURIComponent),
    encodeURIComponent,
    (text) => encodeURIComponent(encodeURIComponent(text)),
    bytes,
    (text) => text.replaceAll("/", "%2f").replaceAll("\\", "%5c"),
    (text) => encodeURIComponent(text).replaceAll("%2F", "%c0%af"),
  ];
  return [...new Set(texts.flatMap((text) => ways.map((way) => way(text))))];
}

/** A text wherever a request that is right otherwise has one. */
function asTexts(texts: readonly string[]): Payload[] {
  return texts.flatMap((text) => [
    work("inspect", JSON.stringify({ texts: [text] })),
    work("encode", JSON.stringify({ texts: [text] })),
    work("interpolate", JSON.stringify({ from: text, to: text, steps: 2 })),
    work("neighbours", JSON.stringify({ text, n: 1 })),
    work("generate", JSON.stringify({ n: 1, ban: [text] })),
  ]);
}

describe("the watch", () => {
  it("sees what the server reads, a connection, a name looked up and a prototype that is changed", async () => {
    const before = prototypes();
    const watching = watch();
    try {
      await readFile(join(folder, "secret.txt"));
      await fetch(`http://localhost:${new URL(server.url).port}/healthz`);
      // The folder of runs is looked into once a second.
      const looked = join(folder, "runs", "tiny", "config.json");
      await vi.waitFor(
        async () => {
          await send({ target: "/v1/models" });
          expect(watching.files).toContain(looked);
        },
        { timeout: 5_000 },
      );
    } finally {
      watching.stop();
    }
    expect(outside(watching)).toEqual([join(folder, "secret.txt")]);
    expect(watching.reaches).toEqual(expect.arrayContaining(["TCPCONNECTWRAP", "GETADDRINFOREQWRAP"]));
    expect(prototypes()).toEqual(before);
    Object.assign(Object.prototype, { polluted: true });
    try {
      expect([...prototypes().keys()].filter((key) => !before.has(key))).toEqual(["Object.prototype.polluted"]);
    } finally {
      delete (Object.prototype as { polluted?: boolean }).polluted;
    }
  });
});

describe("paths that climb out", () => {
  const names = ["secret.txt", "../secret.txt", "../../secret.txt", "../../../secret.txt", "..\\..\\secret.txt"];
  const absolute = [
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "....//....//etc/passwd",
    "file:///etc/passwd",
    "C:\\boot.ini",
  ];
  const odd = [
    "tiny/../../secret.txt",
    "./tiny/config.json",
    "tiny/model.safetensors",
    "../secret.txt\0.js",
    "~/.ssh/id_rsa",
  ];
  const paths = [...names, ...absolute, ...odd];
  const places = ["/", "/assets/", "/docs/", "/v1/models/", "/v1/models/tiny/"];
  const payloads: Payload[] = [
    ...places.flatMap((place) => encoded(paths).map((path) => ({ target: `${place}${path}` }))),
    ...encoded(paths).map((id) => work("generate", "{}", id)),
    ...encoded(paths).map((path) => ({ target: `/v1/models/tiny/map?points=${path}` })),
    ...paths.map((path) => ({
      target: "/",
      headers: { "x-original-url": path, "x-rewrite-url": path, referer: path },
    })),
    ...asTexts(paths),
  ];

  it(`read no file outside what is served (${payloads.length} of them)`, async () => {
    expect(payloads.length).toBeGreaterThan(200);
    const watching = await sent(payloads, (payload, reply) => {
      expect([payload, reply]).toEqual([
        payload,
        expect.not.stringMatching(/what lies beside|root:.*:0:0|"embedding"/),
      ]);
    });
    expect(outside(watching)).toEqual([]);
  });
});

describe("addresses of other hosts", () => {
  const hosts = [
    "127.0.0.1:1",
    "localhost:22",
    "169.254.169.254",
    "[::1]:1",
    "0x7f.1",
    "2130706433",
    "metadata.internal",
  ];
  const schemes = ["http://", "https://", "ftp://", "gopher://", "//", "file://", "ws://", "\\\\"];
  const urls = schemes.flatMap((scheme) => hosts.map((host) => `${scheme}${host}/latest/meta-data`));
  const some = urls.filter((_, i) => i % 4 === 0);
  const payloads: Payload[] = [
    // As a proxy would be asked.
    ...urls.map((url) => ({ target: url.replaceAll("\\", "/") })),
    ...encoded(some).flatMap((url) => [{ target: `/v1/models/${url}` }, work("generate", "{}", url)]),
    ...hosts.map((host) => ({ target: "/v1/models", headers: { host } })),
    ...hosts.map((host) => ({
      target: "/v1/models",
      headers: { "x-forwarded-host": host, forwarded: `host=${host}` },
    })),
    ...some.map((url) => ({ target: "/v1/models", headers: { origin: url, referer: url, destination: url } })),
    ...some.map((url) => work("generate", JSON.stringify({ url, callback: url, model: url }))),
    ...asTexts(some),
  ];

  it(`are not asked (${payloads.length} of them)`, async () => {
    expect(payloads.length).toBeGreaterThan(200);
    const watching = await sent(payloads, () => {});
    // Those by which this test asked.
    expect(watching.reaches).toEqual(Array(payloads.length).fill("TCPCONNECTWRAP"));
    expect(outside(watching)).toEqual([]);
  });
});

describe("keys that reach a prototype", () => {
  const evil = '{"polluted":true}';
  const members = [
    `"__proto__":${evil}`,
    `"constructor":{"prototype":${evil}}`,
    `"prototype":${evil}`,
    `"\\u005f_proto__":${evil}`,
    `"constructor.prototype.polluted":true`,
    `"__proto__.polluted":true`,
    `"__proto__[polluted]":true`,
    `"toString":true`,
    `"__defineGetter__":${evil}`,
  ];
  const keys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineSetter__"];
  const queries = keys.flatMap((key) => [
    `${key}=1`,
    `${key}[polluted]=true`,
    `${key}.polluted=true`,
    `points=1&${key}[x]=1`,
  ]);
  const payloads: Payload[] = [
    ...Object.entries(VALID).flatMap(([route, body]) =>
      members.flatMap((member) => [
        work(route, `${JSON.stringify(body).slice(0, -1)},${member}}`),
        work(route, `{${member}}`),
        work(route, `{"form":{"clauses":1,"length":2,${member}}}`),
        work(route, `[{${member}}]`),
      ]),
    ),
    ...queries.flatMap((query) => [{ target: `/v1/models?${query}` }, { target: `/v1/models/tiny/map?${query}` }]),
    ...encoded(keys).flatMap((id) => [{ target: `/v1/models/${id}` }, work("generate", "{}", id)]),
    ...keys.map((key) => ({ target: "/v1/models", headers: { [key]: "polluted", cookie: `${key}=polluted` } })),
    ...asTexts(keys),
  ];

  it(`change none (${payloads.length} of them)`, async () => {
    expect(payloads.length).toBeGreaterThan(200);
    const before = prototypes();
    await sent(payloads, () => {});
    expect(prototypes()).toEqual(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
