// The draws that a step is fed: from streams named after the step, and of the prior and the posterior that the settings name.
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { modelShape } from "../../src/model/parameters.ts";
import { RandomStream } from "../../src/random.ts";
import { encodeCorpus } from "../../src/text/encoded-corpus.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { stepSettings } from "../../src/training/session.ts";
import { stepFeeds } from "../../src/training/step.ts";
import { stepFeedArrays } from "../../src/training/step-feeds.ts";
import { TINY_TEXTS } from "../support/tiny-run.ts";

const tokenizer = createTokenizer("whitespace", TINY_TEXTS);
const corpus = await encodeCorpus(
  TINY_TEXTS.map((text, i) => ({ text, line: i + 1 })),
  tokenizer,
  { maxLength: 10 },
);
const SIZES = { hidden: 6, embedding: 4, latent: 3, discriminatorHidden: 5, seed: 7 };

const feedsAt = (step: number, input: ConfigInput) =>
  stepFeedArrays(parseConfig({ ...SIZES, ...input }), tokenizer.vocabulary, corpus, Uint32Array.of(2, 0), { step });

describe("stepFeedArrays", () => {
  it.each<ConfigInput>([
    {},
    { regularizer: "none", momentWeight: 0 },
    { regularizer: "kl" },
    { posterior: "gaussian" },
    { posterior: "gaussian", regularizer: "none", momentWeight: 0 },
    { posterior: "gaussian", posteriorPenalty: 0, regularizer: "mmd" },
    { prior: "sphere", regularizer: "wasserstein", latentNoise: 0.1 },
    { sampledSoftmax: 6 },
    { sampledSoftmax: 6, decoder: "deconv", reconstruction: "mean-squared-error" },
    { conditional: true },
    { conditional: true, codeClassifierWeight: 1, regularizer: "none", momentWeight: 0 },
    { instanceNoise: 0.5, r1Weight: 1, discriminatorNorm: "spectral", recentBatches: 2, discriminatorSteps: 2 },
  ])("gives a step of %j the feeds it asks for, and no other", (input) => {
    const config = parseConfig({ ...SIZES, ...input });
    const { size } = tokenizer.vocabulary;
    const wanted = stepFeeds(modelShape(config, size), stepSettings(config, size));
    expect(Object.keys(feedsAt(0, input)).sort()).toEqual(Object.keys(wanted).sort());
  });

  it("reads and writes the same recombined sentences, of the same label in a conditional model, drawn from the step's stream", async () => {
    const texts = ["the sea , a storm", "a night , the boat", "the old , is calm", "a calm , the night"];
    const marks = createTokenizer("whitespace", texts);
    const labels = ["day", "night", "day", "night"];
    const records = texts.map((text, i) => ({ text, line: i + 1, label: labels[i] as string }));
    const verse = await encodeCorpus(records, marks, { maxLength: 10 });
    const writtenAt = (step: number, input: ConfigInput): string[] => {
      const config = parseConfig({ ...SIZES, noise: { blank: 0 }, ...input });
      const { source, target } = stepFeedArrays(config, marks.vocabulary, verse, Uint32Array.of(0, 1, 2, 3), { step });
      const textOf = (array: typeof source, row: number): string =>
        marks.decode([...(array?.data ?? [])].filter((_, i) => i % 4 === row));
      const read = [0, 1, 2, 3].map((row) => textOf(source, row));
      expect([0, 1, 2, 3].map((row) => textOf(target, row))).toEqual(read);
      return read;
    };
    const steps = [0, 1, 2, 3, 4, 5];
    expect(writtenAt(0, {})).toEqual(texts);
    const all = steps.map((step) => writtenAt(step, { recombination: 0.5 }));
    expect(all).toEqual(steps.map((step) => writtenAt(step, { recombination: 0.5 })));
    expect(new Set(all.flat()).size).toBeGreaterThan(8);
    const halves = texts.map((text) => text.split(" , ") as [string, string]);
    const known = (day: boolean): Set<string> =>
      new Set([0, 2].flatMap((i) => [0, 2].map((j) => `${halves[i + +!day]?.[0]} , ${halves[j + +!day]?.[1]}`)));
    for (const step of steps) {
      const read = writtenAt(step, { recombination: 0.5, conditional: true });
      for (const [row, text] of read.entries()) expect(known(labels[row] === "day").has(text)).toBe(true);
    }
  });

  it.each<ConfigInput>([{ regularizer: "kl" }, { posterior: "gaussian" }])(
    "draws posterior noise for %j from the stream that kl has always had",
    (input) => {
      for (const step of [0, 5]) {
        const expected = RandomStream.named(7, `posterior-noise/${step}`).fillGaussian(new Float32Array(6));
        expect(feedsAt(step, input).posteriorNoise).toEqual({ shape: [2, 3], data: expected });
      }
    },
  );

  it("draws the noise that a discriminator sees through anew each step, and less of it each time", () => {
    const drawn = (step: number): number[] => {
      const { instanceNoise } = feedsAt(step, { instanceNoise: 0.5, instanceNoiseSteps: 10, discriminatorSteps: 20 });
      expect(instanceNoise?.shape).toEqual([41, 2, 3]);
      return [...(instanceNoise?.data ?? [])];
    };
    const deviation = (values: number[]): number => Math.hypot(...values) / Math.sqrt(values.length);
    expect(deviation(drawn(0))).toBeCloseTo(0.5, 1);
    expect(deviation(drawn(8))).toBeCloseTo(0.1, 1);
    expect(drawn(8)).toEqual(drawn(8));
    expect(drawn(0)[0]).not.toBeCloseTo(5 * (drawn(8)[0] ?? 0), 3);
    expect(drawn(10).every((value) => value === 0)).toBe(true);
  });

  it.each(["adversarial", "wasserstein", "mmd"] as const)(
    "draws the prior of %s anew each step, on its sphere",
    (regularizer) => {
      const drawn = (step: number, prior: "gaussian" | "sphere"): number[][] => {
        const data = [...(feedsAt(step, { regularizer, prior }).prior?.data ?? [])];
        return [data.slice(0, 3), data.slice(3, 6)];
      };
      expect(drawn(4, "sphere")).toEqual(drawn(4, "sphere"));
      expect(drawn(4, "sphere")).not.toEqual(drawn(5, "sphere"));
      for (const [i, code] of drawn(4, "sphere").entries()) {
        const plain = drawn(4, "gaussian")[i] as number[];
        const scale = Math.sqrt(3) / Math.hypot(...plain);
        expect(code).toEqual(plain.map((value) => expect.closeTo(value * scale, 5)));
      }
    },
  );
});
