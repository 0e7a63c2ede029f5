// Conditional models as programs use them: each text by its label, alone and among others.
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, RunFolderError } from "../../src/errors.ts";
import { gridCodes } from "../../src/latent/grid.ts";
import { readInfo } from "../../src/latent/info.ts";
import { interpolateCodes } from "../../src/latent/interpolate.ts";
import { load, type Model } from "../../src/latent/model.ts";
import { priorCodes } from "../../src/latent/prior.ts";
import { Labels } from "../../src/text/labels.ts";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { writeTinyRun } from "../support/tiny-run.ts";

const LABELS = ["calm", "storm", "night"];
const TEXTS = ["the sea is calm", "a storm is near", "the old boat sails home", "a calm night"];

const home = mkdtempSync(join(tmpdir(), "latentext-labels-"));
let model: Model;
let plain: Model;

beforeAll(async () => {
  await writeTinyRun(join(home, "labelled"), { labels: LABELS });
  await writeTinyRun(join(home, "plain"));
  model = await load(join(home, "labelled"), { engine: "cpu" });
  plain = await load(join(home, "plain"), { engine: "cpu" });
});
afterAll(async () => {
  await Promise.all([model.dispose(), plain.dispose()]);
  rmSync(home, { recursive: true, force: true });
});

describe("Labels", () => {
  test("have numbers from 1 in their order, and 0 for what is not known", () => {
    const labels = new Labels(LABELS);
    expect([...LABELS, "none", undefined].map((name) => labels.numberOf(name))).toEqual([1, 2, 3, 0, 0]);
    expect(labels.wanted("night")).toBe(3);
    expect(() => labels.wanted("fog")).toThrow(
      'The label "fog" was given; the model knows "calm", "storm" and "night".',
    );
    const many = new Labels(Array.from({ length: 25 }, (_, i) => `l${i}`));
    expect(() => many.wanted("x")).toThrow(/"l19" and 5 more\.$/);
  });
});

