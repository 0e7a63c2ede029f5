// Map: the corpus on the plane in which its codes vary most; what lies between its lines is decoded.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { MapReply } from "../../../client.ts";
import { Choice, Slider } from "../parts/controls.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { type Line, Lines } from "../parts/lines.tsx";
import { MapCanvas } from "../parts/map-canvas.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useParams } from "../place.ts";
import { nearestPoint } from "../pure/frame.ts";
import { LABEL_COLOURS, labelColours } from "../pure/labels.ts";
import { choiceField, integerField, optionalTextField, pointsField, textField } from "../pure/link.ts";
import { resample } from "../pure/paths.ts";
import { between, type Code, moveTo, type Plane, type Point, project } from "../pure/plane.ts";
import { ask } from "../server.ts";
import { Layout, shareOf, type ViewProps } from "./view.tsx";

const POINTS = 1_500;

const FIELDS = {
  /** The walk's stops; one for a click. */
  walk: pointsField(),
  steps: integerField(9, 2, 24),
  anchor: choiceField("nearest", ["nearest", "own"]),
  text: textField(),
  label: optionalTextField(),
};

const ANCHORS = [
  { value: "nearest", label: "the nearest line" },
  { value: "own", label: "my sentence" },
] as const;

/** What has been read on the way, and the sentences whose codes it starts from. */
interface Reading {
  readonly walk: readonly Point[];
  readonly labelled: { readonly label?: string };
  readonly link: string;
  readonly texts: readonly string[];
  readonly cut: readonly boolean[];
  readonly anchors: readonly string[];
  readonly codes: readonly Code[];
}

