// A chart of a run's curves, and their values at the newest step or under the pointer.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Chart } from "../pure/reports.ts";
import { colourOf, repaint } from "../theme.ts";

const COLOURS = ["from", "to", "third"] as const;
const HEIGHT = 190;

export function Curves({ chart }: { chart: Chart }) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [index, setIndex] = useState<number>();
  const names = chart.curves.map(({ label }) => label).join();
  const painted = repaint.value;

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const made = new uPlot(optionsOf(chart, element.clientWidth, setIndex), dataOf(chart), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, painted]);
  useEffect(() => plot.current?.setData(dataOf(chart)), [chart.steps.length]);

  const at = index ?? chart.steps.length - 1;
  return (
    <figure class="curves">
      <figcaption>
        <h2>{chart.title}</h2>
        <span class="unit">{chart.unit}</span>
        <ul class="legend">
          {chart.curves.map(({ label, values }, i) => (
            <li key={label} style={{ "--c": `var(--${COLOURS[i] ?? "soft"})` }}>
              {label} <output>{valueAt(values, at)}</output>
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={holder} class="curves-plot" role="img" aria-label={`${chart.title}: ${summaryOf(chart)}`} />
    </figure>
  );
}

function optionsOf(chart: Chart, width: number, onIndex: (index: number | undefined) => void): uPlot.Options {
  const [soft, hair] = [colourOf("soft"), colourOf("hair")];
  const axis: uPlot.Axis = {
    stroke: soft,
    font: "11px system-ui, sans-serif",
    grid: { stroke: hair, width: 1 },
    ticks: { show: false },
    gap: 6,
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    scales: { x: { time: false } },
    padding: [8, 24, 0, 0],
    axes: [
      { ...axis, grid: { show: false }, size: 28 },
      { ...axis, size: 44 },
    ],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: "training" }, points: { size: 6 } },
    series: [
      {},
      ...chart.curves.map(({ label }, i) => ({
        label,
        stroke: colourOf(COLOURS[i] ?? "soft"),
        width: 1.75,
        spanGaps: true,
        points: { show: chart.steps.length < 3 },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onIndex(cursor.idx ?? undefined)] },
  };
}

function dataOf({ steps, curves }: Chart): uPlot.AlignedData {
  return [[...steps], ...curves.map(({ values }) => [...values])];
}

/** The value at an index, or the newest before it: not every step has one of each curve. */
function valueAt(values: readonly (number | null)[], index: number): string {
  const value = values.slice(0, index + 1).findLast((candidate) => candidate !== null);
  return value === undefined || value === null ? "" : value.toPrecision(3);
}

function summaryOf({ curves }: Chart): string {
  return curves.map(({ label, values }) => `${label} ${valueAt(values, values.length)}`).join(", ");
}
