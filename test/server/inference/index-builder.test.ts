// Indexes of corpus lines: found where they lie, built where they do not, and tried again where a build fails.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  createIndexBuilder,
  type IndexBuilder,
  type IndexBuilderOptions,
} from "../../../server/inference/index-builder.ts";
import type { ModelRef } from "../../../server/inference/jobs.ts";
import { buildIndex, openIndex } from "../../../src/latent/neighbours.ts";
import { TINY_TEXTS, writeTinyRun } from "../../support/tiny-run.ts";

const FAKE = new URL("./fake-indexer.mjs", import.meta.url);

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "latentext-index-"));
  ends.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A builder with a run whose builds go as planned. */
async function planned(plan: readonly string[], options: IndexBuilderOptions = {}) {
  const path = await folder();
  await writeFile(join(path, "plan"), plan.join("\n"));
  const log: string[] = [];
  const builder = createIndexBuilder({ program: FAKE, waits: [5, 5], log: (line) => log.push(line), ...options });
  ends.push(() => builder.close());
  const model: ModelRef = { id: "m", path, version: "1" };
  const tries = async () => (await readFile(join(path, "done"), "utf8").catch(() => "")).split("\n").filter(Boolean);
  return { builder, model, log, tries };
}

const settled = (builder: IndexBuilder, model: ModelRef, state: "ready" | "unavailable") =>
  expect.poll(() => builder.ensure(model).state, { timeout: 30_000, interval: 5 }).toBe(state);

describe("a build that fails", () => {
  it("is tried again when its process died", async () => {
    const { builder, model, log, tries } = await planned(["die", "die", "ready"]);
    expect(builder.ensure(model)).toEqual({ state: "building" });
    await settled(builder, model, "ready");
    expect(await tries()).toHaveLength(3);
    expect(log).toEqual([
      expect.stringMatching(/"m" are not ready: .* SIGKILL; trying again in 0.005 s/),
      expect.stringMatching(/trying again/),
      expect.stringMatching(/are ready/),
    ]);
  });

  it("is given up in the end with its true reason, and tried again after a pause", async () => {
    const plan = ["RunFolderError the disk is full", "RunFolderError the disk is full", "die", "ready"];
    const { builder, model, tries } = await planned(plan, { pause: 150 });
    await settled(builder, model, "unavailable");
    expect(builder.ensure(model).reason).toBe("The process that encodes them was ended by SIGKILL.");
    expect(await tries()).toHaveLength(3);
    await settled(builder, model, "ready");
  });

  it.each([
    ["the corpus or the run is at fault", "InputError", "The corpus cannot be read."],
    ["the run takes no files", "UnwritableRunError", "The run's folder m cannot be written: EROFS."],
  ])("is not tried again at once where %s", async (_, name, reason) => {
    const { builder, model, tries } = await planned([`${name} ${reason}`], { waits: [60_000] });
    await settled(builder, model, "unavailable");
    expect(builder.ensure(model)).toEqual({ state: "unavailable", reason });
    expect(await tries()).toHaveLength(1);
  });

  it("tells clients nothing of what was not expected", async () => {
    const { builder, model, log } = await planned(["Error x is undefined"], { waits: [] });
    await settled(builder, model, "unavailable");
    expect(builder.ensure(model).reason).not.toContain("undefined");
    expect(log.join()).toContain("x is undefined");
  });

  it("does not keep those of other models waiting, nor a run that has been replaced", async () => {
    const { builder, model, tries } = await planned(["die"], { waits: [60_000] });
    builder.ensure(model);
    await expect.poll(tries, { timeout: 10_000 }).toHaveLength(1);
    const other = await folder();
    await writeFile(join(other, "plan"), "ready");
    await settled(builder, { id: "other", path: other, version: "1" }, "ready");
    await writeFile(join(model.path, "plan"), "ready");
    await settled(builder, { ...model, version: "2" }, "ready");
  });
});

describe("an index that lies there", () => {
  it("is ready from the first call on", async () => {
    const path = join(await folder(), "run");
    const corpus = `${path}.txt`;
    await writeFile(corpus, TINY_TEXTS.join("\n"));
    await writeTinyRun(path, { config: { corpora: [corpus] } });
    await buildIndex(path, { engine: "cpu" });
    const log: string[] = [];
    const builder = createIndexBuilder({ log: (line) => log.push(line) });
    ends.push(() => builder.close());
    const model = { id: "m", path, version: "1" };
    expect(builder.ensure(model)).toEqual({ state: "ready" });
    await expect.poll(() => log, { timeout: 20_000 }).toHaveLength(1);
    expect(builder.ensure(model)).toEqual({ state: "ready" });
  });

  it("but is of too few lines is built anew", async () => {
    const path = join(await folder(), "run");
    const corpus = `${path}.txt`;
    await writeFile(corpus, TINY_TEXTS.join("\n"));
    await writeTinyRun(path, { config: { corpora: [corpus] } });
    expect((await buildIndex(path, { engine: "cpu", limit: 2 })).size).toBe(2);
    const log: string[] = [];
    const builder = createIndexBuilder({ log: (line) => log.push(line) });
    ends.push(() => builder.close());
    builder.ensure({ id: "m", path, version: "1" });
    await expect.poll(() => log, { timeout: 20_000 }).toHaveLength(1);
    expect(await openIndex(path)).toMatchObject({ size: TINY_TEXTS.length, complete: true });
  });

  it("but is of another model is built anew", async () => {
    const { builder, model } = await planned(["wait"]);
    await mkdir(join(model.path, "neighbours"));
    await writeFile(join(model.path, "neighbours", "codes.safetensors"), "");
    expect(builder.ensure(model)).toEqual({ state: "ready" });
    await expect.poll(() => builder.ensure(model).state, { timeout: 10_000 }).toBe("building");
  });
});