export function LatentMap({ tab, model, details }: ViewProps) {
  const [initial] = useState(() => ({ text: details.examples[0] ?? "" }));
  const { values, set, link } = useParams(tab, model, FIELDS, initial);
  const [map, setMap] = useState<MapReply>();
  const [own, setOwn] = useState<Code>();
  const [reading, setReading] = useState<Reading>();
  const fetching = useTask();
  const task = useTask();
  const { anchor, text, steps } = values;
  const labelled = labelKey(details, values.label);

  useEffect(() => {
    if (details.neighbours === "unavailable") return;
    fetching.start(async (signal) => setMap(await ask(model).map(POINTS, { signal })));
  }, [model]);

  const walk = useMemo(() => values.walk ?? (map ? acrossTheMiddle(map, steps) : []), [values.walk, map, steps]);
  useEffect(() => {
    if (!map || walk.length === 0 || (anchor === "own" && text.trim() === "")) return task.stop();
    task.start(async (signal) => {
      const anchors = anchor === "own" ? [text] : linesUnder(map, walk);
      const { codes: found } = await ask(model).encode({ texts: anchors }, { signal });
      const [first, last] = [found[0], found.at(-1)] as [number[], number[]];
      setOwn(anchor === "own" ? first : undefined);
      const codes = codesAlong(planeOf(map), walk, first, last);
      const { texts } = await ask(model).decode({ codes, ...labelled }, { signal });
      setReading({
        ...{ walk, labelled, link },
        texts: texts.map((written) => written.text),
        cut: texts.map(({ finish_reason }) => finish_reason === "length"),
        anchors,
        codes,
      });
    });
  }, [map, walk, anchor, text, labelled.label]);

  const labels = useMemo(() => labelColours(map?.points ?? []), [map]);
  const ownPoint = useMemo(() => (map && own ? project(planeOf(map), own) : undefined), [map, own]);
  if (details.neighbours === "unavailable") {
    return <p class="empty">The corpus of this model is not at hand, so there is no map of it.</p>;
  }
  const lines: Line[] = (reading?.texts ?? []).map((line, i, all) => ({
    text: line,
    t: shareOf(i, all.length),
    before: i > 0 ? all[i - 1] : undefined,
    cut: reading?.cut[i] ?? false,
  }));
  return (
    <Layout
      kind="map-view"
      title="Every point is a line of the corpus. Click between them to read what lies there; drag to walk."
      panel={
        <>
          <Slider
            label="Stops of a walk"
            value={steps}
            min={2}
            max={24}
            onChange={(value) => set({ steps: value, walk: values.walk && rewalk(values.walk, value) })}
          />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value })} />
          <Choice
            label="The rest of the code from"
            value={anchor}
            choices={ANCHORS}
            onChange={(value) => set({ anchor: value })}
            hint="The plane shows two of the directions that a code has. All others are taken from a sentence."
          />
          {anchor === "own" && (
            <TextBox label="My sentence" value={text} model={model} onCommit={(given) => set({ text: given })} />
          )}
          {reading && anchor === "nearest" && (
            <div class="control">
              <h2>{reading.anchors.length > 1 ? "Starting and ending near" : "Near"}</h2>
              {reading.anchors.map((line, i) => (
                <p key={`${i} ${line}`} class="anchor">
                  {line}
                </p>
              ))}
            </div>
          )}
          {map && (
            <p class="hint">
              {`${map.points.length.toLocaleString("en")} of ${map.of.toLocaleString("en")} lines, on the two directions in which codes vary most: ${percent(map.explained[0])} and ${percent(map.explained[1])} of the variance.`}
            </p>
          )}
        </>
      }
    >
      <Status task={fetching} doing="Reading the corpus…" />
      {map && (
        <MapCanvas
          points={map.points}
          labels={labels.named}
          walk={walk}
          own={ownPoint}
          onWalk={(drawn) => set({ walk: rewalk(drawn, steps) })}
        />
      )}
      {labels.named.length > 1 && (
        <ul class="legend" aria-label="Labels">
          {labels.named.map((label, i) => (
            <li key={label} title={label} style={{ "--c": `var(--${LABEL_COLOURS[i] ?? "soft"})` }}>
              {label}
            </li>
          ))}
          {labels.others > 0 && <li style={{ "--c": "var(--soft)" }}>and {labels.others.toLocaleString("en")} more</li>}
        </ul>
      )}
      <div class="map-lines" aria-live="polite" aria-busy={task.state.value.kind === "running"}>
        <Lines lines={lines} model={model} />
      </div>
      <Status task={task} />
      {reading && (
        <ResultBar
          name="walk"
          model={model}
          texts={lines.map((line) => line.text)}
          rows={lines.map((line, i) => ({ ...reading.walk[i], text: line.text }))}
          calls={[{ operation: "decode", request: { codes: reading.codes, ...reading.labelled } }]}
          link={reading.link}
        />
      )}
    </Layout>
  );
}

function planeOf({ mean, axes }: MapReply): Plane {
  return { mean, axes };
}

/**
 * The codes of a walk's stops: on the plane where they were drawn, off it what `first` has, and ever more of what `last` has on the way
 * to the end.
 */
function codesAlong(plane: Plane, walk: readonly Point[], first: Code, last: Code): number[][] {
  return walk.map((point, i) => moveTo(plane, between(first, last, shareOf(i, walk.length)), point));
}

/** The corpus lines nearest to the ends of a walk. */
function linesUnder({ points }: MapReply, walk: readonly Point[]): string[] {
  const ends = walk.length > 1 ? [walk[0], walk.at(-1)] : [walk[0]];
  return ends.flatMap((end) => (end ? (nearestPoint(points, end)?.point.text ?? []) : []));
}

/** A walk to begin with: along the first axis, through the middle of the points. */
function acrossTheMiddle({ points }: MapReply, steps: number): Point[] {
  const at = (values: number[], share: number) =>
    values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return rewalk(
    [
      { x: at(xs, 0.08), y: at(ys, 0.3) },
      { x: at(xs, 0.92), y: at(ys, 0.7) },
    ],
    steps,
  );
}

/** Rounded as in a link, so that a link decodes the very same codes. */
function rewalk(path: readonly Point[], steps: number): Point[] {
  const round = (value: number) => Math.round(value * 100) / 100;
  return resample(path, steps).map(({ x, y }) => ({ x: round(x), y: round(y) }));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
