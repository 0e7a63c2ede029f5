// Blends of two colours in OKLCH, where equal steps look equal: for canvases; elsewhere the style sheet does it.

/** Lightness from 0 to 1, chroma from 0, hue in degrees. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

/** Reads `oklch(L C H)` or `oklch(L C H / A)` as browsers write computed colours; undefined for other notations. */
export function parseOklch(text: string): Oklch | undefined {
  const parts = /^oklch\(\s*([\d.]+)(%?)\s+([\d.]+)\s+([\d.]+|none)(?:deg)?\s*(?:\/.*)?\)$/.exec(text.trim());
  if (!parts) return undefined;
  const [, l, percent, c, h] = parts;
  return { l: Number(l) / (percent ? 100 : 1), c: Number(c), h: h === "none" ? 0 : Number(h) };
}

/** The colour at `t` from 0 to 1 on the way from `a` to `b`, by the shorter way round the hues. */
export function blend(a: Oklch, b: Oklch, t: number): Oklch {
  const turn = ((((b.h - a.h) % 360) + 540) % 360) - 180;
  return { l: a.l + (b.l - a.l) * t, c: a.c + (b.c - a.c) * t, h: (((a.h + turn * t) % 360) + 360) % 360 };
}

/** Hues of the corners of a grid: top left and top right are those of a walk's ends. The way from left to right never meets grey. */
const CORNER_HUES = [
  [275, 395],
  [200, 455],
] as const;

/** The colour of a grid's cell, blended from the corners' as their sentences are: a CSS colour. */
export function cellColour(cell: number, rows: number, columns: number): string {
  const right = columns > 1 ? (cell % columns) / (columns - 1) : 0;
  const down = rows > 1 ? Math.floor(cell / columns) / (rows - 1) : 0;
  const along = ([left, end]: readonly [number, number]) => left + right * (end - left);
  const [top, bottom] = CORNER_HUES;
  const hue = (along(top) + down * (along(bottom) - along(top))) % 360;
  return `oklch(from var(--middle) l calc(c * 0.8) ${hue.toFixed(1)})`;
}

export function formatOklch({ l, c, h }: Oklch, alpha = 1): string {
  const round = (value: number) => Number(value.toFixed(4));
  return `oklch(${round(l)} ${round(c)} ${round(h)}${alpha === 1 ? "" : ` / ${round(alpha)}`})`;
}
