// Fetching against a server on this machine: what arrives, what is refused, and that a failure leaves nothing behind.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import type { CatalogueEntry, CatalogueFile } from "../../../scripts/corpus/catalogue.ts";
import { type FetchOptions, fetchCorpus } from "../../../scripts/corpus/fetch.ts";
import { InputError, LatentextError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../run/temporary-folder.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`;
}

const serveFiles = (files: Readonly<Record<string, string | Uint8Array>>) =>
  serve((request, response) => {
    const content = files[decodeURI(request.url ?? "").replace("/data/", "")];
    if (content === undefined) response.writeHead(404).end("no such file");
    else response.end(content);
  });

const sumOf = (content: string) => createHash("sha256").update(content).digest("hex");

const fileOf = (path: string, more: Partial<CatalogueFile> = {}): CatalogueFile => ({
  path,
  sha256: null,
  bytes: null,
  to: "train.txt",
  format: { kind: "lines" },
  ...more,
});

const entryOf = (base: string, ...files: CatalogueFile[]): CatalogueEntry => ({
  name: "small",
  title: "Small",
  description: "A small corpus.",
  language: "en",
  licence: "MIT",
  homepage: "https://example.org/",
  base,
  files,
});

/** Fetches into a new folder, which is gone again if that fails. */
async function failure(entry: CatalogueEntry, options: Partial<FetchOptions> = {}): Promise<unknown> {
  const out = join(temporaryFolder(), "data");
  const error = await fetchCorpus(entry, { out, ...options }).then(
    () => expect.unreachable("the fetch went well"),
    (cause: unknown) => cause,
  );
  expect(existsSync(out)).toBe(false);
  return error;
}

describe("fetchCorpus", () => {
  it("downloads, checks and converts files into a folder with a manifest", async () => {
    const base = await serveFiles({ "neg.0": "bad\n", "pos.1": "good\nfine\n", "z.gz": gzipSync("gzipped\n") });
    const neg = fileOf("neg.0", { to: "train.tsv", label: "neg", sha256: sumOf("bad\n"), bytes: 4 });
    const pos = fileOf("pos.1", { to: "train.tsv", label: "pos" });
    const out = join(temporaryFolder(), "data");
    const told: string[] = [];
    const { folder, manifest, alreadyThere } = await fetchCorpus(
      entryOf(base, neg, pos, fileOf("z.gz", { to: "test.txt" })),
      { out, onFile: (path, { bytes, verified }) => told.push(`${path} ${bytes} ${verified}`) },
    );
    expect(folder).toBe(join(out, "small"));
    expect(alreadyThere).toBe(false);
    expect(readFileSync(join(folder, "train.tsv"), "utf8")).toBe("neg\tbad\npos\tgood\npos\tfine\n");
    expect(readFileSync(join(folder, "test.txt"), "utf8")).toBe("gzipped\n");
    expect(readdirSync(folder).sort()).toEqual(["manifest.json", "test.txt", "train.tsv"]);
    expect(readdirSync(out)).toEqual(["small"]);
    expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).toEqual(manifest);
    expect(manifest.downloads[0]).toEqual({ url: `${base}neg.0`, bytes: 4, sha256: sumOf("bad\n"), verified: true });
    expect(manifest.files).toEqual([
      { name: "train.tsv", lines: 3, sha256: sumOf("neg\tbad\npos\tgood\npos\tfine\n") },
      { name: "test.txt", lines: 1, sha256: sumOf("gzipped\n") },
    ]);
    expect(told.slice(0, 2)).toEqual(["neg.0 4 true", "pos.1 10 false"]);
  });

  it("says that a corpus is there already, after checking that it is whole", async () => {
    const base = await serveFiles({ a: "one\n" });
    const entry = entryOf(base, fileOf("a"));
    const out = temporaryFolder();
    const { folder, manifest } = await fetchCorpus(entry, { out });
    const offline = { ...entry, base: "http://127.0.0.1:1/" };
    expect(await fetchCorpus(offline, { out })).toEqual({ folder, manifest, alreadyThere: true });

    writeFileSync(join(folder, "train.txt"), "two\n");
    await expect(fetchCorpus(entry, { out })).rejects.toThrow(
      /train\.txt has been changed; remove .* and fetch "small" again/,
    );
    rmSync(join(folder, "train.txt"));
    await expect(fetchCorpus(entry, { out })).rejects.toThrow(/train\.txt is missing/);
    writeFileSync(join(folder, "manifest.json"), "{}");
    await expect(fetchCorpus(entry, { out })).rejects.toThrow(/manifest\.json is damaged/);
  });

  it("does not touch a folder that something else made", async () => {
    const out = temporaryFolder();
    mkdirSync(join(out, "small"));
    await expect(fetchCorpus(entryOf("http://127.0.0.1:1/", fileOf("a")), { out })).rejects.toThrow(InputError);
    expect(readdirSync(join(out, "small"))).toEqual([]);
  });

  it("follows redirects, and takes a mirror in place of the base", async () => {
    const base = await serve((request, response) => {
      if (request.url === "/data/old") response.writeHead(302, { location: "/data/new" }).end();
      else response.end("moved\n");
    });
    const out = temporaryFolder();
    const { folder } = await fetchCorpus(entryOf("https://example.invalid/", fileOf("old")), { out, baseUrl: base });
    expect(readFileSync(join(folder, "train.txt"), "utf8")).toBe("moved\n");
  });

  it("writes names beyond ASCII into the URL as it should", async () => {
    const base = await serveFiles({ "全唐诗/poet 0.txt": "詩\n" });
    const { manifest } = await fetchCorpus(entryOf(base, fileOf("全唐诗/poet 0.txt")), { out: temporaryFolder() });
    expect(manifest.downloads[0]?.url).toBe(`${base}%E5%85%A8%E5%94%90%E8%AF%97/poet%200.txt`);
  });

  it("reports progress up to the size of the file", async () => {
    const content = "x\n".repeat(200_000);
    const base = await serve((_, response) => response.setHeader("content-length", content.length).end(content));
    const seen: [number, number | null][] = [];
    await fetchCorpus(entryOf(base, fileOf("a")), {
      out: temporaryFolder(),
      onProgress: (_, done, total) => seen.push([done, total]),
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual([400_000, 400_000]);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).sort((a, b) => a - b));
  });

  it("leaves nothing after a wrong checksum, and says both sums", async () => {
    const base = await serveFiles({ a: "one\n" });
    const error = await failure(entryOf(base, fileOf("a", { sha256: sumOf("two\n") })));
    expect(error).toBeInstanceOf(LatentextError);
    expect(error).toMatchObject({
      exitCode: 1,
      message: `${base}a has the SHA-256 ${sumOf("one\n")}, where the catalogue expects ${sumOf("two\n")}.`,
    });
  });

  it.each([
    [3, "more"],
    [5, "4"],
  ])("leaves nothing after a wrong size, %d bytes being expected", async (bytes, got) => {
    const base = await serveFiles({ a: "one\n" });
    expect(await failure(entryOf(base, fileOf("a", { bytes })))).toMatchObject({
      message: `${base}a has ${got} bytes, where the catalogue expects ${bytes}.`,
    });
  });

  it("leaves nothing when a later file is not there", async () => {
    const base = await serveFiles({ a: "one\n" });
    expect(await failure(entryOf(base, fileOf("a"), fileOf("b")))).toMatchObject({
      message: `${base}b answered 404 Not Found.`,
      exitCode: 1,
    });
  });

  it("leaves nothing when the connection breaks half-way", async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("half a li", () => response.destroy());
    });
    expect(await failure(entryOf(base, fileOf("a")))).toMatchObject({
      message: `The download of ${base}a broke off after 9 bytes: the connection was closed.`,
    });
  });

  it("says that nobody listens there", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(entryOf(base, fileOf("a")))).toMatchObject({
      message: `${base}a could not be fetched: the connection was refused.`,
    });
  });

  it("gives up on a server that falls silent", async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("some");
    });
    expect(await failure(entryOf(base, fileOf("a")), { timeout: 100 })).toMatchObject({
      message: `${base}a sent nothing for 0.1 seconds.`,
    });
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const base = await serve((_, response) => {
      response.write("some");
      setTimeout(() => stop.abort(), 20);
    });
    expect(await failure(entryOf(base, fileOf("a")), { signal: stop.signal })).toMatchObject({
      message: `The download of ${base}a was stopped.`,
    });
  });

  it.each<[string, string, Partial<CatalogueFile>, RegExp]>([
    ["is no gzip", "plain text", { path: "a.gz" }, /cannot be turned into text: incorrect header check/],
    ["is of another format", "[1]", { format: { kind: "chinese-quatrains" } }, /expected to hold poems/],
    ["holds no text", "\n\n", {}, /holds no text of the kind that the catalogue says/],
  ])("leaves nothing when a file %s", async (_, content, more, message) => {
    const base = await serve((_request, response) => response.end(content));
    const error = await failure(entryOf(base, fileOf("a", more)));
    expect(error).toBeInstanceOf(LatentextError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });

  it("says how to get a corpus that cannot be downloaded", async () => {
    const entry: CatalogueEntry = { ...entryOf("http://127.0.0.1:1/"), manual: "ask the author." };
    expect(await failure(entry)).toMatchObject({ exitCode: 2, message: '"small" cannot be fetched: ask the author.' });
  });
});
