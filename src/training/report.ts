// A report: what the last steps learnt, how dev sentences fare, the panel again, and the best weights when these are they.

import type { JsonObject, JsonPrimitive } from "../run/json.ts";
import { modelCard } from "../run/model-card.ts";
import { NO_SUMS } from "./course.ts";
import type { PanelEntry } from "./panel.ts";
import { regularizerOf } from "./regularizers/kinds.ts";
import { isSettled, regularizerWeight } from "./schedule.ts";
import type { Session } from "./session.ts";
import type { Validation } from "./validation.ts";

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
  const regularizer = regularizerOf(config.regularizer);
  const train: JsonObject = {
    kind: "train",
    ...common,
    reconstruction: rounded(sums.nats / Math.max(1, sums.tokens)),
    ...(regularizer && {
      ...Object.fromEntries(regularizer.outputs.map((name) => [name, rounded(mean(sums[name]))])),
      regularizerWeight: rounded(regularizerWeight(config, course.step - 1)),
    }),
    gradientNorm: rounded(mean(sums.gradientNorm)),
    learningRate: rounded(config.learningRate * session.rateFactor(course.step - 1)),
  };
  const weights = session.weights();
  const validation = await session.validator.run(weights);
  const settled = isSettled(config, course.step - 1);
  const improved = settled && (course.best === null || validation.reconstruction < course.best.reconstruction);
  if (improved) course.best = { step: course.step, reconstruction: validation.reconstruction };
  course.stale = improved || !settled ? 0 : course.stale + 1;
  const dev: JsonObject = {
    kind: "dev",
    ...common,
    reconstruction: rounded(validation.reconstruction),
    codeMean: rounded(validation.codeMean),
    codeVariance: validation.codeVariance.map(rounded),
    ...(validation.posteriorVariance !== undefined && { posteriorVariance: rounded(validation.posteriorVariance) }),
    best: improved,
  };
  metrics.append(train);
  metrics.append(dev);
  const panel = await session.panel.run(weights);
  for (const entry of panel) samples.append({ step: course.step, ...entry });
  course.sums = { ...NO_SUMS };
  if (improved || !settled) {
    await session.folder.writeModel(weights);
    await session.folder.writeReadme(card(session, validation, panel));
  }
  on({ kind: "report", train, dev, panel });
}

function card({ config, course, data, folder }: Session, validation: Validation, panel: readonly PanelEntry[]): string {
  const settings = Object.entries(config).filter(([key]) => key !== "corpora");
  const flat = settings.map(([key, value]): [string, JsonPrimitive] => [
    key,
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  ]);
  return modelCard({
    name: folder.path.split(/[\\/]/).filter(Boolean).at(-1) ?? "model",
    data: { files: config.corpora, sentences: data.train.size, tokens: data.train.tokens },
    settings: Object.fromEntries(flat),
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
      { label: "steps of training", value: course.step },
    ],
    samples: panel.filter(({ kind }) => kind === "sample").map(({ text }) => text),
  });
}

/** Six significant digits: what float32 arithmetic can promise, and no more bytes in the journals. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
}
