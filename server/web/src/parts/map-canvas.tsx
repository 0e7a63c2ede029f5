// The canvas of the map: points of the corpus, the walk over them, and the pointer or keys that draw it.
import { useEffect, useRef, useState } from "preact/hooks";
import type { MapReply } from "../../../client.ts";
import { blend, formatOklch, type Oklch, parseOklch } from "../pure/colour.ts";
import { type Frame, frameOf, fromPixels, nearestPoint, toPixels } from "../pure/frame.ts";
import { LABEL_COLOURS } from "../pure/labels.ts";
import { distance } from "../pure/paths.ts";
import type { Point } from "../pure/plane.ts";
import { colourOf, repaint } from "../theme.ts";

export type MapPoint = MapReply["points"][number];

export interface MapCanvasProps {
  readonly points: readonly MapPoint[];
  /** Those that have a colour, in its order. */
  readonly labels: readonly string[];
  readonly walk: readonly Point[];
  /** Where the sentence lies whose code the walk starts from. */
  readonly own: Point | undefined;
  /** One point for a click, more for a drag. */
  readonly onWalk: (walk: readonly Point[]) => void;
}

const DOT = 2.25;
/** Pixels within which a point is read. */
const REACH = 16;
/** Pixels that a pointer may move in a click. */
const CLICK = 5;
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

interface Scene {
  readonly frame: Frame;
  readonly props: MapCanvasProps;
  readonly drawn: readonly Point[] | undefined;
  readonly read: MapPoint | undefined;
  readonly cross: Point | undefined;
}

export function MapCanvas(props: MapCanvasProps) {
  const { points, onWalk } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [read, setRead] = useState<MapPoint>();
  const [drawn, setDrawn] = useState<readonly Point[]>();
  /** The keyboard's place, in pixels. */
  const [cross, setCross] = useState<Point>();
  const frame = frameOf(points, size.width, size.height);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const painted = repaint.value;
  useEffect(() => {
    if (canvas.current && size.width > 0) paint(canvas.current, { frame, props, drawn, read, cross });
  }, [size, props, drawn, read, cross, painted]);

  const readAt = (place: Point) => {
    const near = nearestPoint(points, fromPixels(frame, place));
    setRead(near && near.distance * frame.scale <= REACH ? near.point : undefined);
  };
  const finish = (path: readonly Point[] | undefined) => {
    setDrawn(undefined);
    const [first] = path ?? [];
    if (!path || !first) return;
    const moved = Math.max(...path.map((point) => distance(first, point))) > CLICK;
    onWalk((moved ? path : [first]).map((point) => fromPixels(frame, point)));
  };
  const press = (event: KeyboardEvent) => {
    const step = KEYS[event.key];
    const now = cross ?? { x: size.width / 2, y: size.height / 2 };
    if (step) {
      const by = event.shiftKey ? 32 : 10;
      const next = {
        x: Math.min(size.width, Math.max(0, now.x + by * step[0])),
        y: Math.min(size.height, Math.max(0, now.y + by * step[1])),
      };
      setCross(next);
      readAt(next);
      if (drawn) setDrawn([...drawn, next]);
    } else if (event.key === " ") {
      if (drawn) finish(drawn);
      else setDrawn([now]);
    } else if (event.key === "Enter") finish(drawn ?? [now]);
    else if (event.key === "Escape") setDrawn(undefined);
    else return;
    event.preventDefault();
  };

  const tip = read && toPixels(frame, read);
  return (
    <div class="map-frame">
      <div
        class="map-field"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on, with the pointer and with keys
        tabIndex={0}
        role="application"
        aria-label="Map of the corpus. Arrow keys move, Enter decodes there, Space begins a walk and ends it."
        onKeyDown={press}
        onBlur={() => setCross(undefined)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setCross(undefined);
          setDrawn([placeOf(event)]);
        }}
        onPointerMove={(event) => {
          const place = placeOf(event);
          if (drawn) setDrawn([...drawn, place]);
          readAt(place);
        }}
        onPointerUp={() => finish(drawn)}
        onPointerCancel={() => setDrawn(undefined)}
        onPointerLeave={() => setRead(undefined)}
      >
        <canvas ref={canvas} class="map-canvas" />
      </div>
      <p
        class={`map-tip${tip ? "" : " away"}${tip && tip.x > size.width / 2 ? " left" : ""}`}
        style={{ left: `${tip?.x ?? 0}px`, top: `${tip?.y ?? 0}px` }}
        aria-live="polite"
      >
        <span class="tip-text">{read?.text}</span>
        {read?.label !== undefined && <span class="tip-label">{read.label}</span>}
      </p>
    </div>
  );
}

function placeOf({ offsetX, offsetY }: PointerEvent): Point {
  return { x: offsetX, y: offsetY };
}

function paint(canvas: HTMLCanvasElement, { frame, props, drawn, read, cross }: Scene): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(frame.width * ratio);
  canvas.height = Math.round(frame.height * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  const [ink, paper, soft] = [colourOf("ink"), colourOf("paper"), colourOf("soft")];
  const colours = LABEL_COLOURS.map(colourOf);

  // Where many colours are to be told apart, they are not blended with the ground and each other.
  context.globalAlpha = props.labels.length > 2 ? 0.85 : props.points.length > 600 ? 0.5 : 0.7;
  for (const point of props.points) {
    const index = props.labels.indexOf(point.label ?? "");
    context.fillStyle = props.labels.length < 2 ? soft : (colours[index] ?? soft);
    disc(context, toPixels(frame, point), DOT);
  }
  context.globalAlpha = 1;

  const path = drawn ?? props.walk.map((point) => toPixels(frame, point));
  drawWalk(context, path, drawn !== undefined, paper);
  if (props.own) ring(context, toPixels(frame, props.own), 6, ink, 2);
  if (read) ring(context, toPixels(frame, read), 5, ink, 1.5);
  if (cross) {
    context.strokeStyle = ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(cross.x - 10, cross.y);
    context.lineTo(cross.x + 10, cross.y);
    context.moveTo(cross.x, cross.y - 10);
    context.lineTo(cross.x, cross.y + 10);
    context.stroke();
  }
}

/** The walk in its two colours; a stop at each point once it is drawn. */
function drawWalk(context: CanvasRenderingContext2D, path: readonly Point[], drawing: boolean, paper: string): void {
  const ends = [parseOklch(colourOf("from")), parseOklch(colourOf("to"))];
  const colourAt = (t: number) => {
    const [from, to] = ends as [Oklch | undefined, Oklch | undefined];
    return from && to ? formatOklch(blend(from, to, t)) : colourOf("middle");
  };
  const length = Math.max(1, path.length - 1);
  context.lineCap = "round";
  for (const [width, halo] of [
    [6, true],
    [2, false],
  ] as const) {
    context.lineWidth = width;
    for (let i = 1; i < path.length; i++) {
      const [a, b] = [path[i - 1] as Point, path[i] as Point];
      context.strokeStyle = halo ? paper : colourAt((i - 0.5) / length);
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
      context.stroke();
    }
  }
  if (drawing) return;
  for (const [i, point] of path.entries()) {
    context.fillStyle = paper;
    disc(context, point, 6.5);
    context.fillStyle = colourAt(path.length > 1 ? i / length : 0);
    disc(context, point, 4.5);
  }
}

function disc(context: CanvasRenderingContext2D, { x, y }: Point, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context: CanvasRenderingContext2D, { x, y }: Point, radius: number, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
