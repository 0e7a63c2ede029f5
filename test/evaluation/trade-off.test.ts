// The trade-off over temperature: what all its points keep to, what they stand beside, and how they are drawn.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { corpusBleu } from "../../src/evaluation/bleu.ts";
import { SentenceEmbedder } from "../../src/evaluation/embeddings.ts";
import type { Column } from "../../src/evaluation/floors.ts";
import type { GenerationFigures, Yardsticks } from "../../src/evaluation/generation.ts";
import { languageVocabularyOf } from "../../src/evaluation/kneser-ney.ts";
import { type Lines, linesOf } from "../../src/evaluation/lines.ts";
import { reconstructionChart, tradeOffChart } from "../../src/evaluation/report/charts.ts";
import type { Report } from "../../src/evaluation/report/report.ts";
import { TokenNumbers } from "../../src/evaluation/token-numbers.ts";
import {
  drawSamples,
  TEMPERATURES,
  type TradeOffPoint,
  temperatureSettings,
  tradeOff,
  tradeOffFloors,
} from "../../src/evaluation/trade-off.ts";
import { load, type Model, type SampleOptions } from "../../src/latent/model.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { writeTinyRun } from "../support/tiny-run.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-test-"));
let model: Model;

beforeAll(async () => {
  const texts = ["the sea is calm , a storm is near .", "the old boat sails home , a calm night ."];
  await writeTinyRun(join(home, "run"), { texts });
  model = await load(join(home, "run"), { engine: "cpu" });
});
afterAll(async () => {
  await model.dispose();
  rmSync(home, { recursive: true, force: true });
});

describe("temperatureSettings", () => {
  const asked: SampleOptions = {
    ...{ seed: 3, first: 7, unknown: true, label: "sea", priorTemperature: 0.9, maxLength: 8 },
    ...{ ban: ["storm"], require: ["boat"], noRepeat: 2, form: { clauses: 4, length: 5 } },
  };

  it("keeps all that is asked of texts at every temperature", () => {
    const settings = temperatureSettings({ ...asked, temperature: 0.8 });
    expect(settings.map(({ temperature }) => temperature)).toEqual([undefined, 0.5, 0.7, 0.9, 1]);
    for (const setting of settings) expect(setting).toMatchObject(asked);
  });

  it("keeps top-k and top-p where tokens are drawn, and has no beam", () => {
    for (const { temperature, topK, topP } of temperatureSettings({ ...asked, topK: 5, topP: 0.9 })) {
      expect([topK, topP]).toEqual(temperature === undefined ? [undefined, undefined] : [5, 0.9]);
    }
    for (const setting of temperatureSettings({ ...asked, beam: 4, lengthPenalty: 0.8 })) {
      expect([setting.beam, setting.lengthPenalty]).toEqual([undefined, undefined]);
    }
  });
});

