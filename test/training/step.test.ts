// One training step against the same step in double precision: losses by formula, gradients by differences, clipping and Adam by hand.
import { describe, expect, it } from "vitest";
import { CompiledEngine } from "../../src/engine/compile/engine.ts";
import { EagerEngine } from "../../src/engine/eager.ts";
import type { Engine, FeedArrays, NamedArray, NamedArrays } from "../../src/engine/types.ts";
import { autoencoderSignature, discriminatorSignature, type ModelShape } from "../../src/model/parameters.ts";
import { DISCRIMINATOR_BETA1 } from "../../src/training/regularizers/opponent.ts";
import { RECENT } from "../../src/training/regularizers/recent-codes.ts";
import { type StepSettings, stepFeeds, stepState, trainingStep } from "../../src/training/step.ts";
import { scattered } from "../engine/run-both.ts";
import { expectSimilar } from "../model/check-gradients.ts";
import {
  code,
  discrepancy,
  divergence,
  gradients,
  judge,
  logVariance,
  type Matrix,
  matrix,
  mean,
  momentPenalty,
  normed,
  ofLabel,
  sentenceLoss,
  sigmoid,
  turnDirections,
  type Values,
  valuesOf,
} from "../model/reference.ts";
import { feedsOf, initialState, PLAIN, SPECIAL, type StepOptions, TINY } from "./tiny-step.ts";

const SENTENCES = [[3, 4, 5], [7], [6, 3]];
const SHAPE: ModelShape = { ...TINY, encoder: "lstm", decoder: "lstm", directions: 2, hidden: 3 };
const STEP = 4;

/** Settings with the kind of codes that they are for. */
type Kind = StepSettings & Pick<ModelShape, "gaussian" | "sphere" | "labels">;

/** The shape that goes with the settings. */
const shapeFor = ({ gaussian = false, sphere = false, labels }: Kind): ModelShape => ({
  ...SHAPE,
  gaussian,
  sphere,
  ...(labels !== undefined && { labels }),
});

/** A state in the midst of training: no moment is 0. */
function stateOf(settings: Kind): NamedArrays {
  const entries = [...initialState(shapeFor(settings), settings, 8)].map(
    ([name, { shape, data }], i): [string, NamedArray] => {
      // The last row of the queue is empty still.
      if (name === RECENT)
        return [name, { shape, data: Float32Array.from([0.5, -1, 1, 1.5, 0.2, 1, -0.3, 0.4, 1, 0, 0, 0]) }];
      // Fresh vectors of labels are 0: these lie on both sides of the length that normed ones have at most.
      if (name === "discriminator.label") return [name, { shape, data: Float32Array.from(scattered(data.length, i)) }];
      if (!name.startsWith("adam.")) return [name, { shape, data }];
      const squared = name.includes(".v.") || name.startsWith("adam.v.");
      const values = scattered(data.length, i).map((x) => (squared ? 0.01 + x * x : 0.1 * x));
      return [name, { shape, data: Float32Array.from(values) }];
    },
  );
  return new Map(entries);
}

/** The critic's gradient in its input, by differences. */
const slope = (score: (x: number[]) => number, x: number[]): number[] =>
  x.map((_, j) => {
    const moved = (by: number): number => score(x.map((value, k) => value + (k === j ? by : 0)));
    return (moved(1e-4) - moved(-1e-4)) / 2e-4;
  });

const number = (feeds: FeedArrays, name: string, i = 0): number => feeds[name]?.data[i] as number;

/** `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `w ← w − rate·m/(√(v·second) + ε)`, on `state` itself. */
function update(
  state: Values,
  found: Map<string, number[]>,
  { rate, second, beta1, slot = "" }: { rate: number; second: number; beta1: number; slot?: string },
): void {
  const data = (name: string): Float64Array => state.get(name)?.data ?? new Float64Array();
  for (const [name, gradient] of found) {
    const [w, m, v] = [data(name), data(`adam.${slot}m.${name}`), data(`adam.${slot}v.${name}`)];
    gradient.forEach((g, i) => {
      m[i] = beta1 * (m[i] as number) + (1 - beta1) * g;
      v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
      w[i] = (w[i] as number) - (rate * (m[i] as number)) / (Math.sqrt((v[i] as number) * second) + 1e-8);
    });
  }
}

