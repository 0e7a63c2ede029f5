// Grid: four sentences blended, and a path drawn across that is read out line by line.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { GridReply } from "../../../client.ts";
import { Slider } from "../parts/controls.tsx";
import { GridField } from "../parts/grid-field.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { type Line, Lines } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useParams } from "../place.ts";
import { cellColour } from "../pure/colour.ts";
import { indexesField, integerField, optionalTextField, textField } from "../pure/link.ts";
import { diagonal } from "../pure/paths.ts";
import { examplePairs } from "../pure/presets.ts";
import { ask } from "../server.ts";
import { Layout, type Result, shareOf, type ViewProps } from "./view.tsx";

/** Rows and columns at most: in smaller cells nothing can be read. */
const LARGEST = 9;

const FIELDS = {
  tl: textField(),
  tr: textField(),
  bl: textField(),
  br: textField(),
  size: integerField(5, 2, LARGEST),
  label: optionalTextField(),
  /** Cells in the order in which they are read, row by row from 0. */
  cells: indexesField(),
};

const CORNERS = [
  { key: "tl", label: "Top left" },
  { key: "tr", label: "Top right" },
  { key: "bl", label: "Bottom left" },
  { key: "br", label: "Bottom right" },
] as const;

export function Grid({ tab, model, details }: ViewProps) {
  const [initial] = useState(() => {
    const [tl = "", tr = "", bl = "", br = ""] = examplePairs(details.examples).flat();
    return { tl, tr, bl, br };
  });
  const { values, set, go, link } = useParams(tab, model, FIELDS, initial);
  const [turn, setTurn] = useState(0);
  const task = useTask();
  const { tl, tr, bl, br, size } = values;
  const request = {
    corners: [tl, tr, bl, br] as [string, string, string, string],
    rows: size,
    columns: size,
    ...labelKey(details, values.label),
  };
  const asked = JSON.stringify(request);
  const [result, setResult] = useState<Result<typeof request, GridReply>>();

  useEffect(() => {
    if (request.corners.some((text) => text.trim() === "")) return task.stop();
    task.start(async (signal) => {
      const reply = await ask(model).grid(request, { signal });
      setResult({ request, link, reply });
    });
  }, [asked, model]);

  // The cells of a link may be those of a larger grid, where they are other places.
  const path = useMemo(() => {
    const fits = values.cells?.every((cell) => cell < size * size);
    return (fits && values.cells) || diagonal(size, size);
  }, [values.cells, size]);
  const shown = result?.reply.columns === size ? result.reply : undefined;
  const lines = useMemo(() => (shown ? readOut(shown, path) : []), [shown, path]);
  const corner = (index: 0 | 1 | 2 | 3) => {
    const { key, label } = CORNERS[index];
    return (
      <div class={`corner ${key}`} style={{ "--c": cellColour(index, 2, 2) }}>
        <TextBox label={label} value={values[key]} model={model} onCommit={(text) => set({ [key]: text })} />
      </div>
    );
  };
  return (
    <Layout
      kind="grid-view"
      title="Four sentences, one in each corner. Draw a path across, and read it."
      panel={
        <>
          <Slider
            label="Size"
            value={size}
            min={2}
            max={LARGEST}
            show={(value) => `${value} × ${value}`}
            onChange={(value) => set({ size: value, cells: undefined })}
          />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value })} />
          <div class="button-row">
            <button type="button" class="secondary" disabled={lines.length === 0} onClick={() => setTurn(turn + 1)}>
              Read again
            </button>
            <button type="button" class="secondary" disabled={path.length === 0} onClick={() => go({ cells: [] })}>
              Clear the path
            </button>
          </div>
          <p class="hint">
            With the keyboard: arrow keys move, Space puts the pen down and lifts it, Escape clears the path.
          </p>
          <Reading key={`${turn} ${path.join(".")} ${asked}`} lines={lines} model={model} />
        </>
      }
    >
      <div class="corners">
        {corner(0)}
        {corner(1)}
        <GridField
          size={size}
          texts={shown?.texts.map(({ text }) => text) ?? []}
          path={path}
          busy={task.state.value.kind === "running"}
          onPath={(cells) => set({ cells })}
        />
        {corner(2)}
        {corner(3)}
      </div>
      <Status task={task} />
      {result && shown && (
        <ResultBar
          name="grid"
          model={model}
          texts={(lines.length > 0 ? lines : shown.texts).map(({ text }) => text)}
          rows={shown.texts.map(({ text }, i) => ({
            row: Math.floor(i / size),
            column: i % size,
            text,
            ...onPath(path, i),
          }))}
          calls={[{ operation: "grid", request: result.request }]}
          // Of the same cells, the path that is drawn now.
          link={JSON.stringify(result.request) === asked ? link : result.link}
        />
      )}
    </Layout>
  );
}

const CADENCE = 450;

/** The path's lines, one after another. */
function Reading({ lines, model }: { lines: readonly Line[]; model: string }) {
  const [count, setCount] = useState(
    matchMedia("(prefers-reduced-motion: reduce)").matches ? Number.POSITIVE_INFINITY : 1,
  );
  useEffect(() => {
    if (count >= lines.length) return;
    const timer = setTimeout(() => setCount(count + 1), CADENCE);
    return () => clearTimeout(timer);
  }, [count, lines.length]);
  return (
    <div class="reading" aria-live="polite">
      <Lines plain model={model} lines={lines.slice(0, count)} />
    </div>
  );
}

/** A line that the one before has said already is passed over. */
function readOut({ texts, rows, columns }: GridReply, path: readonly number[]): Line[] {
  const lines: Line[] = [];
  for (const [i, cell] of path.entries()) {
    const text = texts[cell]?.text ?? "";
    if (text === lines.at(-1)?.text) continue;
    lines.push({ text, t: shareOf(i, path.length), colour: cellColour(cell, rows, columns) });
  }
  return lines;
}

function onPath(path: readonly number[], cell: number): { path?: number } {
  const place = path.indexOf(cell);
  return place < 0 ? {} : { path: place };
}
