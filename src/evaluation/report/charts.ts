// The pictures of a report.
import type { JsonObject } from "../../run/json.ts";
import type { Column } from "../floors.ts";
import type { PriorLaw } from "../prior-law.ts";
import type { TradeOffPoint } from "../trade-off.ts";
import type { Histogram, Pictures } from "./report.ts";
import {
  axes,
  element,
  escapeText,
  FRAME,
  fittingScale,
  linearScale,
  pathThrough,
  picture,
  placeNames,
} from "./svg.ts";
import { COLUMN_TITLES } from "./tables.ts";

/** A point with its name beside it. */
interface Mark {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly kind: "model" | "chosen" | "floor";
}

/** A temperature needs no name among temperatures. */
function shortName(decoding: string): string {
  return decoding.replace(/^temperature (?=[\d.]+$)/, "");
}

/** Forward against reverse perplexity at each temperature, and those of the floors; empty where there is no forward perplexity. */
export function tradeOffChart(points: readonly TradeOffPoint[], columns: readonly Column[]): string {
  const own = points.flatMap(({ forwardPerplexity: x, reversePerplexity: y, decoding, chosen }): Mark[] =>
    x === null || y === null ? [] : [{ x, y, name: shortName(decoding), kind: chosen ? "chosen" : "model" }],
  );
  const floors = columns.flatMap(({ name, figures: { forwardPerplexity: x, reversePerplexity: y } }): Mark[] =>
    x === null || y === null || name === "model" ? [] : [{ x, y, name: COLUMN_TITLES[name], kind: "floor" }],
  );
  if (own.length === 0) return "";
  return marksChart(own, floors, {
    xLabel: "forward perplexity (lower: more fluent)",
    yLabel: "reverse perplexity",
    description: "Forward and reverse perplexity over temperature, beside real text, n-gram samples and copies",
  });
}

/** Reconstruction against reverse perplexity, over temperature. */
export function reconstructionChart(points: readonly TradeOffPoint[]): string {
  const own = points.flatMap(({ bleu4, reversePerplexity: y, decoding, chosen }): Mark[] =>
    y === null ? [] : [{ x: bleu4, y, name: shortName(decoding), kind: chosen ? "chosen" : "model" }],
  );
  return marksChart(own, [], {
    xLabel: "BLEU-4 of reconstructions (higher: better memory)",
    yLabel: "reverse perplexity",
    description: "BLEU-4 of reconstructions against reverse perplexity, over temperature",
  });
}

function marksChart(
  own: readonly Mark[],
  floors: readonly Mark[],
  labels: {
    readonly xLabel: string;
    readonly yLabel: string;
    readonly description: string;
  },
): string {
  const all = [...own, ...floors];
  const xs = all.map(({ x }) => x);
  const ys = all.map(({ y }) => y);
  const [start, end, base] = [FRAME.left, FRAME.width - FRAME.right, FRAME.height - FRAME.bottom];
  const x = fittingScale(Math.min(...xs), Math.max(...xs), start, end);
  const y = fittingScale(Math.min(...ys), Math.max(...ys), base, FRAME.top);
  const shapes = all.map(({ x: valueX, y: valueY, kind }) => {
    const [cx, cy] = [x.at(valueX), y.at(valueY)];
    return kind === "floor"
      ? element("rect", { class: "floor", x: cx - 4.5, y: cy - 4.5, width: 9, height: 9 })
      : element("circle", { class: kind, cx, cy, r: kind === "chosen" ? 6 : 4.5 });
  });
  const names = placeNames(
    all.map((mark) => ({ x: x.at(mark.x), y: y.at(mark.y), name: mark.name })),
    FRAME,
  );
  const way = element("path", { class: "way", d: pathThrough(own.map((point) => [x.at(point.x), y.at(point.y)])) });
  return picture(FRAME, labels.description, axes(FRAME, x, y, labels) + way + shapes.join("") + names.join(""));
}

/** Bars of a histogram under the curve of one dimension of the prior. */
export function histogramChart({ title, low, high, counts }: Histogram, prior: PriorLaw): string {
  const frame = { width: 220, height: 130, left: 8, right: 8, top: 24, bottom: 20 };
  const [start, end, base] = [frame.left, frame.width - frame.right, frame.height - frame.bottom];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = (high - low) / counts.length;
  const densities = counts.map((count) => count / (total * width));
  const most = Math.max(0.45, ...densities) * 1.05;
  const at = (value: number): number => start + ((value - low) / (high - low)) * (end - start);
  const up = (density: number): number => base - (density / most) * (base - frame.top);
  const bars = densities.map((density, i) =>
    element("rect", {
      class: "bar",
      x: at(low + i * width),
      y: up(density),
      width: at(low + width) - at(low),
      height: base - up(density),
    }),
  );
  const curve = Array.from({ length: 81 }, (_, i) => {
    const value = low + (i / 80) * (high - low);
    return [at(value), up(prior.density(value))] as const;
  });
  const ticks = [low, low / 2, 0, high / 2, high].map((value) =>
    element("text", { class: "tick", x: at(value), y: frame.height - 5, "text-anchor": "middle" }, String(value)),
  );
  return picture(
    frame,
    `Histogram of ${title} against the prior`,
    element("text", { class: "label", x: frame.width / 2, y: 14, "text-anchor": "middle" }, escapeText(title)) +
      bars.join("") +
      element("path", { class: "normal", d: pathThrough(curve) }) +
      element("line", { class: "axis", x1: start, x2: end, y1: base, y2: base }) +
      ticks.join(""),
  );
}

