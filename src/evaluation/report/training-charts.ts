// The course of training, as curves over its steps: what the journal of a run holds, and how to read it.
import type { RegularizerKind } from "../../model/config-schema.ts";
import type { JsonObject } from "../../run/json.ts";
import type { Pictures } from "./report.ts";
import { axes, element, escapeText, FRAME, linearScale, pathThrough, picture } from "./svg.ts";

/** A picture, and what to read in it. */
export type CaptionedChart = readonly [chart: string, caption: string];

/** A curve over the steps of training. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

interface Words {
  readonly yLabel: string;
  readonly description: string;
  readonly caption: string;
}

/** What of the training records is drawn for a regularizer: keys with the names of their curves, and what they say. */
interface RegularizerCurves extends Words {
  readonly curves: Readonly<Record<string, string>>;
}

/** The curves of a game's two sides stand under the same keys, whatever the game is about. */
const REGULARIZER_CURVES: Readonly<Record<Exclude<RegularizerKind, "none">, RegularizerCurves>> = {
  adversarial: {
    curves: { discriminator: "discriminator", adversarial: "encoder" },
    yLabel: "adversarial losses, nats",
    description: "Adversarial losses over the steps of training",
    caption: "The discriminator, and the encoder against it; 2 ln 2 = 1.39 and ln 2 = 0.69 when neither wins.",
  },
  wasserstein: {
    curves: { discriminator: "critic", adversarial: "encoder" },
    yLabel: "differences of the critic's scores",
    description: "Losses of the critic and of the encoder over the steps of training",
    caption:
      "The encoder's loss is how much lower the critic scores codes than draws of the prior, an estimate of their distance: 0 where codes are like the prior. The critic's is its opposite, with a penalty on slopes other than 1: below 0 while it tells them apart.",
  },
  mmd: {
    curves: { divergence: "MMD²" },
    yLabel: "MMD² to draws of the prior",
    description: "Discrepancy of codes and prior over the steps of training",
    caption:
      "The squared discrepancy between codes and draws of the prior: about 0, and below it by chance, where codes are like the prior.",
  },
  kl: {
    curves: { divergence: "KL" },
    yLabel: "KL to the prior, nats a text",
    description: "Divergence of the texts' Gaussians from the prior over the steps of training",
    caption:
      "The divergence of a text's Gaussian from the prior, free bits not taken off: 0 where codes say nothing of their texts.",
  },
};

/** All pictures of a training, those that have nothing to show left out. */
export function trainingCharts(
  metrics: readonly JsonObject[],
  { regularizer, labels, averaged }: Pictures["objectives"],
): CaptionedChart[] {
  const charts = [
    reconstructionCurves(metrics, averaged),
    chartOf([curveOf(metrics, "train", "squaredDistance", "training")], {
      yLabel: "squared distance a token",
      description: "Squared distance, which training minimises, over the steps of training",
      caption: "What training minimises: squared distances to the embeddings of the words, 0 for the words themselves.",
    }),
    regularizer === "none" ? undefined : regularizerChart(metrics, REGULARIZER_CURVES[regularizer]),
    chartOf(
      [
        curveOf(metrics, "train", "codeClassifier", "classifier"),
        curveOf(metrics, "train", "certainty", "its certainty"),
      ],
      {
        yLabel: "labels read from codes, nats",
        description: "Losses of the classifier of codes and of the encoder over the steps of training",
        caption: `A classifier that reads labels from codes: ln ${labels} = ${Math.log(labels).toFixed(2)} where codes tell it nothing of labels that are equally frequent. How sure it is of them, which the encoder lessens, is then 0.`,
      },
    ),
  ];
  return charts.filter((chart) => chart !== undefined);
}

