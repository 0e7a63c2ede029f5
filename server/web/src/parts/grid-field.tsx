// The field of a grid: cells in the blend of four colours, and the path that is drawn over them by pointer or keys.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { cellColour } from "../pure/colour.ts";
import { extendPath } from "../pure/paths.ts";

export interface GridFieldProps {
  readonly size: number;
  /** Row by row; none while the first are being written. */
  readonly texts: readonly string[];
  readonly path: readonly number[];
  readonly busy: boolean;
  readonly onPath: (path: readonly number[]) => void;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function GridField({ size, texts, path, busy, onPath }: GridFieldProps) {
  const field = useRef<HTMLDivElement>(null);
  /** The path while it is drawn; undefined while the pen is up. */
  const [drawn, setDrawn] = useState<readonly number[]>();
  const [current, setCurrent] = useState(0);
  const drawing = useRef<readonly number[] | undefined>(undefined);
  drawing.current = drawn;
  const shown = drawn ?? path;
  const long = useLong(field, [size, ...texts].join("\n"));

  const finish = () => {
    if (drawing.current) onPath(drawing.current);
    setDrawn(undefined);
  };
  // The pointer may be let go anywhere.
  useEffect(() => {
    if (!drawn) return;
    addEventListener("pointerup", finish);
    addEventListener("pointercancel", finish);
    return () => {
      removeEventListener("pointerup", finish);
      removeEventListener("pointercancel", finish);
    };
  });

  const move = (event: PointerEvent) => {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const cell = under?.closest<HTMLElement>("[data-cell]")?.dataset.cell;
    if (cell === undefined || !field.current?.contains(under)) return;
    setCurrent(Number(cell));
    if (drawing.current) setDrawn(extendPath(drawing.current, Number(cell), size));
  };

  const press = (event: KeyboardEvent) => {
    const step = MOVES[event.key];
    if (step) {
      const row = Math.min(size - 1, Math.max(0, Math.floor(current / size) + step[0]));
      const column = Math.min(size - 1, Math.max(0, (current % size) + step[1]));
      const cell = row * size + column;
      setCurrent(cell);
      field.current?.querySelector<HTMLElement>(`[data-cell="${cell}"]`)?.focus();
      if (drawn) setDrawn(extendPath(drawn, cell, size));
    } else if (event.key === " " || event.key === "Enter") {
      if (drawn) finish();
      else setDrawn([current]);
    } else if (event.key === "Escape") {
      setDrawn(undefined);
      onPath([]);
    } else return;
    event.preventDefault();
  };

  return (
    <div class="grid-frame" style={{ "--size": String(size) }}>
      <div ref={field} class="grid-field">
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that keys move in
          role="grid"
          aria-label={drawn ? "Grid, pen down" : "Grid"}
          aria-busy={busy}
          onPointerMove={move}
          onKeyDown={press}
        >
          <tbody>
            {Array.from({ length: size }, (_, row) => (
              <tr key={row}>
                {Array.from({ length: size }, (_, column) => {
                  const cell = row * size + column;
                  const order = shown.indexOf(cell);
                  return (
                    <td
                      key={cell}
                      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as the grid
                      role="gridcell"
                      class={`cell${order >= 0 ? " on-path" : ""}${cell === current ? " current" : ""}`}
                      data-cell={cell}
                      tabIndex={cell === current ? 0 : -1}
                      aria-selected={order >= 0}
                      style={{ "--c": cellColour(cell, size, size) }}
                      onFocus={() => setCurrent(cell)}
                      onPointerDown={(event) => {
                        if (event.button !== 0) return;
                        // So that moves are told of the cells that the pointer enters, also by touch.
                        event.currentTarget.releasePointerCapture(event.pointerId);
                        setDrawn([cell]);
                      }}
                    >
                      {order >= 0 && <span class="cell-order">{order + 1}</span>}
                      <span class={`cell-text${long.has(cell) ? " long" : ""}`} dir="auto">
                        {texts[cell] ?? ""}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <svg class="grid-path" viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
          <polyline points={shown.map((cell) => `${(cell % size) + 0.5},${Math.floor(cell / size) + 0.5}`).join(" ")} />
        </svg>
      </div>
      <p class="cell-reading" dir="auto" style={{ "--c": cellColour(current, size, size) }}>
        {texts[current] ?? ""}
      </p>
    </div>
  );
}

/** Cells whose texts are longer than their places are high, looked for again when `content` is another or the field is as large. */
function useLong(field: RefObject<HTMLElement | null>, content: string): ReadonlySet<number> {
  const [long, setLong] = useState<ReadonlySet<number>>(new Set());
  useLayoutEffect(() => {
    const look = () => {
      const texts = [...(field.current?.querySelectorAll(".cell-text") ?? [])];
      // A text's own height is rounded.
      setLong(new Set(texts.flatMap((text, cell) => (text.scrollHeight > text.clientHeight + 1 ? [cell] : []))));
    };
    look();
    if (!field.current) return;
    const observer = new ResizeObserver(look);
    observer.observe(field.current);
    return () => observer.disconnect();
  }, [content]);
  return long;
}