describe("tradeOff", () => {
  /** The points of a setting, and all texts that were written for them: samples first, then reconstructions. */
  async function run(
    write: SampleOptions & { seed: number },
  ): Promise<{ points: TradeOffPoint[]; written: string[][] }> {
    const originals = linesOf(["the sea is calm", "a storm is near", "the old boat", "a calm night"], model.tokenizer);
    const codes = await model.encode(originals.texts);
    const samples = await drawSamples(model, 30, write);
    const yardsticks: Yardsticks = {
      vocabulary: languageVocabularyOf(model.tokenizer.vocabulary),
      unknown: model.tokenizer.vocabulary.special.unknown,
      test: originals,
      embedder: await SentenceEmbedder.fit(originals.ids, { dimensions: 2 }),
      testEmbeddings: [],
      ...{ seed: 1, selfBleuTexts: 4, distinctTokens: 4 },
    };
    const written: string[][] = [];
    const decodeEach = model.decodeEach.bind(model);
    const spy = vi.spyOn(model, "decodeEach").mockImplementation(async function* (...given) {
      const texts: string[] = [];
      written.push(texts);
      for await (const text of decodeEach(...given)) {
        texts.push(text.text);
        yield text;
      }
    });
    const points = await tradeOff({ model, write, samples, originals, codes, yardsticks });
    spy.mockRestore();
    return { points, written };
  }

  it("writes at every temperature in the form that was asked for, and without what was banned", async () => {
    const form = { clauses: 2, length: 2, marks: [",", "."] };
    const { points, written } = await run({ seed: 2, form, ban: ["storm"], temperature: 0.7 });
    expect(points.map(({ choice, chosen, onCurve }) => [choice, chosen, onCurve])).toEqual([
      ["greedy", false, true],
      ["temperature 0.5", false, true],
      ["temperature 0.7", true, true],
      ["temperature 0.9", false, true],
      ["temperature 1", false, true],
    ]);
    expect(points.map(({ decoding }) => decoding)[3]).toBe('temperature 0.9, without "storm", form 2x2,.');
    // The samples of the chosen temperature are not drawn again.
    expect(written.map(({ length }) => length).sort((a, b) => a - b)).toEqual([4, 4, 4, 4, 4, 30, 30, 30, 30]);
    const all = written.flat();
    expect(new Set(all).size).toBeGreaterThan(20);
    for (const text of all) {
      expect(text).toMatch(/^[a-z]+ [a-z]+ , [a-z]+ [a-z]+ \.$/);
      expect(text).not.toContain("storm");
    }
  });

  it("draws every temperature among as many tokens, and takes a beam for a point of its own", async () => {
    const drawn = await run({ seed: 2, topK: 2 });
    expect(drawn.points.map(({ choice, chosen }) => [choice, chosen])).toEqual([
      ["greedy", false],
      ["temperature 0.5, top-k 2", false],
      ["temperature 0.7, top-k 2", false],
      ["temperature 0.9, top-k 2", false],
      ["temperature 1, top-k 2", true],
    ]);
    const { points } = await run({ seed: 2, beam: 2, ban: ["sea"] });
    expect(points).toHaveLength(TEMPERATURES.length + 1);
    expect(points.at(-1)).toMatchObject({ choice: "beam 2", chosen: true, onCurve: false });
    for (const { decoding } of points) expect(decoding).toContain('without "sea"');
  });
});

const tokenizer = createTokenizer("whitespace", ["a b c d e f g h i j"]);
const figures = (forward: number | null, reverse: number | null, unique: number) =>
  ({ forwardPerplexity: forward, reversePerplexity: reverse, unique }) as GenerationFigures;

describe("tradeOffFloors", () => {
  const originals = linesOf(["a b c d", "e f g h", "a b c d i", "f f f f"], tokenizer);
  const columns: Column[] = [
    { name: "model", figures: figures(30, 100, 0.9) },
    { name: "real", figures: figures(50, 80, 1) },
    { name: "ngram", figures: figures(20, 90, 0.8) },
    { name: "copy", figures: figures(2, 70, 0.7) },
  ];
  const bleu = (written: readonly string[]): number => {
    const numbers = new TokenNumbers();
    return corpusBleu(
      written.map((text) => numbers.of(text.split(" "))),
      originals.texts.map((text) => [numbers.of(text.split(" "))]),
    );
  };
  const lines = (...texts: string[]): Lines => linesOf(texts, tokenizer);

  it("has the figures of the columns, and the BLEU of their texts in the place of reconstructions", () => {
    const held = lines("a b c d", "j j j j", "a b c d j", "f j j f");
    const copies = lines("a b c d e", "e f g h", "not read", "nor this");
    const floors = tradeOffFloors(columns, { held, copies, ngrams: lines("a b c d") }, originals, 3);
    expect(floors.map(({ name, bleu4, ...rest }) => [name, rest])).toEqual([
      ["real", { forwardPerplexity: 50, reversePerplexity: 80, unique: 1 }],
      ["ngram", { forwardPerplexity: 20, reversePerplexity: 90, unique: 0.8 }],
      ["copy", { forwardPerplexity: 2, reversePerplexity: 70, unique: 0.7 }],
    ]);
    // Of 1-grams 4 + 0 + 4 + 2 of 17 match, of 2-grams 3 + 0 + 3 + 0 of 13, of 3-grams 2 + 0 + 2 of 9, of 4-grams 1 + 1 of 5.
    const byHand = 100 * ((10 / 17) * (6 / 13) * (4 / 9) * (2 / 5)) ** 0.25;
    expect(floors[0]?.bleu4).toBeCloseTo(byHand, 10);
    expect(floors[0]?.bleu4).toBeCloseTo(bleu(held.texts), 10);
    expect(floors[1]?.bleu4).toBeCloseTo(bleu(["a b c d", "a b c d", "a b c d", "a b c d"]), 10);
    expect(floors[2]?.bleu4).toBeCloseTo(bleu(copies.texts), 10);
  });

  it("puts other test texts in the place of each where no other text is real", () => {
    const [real, ...others] = tradeOffFloors(
      columns.slice(0, 2),
      { held: undefined, copies: undefined, ngrams: undefined },
      originals,
      3,
    );
    expect(others).toEqual([]);
    expect(real?.bleu4).toBeCloseTo(bleu(["e f g h", "a b c d i", "f f f f", "a b c d"]), 10);
    expect(real?.bleu4).toBeLessThan(100);
  });
});