/** Nats a token of training and dev text; runs that minimise something else count dev text alone in nats. */
function reconstructionCurves(metrics: readonly JsonObject[], averaged: boolean): CaptionedChart | undefined {
  const training = curveOf(metrics, "train", "reconstruction", "training");
  const ofDev = `without these${averaged ? ", at the averaged weights that are kept" : ""}`;
  return chartOf([training, curveOf(metrics, "dev", "reconstruction", "dev")], {
    yLabel: "reconstruction, nats a token",
    description: "Reconstruction loss over the steps of training",
    caption:
      training.points.length > 0
        ? `Reconstruction. Figures of training are with its noise and dropout, at the weights of the moment; those of dev text ${ofDev}: they may well be lower.`
        : "Reconstruction of dev text.",
  });
}

function regularizerChart(
  metrics: readonly JsonObject[],
  { curves, ...words }: RegularizerCurves,
): CaptionedChart | undefined {
  return chartOf(
    Object.entries(curves).map(([key, name]) => curveOf(metrics, "train", key, name)),
    words,
  );
}

function curveOf(metrics: readonly JsonObject[], kind: "train" | "dev", key: string, name: string): Curve {
  const points = metrics.flatMap((entry): [number, number][] => {
    const { step, [key]: value } = entry;
    return entry.kind === kind && typeof step === "number" && typeof value === "number" ? [[step, value]] : [];
  });
  return { name, points };
}

function chartOf(curves: readonly Curve[], { caption, ...labels }: Words): CaptionedChart | undefined {
  const drawn = curves.filter(({ points }) => points.length > 0);
  return drawn.length === 0 ? undefined : [curvesChart(drawn, labels), caption];
}

/** Curves above and below 0, which the picture always holds. */
function curvesChart(curves: readonly Curve[], labels: Omit<Words, "caption">): string {
  const all = curves.flatMap(({ points }) => points);
  const values = all.map(([, value]) => value);
  const [start, end, base] = [FRAME.left, FRAME.width - FRAME.right, FRAME.height - FRAME.bottom];
  const x = linearScale(0, Math.max(...all.map(([step]) => step)), start, end);
  const y = linearScale(Math.min(0, ...values), Math.max(0, ...values), base, FRAME.top);
  const zero = y.low < 0 ? element("line", { class: "axis", x1: start, x2: end, y1: y.at(0), y2: y.at(0) }) : "";
  const places = curves.map(({ points }) => points.map(([step, value]): Place => [x.at(step), y.at(value)]));
  const legend = legendPlace(places.flat(), curves.length);
  const parts = curves.map(({ name }, i) => {
    const own = places[i] as Place[];
    const [left, middle] = [legend.left, legend.top + LEGEND_LINE * (i + 0.5)];
    return (
      element("path", { class: `curve c${i}`, d: pathThrough(own) }) +
      // One report makes no line.
      own.map(([cx, cy]) => element("circle", { class: `dot c${i}`, cx, cy, r: 2.5 })).join("") +
      element("line", { class: `curve c${i}`, x1: left, x2: left + 18, y1: middle, y2: middle }) +
      element("text", { class: "mark", x: left + 24, y: middle + 4 }, escapeText(name))
    );
  });
  return picture(FRAME, labels.description, axes(FRAME, x, y, { xLabel: "step", ...labels }) + zero + parts.join(""));
}

type Place = readonly [x: number, y: number];

const LEGEND_WIDTH = 110;
const LEGEND_LINE = 18;

/** At the right, as high up as no point is in the way; where one always is, at the top. */
function legendPlace(points: readonly Place[], lines: number): { left: number; top: number } {
  const left = FRAME.width - FRAME.right - LEGEND_WIDTH;
  const first = FRAME.top + 3;
  const height = lines * LEGEND_LINE;
  const tops = Array.from({ length: 12 }, (_, i) => first + i * LEGEND_LINE);
  const inside = tops.filter((top) => top + height <= FRAME.height - FRAME.bottom);
  const free = inside.find((top) => points.every(([x, y]) => x < left - 6 || y < top - 3 || y > top + height + 3));
  return { left, top: free ?? first };
}