/** The step in double precision: the new state, and the outputs. */
function reference(settings: Kind, before: NamedArrays, feeds: FeedArrays) {
  const state = valuesOf(before);
  const onSphere = (z: number[]): number[] => {
    const scale = settings.sphere ? Math.sqrt(SHAPE.latent) / Math.hypot(...z) : 1;
    return z.map((value) => value * scale);
  };
  const means = (): Matrix => SENTENCES.map((sentence) => onSphere(code(SHAPE, state, sentence)));
  const logVariances = (): Matrix => SENTENCES.map((sentence) => logVariance(SHAPE, state, sentence));
  /** Row `b` of a feed of [sentences, latent]. */
  const row = (name: string, b: number): number[] =>
    Array.from({ length: SHAPE.latent }, (_, j) => number(feeds, name, b * SHAPE.latent + j));
  const codes = (): Matrix => {
    const spread = settings.gaussian
      ? logVariances().map((v, b) => v.map((x, j) => Math.exp(x / 2) * (row("posteriorNoise", b)[j] ?? 0)))
      : [];
    const noise = (b: number): number[] => (feeds.latentNoise ? row("latentNoise", b) : []);
    return means().map((m, b) => onSphere(m.map((x, j) => x + (spread[b]?.[j] ?? 0) + (noise(b)[j] ?? 0))));
  };
  const labelOf = (b: number): number | undefined => feeds.label?.data[b];
  const heard = (z: number[], b: number): number[] => {
    const label = labelOf(b);
    return label === undefined ? z : [...z, ...(matrix(state, "decoder.label")[label] ?? [])];
  };
  const reconstruct = (zs = codes()): number =>
    mean(SENTENCES.map((sentence, b) => sentenceLoss(SHAPE, state, sentence, heard(zs[b] as number[], b), SPECIAL)));
  const penalties = (): number => {
    const sizes = settings.posteriorPenalty
      ? logVariances().map((v) => v.reduce((sum, x) => sum + Math.abs(x), 0))
      : [0];
    const spread = settings.posteriorPenalty ? number(feeds, "posteriorPenalty") * mean(sizes) : 0;
    const matched = (): number =>
      momentPenalty(codes(), 1e-4) + labelMeans(codes(), Array.from(feeds.label?.data ?? []));
    return spread + (settings.moments ? number(feeds, "momentWeight") * matched() : 0);
  };
  const seen = (z: number[], part: number, b: number): number[] =>
    z.map((value, j) => value + (feeds.instanceNoise ? number(feeds, "instanceNoise", place(part, b, j)) : 0));
  const place = (part: number, b: number, j: number): number => (part * SENTENCES.length + b) * SHAPE.latent + j;
  const logit = (z: number[], b: number): number =>
    judge(ofLabel(settings.spectralNorm ? normed(state) : state, labelOf(b)), z);
  const fool = (): number => mean(codes().map((z, b) => -Math.log(sigmoid(logit(seen(z, 0, b), b)))));
  /** The critic's score, which has no constant. */
  const scorer: Values = new Map([["discriminator.2.bias", { shape: [1], data: new Float64Array(1) }], ...state]);
  const score = (z: number[], b: number): number => judge(ofLabel(scorer, labelOf(b)), z);
  const opposed = settings.regularizer === "adversarial" || settings.regularizer === "wasserstein";
  /** The regularizer's loss before λ, and what is told of it. */
  const matched = (): { loss: number; value: number } => {
    const total = (terms: number[]): number => terms.reduce((sum, term) => sum + term, 0);
    if (settings.regularizer === "wasserstein") {
      const value = mean(SENTENCES.map((_, b) => score(row("prior", b), b))) - mean(codes().map(score));
      return { loss: value, value };
    }
    if (settings.regularizer === "kl") {
      const each = divergence(means(), logVariances());
      return { loss: total(each.map((x) => Math.max(x, number(feeds, "freeBits")))), value: total(each) };
    }
    const value =
      settings.regularizer === "mmd"
        ? discrepancy(
            codes(),
            SENTENCES.map((_, b) => row("prior", b)),
          )
        : fool();
    return { loss: value, value };
  };
  const regular = (): number => number(feeds, "regularizerWeight") * matched().loss + penalties();
  const told = opposed ? "adversarial" : "divergence";
  const [rate, second] = [number(feeds, "rate"), number(feeds, "second")];

  const train = (objective: () => number, names: string[], slot?: string): number => {
    const found = gradients(state, objective, names);
    const norm = Math.sqrt([...found.values()].flat().reduce((sum, g) => sum + g * g, 0));
    const scale = Math.min(1, number(feeds, "clip") / norm);
    const scaled = new Map([...found].map(([name, gradient]) => [name, gradient.map((g) => g * scale)]));
    update(state, scaled, { rate, second, beta1: settings.beta1, ...(slot && { slot }) });
    return norm;
  };

  const opponent = Object.keys(discriminatorSignature(shapeFor(settings))).filter((name) => state.has(name));
  const trainDiscriminator = (fakes: Matrix): number => {
    const { latent } = SHAPE;
    const prior = feeds.prior?.data ?? new Float32Array();
    if (settings.spectralNorm) turnDirections(state);
    const queue = recentRows(state);
    const losses = Array.from({ length: settings.discriminatorSteps }, (_, i) => {
      const draws = SENTENCES.map((_, b) => [
        ...prior.subarray((i * SENTENCES.length + b) * latent, (i * SENTENCES.length + b + 1) * latent),
      ]);
      const between = draws.map((p, b) => {
        const place = feeds.places?.data[i * SENTENCES.length + b] ?? 0;
        return p.map((value, j) => place * value + (1 - place) * (fakes[b]?.[j] ?? 0));
      });
      const critic = (): number =>
        mean(fakes.map(score)) -
        mean(draws.map(score)) +
        10 * mean(between.map((x, b) => (Math.hypot(...slope((z) => score(z, b), x)) - 1) ** 2));
      const real = draws.map((z, b) => seen(z, 1 + 2 * i, b));
      const recent = queue.filter((row) => row.at(-1) === 1).map((row) => row.slice(0, latent));
      const fake = [...fakes.map((z, b) => seen(z, 2 + 2 * i, b)), ...recent];
      const discriminator = (): number =>
        mean(real.map((z, b) => -Math.log(sigmoid(logit(z, b))))) +
        mean(fake.map((z, b) => -Math.log(1 - sigmoid(logit(z, b)))));
      const penalty = (): number =>
        settings.slopePenalty
          ? (number(feeds, "slopeWeight") / 2) *
            mean(real.map((x, b) => Math.hypot(...slope((z) => logit(z, b), x)) ** 2))
          : 0;
      const told = settings.regularizer === "wasserstein" ? critic : discriminator;
      const value = told();
      const found = gradients(state, () => told() + penalty(), opponent);
      const first = number(feeds, "discriminatorFirst", i);
      update(state, found, {
        rate: number(feeds, "discriminatorRate") * first,
        second: number(feeds, "discriminatorSecond", i),
        beta1: DISCRIMINATOR_BETA1,
      });
      return value;
    });
    const shown = fakes.map((z, b) => [...seen(z, 2, b), 1]);
    state.get(RECENT)?.data.set([...shown, ...queue].slice(0, queue.length).flat());
    return losses[0] as number;
  };

  const learn = (fakes: Matrix): Record<string, number> =>
    opposed ? { discriminator: trainDiscriminator(fakes) } : {};

  const all = Object.keys(autoencoderSignature(shapeFor(settings)));
  const encoder = all.filter((name) => name === "embedding" || name.startsWith("encoder."));
  const reconstruction = reconstruct();
  if (settings.regularizer === "none") {
    const gradientNorm = train(() => reconstruct() + penalties(), all);
    return { state, outputs: { reconstruction, gradientNorm } };
  }
  if (settings.phases === "joint") {
    const fakes = codes();
    const { value } = matched();
    const gradientNorm = train(() => reconstruct() + regular(), all);
    return { state, outputs: { reconstruction, gradientNorm, [told]: value, ...learn(fakes) } };
  }
  const gradientNorm = train(reconstruct, all);
  const learnt = learn(codes());
  // The encoder moves against the opponent that has just learnt.
  const { value } = matched();
  train(regular, encoder, "generator.");
  return { state, outputs: { reconstruction, gradientNorm, [told]: value, ...learnt } };
}