describe("the charts of the trade-off", () => {
  const point = (choice: string, temperature: number | null, forward: number, bleu4: number): TradeOffPoint => ({
    ...{
      choice,
      temperature,
      decoding: `${choice}, form 4x5`,
      onCurve: !choice.startsWith("beam"),
      samples: 9,
      unique: 1,
    },
    ...{
      chosen: choice.startsWith("beam"),
      reconstructed: 9,
      forwardPerplexity: forward,
      reversePerplexity: 100,
      bleu4,
    },
  });
  const points = [
    point("greedy", null, 30, 60),
    point("temperature 1, top-k 5", 1, 60, 40),
    point("temperature 0.5, top-k 5", 0.5, 40, 50),
    point("beam 4", null, 28, 61),
  ];
  const floors: Report["tradeOff"]["floors"] = (["real", "ngram", "copy"] as const).map((name, i) => ({
    ...{ name, forwardPerplexity: 50 + i, reversePerplexity: 80 + i, unique: 1, bleu4: 2 + i },
  }));

  it.each([
    ["forward", tradeOffChart],
    ["BLEU", reconstructionChart],
  ])("set floors beside the points of %s, and draw a line through temperatures in their order", (_, chart) => {
    const picture = chart({ seed: 1, points, floors });
    expect(picture.match(/<rect class="floor"/g)).toHaveLength(3);
    expect(picture.match(/<circle class="model"/g)).toHaveLength(3);
    expect(picture.match(/<circle class="chosen"/g)).toHaveLength(1);
    const names = [...picture.matchAll(/class="mark"[^>]*>([^<]*)</g)].map(([, name]) => name);
    expect(names.sort()).toEqual(["0.5", "1", "beam 4", "copies", "greedy", "n-grams", "real text"]);
    const [, path = ""] = /class="way" d="([^"]*)"/.exec(picture) ?? [];
    const places = [...path.matchAll(/[ML](-?[\d.]+) /g)].map(([, x]) => Number(x));
    expect(places).toHaveLength(3);
    expect([places, places.toReversed()]).toContainEqual(places.toSorted((a, b) => a - b));
  });

  it("leave out what has no figure, and are empty where the model has none", () => {
    const blind = points.map((one) => ({ ...one, forwardPerplexity: null }));
    const bare = [{ name: "real" as const, forwardPerplexity: null, reversePerplexity: null, unique: 1, bleu4: 2 }];
    expect(tradeOffChart({ seed: 1, points: blind, floors: bare })).toBe("");
    expect(reconstructionChart({ seed: 1, points: blind, floors: bare })).not.toContain('class="floor"');
  });
});
