// Nearest corpus lines.
import { copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/select.ts";
import type { Engine } from "../../src/engine/types.ts";
import { InputError, UnwritableRunError } from "../../src/errors.ts";
import { load, type Model } from "../../src/latent/model.ts";
import { buildIndex, CorpusIndex, openIndex } from "../../src/latent/neighbours.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { writeTinyRun } from "../support/tiny-run.ts";

const WORDS = ["the", "sea", "is", "calm", "a", "storm", "near", "old", "boat", "sails", "home", "night"];
/** Different texts of two to five words. */
const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: 2 + (i % 4) }, (_, k) => WORDS[Math.floor(i / 12 ** k + k) % 12]).join(" "),
  );

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ engine: "cpu" });
});

/** A tiny run whose corpus is a file of these lines. */
async function runOn(lines: readonly string[], { name = "corpus.txt", seed = 1, config = {} as ConfigInput } = {}) {
  const folder = temporaryFolder();
  const corpus = join(folder, name);
  writeFileSync(corpus, lines.map((line) => `${line}\n`).join(""));
  const path = join(folder, "run");
  await writeTinyRun(path, { seed, config: { corpora: [corpus], ...config } });
  return { folder, corpus, path };
}

describe("CorpusIndex.nearest", () => {
  test("gives text, label, line and the Euclidean distance, nearest first", () => {
    const index = new CorpusIndex({
      lines: [
        { text: "far", line: 1 },
        { text: "near", label: "pos", line: 2 },
        { text: "nearer", line: 5 },
      ],
      codes: Float32Array.of(9, 9, 3, 4, 0, 1),
      latent: 2,
      complete: true,
    });
    expect(index.nearest([0, 0], 2)).toEqual([
      { text: "nearer", line: 5, distance: 1 },
      { text: "near", label: "pos", line: 2, distance: 5 },
    ]);
    expect(index.nearest(Float32Array.of(9, 9), 50).map(({ text }) => text)).toEqual(["far", "near", "nearer"]);
  });

  test("agrees with a naive sort, also where many are equally near", () => {
    // Small integers: every order of summation gives the very same squared distance.
    const latent = fc.integer({ min: 1, max: 9 });
    const cases = latent.chain((length) => {
      const code = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: length, maxLength: length });
      return fc.tuple(fc.array(code, { minLength: 1, maxLength: 300 }), code, fc.integer({ min: 1, max: 40 }));
    });
    fc.assert(
      fc.property(cases, ([codes, query, n]) => {
        const index = new CorpusIndex({
          lines: codes.map((_, i) => ({ text: `text ${i}`, line: i + 1 })),
          codes: Float32Array.from(codes.flat()),
          latent: query.length,
          complete: true,
        });
        const all = codes.map((code, i) => ({
          text: `text ${i}`,
          line: i + 1,
          distance: Math.sqrt(code.reduce((sum, value, k) => sum + (value - (query[k] ?? 0)) ** 2, 0)),
        }));
        all.sort((a, b) => a.distance - b.distance || a.line - b.line);
        expect(index.nearest(query, n)).toEqual(all.slice(0, n));
      }),
    );
  });

  test("refuses codes of another model and numbers out of range", () => {
    const index = new CorpusIndex({
      lines: [{ text: "a", line: 1 }],
      codes: Float32Array.of(0, 0),
      latent: 2,
      complete: true,
    });
    expect(() => index.nearest([1, 2, 3], 1)).toThrow(InputError);
    expect(() => index.nearest([1, 2, 3], 1)).toThrow("The code has 3 numbers; expected 2, as the model's codes have.");
    expect(() => index.nearest([1, Number.NaN], 1)).toThrow("not finite");
    expect(() => index.nearest([1, 2], 0)).toThrow("The number of neighbours is 0; expected an integer of at least 1.");
  });
});

