import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError, NonFiniteError } from "../../src/errors.ts";
import { parseConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { loadNewestCheckpoint, saveCheckpoint } from "../../src/run/checkpoints.ts";
import { readJournal } from "../../src/run/journal.ts";
import type { JsonObject } from "../../src/run/json.ts";
import { planEpoch } from "../../src/text/batches.ts";
import { loadData } from "../../src/training/data.ts";
import type { TrainEvent } from "../../src/training/events.ts";
import { epochPlan } from "../../src/training/session.ts";
import { stepFeedArrays } from "../../src/training/step-feeds.ts";
import { type TrainOptions, train } from "../../src/training/train.ts";

let folder: string;
let corpus: string;

const SUBJECTS = ["the sea", "a train", "my brother", "the old dog", "rain", "the moon over town"];
const VERBS = ["waits", "sings", "comes home", "sleeps", "knows the way"];
const ENDINGS = ["at night", "again", "without a word", "by the river in june"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "latentext-train-"));
  corpus = join(folder, "lines.txt");
  const lines = SUBJECTS.flatMap((s) => VERBS.flatMap((v) => ENDINGS.map((e) => `${s} ${v} ${e}`)));
  await writeFile(corpus, `${lines.join("\n")}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = (config: ConfigInput): ConfigInput => ({
  corpora: [corpus],
  hidden: 12,
  embedding: 8,
  latent: 4,
  discriminatorHidden: 6,
  batchSize: 16,
  reportSteps: 6,
  checkpointSteps: 1_000,
  warmupSteps: 3,
  rampSteps: 5,
  schedule: "constant",
  threads: 1,
  noise: { drop: 0.2, blank: 0.1, substitute: 0.1, shuffle: 2 },
  ...config,
});

/** Trains until `steps` are done and then stops as a signal would, in the middle of an epoch. */
async function stopAfter(steps: number, options: TrainOptions): Promise<void> {
  const controller = new AbortController();
  const on = (event: TrainEvent): void => {
    if (event.kind === "progress" && event.step >= steps) controller.abort();
  };
  const result = await train({ ...options, signal: controller.signal, on });
  expect(result.stopped).toBe("signal");
}

/** Target tokens of one epoch, from the model card's count of tokens and sentences. */
function tokensOfTraining(out: string): number {
  const card = readFileSync(join(out, "README.md"), "utf8");
  const [, sentences, tokens] = /([\d,]+) sentences, ([\d,]+) tokens/.exec(card) ?? [];
  return Number(sentences) + Number(tokens);
}

/** A journal without what a clock decides. */
function timeless(path: string): JsonObject[] {
  return readJournal(path).map((line) =>
    Object.fromEntries(Object.entries(line).filter(([key]) => key !== "seconds" && key !== "tokensPerSecond")),
  );
}

async function everything(out: string) {
  const checkpoint = await loadNewestCheckpoint(out, { warn: (sentence) => expect.fail(sentence) });
  if (!checkpoint) throw new Error(`${out} has no checkpoint`);
  const { step, epoch, batch, tokens, best, stale, standstill, stood, lowest, alarms } = checkpoint.state as JsonObject;
  return {
    course: { step, epoch, batch, tokens, best, stale, standstill, lowest, alarms },
    stoodAt: stood && (stood as JsonObject).step,
    weights: checkpoint.weights,
    moments: checkpoint.moments,
    model: readFileSync(join(out, "model.safetensors")),
    metrics: timeless(join(out, "metrics.jsonl")),
    samples: readJournal(join(out, "samples.jsonl")),
  };
}

describe("train", () => {
  for (const variant of [
    { cell: "lstm", phases: "joint" },
    { cell: "gru", phases: "joint", layers: 2 },
    { cell: "lstm", phases: "alternating", discriminatorSteps: 2 },
    { cell: "gru", adversarialWeight: 0 },
    {
      cell: "gru",
      instanceNoise: 0.5,
      instanceNoiseSteps: 12,
      discriminatorNorm: "spectral",
      r1Weight: 1,
      recentBatches: 2,
    },
    { cell: "gru", sampledSoftmax: 12 },
    // Stands still at step 10, between the second stop and the reports that led there.
    { cell: "gru", adversarialWeight: 0, schedule: "hold", learningRate: 1e-6, patience: 8, reportSteps: 2 },
    { cell: "gru", regularizer: "wasserstein", discriminatorSteps: 2 },
    { cell: "gru", regularizer: "mmd" },
    { cell: "lstm", regularizer: "kl", freeBits: 0.1, cycles: 2 },
    { cell: "gru", posterior: "gaussian", prior: "sphere" },
    { encoder: "conv", decoder: "gru", phases: "alternating" },
    { encoder: "lstm", pooling: "max", decoder: "deconv" },
    { encoder: "conv", decoder: "deconv", reconstruction: "mean-squared-error" },
  ] satisfies ConfigInput[]) {
    it(`goes on after a stop in mid-epoch to the very bytes of an uninterrupted run: ${JSON.stringify(variant)}`, async () => {
      const config = tiny({ ...variant, maxSteps: 20 });
      const name = Object.values(variant).join("-");
      const [straight, resumed] = [join(folder, `${name}-straight`), join(folder, `${name}-resumed`)];
      await train({ out: straight, config });
      await stopAfter(4, { out: resumed, config });
      await stopAfter(11, { out: resumed, resume: true });
      const result = await train({ out: resumed, resume: true });
      expect(result).toMatchObject({ stopped: "max-steps", step: 20 });
      expect(await everything(resumed)).toEqual(await everything(straight));
    });
  }

  it("keeps the average of its weights over a stop, and goes on without one that a run did not have", async () => {
    const config = tiny({ cell: "gru", maxSteps: 65, reportSteps: 30 });
    const [straight, resumed, last] = ["average-straight", "average-resumed", "average-none"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await train({ out: straight, config });
    await stopAfter(25, { out: resumed, config });
    await stopAfter(50, { out: resumed, resume: true });
    await train({ out: resumed, resume: true });
    expect(await everything(resumed)).toEqual(await everything(straight));
    await train({ out: last, config: { ...config, averaging: 0 } });
    const [averaged, plain] = [await everything(straight), await everything(last)];
    expect(averaged.weights).toEqual(plain.weights); // what is learnt does not depend on what is kept
    expect(averaged.model.equals(plain.model)).toBe(false);
    expect([...plain.moments.keys()].some((name) => name.startsWith("average."))).toBe(false);
  });

  it("keeps a model that has learnt from all steps, whatever their number, and judges a new one at every report", async () => {
    const modelAfter = async (maxSteps: number): Promise<Buffer> => {
      const out = join(folder, `average-${maxSteps}`);
      await train({ out, config: tiny({ maxSteps, reportSteps: 50, warmupSteps: 0, rampSteps: 0 }) });
      return readFileSync(join(out, "model.safetensors"));
    };
    const [twenty, more] = [await modelAfter(20), await modelAfter(27)];
    expect(more.equals(twenty)).toBe(false);
    const out = join(folder, "average-often");
    await train({ out, config: tiny({ maxSteps: 12, reportSteps: 1 }) });
    const judged = readJournal(join(out, "metrics.jsonl")).flatMap((line) =>
      line.kind === "dev" ? [line.reconstruction] : [],
    );
    expect(new Set(judged).size).toBe(12);
  });

  it("tells last of all how it ended", async () => {
    const events: TrainEvent[] = [];
    const out = join(folder, "ended");
    const result = await train({ out, config: tiny({ maxSteps: 3 }), on: (event) => events.push(event) });
    expect(events.at(-1)).toEqual({ kind: "end", ...result });
  });

  it("keeps the columns of the first table for those that come without a header", async () => {
    const table = join(folder, "headed.csv");
    const lines = readFileSync(corpus, "utf8").trim().split("\n");
    await writeFile(table, ["text,label", ...lines.map((line, i) => `${line},${i % 2}`)].join("\n"));
    const out = join(folder, "headed");
    await train({ out, config: tiny({ corpora: [table], maxSteps: 1 }) });
    const { columns } = JSON.parse(readFileSync(join(out, "config.json"), "utf8"));
    expect(columns).toEqual({ count: 2, text: 1, label: 2 });
    expect(await train({ out, resume: true, config: { maxSteps: 2 } })).toMatchObject({ step: 2 });
  });

  it("keeps whole paths of its corpora, so that it can be used from any folder", async () => {
    const out = join(folder, "placed");
    const near = relative(process.cwd(), corpus);
    await train({ out, config: tiny({ corpora: [near], maxSteps: 1 }) });
    expect(JSON.parse(readFileSync(join(out, "config.json"), "utf8")).corpora).toEqual([corpus]);
    expect(await train({ out, resume: true, config: { corpora: [near], maxSteps: 2 } })).toMatchObject({ step: 2 });
  });

  it("writes its last report when it goes on after a signal that came with its last step", async () => {
    const config = tiny({ cell: "gru", maxSteps: 8 });
    const [straight, resumed] = [join(folder, "end-straight"), join(folder, "end-resumed")];
    await train({ out: straight, config });
    await stopAfter(8, { out: resumed, config });
    expect(await train({ out: resumed, resume: true })).toMatchObject({ stopped: "max-steps", step: 8 });
    expect(await everything(resumed)).toEqual(await everything(straight));
  });

  it("lets rates fall where learning stands still, says so, and is patient anew", async () => {
    const out = join(folder, "standstill");
    const notes: string[] = [];
    const result = await train({
      out,
      // Weights that do not move: the report at step 2 is the best, those at 4 and 6 are no gain.
      config: tiny({ schedule: "hold", adversarialWeight: 0, learningRate: 1e-12, patience: 4, reportSteps: 2 }),
      on: (event) => event.kind === "note" && notes.push(event.text),
    });
    expect(notes).toContain("Learning stands still at step 6: learning rates fall from here on.");
    expect(result).toMatchObject({ stopped: "patience", step: 14 });
    const rates = readJournal(join(out, "metrics.jsonl"))
      .filter(({ kind }) => kind === "train")
      .map(({ learningRate }) => Number(learningRate) * 1e12);
    // Of the steps 1, 3, 5, 7, 9, 11 and 13, from 0: from step 6 on over the two thirds of six steps, to a twentieth.
    const expected = [1, 1, 1, 0.7625, 0.2875, 0.05, 0.05];
    expect(rates).toEqual(expected.map((rate) => expect.closeTo(rate, 5)));
  });

  it("reports the variance of Gaussian codes, and none of points", async () => {
    for (const posterior of ["point", "gaussian"] as const) {
      const out = join(folder, `variance-${posterior}`);
      await train({ out, config: tiny({ posterior, maxSteps: 6 }) });
      const [report] = readJournal(join(out, "metrics.jsonl")).filter(({ kind }) => kind === "dev");
      const card = readFileSync(join(out, "README.md"), "utf8");
      expect(card.includes("mean variance of a dev sentence's codes")).toBe(posterior === "gaussian");
      if (posterior === "point") expect(report).not.toHaveProperty("posteriorVariance");
      // Fresh ones have e⁻², and six steps do not move them far.
      else expect(Math.log(Number(report?.posteriorVariance))).toBeCloseTo(-2, 0);
    }
  });

  it("learns: the loss of dev sentences falls, and the reports say so", async () => {
    const out = join(folder, "learns");
    const result = await train({
      out,
      config: tiny({ maxSteps: 120, reportSteps: 40, learningRate: 0.02, noise: { blank: 0 } }),
    });
    const losses = readJournal(join(out, "metrics.jsonl"))
      .filter(({ kind }) => kind === "dev")
      .map(({ reconstruction }) => Number(reconstruction));
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(0.8 * (losses[0] ?? 0));
    expect(result.best?.reconstruction).toBeCloseTo(Math.min(...losses), 4);
    expect(readJournal(join(out, "samples.jsonl")).length).toBeGreaterThan(6);
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain("latentext");
  });

  it("reports squared distances by that name, and dev sentences in nats all the same", async () => {
    const out = join(folder, "distances");
    const config = tiny({
      decoder: "deconv",
      reconstruction: "mean-squared-error",
      maxSteps: 60,
      reportSteps: 30,
      noise: { blank: 0 },
    });
    await train({ out, config: { ...config, learningRate: 0.02 } });
    const [before, after] = readJournal(join(out, "metrics.jsonl")).filter(({ kind }) => kind === "train");
    expect(before).not.toHaveProperty("reconstruction");
    expect(Number(before?.squaredDistance)).toBeLessThan(4);
    expect(Number(after?.squaredDistance)).toBeLessThan(Number(before?.squaredDistance));
    const dev = readJournal(join(out, "metrics.jsonl")).filter(({ kind }) => kind === "dev");
    expect(Number(dev[1]?.reconstruction)).toBeLessThan(Number(dev[0]?.reconstruction));
  });

  it("stops at a number that is not finite, with the state before it saved and advice given", async () => {
    const out = join(folder, "diverges");
    const config = tiny({ maxSteps: 50, learningRate: 1e30, adversarialWeight: 0 });
    await expect(train({ out, config })).rejects.toThrow(NonFiniteError);
    await expect(train({ out, config, resume: true })).rejects.toThrow(/smaller --learning-rate/);
    const checkpoint = await loadNewestCheckpoint(out, { warn: (sentence) => expect.fail(sentence) });
    for (const [name, { data }] of checkpoint?.weights ?? []) {
      expect(
        data.every((value) => Number.isFinite(value)),
        name,
      ).toBe(true);
    }
  });

  it("ends after the epochs that were asked for, having seen every sentence as often", async () => {
    const out = join(folder, "epochs");
    const { stopped, tokens, step } = await train({
      out,
      config: tiny({ epochs: 2, noise: { blank: 0 }, devShare: 0.1 }),
    });
    expect(stopped).toBe("epochs");
    expect(step % 2).toBe(0);
    expect(tokens).toBe(2 * tokensOfTraining(out));
    const note = JSON.parse(readFileSync(join(out, "metrics.jsonl"), "utf8").trim().split("\n").at(-1) ?? "");
    expect(note.tokens).toBe(tokens);
  });

  it("goes on from standard input where the same text comes from there again, and says so where none does", async () => {
    const out = join(folder, "piped");
    const text = readFileSync(corpus);
    const piped = (content: string | Buffer) => Readable.from([Buffer.from(content)]);
    await train({ out, config: tiny({ corpora: ["-"], maxSteps: 2 }), stdin: piped(text) });
    const resume = { out, resume: true, config: { maxSteps: 4 } };
    const terminal = Object.assign(piped(text), { isTTY: true });
    for (const stdin of [piped(""), piped("\n \n"), terminal]) {
      const failure = train({ ...resume, stdin });
      await expect(failure).rejects.toThrow(InputError);
      await expect(failure).rejects.toThrow(
        `${out} was begun on standard input, from which no text comes now: expected the same text to be piped in again, as by "latentext train --out ${out} --resume < FILE".`,
      );
    }
    await expect(train({ ...resume, stdin: piped("the sea\nthe sky\n") })).rejects.toThrow(/same sentences/);
    expect(await train({ ...resume, stdin: piped(text) })).toMatchObject({ step: 4 });
  });

  it("keeps a token budget, and resumes under it exactly", async () => {
    const config = tiny({ tokenBudget: 40, epochs: 1, maxSteps: 9 });
    const [straight, resumed] = [join(folder, "budget-straight"), join(folder, "budget-resumed")];
    const { tokens, step } = await train({ out: straight, config });
    // At most 40 words a step, and the end of each of at most ten sentences.
    expect(tokens).toBeLessThanOrEqual(step * 50);
    await stopAfter(4, { out: resumed, config });
    await train({ out: resumed, resume: true });
    expect(await everything(resumed)).toEqual(await everything(straight));
  });

  it("refuses what cannot be used in one sentence, and leaves no folder behind", async () => {
    const out = join(folder, "refused");
    const refusals: [TrainOptions, RegExp][] = [
      [{ out }, /No corpus/],
      [{ out, config: { corpora: [join(folder, "absent.txt")] } }, /absent\.txt/],
      [{ out, config: { corpora: [corpus], hidden: 0 } }, /hidden/],
      [{ out, config: { corpora: [corpus], maxLength: 1 } }, /No sentence|maxLength|max-length/],
      [{ out, resume: true }, /not a run folder/],
      [{ out, resume: true, overwrite: true, config: { corpora: [corpus] } }, /expected one of resume and overwrite/],
    ];
    for (const [options, sentence] of refusals) {
      const failure = train(options);
      await expect(failure).rejects.toThrow(InputError);
      await expect(failure).rejects.toThrow(sentence);
      await expect(stat(out)).rejects.toThrow();
    }
  });

  it("does not touch a folder that is not a run, nor change a setting of a run that goes on", async () => {
    const out = join(folder, "kept");
    await train({ out, config: tiny({ maxSteps: 3 }) });
    await expect(train({ out, config: tiny({ maxSteps: 3 }) })).rejects.toThrow(/not empty/);
    await expect(train({ out, resume: true, config: { regularizer: "mmd" } })).rejects.toThrow(
      /regularizer is "adversarial" .* cannot become "mmd"/,
    );
    await expect(train({ out, resume: true, config: { adversarialWeight: 2 } })).rejects.toThrow(
      /adversarialWeight is 1 .* cannot become 2/,
    );
    await expect(train({ out, resume: true, config: { hidden: 16 } })).rejects.toThrow(
      /hidden is 12 .* cannot become 16/,
    );
    const before = await readdir(folder);
    await expect(train({ out: folder, config: tiny({}), overwrite: true })).rejects.toThrow(InputError);
    expect(await readdir(folder)).toEqual(before);
  });

  it.each<[ConfigInput, ConfigInput, RegExp]>([
    [{ cell: "gru", encoder: "conv" }, { cell: "lstm" }, /encoder is "conv" .* cannot become "lstm"/],
    [{ cell: "lstm" }, { cell: "gru" }, /encoder is "lstm" .* cannot become "gru"/],
    [
      { regularizer: "adversarial", adversarialWeight: 0 },
      { regularizer: "adversarial" },
      /regularizer is "none" .* cannot become "adversarial"/,
    ],
  ])(
    "goes on with the very settings %j that it was begun with, and says why not with %j",
    async (begun, other, why) => {
      const out = join(folder, `same-${JSON.stringify(begun).replaceAll(/\W+/g, "-")}`);
      await train({ out, config: tiny({ ...begun, maxSteps: 2 }) });
      await expect(train({ out, resume: true, config: { ...other, maxSteps: 3 } })).rejects.toThrow(why);
      expect(await train({ out, resume: true, config: { ...begun, maxSteps: 3 } })).toMatchObject({ step: 3 });
    },
  );

  it("goes on computing all logits where a run is older than the sampled softmax", async () => {
    const [all, older] = [join(folder, "all-words"), join(folder, "older")];
    const many = join(folder, "many-words.txt");
    await writeFile(many, Array.from({ length: 1_100 }, (_, i) => `left${i} right${i}\n`).join(""));
    for (const out of [all, older])
      await train({ out, config: tiny({ corpora: [many], sampledSoftmax: 0, maxSteps: 2 }) });
    const path = join(older, "config.json");
    const { sampledSoftmax, ...rest } = JSON.parse(readFileSync(path, "utf8")) as JsonObject;
    expect(sampledSoftmax).toBe(0);
    await writeFile(path, JSON.stringify(rest));
    for (const out of [all, older]) await train({ out, resume: true, config: { maxSteps: 4 } });
    expect(await everything(older)).toEqual(await everything(all));
  });

  const kept = (out: string): string => readFileSync(join(out, "config.json"), "utf8");

  it.each<[string, ConfigInput]>([
    ["a run never stopped", {}],
    ["one that was not stopped since", { schedule: "linear" }],
  ])(
    "keeps a length that it was given when it went on, and goes on plainly to the very bytes of %s",
    async (what, settings) => {
      const [other, stopped] = [join(folder, `${what} longer`), join(folder, `${what} longer stopped`)];
      const longer = { resume: true, config: { maxSteps: 30, patience: 50 } };
      if (settings.schedule) {
        await train({ out: other, config: tiny({ ...settings, maxSteps: 12 }) });
        await train({ out: other, ...longer });
      } else await train({ out: other, config: tiny({ maxSteps: 30, patience: 50 }) });
      await train({ out: stopped, config: tiny({ ...settings, maxSteps: 12 }) });
      await stopAfter(19, { out: stopped, ...longer });
      expect(JSON.parse(kept(stopped))).toMatchObject({ maxSteps: 30, patience: 50 });
      expect(await train({ out: stopped, resume: true })).toMatchObject({ stopped: "max-steps", step: 30 });
      expect(kept(stopped)).toBe(kept(other));
      expect(await everything(stopped)).toEqual(await everything(other));
    },
  );

  it("keeps no threads that it was given when it went on, and no settings of a run that cannot go on", async () => {
    const out = join(folder, "sitting");
    const own = join(folder, "own.txt");
    await writeFile(own, readFileSync(corpus));
    await train({ out, config: tiny({ corpora: [own], maxSteps: 2 }) });
    const before = kept(out);
    await train({ out, resume: true, config: { threads: 2 } });
    expect(kept(out)).toBe(before);
    await train({ out, resume: true, config: { threads: 2, maxMinutes: 5 } });
    expect(JSON.parse(kept(out))).toEqual({ ...JSON.parse(before), maxMinutes: 5 });
    const after = kept(out);
    await writeFile(own, "another line\n".repeat(50));
    await expect(train({ out, resume: true, config: { maxSteps: 4 } })).rejects.toThrow(/same sentences/);
    expect(kept(out)).toBe(after);
  });

  it("goes on with the dev sentences that it has where a run is older than the holding out of texts", async () => {
    const out = join(folder, "older-split");
    const copies = join(folder, "copies.txt");
    await writeFile(copies, `${readFileSync(corpus, "utf8")}${readFileSync(corpus, "utf8")}`);
    const config = tiny({ corpora: [copies], maxSteps: 3 });
    await train({ out, config });
    const checkpoint = await loadNewestCheckpoint(out, { warn: (sentence) => expect.fail(sentence) });
    if (!checkpoint) throw new Error(`${out} has no checkpoint`);
    const { split, ...state } = checkpoint.state as JsonObject;
    expect(split).toBe("texts");
    // As the version before left it.
    const { fingerprint } = await loadData(parseConfig(config), { split: "lines" });
    expect(fingerprint).not.toBe(state.fingerprint);
    await saveCheckpoint(out, 3, { ...checkpoint, state: { ...state, fingerprint } });
    for (const maxSteps of [4, 5])
      expect(await train({ out, resume: true, config: { maxSteps } })).toMatchObject({ step: maxSteps });
  });

  it("counts the targets that it learns, also where these are of recombined sentences", async () => {
    const clauses = ["a", "b b", "c c c", "d d d d"].flatMap((first, i) =>
      ["e", "f f", "g g g", "h h h h"].flatMap((second, j) =>
        [1, 2, 3].map((k) => `${first} , ${second} ${i + j + k}`),
      ),
    );
    const path = join(folder, "clauses.txt");
    await writeFile(path, `${clauses.join("\n")}\n`);
    const config = tiny({ corpora: [path], tokenizer: "whitespace", recombination: 0.8, reportSteps: 1, maxSteps: 3 });
    const out = join(folder, "recombined");
    await train({ out, config });
    const tokens = readJournal(join(out, "metrics.jsonl")).flatMap((entry) =>
      entry.kind === "dev" ? [entry.tokens] : [],
    );

    const settings = parseConfig(JSON.parse(kept(out)));
    const { train: sentences, tokenizer } = await loadData(settings);
    const plan = planEpoch(sentences.lengths(), epochPlan(settings, 0));
    let [learnt, given] = [0, 0];
    const expected = plan.slice(0, 3).map((batch, step) => {
      const { target } = stepFeedArrays(settings, tokenizer.vocabulary, sentences, batch, { step });
      learnt += Array.from(target?.data ?? []).filter((id) => id !== tokenizer.vocabulary.special.pad).length;
      given += batch.reduce((total, index) => total + sentences.length(index) + 1, 0);
      return learnt;
    });
    expect(tokens).toEqual(expected);
    expect(learnt).not.toBe(given);
  });

  it("goes on only on the same sentences", async () => {
    const out = join(folder, "other-data");
    const own = join(folder, "changing.txt");
    await writeFile(own, readFileSync(corpus));
    await train({ out, config: tiny({ corpora: [own], maxSteps: 3 }) });
    await writeFile(own, "another line\n".repeat(50));
    await expect(train({ out, resume: true, config: { maxSteps: 5 } })).rejects.toThrow(/same sentences/);
  });
});
