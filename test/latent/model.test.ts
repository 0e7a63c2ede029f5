// A trained model as programs use it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { DisposedError, InputError, RunFolderError } from "../../src/errors.ts";
import { arithmeticCodes } from "../../src/latent/arithmetic.ts";
import { gridCodes } from "../../src/latent/grid.ts";
import { readInfo } from "../../src/latent/info.ts";
import { interpolateCodes } from "../../src/latent/interpolate.ts";
import { load, type Model } from "../../src/latent/model.ts";
import { priorCodes } from "../../src/latent/prior.ts";
import { similarCodes } from "../../src/latent/similar.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { TINY_TEXTS, type TinyRunOptions, writeTinyRun } from "../support/tiny-run.ts";

const models: Model[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.dispose();
});

async function tinyModel(options: TinyRunOptions = {}): Promise<Model> {
  const path = join(temporaryFolder(), "run");
  await writeTinyRun(path, options);
  const model = await load(path, { engine: "cpu" });
  models.push(model);
  return model;
}

describe("load", () => {
  test("makes the model that was written: loading twice gives the same codes and texts", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path);
    const [one, two] = [await load(path, { engine: "cpu" }), await load(path, { engine: "cpu" })];
    models.push(one, two);
    expect(await one.encode(TINY_TEXTS)).toEqual(await two.encode(TINY_TEXTS));
    expect(await one.sample(5)).toEqual(await two.sample(5));
  });

  test("takes an engine that is there already", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path);
    const { createEngine } = await import("../../src/engine/select.ts");
    const model = await load(path, { engine: await createEngine({ engine: "cpu" }) });
    models.push(model);
    expect(await model.sample(1)).toHaveLength(1);
  });

  test.each<ConfigInput>([
    { encoder: "conv", decoder: "gru" },
    { encoder: "gru", decoder: "lstm", pooling: "mean" },
    { encoder: "lstm", decoder: "deconv", pooling: "max" },
    { encoder: "conv", decoder: "deconv", reconstruction: "mean-squared-error" },
  ])("makes a model of %j, which reads a text alone as beside others", async (config) => {
    const model = await tinyModel({ config });
    expect(model.info.config).toMatchObject(config);
    const codes = await model.encode(TINY_TEXTS);
    for (const [i, text] of TINY_TEXTS.entries()) {
      const [alone] = await model.encode([text]);
      alone?.forEach((value, k) => {
        expect(codes[i]?.[k]).toBeCloseTo(value, 5);
      });
    }
    expect(await model.decode(codes)).toHaveLength(TINY_TEXTS.length);
    expect(await model.sample(3, { temperature: 1 })).toEqual(await model.sample(3, { temperature: 1 }));
  });

  test("makes the model of a config.json that knows one cell for both", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path, { config: { cell: "gru" } });
    const { encoder, decoder, pooling, reconstruction, ...older } = (await readInfo(path)).config;
    await writeFile(join(path, "config.json"), JSON.stringify({ ...older, cell: "gru" }));
    const model = await load(path, { engine: "cpu" });
    models.push(model);
    expect(model.info.config).toMatchObject({ encoder, decoder, pooling, reconstruction });
    expect(await model.sample(1)).toHaveLength(1);
  });

  test("refuses to write longer texts than a decoder without recurrence can", async () => {
    const model = await tinyModel({ config: { decoder: "deconv" } });
    await expect(model.sample(1, { maxLength: 9 })).rejects.toThrow(/maximal length is 9; expected at most 8/);
  });

  test("refuses a path without a run", async () => {
    await expect(load(join(temporaryFolder(), "nothing"))).rejects.toThrow(InputError);
  });

  test("names the parameter that does not fit the settings", async () => {
    const path = join(temporaryFolder(), "run");
    const folder = await writeTinyRun(path);
    const { config } = await readInfo(path);
    await folder.writeConfig({ ...config, hidden: 13 });
    const failure = await load(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFolderError);
    expect(String(failure)).toMatch(
      /model\.safetensors does not fit the run: The parameter "[^"]+" is float32 of shape \[.+\]; expected/,
    );
  });

  test("names the parameter that is missing", async () => {
    const path = join(temporaryFolder(), "run");
    await writeTinyRun(path, {
      change: (arrays) => new Map([...arrays].filter(([name]) => name !== "encoder.code.weight")),
    });
    await expect(load(path)).rejects.toThrow('The parameter "encoder.code.weight" is missing');
  });

  test("needs no discriminator", async () => {
    const change: TinyRunOptions["change"] = (arrays) =>
      new Map([...arrays].filter(([name]) => !name.startsWith("discriminator")));
    expect(await (await tinyModel({ change })).sample(1)).toHaveLength(1);
  });

  test("calls a damaged tokenizer a damaged run", async () => {
    const path = join(temporaryFolder(), "run");
    const folder = await writeTinyRun(path);
    await writeFile(folder.pathOf("tokenizer.json"), "{");
    await expect(load(path)).rejects.toThrow(RunFolderError);
  });
});

