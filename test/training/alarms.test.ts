// Alarms by figures made by hand, and by trainings that collapse and do not.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addSettings } from "../../src/cli/settings.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { readJournal } from "../../src/run/journal.ts";
import { ALARM_NAMES, type AlarmFigures, checkAlarms, describeAlarm } from "../../src/training/alarms.ts";
import type { TrainEvent } from "../../src/training/events.ts";
import { train } from "../../src/training/train.ts";

const HEALTHY: AlarmFigures = {
  settled: true,
  latent: 16,
  devReconstruction: 2,
  activeUnits: 1,
  codeDivergence: 0.9,
  codeGap: 4,
  samples: { unique: 1, mostFrequent: 1 / 64 },
  discriminator: 1.33,
  reconstruction: 1.5,
  lowest: 1.4,
};

/** Alarms that are on after a second report like the first. */
function alarmsOf(figures: Partial<AlarmFigures>): readonly string[] {
  const all = { ...HEALTHY, ...figures };
  const first = checkAlarms({}, all);
  expect(first.active).toEqual([]);
  return checkAlarms(first.streaks, all).active;
}

describe("checkAlarms", () => {
  it("is silent for a run that is well", () => {
    expect(alarmsOf({})).toEqual([]);
  });

  it.each<[string, Partial<AlarmFigures>, Partial<AlarmFigures>]>([
    ["inactive-units", { activeUnits: 0.29 }, { activeUnits: 0.3 }],
    ["prior-mismatch", { codeDivergence: 4.1 }, { codeDivergence: 3.9 }],
    ["prior-mismatch", { codeDivergence: Number.POSITIVE_INFINITY }, { codeDivergence: null }],
    [
      "repeated-samples",
      { samples: { unique: 0.49, mostFrequent: 0.05 } },
      { samples: { unique: 0.5, mostFrequent: 0.1 } },
    ],
    ["repeated-samples", { samples: { unique: 0.9, mostFrequent: 0.11 } }, { samples: null }],
    ["saturated-discriminator", { discriminator: 0.09 }, { discriminator: 0.11 }],
    ["saturated-discriminator", { discriminator: 0 }, { discriminator: null }],
    ["ignored-codes", { codeGap: 0.09 }, { codeGap: 0.11 }],
    ["ignored-codes", { codeGap: -0.1 }, { codeGap: null }],
    ["divergence", { reconstruction: 2.2, lowest: 1.4 }, { reconstruction: 2, lowest: 1.4 }],
    ["divergence", { reconstruction: 0.35, lowest: 0.1 }, { reconstruction: 0.29, lowest: 0.1 }],
  ])("raises %s for %j, and not for %j", (name, bad, good) => {
    expect(alarmsOf(bad)).toEqual([name]);
    expect(alarmsOf(good)).toEqual([]);
  });

  it("waits for λ where λ is what makes codes like the prior, or the decoder listen", () => {
    const early = {
      settled: false,
      codeDivergence: 100,
      codeGap: 0,
      samples: { unique: 1 / 64, mostFrequent: 1 },
      discriminator: 0,
      lowest: null,
    };
    expect(alarmsOf(early)).toEqual([]);
    expect(alarmsOf({ ...early, activeUnits: 0 })).toEqual(["inactive-units"]);
  });

  it("tells once when an alarm starts, at the second report in a row, and once when it is over", () => {
    const course = [0, 0.01, 4, 0, 0, 0, 4, 4].map((codeGap) => ({ ...HEALTHY, codeGap }));
    let streaks: Record<string, number> = {};
    const told = course.map((figures) => {
      const report = checkAlarms(streaks, figures);
      ({ streaks } = report);
      return report.changes.map(({ name, state }) => `${name} ${state}`).join();
    });
    const [started, cleared] = ["ignored-codes started", "ignored-codes cleared"];
    expect(told).toEqual(["", started, cleared, "", started, "", cleared, ""]);
  });

  it("gives advice that names flags which train has, and each of them a sentence's part", () => {
    const flags = addSettings(new Command()).options.map(({ long }) => long);
    for (const name of ALARM_NAMES) {
      const { text, advice } = describeAlarm(name);
      const named = advice.match(/--[a-z0-9-]+/g) ?? [];
      expect(named.length, name).toBeGreaterThan(0);
      expect(flags, name).toEqual(expect.arrayContaining(named));
      expect(text).toMatch(/^[A-Z].*[^.]$/);
      expect(advice).toMatch(/^[a-z].*[^.]$/);
    }
  });
});

