// Built pages held in memory: what is served is what was listed, and no path of a request ever reaches the disk.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file of a page. */
export interface PageFile {
  readonly type: string;
  readonly tag: string;
  /** Its name changes with its content. */
  readonly immutable: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

const HASHED = /-([0-9a-f]{10}|[0-9A-Z]{8})\.[a-z0-9]+$/;
const COMPRESSIBLE = /^text\/|json|svg/;
/** Below, a compressed file saves nothing. */
const LEAST_BYTES = 1_024;

/** The files of a folder, read at the first request; a folder that is not there yet is looked for again at the next. */
export class PageFolder {
  readonly #folder: URL;
  #files: Promise<ReadonlyMap<string, PageFile>> | undefined;

  constructor(folder: URL) {
    this.#folder = folder;
  }

  /** The file of a name like `assets/app.js`, with slashes on every system. */
  async file(name: string): Promise<PageFile | undefined> {
    this.#files ??= readPages(fileURLToPath(this.#folder));
    const files = await this.#files.catch(() => undefined);
    if (files === undefined || files.size === 0) this.#files = undefined;
    return files?.get(name);
  }
}

async function readPages(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && extname(entry.name) in TYPES);
  return new Map(
    await Promise.all(
      files.map(async (entry): Promise<[string, PageFile]> => {
        const path = join(entry.parentPath, entry.name);
        return [relative(folder, path).split(sep).join("/"), await readPage(path)];
      }),
    ),
  );
}

async function readPage(path: string): Promise<PageFile> {
  const bytes = new Uint8Array(await readFile(path));
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  const compresses = COMPRESSIBLE.test(type) && bytes.length >= LEAST_BYTES;
  return {
    type,
    tag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    immutable: HASHED.test(path),
    bytes,
    gzipped: compresses ? new Uint8Array(await promisify(gzip)(bytes, { level: 9 })) : undefined,
  };
}