/** `½ Σ_y p(y) ‖m_y‖²`, estimated by the products of different codes of a label. */
function labelMeans(zs: Matrix, labels: readonly number[]): number {
  let total = 0;
  for (const y of new Set(labels.filter((label) => label > 0))) {
    const own = zs.filter((_, i) => labels[i] === y);
    const products = own.flatMap((a, i) =>
      own.slice(i + 1).map((b) => a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0)),
    );
    if (products.length > 0) total += (own.length / zs.length) * mean(products);
  }
  return total / 2;
}

/** Rows of the queue of recent codes; none where there is no queue. */
function recentRows(state: Values): Matrix {
  const { shape: [rows = 0, width = 0] = [], data } = state.get(RECENT) ?? {};
  return Array.from({ length: rows }, (_, row) => [...(data ?? []).slice(row * width, (row + 1) * width)]);
}

async function run(settings: Kind, before: NamedArrays, feeds: FeedArrays, engine?: Engine) {
  const program = await (engine ?? (await EagerEngine.create("cpu"))).training(
    trainingStep(shapeFor(settings), settings),
    before,
  );
  const outputs = await program.run([feeds]);
  const state = program.state();
  await program.dispose();
  return { state, outputs };
}

const ADVERSARIAL: StepSettings = { ...PLAIN, regularizer: "adversarial" };
const CRITIC: StepSettings = { ...PLAIN, regularizer: "wasserstein" };
const MMD: StepSettings = { ...PLAIN, regularizer: "mmd" };
const KL: Kind = { ...PLAIN, regularizer: "kl", gaussian: true };
const LABELS = { labels: 3 };
const SPREAD = { gaussian: true, posteriorPenalty: true };
const UNCLIPPED: StepOptions = { clip: 1e6 };
const CLIPPED: StepOptions = { clip: 0.5 };
/** Free bits that lie between the divergences of the two dimensions: one dimension feels the loss, the other does not. */
const FREE: StepOptions = { clip: 0.5, freeBits: 0.66 };

