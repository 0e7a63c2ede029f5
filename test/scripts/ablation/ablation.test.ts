// The ablation: figures into a table, and a tiny one that is run, gone on with, and refused.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ablation } from "../../../scripts/bench/ablation/command.ts";
import { CURVES } from "../../../scripts/bench/ablation/curves.ts";
import { FAMILY } from "../../../scripts/bench/ablation/family.ts";
import { type Figures, type Result, runTrial } from "../../../scripts/bench/ablation/measure.ts";
import { ablationTable, meanAndDeviation } from "../../../scripts/bench/ablation/table.ts";
import { VARIANTS } from "../../../scripts/bench/ablation/variants.ts";
import { InputError } from "../../../src/errors.ts";
import { parseConfig } from "../../../src/model/config.ts";

describe("the variants", () => {
  it("have names of their own and settings that can be used", () => {
    expect(new Set(VARIANTS.map(({ name }) => name)).size).toBe(VARIANTS.length);
    for (const { settings } of VARIANTS) expect(() => parseConfig(settings)).not.toThrow();
  });

  it("of the family are every regularizer with every encoder and decoder", () => {
    expect(new Set(FAMILY.map(({ name }) => name)).size).toBe(5 * 3 * 3);
    expect(FAMILY.map(({ name }) => name)).toContain("wasserstein-conv-deconv");
    for (const { settings } of FAMILY) expect(() => parseConfig(settings)).not.toThrow();
  });

  it("of the curves leave each regularizer the same amounts to say", () => {
    const amountsOf = (wanted: string) =>
      CURVES.map(({ settings }) => parseConfig(settings))
        .filter(({ regularizer }) => regularizer === wanted)
        .map(({ latentNoise, freeBits }) => (wanted === "kl" ? freeBits : -Math.log(latentNoise)));
    // In nats a dimension: a Gaussian channel of power 1 and noise 0.3, 0.45, 0.6 and 0.75.
    for (const regularizer of ["adversarial", "mmd", "none", "kl"]) {
      const amounts = amountsOf(regularizer);
      expect(amounts).toHaveLength(4);
      for (const [i, nats] of [1.204, 0.799, 0.511, 0.288].entries()) expect(amounts[i]).toBeCloseTo(nats, 2);
    }
  });
});

describe("ablationTable", () => {
  const figures = (value: number): Figures => ({
    devReconstruction: value,
    bleu4: 10 * value,
    forwardPerplexity: 20,
    reversePerplexity: 30,
    unique: 1,
    codeDivergence: null,
    alarms: value > 2 ? ["ignored-codes"] : [],
  });
  const of = { settings: {}, test: "", samples: 1 };

  it("has mean and deviation of each figure, the alarms that were on, and the runs that failed", () => {
    const results: Result[] = [
      { variant: "b", seed: 1, of, figures: figures(1) },
      { variant: "a", seed: 1, of, figures: figures(3) },
      { variant: "b", seed: 2, of, figures: figures(3) },
      { variant: "a", seed: 2, of, failure: "not a number" },
    ];
    const variants = ["a", "b", "c"].map((name) => ({ name, why: `why ${name}`, settings: {} }));
    const [head, , ...rows] = ablationTable(variants, results).split("\n");
    expect(head).toMatch(/^\| variant \| seeds \| dev nats\/token \| BLEU-4 /);
    expect(rows).toEqual([
      "| a | 2 | 3.000 | 30.0 | 20.0 | 30.0 | 1.000 | – | ignored-codes | 1 | why a |",
      "| b | 2 | 2.000 ± 1.414 | 20.0 ± 14.1 | 20.0 ± 0.0 | 30.0 ± 0.0 | 1.000 ± 0.000 | – | ignored-codes | 0 | why b |",
    ]);
  });

  it("gives no mean where a run has no figure", () => {
    expect(meanAndDeviation([1, null], 1)).toBe("–");
    expect(meanAndDeviation([], 1)).toBe("–");
    expect(meanAndDeviation([1, 2, 3], 1)).toBe("2.0 ± 1.0");
  });
});

