import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { PRESETS } from "../../src/model/presets.ts";
import { suitedTo } from "../../src/training/suited.ts";

const suited = (sentences: number, tokensEach: number, given: ConfigInput = {}) =>
  parseConfig(suitedTo({ sentences, tokens: sentences * tokensEach }, given, parseConfig(given)));

describe("settings that suit a corpus", () => {
  it("are the usual ones for a hundred thousand sentences of ten tokens", () => {
    expect(suited(100_000, 10)).toEqual(parseConfig({}));
    expect(suited(1_000_000, 4)).toEqual(parseConfig({}));
  });

  it("settle λ within six passes over a small corpus, and report twice as often as that is long", () => {
    // 4,800 sentences are 75 batches of 64.
    expect(suited(4_800, 10)).toMatchObject({ warmupSteps: 150, rampSteps: 300, reportSteps: 150 });
    expect(suited(4_800, 10, { batchSize: 32 })).toMatchObject({ warmupSteps: 300, rampSteps: 600, reportSteps: 300 });
    expect(suited(100, 10)).toMatchObject({ warmupSteps: 4, rampSteps: 8, reportSteps: 50 });
    expect(suited(4_800, 10, { maxSteps: 300 })).toMatchObject({ warmupSteps: 50, rampSteps: 100 });
    // Two ramps and what is between them in as many steps.
    expect(suited(4_800, 10, { regularizer: "kl", cycles: 2 })).toMatchObject({ warmupSteps: 150, rampSteps: 100 });
  });

  it("have codes as wide as texts are long", () => {
    const latentOf = (tokens: number, given: ConfigInput = {}) => suited(100_000, tokens, given).latent;
    expect([4, 9.9, 12, 24, 32, 39].map((tokens) => latentOf(tokens))).toEqual([64, 64, 80, 160, 208, 256]);
    expect(latentOf(24, { latent: 64 })).toBe(64);
    expect(latentOf(24, PRESETS.tiny)).toBe(16);
  });

  it("leave features out where a corpus is small", () => {
    expect(suited(9_999, 10).dropout).toBe(0.3);
    expect(suited(10_000, 10).dropout).toBe(0);
    expect(suited(5_000, 10, { dropout: 0 }).dropout).toBe(0);
  });

  it("end after 20 epochs of falling rates at the latest where a corpus is small and nothing is said of epochs and rates", () => {
    const lengthOf = (sentences: number, given: ConfigInput = {}) => {
      const { epochs, schedule } = suited(sentences, 10, given);
      return { epochs, schedule };
    };
    const [bounded, held] = [
      { epochs: 20, schedule: "linear" },
      { epochs: null, schedule: "hold" },
    ];
    expect(lengthOf(5_000)).toEqual(bounded);
    expect(lengthOf(50_000)).toEqual(held);
    expect(lengthOf(5_000, { maxMinutes: 5 })).toEqual(bounded);
    expect(lengthOf(5_000, { maxSteps: 100 })).toEqual(bounded);
    expect(lengthOf(50_000, { maxMinutes: 5 })).toEqual(held);
    expect(lengthOf(5_000, { epochs: 3 })).toEqual({ epochs: 3, schedule: "hold" });
    expect(lengthOf(5_000, { schedule: "hold" })).toEqual(held);
    // Of so few sentences, a number of steps that was asked for stands.
    expect(lengthOf(999)).toEqual(bounded);
    expect(lengthOf(999, { maxSteps: 10_000 })).toEqual(held);
    expect(lengthOf(999, { maxMinutes: 5 })).toEqual(held);
  });

  it("leave alone what a user says", () => {
    const given = { epochs: 5, latent: 64, dropout: 0.1, warmupSteps: 7, rampSteps: 8, reportSteps: 9 };
    expect(suited(4_800, 24, given)).toEqual(parseConfig(given));
    // A null is what leaves it open.
    expect(suited(4_800, 10, { warmupSteps: null })).toMatchObject({ warmupSteps: 150 });
  });
});