describe("a training step", () => {
  it.each<[string, Kind, StepOptions]>([
    ["reconstruction alone", PLAIN, UNCLIPPED],
    ["reconstruction alone, clipped", PLAIN, CLIPPED],
    ["reconstruction with matched moments", { ...PLAIN, moments: true }, UNCLIPPED],
    ["reconstruction of noisy codes", { ...PLAIN, latentNoise: true }, UNCLIPPED],
    ["joint phases", ADVERSARIAL, UNCLIPPED],
    ["joint phases with noisy codes", { ...ADVERSARIAL, latentNoise: true, moments: true }, UNCLIPPED],
    [
      "joint phases, moments and three discriminator updates, clipped",
      { ...ADVERSARIAL, moments: true, discriminatorSteps: 3 },
      CLIPPED,
    ],
    ["alternating phases", { ...ADVERSARIAL, phases: "alternating" }, UNCLIPPED],
    [
      "alternating phases, moments and two discriminator updates, clipped",
      { ...ADVERSARIAL, phases: "alternating", moments: true, discriminatorSteps: 2 },
      CLIPPED,
    ],
    [
      "a discriminator that sees through noise",
      { ...ADVERSARIAL, instanceNoise: true, discriminatorSteps: 2 },
      UNCLIPPED,
    ],
    [
      "a penalty on the discriminator's slope",
      { ...ADVERSARIAL, slopePenalty: true, discriminatorSteps: 2 },
      UNCLIPPED,
    ],
    ["a discriminator of normed weights", { ...ADVERSARIAL, spectralNorm: true, discriminatorSteps: 2 }, UNCLIPPED],
    ["recent codes", { ...ADVERSARIAL, recentCodes: 4, discriminatorSteps: 2 }, UNCLIPPED],
    [
      "all for the discriminator in alternating phases",
      {
        ...ADVERSARIAL,
        phases: "alternating",
        instanceNoise: true,
        slopePenalty: true,
        spectralNorm: true,
        recentCodes: 4,
      },
      CLIPPED,
    ],
    ["a critic", CRITIC, UNCLIPPED],
    ["a critic in alternating phases with moments", { ...CRITIC, phases: "alternating", moments: true }, CLIPPED],
    ["a critic of three updates", { ...CRITIC, discriminatorSteps: 3 }, CLIPPED],
    ["discrepancy of kernels", MMD, UNCLIPPED],
    ["discrepancy of kernels and moments, clipped", { ...MMD, moments: true }, CLIPPED],
    ["discrepancy of kernels in alternating phases", { ...MMD, phases: "alternating", moments: true }, UNCLIPPED],
    ["Gaussian codes", KL, UNCLIPPED],
    ["Gaussian codes with noise, moments and free bits, clipped", { ...KL, moments: true, latentNoise: true }, FREE],
    ["Gaussian codes in alternating phases", { ...KL, phases: "alternating" }, UNCLIPPED],
    ["Gaussian codes without a regularizer", { ...PLAIN, ...SPREAD }, UNCLIPPED],
    ["Gaussian codes against a discriminator", { ...ADVERSARIAL, ...SPREAD, moments: true }, CLIPPED],
    ["Gaussian codes left to shrink", { ...ADVERSARIAL, gaussian: true, phases: "alternating" }, UNCLIPPED],
    [
      "Gaussian codes against a critic in alternating phases",
      { ...CRITIC, ...SPREAD, phases: "alternating" },
      UNCLIPPED,
    ],
    ["Gaussian codes and kernels", { ...MMD, ...SPREAD }, UNCLIPPED],
    ["codes on a sphere, with noise", { ...PLAIN, sphere: true, moments: true, latentNoise: true }, UNCLIPPED],
    ["codes on a sphere against a discriminator", { ...ADVERSARIAL, sphere: true, phases: "alternating" }, UNCLIPPED],
    ["codes on a sphere against a critic", { ...CRITIC, sphere: true, moments: true }, CLIPPED],
    ["codes on a sphere and kernels", { ...MMD, sphere: true }, UNCLIPPED],
    ["Gaussian codes on a sphere", { ...ADVERSARIAL, ...SPREAD, sphere: true }, UNCLIPPED],
    ["labels", { ...ADVERSARIAL, ...LABELS, latentNoise: true }, UNCLIPPED],
    [
      "labels and all for the discriminator that knows them",
      { ...ADVERSARIAL, ...LABELS, instanceNoise: true, slopePenalty: true, spectralNorm: true, discriminatorSteps: 2 },
      UNCLIPPED,
    ],
    ["labels and a critic in alternating phases", { ...CRITIC, ...LABELS, phases: "alternating" }, CLIPPED],
  ])("is that of the double-precision model: %s", async (_, settings, options) => {
    const before = stateOf(settings);
    const feeds = feedsOf(shapeFor(settings), settings, SENTENCES, STEP, options);
    const [actual, expected] = [await run(settings, before, feeds), reference(settings, before, feeds)];
    for (const [name, value] of Object.entries(expected.outputs)) {
      expect(Math.abs((actual.outputs[name]?.[0] as number) - value) / Math.abs(value), name).toBeLessThan(1e-4);
    }
    expect([...actual.state.keys()].sort()).toEqual([...expected.state.keys()].sort());
    for (const [name, { data }] of expected.state) {
      expectSimilar(name, actual.state.get(name)?.data ?? [], [...data], 1e-4);
      // A direction in one dimension has no other to turn to.
      if (data.length > 1 || !name.endsWith(".direction"))
        expect([...(before.get(name)?.data ?? [])], name).not.toEqual([...(actual.state.get(name)?.data ?? [])]);
    }
  });

  it.each<[string, StepSettings, string]>([
    ["discriminator", { ...ADVERSARIAL, phases: "alternating" }, "discriminatorRate"],
    ["critic", { ...CRITIC, phases: "alternating" }, "discriminatorRate"],
    ["classifier of codes", { ...PLAIN, codeClassifier: true, phases: "alternating" }, "classifierRate"],
  ])(
    "moves the encoder against the %s as it is after its own update, in alternating phases",
    async (_, settings, rate) => {
      const kind = settings.codeClassifier ? { ...settings, ...LABELS } : settings;
      const feeds = feedsOf(shapeFor(kind), kind, SENTENCES, STEP, { ...UNCLIPPED, weight: 50 });
      const encoderAt = async (value: number): Promise<readonly number[]> => {
        const given = { ...feeds, [rate]: { shape: [], data: Float32Array.of(value) } };
        const { state } = await run(kind, stateOf(kind), given);
        return [...(state.get("encoder.code.weight")?.data ?? [])];
      };
      const [still, learning] = [await encoderAt(0), await encoderAt(1)];
      expect(still).toEqual(await encoderAt(0));
      const moved = learning.map((value, i) => Math.abs(value - (still[i] ?? Number.NaN)));
      expect(Math.max(...moved)).toBeGreaterThan(1e-5);
    },
  );

  it("trains the autoencoder as without an adversary while λ is 0, and the discriminator beside it", async () => {
    const feeds = feedsOf(SHAPE, ADVERSARIAL, SENTENCES, STEP, { weight: 0 });
    const judged = await run(ADVERSARIAL, stateOf(ADVERSARIAL), feeds);
    const plainState = new Map([...stateOf(ADVERSARIAL)].filter(([name]) => name in stepState(SHAPE, PLAIN)));
    const plainFeeds = Object.fromEntries(Object.entries(feeds).filter(([name]) => name in stepFeeds(SHAPE, PLAIN)));
    const plain = await run(PLAIN, plainState, plainFeeds);
    for (const [name, { data }] of plain.state)
      expectSimilar(name, judged.state.get(name)?.data ?? [], [...data], 1e-6);
    expect(judged.outputs.discriminator?.[0]).toBeGreaterThan(0);
  });

  it.each([
    ["compiled", () => CompiledEngine.create({ threads: 1 })],
    ["cpu", () => EagerEngine.create("cpu")],
    ["wasm", () => EagerEngine.create("wasm")],
  ] as [string, () => Promise<Engine>][])("tells of weights that are no numbers on %s", async (_, create) => {
    const before = new Map(stateOf(PLAIN));
    const bias = before.get("encoder.code.bias") as NamedArray;
    before.set("encoder.code.bias", { ...bias, data: bias.data.map(() => Number.NaN) });
    const { outputs } = await run(PLAIN, before, feedsOf(SHAPE, PLAIN, SENTENCES, STEP), await create());
    expect(Number.isFinite(outputs.reconstruction?.[0]) && Number.isFinite(outputs.gradientNorm?.[0])).toBe(false);
  });
});