describe("a conditional model", () => {
  test("tells its labels", () => {
    expect(model.info.labels).toEqual(LABELS);
    expect(plain.info.labels).toEqual([]);
  });

  test("writes other texts by other labels, and by none", async () => {
    const written = await Promise.all([undefined, ...LABELS].map((label) => model.sample(12, { label })));
    expect(new Set(written.map((texts) => texts.join("\n"))).size).toBe(4);
    expect(await model.sample(5, { label: "storm" })).toEqual(written[2]?.slice(0, 5));
  });

  test("writes the same text for a code and its label alone, in a list of labels, and beside calls with others", async () => {
    const codes = [...priorCodes(model.info.latent, { seed: 1, count: 40 })];
    const labels = codes.map((_, i) => [...LABELS, undefined][i % 4]);
    for (const options of [{}, { beam: 2 }, { temperature: 1.2, seed: 3 }, { require: ["sea"] }]) {
      const listed = await model.decode(codes, { ...options, labels });
      const each = await Promise.all([...LABELS, undefined].map((label) => model.decode(codes, { ...options, label })));
      expect(listed).toEqual(codes.map((_, i) => each[i % 4]?.[i]));
      expect(new Set(each.map((texts) => texts.join("\n"))).size).toBe(4);
    }
  });

  test("gives every way of writing its label", async () => {
    const label = "night";
    const codes = await model.encode(TEXTS);
    const [a, b, c, d] = codes as [Float32Array, Float32Array, Float32Array, Float32Array];
    const [one, two] = [TEXTS[0] as string, TEXTS[1] as string];
    expect(await model.reconstruct(TEXTS, { label })).toEqual(await model.decode(codes, { label }));
    expect(await model.transfer(TEXTS, { to: label })).toEqual(await model.decode(codes, { label }));
    const path = interpolateCodes(a, b, { steps: 5 });
    expect(await model.interpolate(one, two, { steps: 5, label })).toEqual(await model.decode(path, { label }));
    const corners = TEXTS as [string, string, string, string];
    const grid = gridCodes([a, b, c, d], { rows: 2, columns: 3 });
    expect(await model.grid(corners, { rows: 2, columns: 3, label })).toEqual(await model.decode(grid, { label }));
    expect(await model.arithmetic(one, [two], [two], { label })).toEqual(await model.decode([a], { label }));
    expect(await model.similar(one, 1, { similarity: 1, label })).toEqual(await model.decode([a], { label }));
  });

  test("reconstructs each text by a label of its own, and by any where there is none", async () => {
    const labels = ["calm", undefined, "storm", "night"];
    const expected = await Promise.all(
      TEXTS.map(async (text, i) => (await model.reconstruct([text], { label: labels[i] }))[0]),
    );
    expect(await model.reconstruct(TEXTS, { labels })).toEqual(expected);
  });

  test("encodes a text without a label: its code is one", async () => {
    expect(await model.encode(["the sea"])).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "a label that is not known",
      () => model.sample(1, { label: "fog" }),
      /"fog" was given; the model knows "calm", "storm" and "night"\./,
    ],
    ["an empty label", () => model.sample(1, { label: "" }), /The label "" was given; the model knows/],
    ["a label in a list that is not known", () => model.decode([[0, 0, 0, 0]], { labels: ["fog"] }), /The label "fog"/],
    ["a label to transfer to", () => model.transfer(["the sea"], { to: "fog" }), /The label "fog"/],
    [
      "too few labels for texts",
      () => model.reconstruct(TEXTS, { labels: ["calm"] }),
      /There are 1 labels and 4 texts; expected one for each/,
    ],
    [
      "too few labels for codes",
      () =>
        model.decode(
          [
            [0, 0, 0, 0],
            [1, 1, 1, 1],
          ],
          { labels: ["calm"] },
        ),
      /There is no label for code 1: 1 were given/,
    ],
    [
      "too few labels for a beam",
      () =>
        model.decode(
          [
            [0, 0, 0, 0],
            [1, 1, 1, 1],
          ],
          { beam: 2, labels: ["calm"] },
        ),
      /no label for code 1/,
    ],
    [
      "a label and labels",
      () => model.reconstruct(["a"], { label: "calm", labels: ["calm"] }),
      /together with one for each/,
    ],
    [
      "a label for a model without",
      () => plain.sample(1, { label: "calm" }),
      /"calm" was given; expected none, as the model was trained without labels\./,
    ],
    ["a transfer by a model without", () => plain.transfer(["the sea"], { to: "calm" }), /trained without labels/],
  ])("refuses %s", async (_, call, message) => {
    await expect(call()).rejects.toThrow(InputError);
    await expect(call()).rejects.toThrow(message);
  });
});

describe("a run with labels", () => {
  const runWith = async (labels: unknown): Promise<string> => {
    const path = join(temporaryFolder(), "run");
    const folder = await writeTinyRun(path, { labels: LABELS });
    await writeFile(folder.pathOf("labels.json"), typeof labels === "string" ? labels : JSON.stringify(labels));
    return path;
  };

  test("is read with them", async () => {
    expect((await readInfo(await runWith(LABELS))).labels).toEqual(LABELS);
  });

  test.each<[string, unknown, RegExp]>([
    ["no JSON", "[", /labels\.json is not JSON/],
    ["no list", { a: 1 }, /labels\.json does not fit: expected a list of strings/],
    ["a number", ["a", 1, "b"], /expected a list of strings/],
    ["an empty label", ["a", "", "b"], /none of them empty/],
    ["a label twice", ["a", "b", "a"], /"a" stands in it twice/],
    [
      "too few for the weights",
      ["a", "b"],
      /"decoder\.label" is float32 of shape \[4, 6\]; expected float32 of shape \[3, 6\]/,
    ],
  ])("is damaged where its labels are %s", async (_, labels, message) => {
    const path = await runWith(labels);
    await expect(load(path, { engine: "cpu" })).rejects.toThrow(RunFolderError);
    await expect(load(path, { engine: "cpu" })).rejects.toThrow(message);
  });

  test("is damaged without them", async () => {
    const path = join(temporaryFolder(), "run");
    const folder = await writeTinyRun(path);
    await folder.writeConfig({ ...(await readInfo(path)).config, conditional: true });
    await expect(load(path, { engine: "cpu" })).rejects.toThrow(/labels\.json/);
  });
});
