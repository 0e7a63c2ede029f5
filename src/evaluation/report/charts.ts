// The pictures of a report.
import type { PriorLaw } from "../prior-law.ts";
import type { TradeOffFigures } from "../trade-off.ts";
import type { Histogram, Pictures, Report } from "./report.ts";
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
  /** Whether the line of temperatures goes through it. */
  readonly onCurve: boolean;
}

/** Forward against reverse perplexity at each temperature, and those of the floors; empty where there is no forward perplexity. */
export function tradeOffChart(tradeOff: Report["tradeOff"]): string {
  return marksChart(
    marksOf(tradeOff, ({ forwardPerplexity }) => forwardPerplexity),
    {
      xLabel: "forward perplexity (lower: more fluent)",
      description: "Forward and reverse perplexity over temperature, beside real text, n-gram samples and copies",
      xScale: fittingScale,
    },
  );
}

/** Reconstruction against reverse perplexity, over temperature, and those of the floors. */
export function reconstructionChart(tradeOff: Report["tradeOff"]): string {
  return marksChart(
    marksOf(tradeOff, ({ bleu4 }) => bleu4),
    {
      xLabel: "BLEU-4 of reconstructions (higher: better memory)",
      description:
        "BLEU-4 of reconstructions against reverse perplexity, over temperature, beside real text, n-gram samples and copies",
      xScale: linearScale,
    },
  );
}

/** What has both figures: temperatures from the lowest to the highest, then floors. */
function marksOf({ points, floors }: Report["tradeOff"], xOf: (figures: TradeOffFigures) => number | null): Mark[] {
  const marksFor = <T extends TradeOffFigures>(all: readonly T[], rest: (from: T) => Omit<Mark, "x" | "y">): Mark[] =>
    all.flatMap((figures) => {
      const [x, y] = [xOf(figures), figures.reversePerplexity];
      return x === null || y === null ? [] : [{ x, y, ...rest(figures) }];
    });
  const inOrder = points.toSorted((a, b) => (a.temperature ?? 0) - (b.temperature ?? 0));
  return [
    ...marksFor(inOrder, ({ choice, onCurve, chosen }) => ({
      // A temperature needs no name among temperatures.
      name: choice.replace(/^temperature ([\d.]+).*$/, "$1"),
      kind: chosen ? "chosen" : "model",
      onCurve,
    })),
    ...marksFor(floors, ({ name }) => ({ name: COLUMN_TITLES[name], kind: "floor", onCurve: false })),
  ];
}

/** Empty where there is nothing of the model's to show. */
function marksChart(
  marks: readonly Mark[],
  {
    xLabel,
    description,
    xScale,
  }: { readonly xLabel: string; readonly description: string; readonly xScale: typeof linearScale },
): string {
  if (marks.every(({ kind }) => kind === "floor")) return "";
  const xs = marks.map(({ x }) => x);
  const ys = marks.map(({ y }) => y);
  const [start, end, base] = [FRAME.left, FRAME.width - FRAME.right, FRAME.height - FRAME.bottom];
  const x = xScale(Math.min(...xs), Math.max(...xs), start, end);
  const y = fittingScale(Math.min(...ys), Math.max(...ys), base, FRAME.top);
  const places = marks.map((mark) => ({ ...mark, x: x.at(mark.x), y: y.at(mark.y) }));
  const shapes = places.map(({ x: cx, y: cy, kind }) =>
    kind === "floor"
      ? element("rect", { class: "floor", x: cx - 4.5, y: cy - 4.5, width: 9, height: 9 })
      : element("circle", { class: kind, cx, cy, r: kind === "chosen" ? 6 : 4.5 }),
  );
  const curve = places.filter(({ onCurve }) => onCurve).map((place) => [place.x, place.y] as const);
  const way = element("path", { class: "way", d: pathThrough(curve) });
  const grid = axes(FRAME, x, y, { xLabel, yLabel: "reverse perplexity" });
  return picture(FRAME, description, grid + way + shapes.join("") + placeNames(places, FRAME).join(""));
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