describe("Model", () => {
  test("encodes texts in their order, and decodes codes given as plain lists too", async () => {
    const model = await tinyModel();
    const codes = await model.encode(["the sea is calm", "a storm", ""]);
    expect(codes.map((code) => code.length)).toEqual([4, 4, 4]);
    const [storm] = await model.encode(["a storm"]);
    for (const [k, value] of (storm as Float32Array).entries()) expect(codes[1]?.[k]).toBeCloseTo(value, 5);
    expect(await model.decode(codes.map((code) => [...code]))).toEqual(await model.decode(codes));
  });

  test("keeps to the sphere where its codes lie on one: they have length √latent, and decoding looks at directions alone", async () => {
    for (const posterior of ["point", "gaussian"] as const) {
      const model = await tinyModel({ config: { prior: "sphere", posterior } });
      const codes = await model.encode(TINY_TEXTS);
      for (const code of codes) expect(Math.hypot(...code)).toBeCloseTo(2, 4);
      const texts = await model.decode(codes);
      expect(new Set(texts).size).toBeGreaterThan(1);
      for (const size of [0.01, 3])
        expect(await model.decode(codes.map((code) => code.map((value) => size * value)))).toEqual(texts);
      expect(await model.decode([new Float32Array(4)])).toHaveLength(1);
      const ends = await model.interpolate(TINY_TEXTS[0], TINY_TEXTS[1], { steps: 3, path: "spherical" });
      expect([ends[0], ends[2]]).toEqual(texts.slice(0, 2));
      expect(await model.similar(TINY_TEXTS[0], 1, { similarity: 1 })).toEqual(texts.slice(0, 1));
    }
  });

  test("takes no notice of a code's length only where codes lie on a sphere", async () => {
    const model = await tinyModel();
    const codes = await model.encode(TINY_TEXTS);
    const longer = codes.map((code) => code.map((value) => 30 * value));
    expect(await model.decode(longer)).not.toEqual(await model.decode(codes));
  });

  test("draws codes of the temperature that is asked for", async () => {
    const model = await tinyModel();
    const codes = [...priorCodes(4, { seed: 3, count: 6, temperature: 1.7 })];
    expect(await model.sample(6, { seed: 3, priorTemperature: 1.7 })).toEqual(await model.decode(codes));
    expect(await model.sample(6, { seed: 3, priorTemperature: 1 })).toEqual(await model.sample(6, { seed: 3 }));
    for (const priorTemperature of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const refused = model.sample(1, { priorTemperature });
      await expect(refused).rejects.toThrow(
        `The temperature of the prior is ${priorTemperature}; expected a number above 0.`,
      );
    }
    const sphere = await tinyModel({ config: { prior: "sphere" } });
    await expect(sphere.sample(1, { priorTemperature: 0.9 })).rejects.toThrow(/is 0.9; expected 1, as .* sphere/);
    expect(await sphere.sample(2, { priorTemperature: 1 })).toEqual(await sphere.sample(2));
  });

  test("samples the same texts whatever their number, and others with another seed", async () => {
    const model = await tinyModel();
    const options = { temperature: 2, seed: 3 };
    const twelve = await model.sample(12, options);
    expect(await model.sample(5, options)).toEqual(twelve.slice(0, 5));
    expect(await model.sample(4, { ...options, first: 8 })).toEqual(twelve.slice(8));
    expect(await model.sample(12, { ...options, seed: 4 })).not.toEqual(twelve);
    expect(await model.sample(0)).toEqual([]);
  });

  test("reconstructs each text in its place, and an empty text as an empty text", async () => {
    const model = await tinyModel();
    const texts = ["the sea is calm", "", "a storm is near", "   "];
    const all = await model.reconstruct(texts);
    expect(all[1]).toBe("");
    expect(all[3]).toBe("");
    expect([all[0]]).toEqual(await model.reconstruct(["the sea is calm"]));
    expect(all[2]).toEqual((await model.decode(await model.encode(["a storm is near"])))[0]);
    // Only for the empty texts is nothing written.
    expect(all[0]).not.toBe("");
  });

  test("draws a reconstruction by its place alone", async () => {
    const model = await tinyModel();
    const options = { temperature: 3, seed: 5 };
    const [, , third] = await model.reconstruct(["a", "", "calm night"], options);
    expect(await model.reconstruct(["calm night"], { ...options, first: 2 })).toEqual([third]);
  });

  test("interpolates from the reconstruction of one text to that of the other, through the codes between", async () => {
    const model = await tinyModel();
    const [a, b] = [TINY_TEXTS[0], TINY_TEXTS[2]];
    const texts = await model.interpolate(a, b, { steps: 6, path: "spherical" });
    expect(texts).toHaveLength(6);
    expect([texts[0], texts[5]]).toEqual(await model.reconstruct([a, b]));
    const [from, to] = (await model.encode([a, b])) as [Float32Array, Float32Array];
    expect(texts).toEqual(await model.decode(interpolateCodes(from, to, { steps: 6, path: "spherical" })));
  });

  test("writes texts like a text, from codes around its code, the same whatever their number", async () => {
    const model = await tinyModel();
    const [code] = (await model.encode([TINY_TEXTS[0]])) as [Float32Array];
    const options = { similarity: 0.3, seed: 4, temperature: 1.5 };
    const texts = await model.similar(TINY_TEXTS[0], 8, options);
    const codes = similarCodes(code, { n: 8, similarity: 0.3, seed: 4 });
    expect(texts).toEqual(await model.decode(codes, { seed: 4, temperature: 1.5 }));
    expect(await model.similar(TINY_TEXTS[0], 3, options)).toEqual(texts.slice(0, 3));
    expect(await model.similar(TINY_TEXTS[0], 3, { ...options, first: 5 })).toEqual(texts.slice(5));
    expect(await model.similar(TINY_TEXTS[0], 2, { similarity: 1 })).toEqual(
      await model.reconstruct([TINY_TEXTS[0], TINY_TEXTS[0]]),
    );
  });

  test("writes a grid with the reconstructions of four texts in its corners, row after row", async () => {
    const model = await tinyModel();
    const texts = await model.grid(TINY_TEXTS, { rows: 3, columns: 4 });
    expect([0, 3, 8, 11].map((i) => texts[i])).toEqual(await model.reconstruct(TINY_TEXTS));
    const [a, b, c, d] = (await model.encode(TINY_TEXTS)) as [Float32Array, Float32Array, Float32Array, Float32Array];
    expect(texts).toEqual(await model.decode(gridCodes([a, b, c, d], { rows: 3, columns: 4 })));
    expect(await model.grid(TINY_TEXTS)).toHaveLength(25);
  });

  test("adds what tells two groups of texts apart", async () => {
    const model = await tinyModel();
    const [text, ...others] = TINY_TEXTS;
    const strengths = [0, 1, 30];
    const texts = await model.arithmetic(text, others.slice(0, 1), others.slice(1), { strengths });
    expect(texts[0]).toBe((await model.reconstruct([text]))[0]);
    const [code, plus, ...minus] = (await model.encode(TINY_TEXTS)) as [Float32Array, Float32Array, ...Float32Array[]];
    expect(texts).toEqual(await model.decode(arithmeticCodes(code, [plus], minus, strengths)));
    expect(await model.arithmetic(text, others.slice(0, 1), others.slice(1))).toEqual(texts.slice(1, 2));
    await expect(model.arithmetic(text, [], others)).rejects.toThrow(InputError);
  });

  test("writes at most as many tokens as it was trained on, or as it is told", async () => {
    const model = await tinyModel({ endBias: -100 });
    const lengths = async (options = {}): Promise<number[]> =>
      (await model.sample(3, options)).map((text) => text.split(" ").length);
    expect(await lengths()).toEqual([8, 8, 8]);
    expect(await lengths({ maxLength: 3 })).toEqual([3, 3, 3]);
  });

  test("describes what it cannot read", async () => {
    const model = await tinyModel();
    expect(model.describe("the red sea")).toMatchObject({ unknown: ["red"], tokens: 3, truncated: false });
    expect(model.describe("a ".repeat(9))).toMatchObject({ tokens: 9, truncated: true });
  });

  test("throws one kind of error at every call once it has been disposed of, and still describes", async () => {
    const model = await tinyModel();
    const [text, ...others] = TINY_TEXTS;
    const [code] = (await model.encode([text])) as [Float32Array];
    const open = model.sampleEach(100);
    await open.next();
    const calls: (() => Promise<unknown>)[] = [
      () => model.encode([text]),
      () => model.encodePosteriors([text]),
      () => model.decode([code]),
      () => model.decode([code], { require: ["sea"] }),
      () => model.sample(2),
      () => model.sample(0),
      () => model.sample(2, { beam: 3 }),
      () => model.reconstruct(TINY_TEXTS),
      () => model.interpolate(text, TINY_TEXTS[1]),
      () => model.similar(text, 2),
      () => model.grid(TINY_TEXTS),
      () => model.arithmetic(text, others, [text]),
      () => model.sampleEach(2).next(),
      () => model.reconstructEach([text]).next(),
    ];
    const underWay = calls.map((call) => call());
    const disposals = [model.dispose(), model.dispose()];
    for (const outcome of await Promise.allSettled(underWay))
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(DisposedError);
    await Promise.all(disposals);
    for (const call of [...calls, () => open.next()]) {
      const failure = await call().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DisposedError);
      expect(String(failure)).toBe("DisposedError: The model has been disposed of: load it again to use it.");
    }
    expect(model.describe("the red sea").unknown).toEqual(["red"]);
    await model.dispose();
  });

  test("refuses numbers out of range", async () => {
    const model = await tinyModel();
    await expect(model.sample(-1)).rejects.toThrow("The number of texts is -1; expected an integer of at least 0.");
    await expect(model.sample(1, { topP: 2 })).rejects.toThrow(InputError);
    await expect(model.interpolate("a", "a", { steps: 1 })).rejects.toThrow(InputError);
    await expect(model.decode([[1, 2]])).rejects.toThrow("Code 0 has 2 numbers; expected 4");
  });
});