describe("an ablation", () => {
  let folder: string;
  let flags: Parameters<typeof ablation>[0];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latentext-ablation-"));
    const [corpus, test] = [join(folder, "train.txt"), join(folder, "test.txt")];
    const line = (i: number): string =>
      `the ${["sea", "sky", "road", "old dog"][i % 4]} is ${i % 23} miles from ${i % 7}`;
    writeFileSync(corpus, `${Array.from({ length: 300 }, (_, i) => line(i)).join("\n")}\n`);
    writeFileSync(test, `${Array.from({ length: 60 }, (_, i) => line(5 * i + 3)).join("\n")}\n`);
    flags = {
      corpus,
      test,
      out: join(folder, "out"),
      steps: "12",
      seeds: "2",
      samples: "20",
      threads: "1",
      set: ["hidden=8", "embedding=6", "latent=3", "discriminatorHidden=4", "reportSteps=6", "rampSteps=1"],
      compare: "settings",
      only: "base,no-warmup",
    };
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("runs every variant with every seed, and the next time only what has no result", async () => {
    const lines: string[] = [];
    const table = await ablation({ ...flags, seeds: "1" }, (line) => lines.push(line));
    expect(lines.map((line) => line.split(":")[0])).toEqual(["base-seed-1", "no-warmup-seed-1"]);
    expect(table.split("\n")).toHaveLength(4);
    const result = JSON.parse(readFileSync(join(flags.out, "no-warmup-seed-1.json"), "utf8")) as Result;
    expect(result.figures?.devReconstruction).toBeGreaterThan(0);
    expect(result.figures?.reversePerplexity).toBeGreaterThan(1);
    lines.length = 0;
    const whole = await ablation(flags, (line) => lines.push(line));
    expect(lines.filter((line) => line.endsWith("has its result already"))).toHaveLength(2);
    expect(lines).toHaveLength(4);
    expect(whole).toContain("| no-warmup | 2 |");
    expect(readdirSync(flags.out).sort()).toEqual([
      "base-seed-1.json",
      "base-seed-2.json",
      "no-warmup-seed-1.json",
      "no-warmup-seed-2.json",
      "runs",
    ]);
    await expect(ablation({ ...flags, steps: "13" }, () => {})).rejects.toThrow(/result of other settings/);
  });

  it("holds draws of Gaussian codes against the prior: those that say nothing are draws of it", async () => {
    const collapsing = { regularizer: "kl", freeBits: 0, regularizerWeight: 20, warmupSteps: 0, rampSteps: 0 } as const;
    const sizes = { hidden: 8, embedding: 6, latent: 3, discriminatorHidden: 4, threads: 1 };
    const course = { maxSteps: 150, reportSteps: 75, learningRate: 0.02 };
    const settings = { corpora: [flags.corpus ?? ""], ...collapsing, ...sizes, ...course };
    const trial = { settings, test: flags.test ?? "", samples: 20 };
    const { figures } = await runTrial("collapsed", 1, trial, join(folder, "collapsed"));
    expect(Math.abs(figures?.codeDivergence ?? Number.NaN)).toBeLessThan(0.5);
  });

  it("refuses what cannot be used before any training", async () => {
    const out = join(folder, "refused");
    const refusals: [Partial<typeof flags>, RegExp][] = [
      [{ only: "base,basis" }, /basis, which is no variant/],
      [{ compare: "everything" }, /--compare is everything; expected one of settings, family/],
      [{ compare: "family" }, /base, which is no variant/],
      [{ steps: "many" }, /--steps is many/],
      [{ seeds: "0" }, /--seeds is 0/],
      [{ set: ["latent=0"] }, /settings of the variant base .* latent/],
    ];
    for (const [change, sentence] of refusals) {
      const failure = ablation({ ...flags, out, ...change }, () => expect.fail("something ran"));
      await expect(failure).rejects.toThrow(InputError);
      await expect(failure).rejects.toThrow(sentence);
    }
  });
});
