// An application over a tiny run on disk and a fake pool, and requests to it without a socket.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import type { z } from "zod";
import { type AppOptions, createApp } from "../../server/app.ts";
import type { App } from "../../server/context.ts";
import { createRegistry } from "../../server/registry.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { createFakePool, type FakePool } from "./fake-pool.ts";

export interface TestApp {
  readonly app: App;
  readonly pool: FakePool;
  /** The run is `RUNS/tiny`. */
  readonly runs: string;
  post(route: string, body: unknown, init?: RequestInit): Promise<Response>;
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** A folder that is removed when the file's tests are done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latentext-server-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestAppOptions extends Partial<AppOptions> {
  /** Of the model, which is then a conditional one. */
  readonly labels?: readonly string[];
  /** Settings of the model. */
  readonly config?: ConfigInput;
}

export async function createTestApp({ labels = [], config = {}, ...options }: TestAppOptions = {}): Promise<TestApp> {
  const runs = await temporaryFolder();
  await writeTinyRun(join(runs, "tiny"), { config: { corpora: ["/nowhere/sea.txt"], ...config }, labels });
  const pool = createFakePool();
  const registry = await createRegistry([runs], { recheck: 0 });
  const app = createApp({ registry, pool, ensureIndex: () => ({ state: "ready" }), ...options });
  return {
    app,
    pool,
    runs,
    post: async (route, body, init = {}) =>
      app.request(`/v1/models/tiny/${route}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: { "content-type": "application/json", ...init.headers },
      }),
    get: async (path, init = {}) => app.request(path, init),
  };
}

/** Requests that every route takes, by name. */
export const VALID: Readonly<Record<string, object>> = {
  generate: { n: 3 },
  interpolate: { from: "the sea is calm", to: "a storm is near", steps: 3 },
  grid: { corners: ["a", "b", "c", "d"], rows: 2, columns: 3 },
  encode: { texts: ["the sea", "a storm"] },
  decode: { codes: [[1, 2, 3, 4]] },
  reconstruct: { texts: ["the sea"] },
  similar: { text: "the sea", n: 2 },
  neighbours: { text: "the sea", n: 2 },
  arithmetic: { text: "the sea", plus: ["a storm"], minus: ["calm"], strengths: [0, 1] },
  inspect: { texts: ["the zork"] },
};

/** Routes that stream, but for `transfer`, which no model without labels answers. */
export const STREAMS = ["generate", "interpolate", "grid", "decode", "reconstruct", "similar", "arithmetic"] as const;

/** A reply's body, which must have the shape of its schema and no key beside. */
export async function bodyOf<Schema extends z.ZodObject>(schema: Schema, reply: Response): Promise<z.output<Schema>> {
  const result = schema.strict().safeParse(await reply.json());
  expect(result.error?.message).toBeUndefined();
  return result.data as z.output<Schema>;
}

/** The events of a whole stream; comments are left out. */
export function parseEvents(text: string): { event: string; data: Record<string, unknown> }[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "" && !block.startsWith(":"))
    .map((block) => {
      const [, event = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });
}