describe("readInfo", () => {
  test("tells sizes, settings and the newest best report", async () => {
    const path = join(temporaryFolder(), "run");
    const folder = await writeTinyRun(path, { config: { corpora: ["verse.txt"] } });
    const lines = [
      { kind: "dev", step: 100, reconstruction: 3, best: true },
      { kind: "dev", step: 200, reconstruction: 2, best: true },
      { kind: "train", step: 300, reconstruction: 1 },
      { kind: "dev", step: 300, reconstruction: 2.5, best: false },
    ];
    await writeFile(
      folder.pathOf("metrics.jsonl"),
      `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"kind":"de`,
    );
    const info = await readInfo(path);
    expect(info).toMatchObject({
      path,
      tokenizer: "whitespace",
      vocabulary: 17,
      latent: 4,
      maxLength: 8,
      best: { step: 200 },
    });
    expect(info.config.corpora).toEqual(["verse.txt"]);
    // Embedding 17·6; each encoder direction (6 + 12 + 1)·48; code (24 + 1)·4; condition 4·6; decoder (6 + 12 + 2)·36 and its
    // initial state (4 + 1)·12; output 12·6 + 17, tied to the embedding. Places: the encoder's weight 6·6, gates 9·6 and part of the code 6·4; the decoder's
    // features (4 + 1)·6, gates 9·6, words 6·6 and states 6·12.
    const places = 36 + 54 + 24 + 30 + 54 + 36 + 72;
    expect(info.parameters).toBe(102 + 2 * 912 + 100 + 24 + 720 + 60 + 89 + places);
  });

  test("has no best report where there are no metrics, or damaged ones", async () => {
    const path = join(temporaryFolder(), "run");
    const folder = await writeTinyRun(path);
    expect(await readInfo(path)).not.toHaveProperty("best");
    await writeFile(folder.pathOf("metrics.jsonl"), "no JSON\n");
    expect(await readInfo(path)).not.toHaveProperty("best");
  });
});
