// A report: what the last steps learnt, how dev sentences fare, the panel again, alarms, and the best weights when these are they.

import type { ReconstructionKind } from "../model/config-schema.ts";
import type { JsonObject, JsonPrimitive } from "../run/json.ts";
import { modelCard } from "../run/model-card.ts";
import { type Repetition, repetition } from "../text/repetition.ts";
import { type AlarmName, type AlarmReport, checkAlarms, describeAlarm } from "./alarms.ts";
import { NO_SUMS } from "./course.ts";
import type { PanelEntry } from "./panel.ts";
import { objectivesOf } from "./regularizers/kinds.ts";
import { isSettled, scheduledWeight } from "./schedule.ts";
import type { Session } from "./session.ts";
import { standsStill, standstillAfter } from "./standstill.ts";
import type { Validation } from "./validation.ts";

/** What reports call the loss that training minimises: `reconstruction` is nats always, so that runs compare. */
const LOSS_KEYS: Readonly<Record<ReconstructionKind, string>> = {
  "cross-entropy": "reconstruction",
  "mean-squared-error": "squaredDistance",
};

/** Dev sentences below which variances say little; a single one has none at all. */
const FEWEST_FOR_VARIANCES = 20;

/**
 * Writes a report at the present step. Weights are kept as the run's model when they reconstruct dev sentences best; until λ is settled
 * every report's are, since what reconstructs best then has not met the prior.
 */
export async function report(session: Session): Promise<void> {
  const { config, course, metrics, samples, on } = session;
  const { sums } = course;
  const mean = (total: number): number => total / Math.max(1, sums.steps);
  const common = {
    step: course.step,
    epoch: course.epoch,
    seconds: rounded(course.seconds),
    tokens: course.tokens,
    tokensPerSecond: Math.round(sums.tokens / Math.max(1e-9, sums.seconds)),
  };
  const { regularizer, codeClassifierWeight } = config;
  const objectives = objectivesOf({ regularizer, codeClassifier: codeClassifierWeight > 0 });
  const told = objectives.flatMap(({ weight, regularizer: { outputs } }): [string, number][] => [
    ...outputs.map((name): [string, number] => [name, rounded(mean(sums[name]))]),
    [weight, rounded(scheduledWeight(config, config[weight], course.step - 1))],
  ]);
  const train: JsonObject = {
    kind: "train",
    ...common,
    [LOSS_KEYS[config.reconstruction]]: rounded(sums.nats / Math.max(1, sums.tokens)),
    ...Object.fromEntries(told),
    gradientNorm: rounded(mean(sums.gradientNorm)),
    learningRate: rounded(config.learningRate * session.rateFactor(course.step - 1)),
  };
  const kept = await session.whitener.run(session.weights());
  const validation = await session.validator.run(kept);
  const settled = isSettled(config, course.step - 1);
  const improved = settled && (course.best === null || validation.reconstruction < course.best.reconstruction);
  if (improved) course.best = { step: course.step, reconstruction: validation.reconstruction };
  course.stale = improved || !settled ? 0 : course.stale + 1;
  if (settled) watchForStandstill(session, validation.reconstruction);
  const { entries: panel, samples: judged } = await session.panel.run(kept);
  const repeated = repetition(judged);
  const alarms = alarmsOf(session, validation, repeated);
  const dev: JsonObject = {
    kind: "dev",
    ...common,
    reconstruction: rounded(validation.reconstruction),
    codeMean: rounded(validation.codeMean),
    codeVariance: validation.codeVariance.map(rounded),
    ...(validation.posteriorVariance !== undefined && { posteriorVariance: rounded(validation.posteriorVariance) }),
    activeUnits: rounded(validation.activeUnits),
    codeDivergence: finite(validation.codeDivergence),
    codeGap: finite(validation.codeGap),
    uniqueSamples: rounded(repeated.unique),
    mostFrequentSample: rounded(repeated.mostFrequent),
    alarms: alarms.active,
    best: improved,
  };
  metrics.append(train);
  metrics.append(dev);
  for (const entry of panel) samples.append({ step: course.step, ...entry });
  course.sums = { ...NO_SUMS };
  if (improved || !settled) {
    await session.folder.writeModel(kept);
    await session.folder.writeReadme(card(session, { validation, repeated, panel, alarms: alarms.active }));
  }
  on({ kind: "report", train, dev, panel });
  for (const change of alarms.changes) on({ kind: "alarm", step: course.step, ...change });
}