describe("buildIndex", () => {
  test("gives each distinct line its own code, in the order of the corpus, and openIndex the same again", async () => {
    const lines = ["a storm is near", "the sea", "a storm is near", "", "  the boat  ", "calm night sails home"];
    const { path } = await runOn(lines);
    const built = await buildIndex(path, { engine });
    expect(built.lines).toEqual([
      { text: "a storm is near", line: 1 },
      { text: "the sea", line: 2 },
      { text: "the boat", line: 5 },
      { text: "calm night sails home", line: 6 },
    ]);
    expect(built).toMatchObject({ size: 4, latent: 4, complete: true });
    await expectCodesOf(path, built);
    const opened = await openIndex(path);
    expect(opened).toEqual(built);
  });

  test("finds each line nearest to itself over several chunks of lines", async () => {
    const { path } = await runOn(texts(700));
    const progress: [number, number][] = [];
    const built = await buildIndex(path, { engine, onProgress: (done, total) => progress.push([done, total]) });
    expect(built.size).toBe(new Set(texts(700)).size);
    await expectCodesOf(path, built);
    for (const row of [0, 255, 256, built.size - 1]) {
      const [nearest] = built.nearest(built.codes.subarray(row * 4, row * 4 + 4), 1);
      expect(nearest?.distance).toBe(0);
    }
    expect(progress.map(([done]) => done)).toEqual([256, 512, built.size].filter((done) => done <= built.size));
    expect(progress.every(([, total]) => total === built.size)).toBe(true);
  });

  test("takes a sample of a larger corpus, always the same one, spread over all of it", async () => {
    const { path } = await runOn(texts(400));
    const first = await buildIndex(path, { engine, limit: 40 });
    expect(first).toMatchObject({ size: 40, complete: false });
    expect((await buildIndex(path, { engine, limit: 40 })).lines).toEqual(first.lines);
    const lines = first.lines.map(({ line }) => line);
    expect(Math.min(...lines)).toBeLessThan(100);
    expect(Math.max(...lines)).toBeGreaterThan(300);
    await expectCodesOf(path, first);
  });

  test("has no need of a sample that it can take from a larger one", async () => {
    const { path } = await runOn(texts(400));
    const all = await buildIndex(path, { engine });
    for (const limit of [1, 40, 150]) {
      const built = await buildIndex(path, { engine, limit });
      expect(await all.sample(limit)).toEqual(built);
      expect([built.suffices(), built.suffices(limit), built.suffices(limit + 1)]).toEqual([false, true, false]);
    }
    expect([all.suffices(), all.suffices(1e6)]).toEqual([true, true]);
    expect(await all.sample(1e6)).toBe(all);
  });

  test("refuses a run that takes no files before it encodes any, and gives what is not kept to who asks for it", async () => {
    const { path } = await runOn(texts(20));
    // Whoever may write anywhere cannot write through a link to itself either.
    symlinkSync("neighbours", join(path, "neighbours"));
    const progress: number[] = [];
    const onProgress = (done: number): number => progress.push(done);
    await expect(buildIndex(path, { engine, onProgress })).rejects.toThrow(UnwritableRunError);
    await expect(buildIndex(path, { engine, onProgress })).rejects.toThrow(
      /^The run's folder .*run cannot be written: ELOOP/,
    );
    expect(progress).toEqual([]);
    const told: Error[] = [];
    const built = await buildIndex(path, { engine, onUnkept: (cause) => told.push(cause) });
    expect(told).toEqual([expect.any(UnwritableRunError)]);
    expect(built.complete).toBe(true);
    await expectCodesOf(path, built);
  });

  test("gives what is not kept also where only writing shows it", async () => {
    const { path } = await runOn(texts(20));
    writeFileSync(join(path, "neighbours"), "no folder");
    await expect(buildIndex(path, { engine })).rejects.toThrow(/^The run's folder .*run cannot be written: EEXIST/);
    const told: Error[] = [];
    expect((await buildIndex(path, { engine, onUnkept: (cause) => told.push(cause) })).complete).toBe(true);
    expect(told).toEqual([expect.any(UnwritableRunError)]);
  });

  test("reads labels by the run's own label column, and leaves out lines too long for the model", async () => {
    const rows = ["the sea\tpos", `${"a ".repeat(9)}\tneg`, "a storm\tneg", "no second column"];
    const { path } = await runOn(rows, { name: "corpus.tsv", config: { labelColumn: 2 } });
    const log: string[] = [];
    const built = await buildIndex(path, { engine, log: (line) => log.push(line) });
    expect(built.lines).toEqual([
      { text: "the sea", label: "pos", line: 1 },
      { text: "a storm", label: "neg", line: 3 },
    ]);
    expect(log.join("\n")).toContain("1 line left out: wrong number of columns (line 4).");
    expect((await openIndex(path))?.lines).toEqual(built.lines);
  });

  test("reads all corpora of a run", async () => {
    const { path, folder, corpus } = await runOn(["the sea"]);
    const second = join(folder, "second.txt");
    writeFileSync(second, "a storm\nthe sea\n");
    const both = join(folder, "both");
    await writeTinyRun(both, { config: { corpora: [corpus, second] } });
    expect((await buildIndex(both, { engine })).lines.map(({ text }) => text)).toEqual(["the sea", "a storm"]);
    expect((await buildIndex(path, { engine })).size).toBe(1);
  });

  test("writes nothing when it is aborted, and keeps the index there was", async () => {
    const { path } = await runOn(texts(600));
    const before = await buildIndex(path, { engine, limit: 5 });
    const reason = new Error("enough");
    const controller = new AbortController();
    const building = buildIndex(path, {
      engine,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(building).rejects.toBe(reason);
    expect(readdirSync(join(path, "neighbours")).sort()).toEqual(["codes.safetensors", "lines.jsonl"]);
    expect(await openIndex(path)).toEqual(before);
    await expect(buildIndex(path, { engine, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("belongs to the weights its codes come from, also when they are replaced while it loads", async () => {
    const [{ path }, other] = [await runOn(texts(20)), await runOn(texts(20), { seed: 2 })];
    let replaced = false;
    const meddling = new Proxy(engine, {
      get(target, property) {
        // The engine's description is asked for after the weights have been read.
        if (property === "description" && !replaced) {
          replaced = true;
          copyFileSync(join(other.path, "model.safetensors"), join(path, "model.safetensors"));
        }
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const built = await buildIndex(path, { engine: meddling });
    expect(replaced).toBe(true);
    await expectCodesOf(other.path, built);
    expect(await openIndex(path)).toEqual(built);
  });

  test.each<[string, ConfigInput, RegExp]>([
    [
      "a corpus that is gone",
      { corpora: ["gone/away.txt"] },
      /^The corpus of .*run cannot be read: There is no file gone\/away\.txt\. Expected it where training found it/,
    ],
    ["standard input", { corpora: ["-"] }, /run was trained on standard input, which is gone; expected/],
    ["no corpus", { corpora: [] }, /run names no corpus; expected/],
  ])("says what is wrong with a run trained on %s", async (_, config, message) => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path, { config });
    const failure = await buildIndex(path, { engine }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as Error).message).toMatch(message);
    expect(readdirSync(path)).not.toContain("neighbours");
  });

  test("refuses a corpus without a usable line, a limit that is none, and a path that is no run", async () => {
    const { path, corpus } = await runOn(["", "a ".repeat(20)]);
    await expect(buildIndex(path, { engine })).rejects.toThrow(
      `No line of ${corpus} can be used: expected texts of 1 to 8 tokens.`,
    );
    await expect(buildIndex(path, { engine, limit: 0 })).rejects.toThrow(InputError);
    await expect(buildIndex(join(path, "none"), { engine })).rejects.toThrow("is not a run folder");
  });
});

describe("openIndex", () => {
  test("finds none before one is built, and none once the run has other weights", async () => {
    const { path } = await runOn(texts(10));
    expect(await openIndex(path)).toBeUndefined();
    await buildIndex(path, { engine });
    expect(await openIndex(path)).toBeDefined();
    const other = await runOn([], { seed: 2 });
    copyFileSync(join(other.path, "model.safetensors"), join(path, "model.safetensors"));
    expect(await openIndex(path)).toBeUndefined();
  });

  test("finds none where it is damaged, and a new build mends it", async () => {
    const { path } = await runOn(texts(10));
    const built = await buildIndex(path, { engine });
    const file = join(path, "neighbours", "codes.safetensors");
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    expect(await openIndex(path)).toBeUndefined();
    expect(await buildIndex(path, { engine })).toEqual(built);
    expect(await openIndex(path)).toEqual(built);
  });

  test("refuses a path that is no run", async () => {
    await expect(openIndex(join(temporaryFolder(), "none"))).rejects.toThrow(InputError);
  });
});

/** Checks the codes of an index against those that the model of a run gives each line alone. */
async function expectCodesOf(path: string, { lines, codes, latent }: CorpusIndex): Promise<void> {
  const model: Model = await load(path, { engine });
  try {
    const expected = await model.encode(lines.map(({ text }) => text));
    for (const [row, code] of expected.entries()) {
      for (const [k, value] of code.entries()) expect(codes[row * latent + k]).toBeCloseTo(value, 5);
    }
  } finally {
    await model.dispose();
  }
}