describe("signatures of a step", () => {
  it("have two moments for each parameter, and two more for the encoder's in alternating phases", () => {
    const names = (settings: StepSettings): string[] => Object.keys(stepState(SHAPE, settings));
    const [autoencoder, discriminator] = [autoencoderSignature(SHAPE), discriminatorSignature(SHAPE)].map(
      (s) => Object.keys(s).length,
    );
    expect(names(PLAIN)).toHaveLength(3 * (autoencoder as number));
    expect(names(ADVERSARIAL)).toHaveLength(3 * ((autoencoder as number) + (discriminator as number)));
    const alternating = names({ ...ADVERSARIAL, phases: "alternating" });
    const more = alternating.filter((name) => !names(ADVERSARIAL).includes(name));
    expect(more).toContain("adam.generator.m.embedding");
    expect(more.every((name) => /^adam\.generator\.[mv]\.(embedding|encoder\.)/.test(name))).toBe(true);
  });

  it("ask for the feeds that the settings use, and no other", () => {
    const names = (settings: Partial<Kind>): string[] =>
      Object.keys(stepFeeds(shapeFor({ ...PLAIN, ...settings }), { ...PLAIN, ...settings }));
    expect(names({})).not.toContain("prior");
    expect(names({})).not.toContain("perSentence");
    expect(names({ moments: true })).toEqual(expect.arrayContaining(["perSentence", "momentWeight"]));
    expect(names({ regularizer: "adversarial" })).toEqual(
      expect.arrayContaining(["perSentence", "prior", "regularizerWeight"]),
    );
    const gaussian: Kind = { ...PLAIN, ...SPREAD };
    expect(names(gaussian)).toEqual(expect.arrayContaining(["perSentence", "posteriorNoise", "posteriorPenalty"]));
    const helped = { ...ADVERSARIAL, instanceNoise: true, slopePenalty: true, spectralNorm: true, recentCodes: 4 };
    const all = [PLAIN, ADVERSARIAL, { ...ADVERSARIAL, moments: true }, helped, CRITIC, MMD, KL, gaussian];
    for (const settings of all) {
      expect(Object.keys(feedsOf(shapeFor(settings), settings, SENTENCES, 0)).sort()).toEqual(names(settings).sort());
    }
  });
});