/** Labels that have a colour of their own; the others share the last one. */
export const MAP_COLOURS = 6;

/** Codes on the plane of their largest variance, with the circles that hold half and 95 % of two prior dimensions. */
export function mapChart({ points, explained }: Pictures["map"], labels: readonly string[], prior: PriorLaw): string {
  const frame = { ...FRAME, width: 460, height: 460 };
  const reach = Math.max(3, ...points.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  const x = linearScale(-reach, reach, frame.left, frame.width - frame.right);
  const y = linearScale(-reach, reach, frame.height - frame.bottom, frame.top);
  const circles = [0.5, 0.95].map((share) =>
    element("ellipse", {
      class: "normal",
      cx: x.at(0),
      cy: y.at(0),
      rx: x.at(prior.radius(share)) - x.at(0),
      ry: y.at(0) - y.at(prior.radius(share)),
    }),
  );
  const dots = points.map((point) => {
    const place = point.label === null ? 0 : Math.min(MAP_COLOURS - 1, labels.indexOf(point.label));
    const name = element("title", {}, escapeText(point.label === null ? point.text : `${point.label}: ${point.text}`));
    return element("circle", { class: `dot c${place}`, cx: x.at(point.x), cy: y.at(point.y), r: 3 }, name);
  });
  const share = (value: number): string => `${(100 * value).toFixed(1)} % of the variance`;
  return picture(
    frame,
    "Codes of test texts on the plane of their largest variance",
    axes(frame, x, y, { xLabel: `first axis, ${share(explained[0])}`, yLabel: `second axis, ${share(explained[1])}` }) +
      dots.join("") +
      circles.join(""),
  );
}

/** A curve over the steps of training. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

/** Nats a token of training and dev text; empty where the run has no journal. */
export function lossChart(metrics: readonly JsonObject[]): string {
  return curvesChart(
    [
      { name: "training", points: curveOf(metrics, "train", "reconstruction") },
      { name: "dev", points: curveOf(metrics, "dev", "reconstruction") },
    ],
    { yLabel: "reconstruction, nats a token", description: "Reconstruction loss over the steps of training" },
  );
}

/** Losses of the discriminator and of the encoder against it; empty where there was none. */
export function adversaryChart(metrics: readonly JsonObject[]): string {
  return curvesChart(
    [
      { name: "discriminator", points: curveOf(metrics, "train", "discriminator") },
      { name: "encoder", points: curveOf(metrics, "train", "adversarial") },
    ],
    { yLabel: "adversarial losses, nats", description: "Adversarial losses over the steps of training" },
  );
}

function curveOf(metrics: readonly JsonObject[], kind: string, key: string): [number, number][] {
  return metrics.flatMap((entry): [number, number][] => {
    const { step, [key]: value } = entry;
    return entry.kind === kind && typeof step === "number" && typeof value === "number" ? [[step, value]] : [];
  });
}

function curvesChart(
  curves: readonly Curve[],
  labels: { readonly yLabel: string; readonly description: string },
): string {
  const drawn = curves.filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return "";
  const x = linearScale(0, Math.max(...all.map(([step]) => step)), FRAME.left, FRAME.width - FRAME.right);
  const y = linearScale(0, Math.max(...all.map(([, value]) => value)), FRAME.height - FRAME.bottom, FRAME.top);
  const parts = drawn.map(({ name, points }, i) => {
    const places = points.map(([step, value]) => [x.at(step), y.at(value)] as const);
    const legend = FRAME.width - FRAME.right - 110;
    return (
      element("path", { class: `curve c${i}`, d: pathThrough(places) }) +
      // One report makes no line.
      places.map(([cx, cy]) => element("circle", { class: `dot c${i}`, cx, cy, r: 2.5 })).join("") +
      element("line", { class: `curve c${i}`, x1: legend, x2: legend + 18, y1: 26 + 18 * i, y2: 26 + 18 * i }) +
      element("text", { class: "mark", x: legend + 24, y: 30 + 18 * i }, escapeText(name))
    );
  });
  return picture(FRAME, labels.description, axes(FRAME, x, y, { xLabel: "step", ...labels }) + parts.join(""));
}
