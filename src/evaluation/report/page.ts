// The report as one page: tables and pictures, no scripts, nothing fetched from elsewhere.
import type { JsonObject } from "../../run/json.ts";
import { type PriorLaw, priorLaw } from "../prior-law.ts";
import { histogramChart, MAP_COLOURS, mapChart, reconstructionChart, tradeOffChart } from "./charts.ts";
import { whole } from "./format.ts";
import type { Evaluation, Pictures, Report } from "./report.ts";
import { STYLE } from "./style.ts";
import { element, escapeText } from "./svg.ts";
import { samplingSettings, type Table, tables } from "./tables.ts";
import { trainingCharts } from "./training-charts.ts";

const SAMPLES_SHOWN = 30;
const PANEL_STEPS = 5;

export function reportPage({ report, pictures, samples }: Evaluation): string {
  const [reconstruction, generation, tradeOff, prior, neighbours, interpolation, ...labels] = tables(report) as [
    Table,
    Table,
    Table,
    Table,
    Table,
    Table,
    ...Table[],
  ];
  const { kind, model } = report.priorMatch;
  const law = priorLaw(kind, model.statistics.dimensions);
  const body = [
    header(report),
    section(generation),
    section(
      tradeOff,
      figures(
        [
          tradeOffChart(report.tradeOff),
          "Forward and reverse perplexity. The ring is the setting of the table above; squares are what to hold it against.",
        ],
        [
          reconstructionChart(report.tradeOff),
          "Reconstruction against generation. Numbers are temperatures; squares have no code to write from.",
        ],
      ),
    ),
    section(reconstruction),
    section(
      prior,
      element(
        "div",
        { class: "pictures small" },
        ...pictures.histograms.map((one) => figure(histogramChart(one, law))),
      ),
      element(
        "p",
        { class: "explanation" },
        "Bars: codes of test text, all dimensions and those furthest from the prior. Line: a dimension of the prior.",
      ),
      mapSection(pictures, law),
    ),
    section(neighbours),
    section(interpolation, pathsTable(pictures)),
    ...labels.map((table) => section(table)),
    trainingSection(pictures),
    samplesSection(report, samples),
    notesSection(report),
  ];
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>Evaluation of ${escapeText(report.run)}</title><style>${STYLE}</style></head>`,
    `<body>${body.join("\n")}</body></html>`,
    "",
  ].join("\n");
}

function header(report: Report): string {
  const { test, train, tokenizer, vocabulary } = report.settings;
  const source = ({ files, texts }: Report["settings"]["test"]): string =>
    `${files.join(", ")} (${whole(texts)} texts)`;
  const facts = [
    samplingSettings(report),
    `test text: ${source(test)}`,
    `training text: ${train ? source(train) : "none"}`,
    `tokenizer ${tokenizer}, ${whole(vocabulary)} tokens`,
  ];
  return (
    element("h1", {}, `Evaluation of ${escapeText(report.run)}`) +
    facts.map((fact) => element("div", { class: "facts" }, escapeText(fact))).join("")
  );
}

function section(table: Table, ...more: readonly string[]): string {
  return element(
    "section",
    {},
    element("h2", {}, escapeText(table.title)),
    element("p", { class: "settings" }, escapeText(table.settings)),
    element("div", { class: "wide" }, tableMarkup(table)),
    element("p", { class: "explanation" }, escapeText(table.explanation)),
    ...more,
  );
}

function tableMarkup({ head, rows, compares }: Table): string {
  const own = (column: number): string | undefined => (column === 0 && compares ? "own" : undefined);
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", {}, ""),
        ...head.map((cell, i) => element("th", { scope: "col", class: own(i) }, escapeText(cell))),
      ),
    ),
    element(
      "tbody",
      {},
      ...rows.map(([label, ...cells]) =>
        element(
          "tr",
          {},
          element("th", { scope: "row", class: label.startsWith(" ") ? "sub" : undefined }, escapeText(label.trim())),
          ...cells.map((cell, i) => element("td", { class: own(i) }, escapeText(cell))),
        ),
      ),
    ),
  );
}

function figures(...all: readonly (readonly [chart: string, caption: string])[]): string {
  return element("div", { class: "pictures" }, ...all.map(([chart, caption]) => figure(chart, caption)), "");
}

/** Empty where there is nothing to show. */
function figure(chart: string, caption = ""): string {
  if (chart === "") return "";
  return element("figure", {}, chart, ...(caption === "" ? [] : [element("figcaption", {}, escapeText(caption))]));
}

function mapSection({ map }: Pictures, law: PriorLaw): string {
  if (map.points.length === 0) return "";
  const labels = [...new Set(map.points.flatMap(({ label }) => (label === null ? [] : [label])))].sort();
  const shown = labels.length > MAP_COLOURS ? [...labels.slice(0, MAP_COLOURS - 1), "others"] : labels;
  const keys = shown.map((label, i) => element("span", { class: `key c${i}` }, "") + escapeText(label));
  const caption = `${whole(map.points.length)} codes on the plane of their largest variance; the circles hold half and 95 % of the prior. Point at one to read its text.`;
  return element(
    "figure",
    { style: "max-width: 34rem" },
    mapChart(map, labels, law),
    element("figcaption", {}, escapeText(caption), ...keys),
  );
}

function pathsTable({ paths }: Pictures): string {
  const rows = paths.map(({ texts }) =>
    element("ol", { class: "lines" }, ...texts.map((text) => element("li", {}, escapeText(text)))),
  );
  return rows.length === 0 ? "" : element("p", { class: "settings" }, "The first paths, not picked:") + rows.join("");
}

function trainingSection({ metrics, objectives, panel }: Pictures): string {
  const charts = trainingCharts(metrics, objectives);
  if (charts.length === 0 && panel.length === 0) return "";
  return element("section", {}, element("h2", {}, "Training"), figures(...charts), panelTable(panel));
}

/** The panel of the run at a few of its reports: how the same codes read as the model learnt. */
function panelTable(panel: readonly JsonObject[]): string {
  const steps = [...new Set(panel.flatMap(({ step }) => (typeof step === "number" ? [step] : [])))];
  if (steps.length === 0) return "";
  const shown = spread(steps, PANEL_STEPS);
  const entries = shown.map((step) => panel.filter((entry) => entry.step === step));
  const count = Math.max(...entries.map(({ length }) => length));
  const textOf = (entry: JsonObject | undefined, key: "text" | "original"): string =>
    typeof entry?.[key] === "string" ? escapeText(entry[key]) : "";
  const rows = Array.from({ length: count }, (_, i) => {
    const first = entries.map((column) => column[i]).find((entry) => entry !== undefined);
    const original = textOf(first, "original");
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, original === "" ? "a point of the prior" : original),
      ...entries.map((column) => element("td", {}, textOf(column[i], "text"))),
    );
  });
  const head = ["original", ...shown.map((step) => `step ${whole(step)}`)];
  return (
    element("p", { class: "settings" }, "A fixed panel, decoded again as the model learnt (greedy):") +
    element(
      "div",
      { class: "wide texts" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))),
        element("tbody", {}, ...rows),
      ),
    )
  );
}

/** `count` of the items, first and last included, evenly spread. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))] as T);
}

function samplesSection(report: Report, samples: readonly string[]): string {
  const shown = samples.slice(0, SAMPLES_SHOWN);
  return element(
    "section",
    {},
    element("h2", {}, "Samples"),
    element(
      "p",
      { class: "settings" },
      escapeText(`The first ${shown.length} of ${samplingSettings(report)}; not picked.`),
    ),
    element("ol", { class: "lines" }, ...shown.map((text) => element("li", {}, escapeText(text)))),
  );
}

function notesSection({ notes, seconds }: Report): string {
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return element(
    "section",
    {},
    element("h2", {}, "Notes"),
    element(
      "ul",
      { class: "notes" },
      ...[...notes, `The evaluation took ${total.toFixed(0)} s.`].map((note) => element("li", {}, escapeText(note))),
    ),
  );
}
