// Inference processes with tiny models: every kind of job, the same texts in any company, replaced runs, and what a model cannot take.
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IndexNotReadyError, UnavailableError } from "../../../server/errors.ts";
import type { InferencePool, Job, JobResult, ModelRef, WriteSettings } from "../../../server/inference/jobs.ts";
import { createPool } from "../../../server/inference/pool.ts";
import type { NamedArray } from "../../../src/engine/types.ts";
import { InputError, RunFolderError } from "../../../src/errors.ts";
import { load, type Model } from "../../../src/latent/model.ts";
import { buildIndex, INDEX_LINES } from "../../../src/latent/neighbours.ts";
import { identify, writeIndex } from "../../../src/run/corpus-index.ts";
import { TINY_TEXTS, writeTinyRun } from "../../support/tiny-run.ts";

let folder: string;
let pool: InferencePool;
let model: Model;
let ref: ModelRef;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentext-worker-"));
  const path = join(folder, "tiny");
  await writeTinyRun(path, { endBias: 0.5 });
  ref = { id: "tiny", path, version: "1" };
  pool = createPool({ processes: 1, threads: 1 });
  model = await load(path, { engine: "compiled", threads: 1 });
});

afterAll(async () => {
  await pool?.close(0);
  await model?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const run = (job: Job, on = ref): Promise<JobResult> => pool.run(on, job, { signal: new AbortController().signal });
const write: WriteSettings = { seed: 5, returnCodes: false };
const texts = ({ items }: JobResult): string[] => items.map(({ text }) => text);

describe("a job", () => {
  it("generate gives what the library's sample gives", async () => {
    const drawn = { temperature: 0.8, topK: 5, topP: 0.9, seed: 5 };
    expect(texts(await run({ kind: "generate", n: 5, write: { ...drawn, returnCodes: false } }))).toEqual(
      await model.sample(5, drawn),
    );
  });

  it("generate draws codes of the temperature that is asked for", async () => {
    const items = texts(await run({ kind: "generate", n: 5, priorTemperature: 1.8, write }));
    expect(items).toEqual(await model.sample(5, { seed: 5, priorTemperature: 1.8 }));
    expect(items).not.toEqual(await model.sample(5, { seed: 5 }));
  });

  it("writes what is asked of the wording as the library does", async () => {
    const wishes = { ban: ["the"], require: ["boat"], noRepeat: 2, seed: 5 };
    const items = texts(await run({ kind: "generate", n: 5, write: { ...wishes, returnCodes: false } }));
    expect(items).toEqual(await model.sample(5, wishes));
    expect(items.every((text) => text.includes("boat") && !text.includes("the"))).toBe(true);
  });

  it("interpolate gives what the library's interpolate gives, and tells what was read", async () => {
    const [from, to] = ["the sea is calm", "a xylophone is near"];
    const result = await run({ kind: "interpolate", from, to, steps: 5, path: "spherical", write });
    expect(texts(result)).toEqual(await model.interpolate(from, to, { steps: 5, path: "spherical" }));
    expect(result.inputs).toEqual([
      { text: from, tokens: 4, unknown: [], truncated: false },
      { text: to, tokens: 4, unknown: ["xylophone"], truncated: false },
    ]);
  });

  it("grid has the reconstructions of its corners at its corners", async () => {
    const corners = [...TINY_TEXTS] as [string, string, string, string];
    const result = await run({ kind: "grid", corners, rows: 3, columns: 4, write });
    const back = await model.reconstruct(corners);
    expect([0, 3, 8, 11].map((place) => texts(result)[place])).toEqual(back);
    expect(result.items).toHaveLength(12);
  });

  it("encode gives the library's codes, which decode and reconstruct turn into the same texts", async () => {
    const encoded = await run({ kind: "encode", texts: TINY_TEXTS });
    expect(encoded.codes).toEqual(await model.encode(TINY_TEXTS));
    const codes = (encoded.codes ?? []).map((code) => [...code]);
    const back = texts(await run({ kind: "reconstruct", texts: TINY_TEXTS, write }));
    expect(texts(await run({ kind: "decode", codes, write }))).toEqual(back);
  });

  it("similar at similarity 1 is the reconstruction, and gives the codes when they are asked for", async () => {
    const [text] = TINY_TEXTS;
    const result = await run({ kind: "similar", text, n: 3, similarity: 1, write: { ...write, returnCodes: true } });
    const [code] = await model.encode([text]);
    expect(texts(result)).toEqual(await model.decode([1, 2, 3].map(() => code as Float32Array)));
    for (const item of result.items) expect([...(item.code ?? [])]).toEqual([...(code ?? [])]);
  });

  it("arithmetic at strength 0 is the reconstruction", async () => {
    const [text, plus, minus] = TINY_TEXTS;
    const job: Job = { kind: "arithmetic", text, plus: [plus], minus: [minus], strengths: [0, 1.5], write };
    const result = await run(job);
    expect(texts(result)[0]).toBe((await model.reconstruct([text]))[0]);
    expect(result.items).toHaveLength(2);
    expect(result.inputs.map((input) => input.text)).toEqual([text, plus, minus]);
  });

  it("inspect tells what would be read, without codes", async () => {
    const [report] = (await run({ kind: "inspect", texts: ["the the the the the the the the the zebra"] })).inputs;
    expect(report).toMatchObject({ tokens: 10, unknown: ["zebra"], truncated: true });
  });

  it("gives the same text alone and in company of any size, for a thousand seeds", async () => {
    const roomy = createPool({ processes: 1, threads: 1, places: 1_000 });
    const ask = (job: Job) => roomy.run(ref, job, { signal: new AbortController().signal });
    const drawn = (seed: number): Job => ({
      kind: "generate",
      n: 1,
      write: { temperature: 0.5 + (seed % 4) / 4, seed, returnCodes: true },
    });
    const other = (i: number): Job =>
      i % 2 === 0
        ? {
            kind: "interpolate",
            from: "a storm",
            to: TINY_TEXTS[i % 4] as string,
            steps: 2 + (i % 9),
            path: "linear",
            write,
          }
        : { kind: "encode", texts: TINY_TEXTS.slice(0, 1 + (i % 4)) };
    try {
      const alone: JobResult[] = [];
      for (let seed = 0; seed < 1_000; seed++) alone.push(await ask(drawn(seed)));
      const together: JobResult[] = [];
      for (let company = 1; together.length < 1_000; company++) {
        const seeds = Array.from({ length: Math.min(company, 1_000 - together.length) }, (_, i) => together.length + i);
        const others = Promise.all(Array.from({ length: company % 7 }, (_, i) => ask(other(i + company))));
        together.push(...(await Promise.all(seeds.map((seed) => ask(drawn(seed))))));
        await others;
      }
      expect(together.map(({ items }) => items)).toEqual(alone.map(({ items }) => items));
      // Not for want of anything to tell apart.
      expect(new Set(alone.map((result) => texts(result)[0])).size).toBeGreaterThan(100);
    } finally {
      await roomy.close(0);
    }
  });

  it("is refused as the request's fault where the model cannot take it", async () => {
    const wrong = run({ kind: "decode", codes: [[1, 2]], write });
    await expect(wrong).rejects.toThrow(InputError);
    await expect(wrong).rejects.toThrow("has 2 numbers; expected 4");
  });

  it("says that the corpus lines are not ready where there is no index", async () => {
    await expect(run({ kind: "neighbours", text: "the sea", n: 2 })).rejects.toThrow(IndexNotReadyError);
    await expect(run({ kind: "map", points: 10 })).rejects.toThrow(IndexNotReadyError);
  });

  it("neighbours tells whether all lines were searched", async () => {
    const path = join(folder, "indexed");
    const corpus = join(folder, "corpus.txt");
    await writeFile(corpus, TINY_TEXTS.join("\n"));
    await writeTinyRun(path, { config: { corpora: [corpus] } });
    const asked = (version: string) =>
      run({ kind: "neighbours", text: "the sea", n: 2 }, { id: "indexed", path, version });
    const built = await buildIndex(path, { engine: "cpu" });
    const all = await asked("1");
    expect([all.of, all.complete, all.neighbours?.length]).toEqual([4, true, 2]);
    // As many lines as the server asks for, of a corpus that has more.
    const lines = Array.from({ length: INDEX_LINES }, (_, i) => ({ text: `text ${i}`, line: i + 1 }));
    const codes = new Float32Array(INDEX_LINES * built.latent);
    await writeIndex(path, { lines, codes, latent: built.latent, complete: false }, await identify(path));
    const sample = await asked("2");
    expect([sample.of, sample.complete, sample.neighbours?.length]).toEqual([INDEX_LINES, false, 2]);
  });

  it("neighbours waits for another index where the one that lies there has too few lines", async () => {
    const path = join(folder, "limited");
    const corpus = join(folder, "limited.txt");
    await writeFile(corpus, TINY_TEXTS.join("\n"));
    await writeTinyRun(path, { config: { corpora: [corpus] } });
    await buildIndex(path, { engine: "cpu", limit: 3 });
    const ref = { id: "limited", path, version: "1" };
    const ask = () => run({ kind: "neighbours", text: "the sea", n: 2 }, ref);
    await expect(ask()).rejects.toThrow(IndexNotReadyError);
    await buildIndex(path, { engine: "cpu" });
    expect((await ask()).of).toBe(4);
  });

  it("of codes that lead to numbers that are not finite is the request's fault, and no other one's", async () => {
    const path = join(folder, "steep");
    await writeTinyRun(path, {
      change(arrays) {
        // What codes of texts lead to is just within float32.
        const { shape, data } = arrays.get("decoder.places.code") as NamedArray;
        return new Map(arrays).set("decoder.places.code", { shape, data: data.map((value) => 1e34 * value) });
      },
    });
    const steepRef = { id: "steep", path, version: "1" };
    const drawn = { ...write, temperature: 1 };
    const others = () => Array.from({ length: 4 }, () => run({ kind: "generate", n: 8, write: drawn }, steepRef));
    const alone = texts(await run({ kind: "generate", n: 8, write: drawn }, steepRef));
    for (const far of [
      { temperature: 1 },
      { topK: 3 },
      { topP: 0.5 },
      { require: ["sea"] },
      { ban: ["sea"], temperature: 1 },
    ]) {
      const bad = run({ kind: "decode", codes: [[1e6, -1e6, 1e6, -1e6]], write: { ...write, ...far } }, steepRef);
      const [outcome, ...results] = await Promise.allSettled([bad, ...others()]);
      expect(outcome).toMatchObject({ reason: expect.any(InputError) });
      expect(String((outcome as PromiseRejectedResult).reason)).toContain(
        "not finite; expected codes like those of texts",
      );
      for (const result of results) expect(result.status === "fulfilled" && texts(result.value)).toEqual(alone);
    }
  });

  it("with a temperature that float32 does not hold is refused alone", async () => {
    const cold = run({ kind: "generate", n: 2, write: { ...write, temperature: 1e-38 } });
    const outcomes = await Promise.allSettled([
      cold,
      run({ kind: "generate", n: 8, write: { ...write, temperature: 1 } }),
    ]);
    expect(outcomes).toMatchObject([{ reason: expect.any(InputError) }, { status: "fulfilled" }]);
  });

  it("leaves no rows behind when its client goes: later jobs are as quick as before", async () => {
    const endless = { ...write, temperature: 4, maxLength: 1_000 };
    const controller = new AbortController();
    const left = Promise.all(
      Array.from({ length: 4 }, () =>
        pool.run(ref, { kind: "generate", n: 64, write: endless }, { signal: controller.signal }),
      ),
    );
    controller.abort(new UnavailableError("left"));
    await expect(left).rejects.toThrow("left");
    await expect(run({ kind: "generate", n: 1, write })).resolves.toBeDefined();
    expect(pool.active).toBe(0);
  });
});

describe("models on disk", () => {
  it("are read again when they are replaced, without losing jobs at work on the old one", async () => {
    const path = join(folder, "changing");
    const job: Job = { kind: "generate", n: 8, write };
    await writeTinyRun(path, { seed: 1 });
    const before = { id: "changing", path, version: "1" };
    const old = texts(await run(job, before));
    await rm(path, { recursive: true });
    await writeTinyRun(path, { seed: 2 });
    await utimes(join(path, "model.safetensors"), 1, 1);
    const after = { ...before, version: "2" };
    const [still, changed] = await Promise.all([run(job, before), run(job, after)]);
    expect(texts(still)).toEqual(old);
    expect(texts(changed)).not.toEqual(old);
    const fresh = await load(path, { engine: "compiled", threads: 1 });
    expect(texts(changed)).toEqual(await fresh.sample(8, { seed: 5 }));
    await fresh.dispose();
  });

  it("that are damaged are the server's fault, and others go on", async () => {
    const path = join(folder, "damaged");
    const run2 = await writeTinyRun(path);
    await rm(run2.pathOf("model.safetensors"));
    await expect(run({ kind: "generate", n: 1, write }, { id: "damaged", path, version: "1" })).rejects.toThrow(
      RunFolderError,
    );
    await expect(run({ kind: "generate", n: 1, write })).resolves.toBeDefined();
  });

  it("make room for each other", async () => {
    const small = createPool({ processes: 1, threads: 1, modelBytes: 1 });
    try {
      const paths = await Promise.all(
        [1, 2, 3].map(async (seed) => {
          const path = join(folder, `model-${seed}`);
          await writeTinyRun(path, { seed });
          return path;
        }),
      );
      const job: Job = { kind: "generate", n: 2, write };
      const results: string[][] = [];
      for (const path of [...paths, ...paths]) {
        results.push(
          texts(
            await small.run({ id: path.slice(-7), path, version: "1" }, job, { signal: new AbortController().signal }),
          ),
        );
      }
      expect(results.slice(3)).toEqual(results.slice(0, 3));
    } finally {
      await small.close(0);
    }
  });
});