/** Lets rates that are held fall where learning stands still. What stood still at held rates gains again then, so patience begins anew. */
function watchForStandstill({ config, course, rateFactor, on }: Session, reconstruction: number): void {
  const { step, seconds } = course;
  course.standstill = standstillAfter(course.standstill, reconstruction);
  const held = config.schedule === "hold" && course.stood === null && rateFactor(step) === 1;
  if (!held || !standsStill(course.standstill, config.patience)) return;
  course.stood = { step, seconds };
  course.stale = 0;
  on({ kind: "note", text: `Learning stands still at step ${step}: learning rates fall from here on.` });
}

/** The alarms after this report. What nobody asked of the run cannot be missed: without a regularizer, that codes fill the prior. */
function alarmsOf({ config, course, shape, data }: Session, validation: Validation, repeated: Repetition): AlarmReport {
  const { regularizer } = config;
  const { sums } = course;
  const settled = isSettled(config, course.step - 1);
  const reconstruction = sums.nats / Math.max(1, sums.tokens);
  const report = checkAlarms(course.alarms, {
    settled,
    latent: shape.latent,
    devReconstruction: validation.reconstruction,
    activeUnits: data.dev.size < FEWEST_FOR_VARIANCES ? null : validation.activeUnits,
    codeDivergence: regularizer === "none" ? null : validation.codeDivergence,
    codeGap: validation.codeGap,
    samples: regularizer === "none" ? null : repeated,
    discriminator: regularizer === "adversarial" ? sums.discriminator / Math.max(1, sums.steps) : null,
    reconstruction,
    lowest: course.lowest,
  });
  course.alarms = report.streaks;
  if (settled) course.lowest = Math.min(course.lowest ?? reconstruction, reconstruction);
  return report;
}

interface Judged {
  readonly validation: Validation;
  readonly repeated: Repetition;
  readonly panel: readonly PanelEntry[];
  readonly alarms: readonly AlarmName[];
}

function card({ config, course, data, folder }: Session, { validation, repeated, panel, alarms }: Judged): string {
  const settings = Object.entries(config).filter(([key]) => key !== "corpora");
  const flat = settings.map(([key, value]): [string, JsonPrimitive] => [
    key,
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  ]);
  return modelCard({
    name: folder.path.split(/[\\/]/).filter(Boolean).at(-1) ?? "model",
    data: { files: config.corpora, sentences: data.train.size, tokens: data.train.tokens },
    settings: Object.fromEntries(flat),
    labels: data.labels.names,
    quality: [
      { label: "dev reconstruction, nats a token", value: rounded(validation.reconstruction) },
      { label: "largest |mean| of a dimension of dev codes (prior: 0)", value: rounded(validation.codeMean) },
      { label: "variance of dev codes, smallest dimension (prior: 1)", value: rounded(validation.codeVariance[0]) },
      { label: "variance of dev codes, largest dimension (prior: 1)", value: rounded(validation.codeVariance[1]) },
      ...(validation.posteriorVariance === undefined
        ? []
        : [
            {
              label: "mean variance of a dev sentence's codes (a point: 0)",
              value: rounded(validation.posteriorVariance),
            },
          ]),
      { label: "dimensions of dev codes that vary, as a share", value: rounded(validation.activeUnits) },
      {
        label: "KL of dev codes to the prior, nats above that of true draws",
        value: finite(validation.codeDivergence),
      },
      { label: "cost of another sentence's code, nats a token", value: finite(validation.codeGap) },
      { label: "different texts among samples, as a share", value: rounded(repeated.unique) },
      { label: "steps of training", value: course.step },
    ],
    warnings: alarms.map((name) => {
      const { text, advice } = describeAlarm(name);
      return `${name}: ${text}. What may help: ${advice}.`;
    }),
    samples: panel.filter(({ kind }) => kind === "sample").map(({ text }) => text),
  });
}

/** As {@link rounded}; null where there is no figure, or none that JSON can hold. */
function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : rounded(value);
}

/** Six significant digits: what float32 arithmetic can promise, and no more bytes in the journals. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
}
