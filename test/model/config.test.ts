// Settings that depend on each other: what reads and writes; the regularizer, its weight, and what belongs to it.
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { parseConfig, parseKeptConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { PRESETS } from "../../src/model/presets.ts";

const objective = (input: ConfigInput) => {
  const { regularizer, regularizerWeight, momentWeight } = parseConfig(input);
  return { regularizer, regularizerWeight, momentWeight };
};

describe("the posterior of settings", () => {
  it.each<[ConfigInput, string, number]>([
    [{}, "point", 0],
    [{ regularizer: "kl" }, "gaussian", 0],
    [{ posterior: "gaussian" }, "gaussian", 0.01],
    [{ posterior: "gaussian", regularizer: "kl" }, "gaussian", 0],
    [{ posterior: "gaussian", regularizer: "none", prior: "sphere" }, "gaussian", 0.01],
    [{ posterior: "gaussian", posteriorPenalty: 0, regularizer: "mmd" }, "gaussian", 0],
    [{ posterior: "point", posteriorPenalty: 0 }, "point", 0],
  ])("of %j is %s with a penalty of %d, and the same when it is read again", (input, posterior, posteriorPenalty) => {
    const once = parseConfig(input);
    expect(once).toMatchObject({ posterior, posteriorPenalty });
    expect(parseConfig(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ regularizer: "kl", posterior: "point" }, /posterior is point where the regularizer is kl.*: expected gaussian/],
    [{ regularizer: "kl", prior: "sphere" }, /prior is sphere where the regularizer is kl.*: expected gaussian/],
    [{ posteriorPenalty: 0.1 }, /posteriorPenalty belongs to the posterior gaussian without kl, and point is given/],
    [
      { regularizer: "kl", posteriorPenalty: 0.1 },
      /posteriorPenalty belongs to the posterior gaussian.* and kl is given/,
    ],
    [{ prior: "sphere", latent: 1 }, /latent is 1 where the prior is sphere: expected at least 2/],
    [{ posterior: "gaussian", posteriorPenalty: -1 }, /posteriorPenalty: /],
    [{ prior: "cube" }, /prior: /],
  ])("is refused in a sentence: %j", (input, message) => {
    expect(() => parseConfig(input)).toThrow(InputError);
    expect(() => parseConfig(input)).toThrow(message);
  });
});

const family = (input: ConfigInput) => {
  const { encoder, decoder, pooling, reconstruction } = parseConfig(input);
  return { encoder, decoder, pooling, reconstruction };
};
const LAST = { pooling: "last", reconstruction: "cross-entropy" } as const;

describe("what reads and what writes", () => {
  it.each<[ConfigInput, ReturnType<typeof family>]>([
    [{}, { encoder: "lstm", decoder: "gru", ...LAST }],
    [{ cell: "gru" }, { encoder: "gru", decoder: "gru", ...LAST }],
    [
      { cell: "gru", encoder: "lstm" },
      { encoder: "lstm", decoder: "gru", ...LAST },
    ],
    [
      { cell: "gru", encoder: "gru", decoder: "gru" },
      { encoder: "gru", decoder: "gru", ...LAST },
    ],
    [{ encoder: "conv" }, { encoder: "conv", decoder: "gru", ...LAST, pooling: "max" }],
    [
      { encoder: "conv", pooling: "max", cell: "gru" },
      { encoder: "conv", decoder: "gru", ...LAST, pooling: "max" },
    ],
    [{ pooling: "mean" }, { encoder: "lstm", decoder: "gru", ...LAST, pooling: "mean" }],
    [
      { decoder: "deconv", reconstruction: "mean-squared-error", layers: 2 },
      { encoder: "lstm", decoder: "deconv", pooling: "last", reconstruction: "mean-squared-error" },
    ],
  ])("of %j is %j, and the same when it is read again", (input, expected) => {
    expect(family(input)).toEqual(expected);
    const once = parseConfig(input);
    expect(once).not.toHaveProperty("cell");
    expect(parseConfig(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it("make logits by the embeddings unless a decoder or the user says otherwise", () => {
    const weights = (input: ConfigInput) => parseConfig(input).outputWeights;
    expect(weights({})).toBe("tied");
    expect(weights({ cell: "lstm" })).toBe("tied");
    expect(weights({ decoder: "deconv" })).toBe("own");
    expect(weights({ decoder: "gru", outputWeights: "own" })).toBe("own");
    expect(weights({ decoder: "deconv", outputWeights: "own" })).toBe("own");
  });

  it("of a config.json of the time when both were one cell is that cell", () => {
    const { encoder, decoder, pooling, reconstruction, ...rest } = parseConfig({ cell: "gru" });
    expect(family({ ...rest, cell: "gru" })).toEqual({ encoder, decoder, pooling, reconstruction });
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ encoder: "conv", pooling: "mean" }, /pooling is mean for the encoder conv: expected max/],
    [{ encoder: "conv", pooling: "last" }, /pooling is last for the encoder conv: expected max/],
    [{ encoder: "conv", decoder: "deconv", layers: 2 }, /layers is 2 for the encoder conv and the decoder deconv/],
    [{ cell: "gru", encoder: "lstm", decoder: "lstm" }, /cell is gru beside the encoder lstm and the decoder lstm/],
    [{ cell: "gru", encoder: "gru", decoder: "deconv" }, /cell is gru beside the encoder gru and the decoder deconv/],
    [{ reconstruction: "mean-squared-error" }, /mean-squared-error belongs to the decoder deconv, and gru is given/],
    [{ cell: "gru", reconstruction: "mean-squared-error" }, /belongs to the decoder deconv, and gru is given/],
    [
      { decoder: "deconv", outputWeights: "tied" },
      /outputWeights tied belongs to the decoders gru and lstm, and deconv is/,
    ],
    [{ outputWeights: "shared" }, /outputWeights: /],
    [{ encoder: "deconv" }, /encoder: /],
    [{ decoder: "conv" }, /decoder: /],
    [{ cell: "conv" }, /cell: /],
    [{ pooling: "sum" }, /pooling: /],
  ])("refuses %j in a sentence", (input, message) => {
    expect(() => parseConfig(input)).toThrow(InputError);
    expect(() => parseConfig(input)).toThrow(message);
  });
});

describe("the regularizer of settings", () => {
  it.each<[ConfigInput, ReturnType<typeof objective>]>([
    [{}, { regularizer: "adversarial", regularizerWeight: 1, momentWeight: 1 }],
    [{ regularizer: "none" }, { regularizer: "none", regularizerWeight: 0, momentWeight: 1 }],
    [{ regularizer: "wasserstein" }, { regularizer: "wasserstein", regularizerWeight: 1, momentWeight: 1 }],
    [{ regularizer: "mmd" }, { regularizer: "mmd", regularizerWeight: 10, momentWeight: 1 }],
    [{ regularizer: "kl" }, { regularizer: "kl", regularizerWeight: 1, momentWeight: 0 }],
    [
      { regularizer: "kl", regularizerWeight: 0.5, momentWeight: 2 },
      { regularizer: "kl", regularizerWeight: 0.5, momentWeight: 2 },
    ],
    [{ adversarialWeight: 3 }, { regularizer: "adversarial", regularizerWeight: 3, momentWeight: 1 }],
    [{ adversarialWeight: 0 }, { regularizer: "none", regularizerWeight: 0, momentWeight: 1 }],
    [{ regularizerWeight: 0 }, { regularizer: "none", regularizerWeight: 0, momentWeight: 1 }],
    [
      { adversarialWeight: 0, discriminatorSteps: 2, instanceNoise: 0.5, r1Weight: 1, recentBatches: 3 },
      { regularizer: "none", regularizerWeight: 0, momentWeight: 1 },
    ],
  ])("of %j is %j, and the same when it is read again", (input, expected) => {
    expect(objective(input)).toEqual(expected);
    const once = parseConfig(input);
    expect(parseConfig(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it("are not those of a conditional model by themselves, and keep what belongs to one", () => {
    expect(parseConfig({})).toMatchObject({ conditional: false, labelDropout: 0.1, codeClassifierWeight: 0 });
    const given = { conditional: true, labelDropout: 0, codeClassifierWeight: 2 };
    expect(parseConfig(parseConfig(given))).toMatchObject(given);
  });

  it("goes with every preset", () => {
    for (const preset of Object.values(PRESETS))
      for (const regularizer of ["none", "adversarial", "wasserstein", "mmd", "kl"] as const)
        expect(parseConfig({ ...preset, regularizer }).regularizer).toBe(regularizer);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ labelDropout: 0.2 }, /labelDropout belongs to conditional models, and conditional is false/],
    [{ codeClassifierWeight: 1 }, /codeClassifierWeight belongs to conditional models, and conditional is false/],
    [{ conditional: "yes" }, /conditional: /],
    [
      { conditional: true, recentBatches: 2 },
      /recentBatches keeps codes without their labels, and conditional is true/,
    ],
    [{ conditional: true, labelDropout: 1 }, /labelDropout: /],
    [{ conditional: true, codeClassifierWeight: -1 }, /codeClassifierWeight: /],
    [{ freeBits: 0.1 }, /freeBits belongs to the regularizer kl, and adversarial is given/],
    [{ regularizer: "mmd", cycles: 2 }, /cycles belongs to the regularizer kl, and mmd is given/],
    [{ regularizer: "none", freeBits: 0.1 }, /freeBits belongs to the regularizer kl, and none is given/],
    [{ regularizer: "kl", discriminatorSteps: 3 }, /discriminatorSteps belongs to the regularizer adversarial, and kl/],
    [{ regularizer: "mmd", discriminatorLearningRate: 0.1 }, /discriminatorLearningRate belongs to the regularizer/],
    [
      { regularizer: "wasserstein", instanceNoise: 0.5 },
      /instanceNoise belongs to the regularizer adversarial, and was/,
    ],
    [{ regularizer: "kl", r1Weight: 1 }, /r1Weight belongs to the regularizer adversarial, and kl/],
    [{ regularizer: "mmd", discriminatorNorm: "spectral" }, /discriminatorNorm belongs to the regularizer adversarial/],
    [{ regularizer: "wasserstein", recentBatches: 2 }, /recentBatches belongs to the regularizer adversarial/],
    [{ instanceNoiseSteps: 100 }, /instanceNoiseSteps is given where instanceNoise is 0: expected a deviation/],
    [{ instanceNoise: -1 }, /instanceNoise: /],
    [{ discriminatorNorm: "batch" }, /discriminatorNorm: /],
    [{ regularizer: "mmd", adversarialWeight: 1 }, /adversarialWeight belongs to the regularizer adversarial, and mmd/],
    [
      { regularizer: "none", adversarialWeight: 1 },
      /adversarialWeight belongs to the regularizer adversarial, and none/,
    ],
    [
      { adversarialWeight: 1, regularizerWeight: 2 },
      /adversarialWeight 1 and regularizerWeight 2 are the same setting/,
    ],
    [{ regularizer: "none", regularizerWeight: 2 }, /regularizerWeight is 2 where the regularizer is none/],
    [
      { regularizer: "kl", regularizerWeight: 0 },
      /regularizerWeight is 0 for kl: expected more, or the regularizer none/,
    ],
    [{ regularizer: "gan" }, /regularizer: /],
    [{ regularizerWeight: -1 }, /regularizerWeight: /],
    [{ regularizer: "kl", cycles: 0 }, /cycles: /],
    [{ regularizer: "kl", freeBits: -0.1 }, /freeBits: /],
  ])("refuses %j in a sentence", (input, message) => {
    expect(() => parseConfig(input)).toThrow(InputError);
    expect(() => parseConfig(input)).toThrow(message);
  });
});

describe("the features of places", () => {
  it.each<[ConfigInput, number]>([
    [{}, 128],
    [{ embedding: 10 }, 10],
    [{ ...PRESETS.small }, 64],
    [{ placeFeatures: 7, embedding: 10 }, 7],
    [{ placeFeatures: 0 }, 0],
  ])("of %j are %d, and the same when it is read again", (input, expected) => {
    const once = parseConfig(input);
    expect(once.placeFeatures).toBe(expected);
    expect(parseConfig(once)).toEqual(once);
  });

  it("are refused where they are no count", () => {
    expect(() => parseConfig({ placeFeatures: -1 })).toThrow(/placeFeatures: /);
    expect(() => parseConfig({ placeFeatures: 2.5 })).toThrow(/placeFeatures: /);
  });
});

describe("the warm-up and the ramp of λ", () => {
  it.each<[ConfigInput, number, number]>([
    [{}, 500, 1_000],
    [{ maxMinutes: 1, epochs: 1 }, 500, 1_000],
    [{ maxSteps: 30_000 }, 500, 1_000],
    [{ maxSteps: 600 }, 100, 200],
    [{ maxSteps: 600, warmupSteps: 7 }, 7, 200],
    [{ maxSteps: 600, rampSteps: 900 }, 100, 900],
    [{ maxSteps: 1 }, 0, 0],
    // Each cycle but the last is a ramp and as many steps at the full value.
    [{ maxSteps: 600, regularizer: "kl", cycles: 3 }, 100, 40],
  ])("of %j are %d and %d steps, and the same when they are read again", (input, warmup, ramp) => {
    const once = parseConfig(input);
    expect([once.warmupSteps, once.rampSteps]).toEqual([warmup, ramp]);
    expect(parseConfig(once)).toEqual(once);
    expect(parseConfig({ ...once, maxSteps: 100_000 })).toMatchObject({ warmupSteps: warmup, rampSteps: ramp });
  });
});

describe("settings that a run folder keeps", () => {
  it("have what came later as it was before there was a choice", () => {
    const before = { outputWeights: "own", placeFeatures: 0, sampledSoftmax: 0, averaging: 0, codes: "learnt" };
    const now = Object.entries(parseConfig({}));
    const older = Object.fromEntries(now.filter(([key]) => !Object.hasOwn(before, key)));
    expect(now).toHaveLength(Object.keys(older).length + Object.keys(before).length);
    expect(parseKeptConfig(older)).toMatchObject(before);
    expect(parseKeptConfig(parseConfig({}))).toEqual(parseConfig({}));
    expect(() => parseKeptConfig(7)).toThrow(InputError);
  });
});
