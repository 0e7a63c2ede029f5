// Which models stay in memory: told by whether the same one comes back, and by what is disposed of.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ModelRef } from "../../../server/inference/jobs.ts";
import { ModelCache } from "../../../server/inference/model-cache.ts";
import type { ServedModel } from "../../../server/inference/served-model.ts";
import { writeTinyRun } from "../../support/tiny-run.ts";

let folder: string;
let refs: readonly [ModelRef, ModelRef, ModelRef];
/** Of each of the models, which have one shape. */
let bytes: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentext-cache-"));
  refs = [await refTo("a"), await refTo("b"), await refTo("c")];
  bytes = await new ModelCache({ threads: 1, modelBytes: 0 }).use(refs[0], async (served) => served.bytes);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function refTo(id: string): Promise<ModelRef> {
  const path = join(folder, id);
  await writeTinyRun(path);
  return { id, path, version: "1" };
}

function cacheOf(models: number): ModelCache {
  return new ModelCache({ threads: 1, modelBytes: models * bytes });
}

const itself = async (served: ServedModel): Promise<ServedModel> => served;

/** Uses a model until the function is called that comes back with it. */
async function hold(cache: ModelCache, ref: ModelRef): Promise<() => Promise<void>> {
  let end = () => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  let done = Promise.resolve();
  await new Promise<void>((begun) => {
    done = cache.use(ref, async () => {
      begun();
      await held;
    });
  });
  return () => {
    end();
    return done;
  };
}

describe("models in memory", () => {
  it("are read once, also for jobs that ask at the same time", async () => {
    const cache = cacheOf(3);
    const all = await Promise.all([refs[0], refs[0], refs[1], refs[0]].map((ref) => cache.use(ref, itself)));
    expect(new Set(all).size).toBe(2);
    expect(await cache.use(refs[0], itself)).toBe(all[0]);
  });

  it("are let go beyond their bytes, the longest unused first", async () => {
    const cache = cacheOf(2);
    const a = await cache.use(refs[0], itself);
    const b = await cache.use(refs[1], itself);
    const gone = vi.spyOn(b.model, "dispose");
    await cache.use(refs[0], itself);
    await cache.use(refs[2], itself);
    expect(await cache.use(refs[0], itself)).toBe(a);
    expect(gone).toHaveBeenCalledOnce();
    expect(await cache.use(refs[1], itself)).not.toBe(b);
  });

  it("are not let go while they are in use, but as soon as they are not", async () => {
    const cache = cacheOf(1);
    const ends = [await hold(cache, refs[0]), await hold(cache, refs[1])] as const;
    const [a, b] = [await cache.use(refs[0], itself), await cache.use(refs[1], itself)];
    const disposals = [a, b].map(({ model }) => vi.spyOn(model, "dispose"));
    const calls = () => disposals.map(({ mock }) => mock.calls.length);
    expect(calls()).toEqual([0, 0]);
    await ends[0]();
    await vi.waitFor(() => expect(calls()).toEqual([1, 0]));
    await ends[1]();
    // The one that was used last stays, and is there for the next job.
    expect(await cache.use(refs[1], itself)).toBe(b);
  });

  it("stay where one alone is larger than all may be", async () => {
    const cache = cacheOf(0.5);
    expect(await cache.use(refs[0], itself)).toBe(await cache.use(refs[0], itself));
  });

  it("are read again when their run is another, and the old one goes with its last job", async () => {
    const cache = cacheOf(3);
    const old = await cache.use(refs[0], itself);
    const gone = vi.spyOn(old.model, "dispose");
    const end = await hold(cache, refs[0]);
    expect(await cache.use({ ...refs[0], version: "2" }, itself)).not.toBe(old);
    expect(gone).not.toHaveBeenCalled();
    await end();
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
  });

  it("are tried again after a failure to read them", async () => {
    const cache = cacheOf(3);
    const late = { id: "late", path: join(folder, "late"), version: "1" };
    await writeFile(late.path, "");
    await expect(cache.use(late, itself)).rejects.toThrow();
    await rm(late.path);
    await writeTinyRun(late.path);
    await expect(cache.use(late, itself)).resolves.toBeDefined();
  });
});