describe("the alarms of a training", () => {
  let folder: string;
  let corpus: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latentext-alarms-"));
    corpus = join(folder, "lines.txt");
    const words = [
      ["the sea", "a train", "my brother", "the old dog", "rain", "the moon"],
      ["waits", "sings", "comes home", "sleeps", "knows the way"],
      ["at night", "again", "without a word", "by the river in june"],
    ];
    const lines = words.reduce((starts, parts) => starts.flatMap((start) => parts.map((part) => `${start} ${part}`)));
    writeFileSync(corpus, `${lines.join("\n")}\n`);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(name: string, config: ConfigInput) {
    const out = join(folder, name);
    const events: TrainEvent[] = [];
    await train({
      out,
      config: {
        corpora: [corpus],
        devShare: 0.25,
        hidden: 24,
        embedding: 12,
        latent: 4,
        discriminatorHidden: 8,
        batchSize: 16,
        maxSteps: 400,
        reportSteps: 50,
        warmupSteps: 50,
        rampSteps: 50,
        learningRate: 0.02,
        threads: 1,
        ...config,
      },
      on: (event) => events.push(event),
    });
    const alarms = events.filter((event) => event.kind === "alarm");
    const dev = readJournal(join(out, "metrics.jsonl")).filter(({ kind }) => kind === "dev");
    return { alarms, dev, card: await readFile(join(out, "README.md"), "utf8") };
  }

  it("are none for one that is well", async () => {
    // Noise that ninety lines of a few words can be heard through, by all of the few features.
    const { alarms, dev, card } = await run("well", { latentNoise: 0.35, noise: { blank: 0 }, dropout: 0 });
    expect(alarms).toEqual([]);
    expect(dev.map((report) => report.alarms)).toEqual(dev.map(() => []));
    expect(dev.at(-1)).toMatchObject({
      activeUnits: 1,
      codeGap: expect.any(Number),
      codeDivergence: expect.any(Number),
    });
    expect(card).not.toContain("## Warnings");
  });

  it("do not take few dev sentences for codes that collapse", async () => {
    const collapsing = { regularizer: "kl", freeBits: 0, regularizerWeight: 20, warmupSteps: 0, rampSteps: 0 } as const;
    const { alarms, dev } = await run("few", { ...collapsing, devShare: 0.01, maxSteps: 200 });
    expect(dev.at(-1)).toMatchObject({ activeUnits: 0 });
    expect(alarms.map(({ name }) => name)).not.toContain("inactive-units");
  });

  it("tell of one whose codes collapse, in events, records and the model card", async () => {
    const { alarms, dev, card } = await run("collapsed", {
      regularizer: "kl",
      freeBits: 0,
      regularizerWeight: 20,
      warmupSteps: 0,
      rampSteps: 0,
    });
    const names = ["inactive-units", "repeated-samples", "ignored-codes"];
    const started = alarms.filter(({ state }) => state === "started");
    expect(started.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(started[0]).toMatchObject({
      step: expect.any(Number),
      text: expect.any(String),
      advice: expect.any(String),
    });
    expect(dev.at(-1)?.alarms).toEqual(expect.arrayContaining(names));
    expect(dev.at(-1)).toMatchObject({ activeUnits: 0 });
    // The means of such codes are far from the prior; what is drawn around them is the prior itself.
    expect(started.map(({ name }) => name)).not.toContain("prior-mismatch");
    expect(Math.abs(Number(dev.at(-1)?.codeDivergence))).toBeLessThan(0.5);
    expect(card).toContain("## Warnings");
    expect(card).toContain("inactive-units: Fewer than 3 in 10 dimensions");
  });
});
