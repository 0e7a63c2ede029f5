// Pictures as SVG text: elements, scales and axes.

/** Attributes by name; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Markup that is ready to stand in a page. */
export function element(name: string, attributes: Attributes = {}, ...content: readonly string[]): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(typeof value === "number" ? rounded(value) : String(value))}"`);
  return content.length > 0 ? `<${name}${given.join("")}>${content.join("")}</${name}>` : `<${name}${given.join("")}/>`;
}

/** Text as it stands in markup. Control characters, which no page may hold, become spaces. */
export function escapeText(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

export interface Scale {
  /** Where a value lies, in the units of the picture. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** From `low` … `high`, rounded outwards to whole ticks, to `from` … `to`. */
export function linearScale(low: number, high: number, from: number, to: number, count = 5): Scale {
  const span = high > low ? high - low : Math.max(1, Math.abs(high));
  const raw = span / count;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * unit >= raw * 0.999) ?? 10) * unit;
  const first = Math.floor(low / step + 1e-9) * step;
  const last = Math.max(first + step, Math.ceil(high / step - 1e-9) * step);
  const ticks = Array.from({ length: Math.round((last - first) / step) + 1 }, (_, i) => tidy(first + i * step));
  return { at: (value) => from + ((value - first) / (last - first)) * (to - from), ticks, low: first, high: last };
}

/** Values above 0 that differ fivefold and more are told apart by their logarithms. */
export function fittingScale(low: number, high: number, from: number, to: number): Scale {
  return low > 0 && high > 5 * low ? logScale(low, high, from, to) : linearScale(low, high, from, to);
}

/** As {@link linearScale}, for logarithms; values are above 0. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const [first, last] = [low / 1.15, high * 1.15];
  const candidates = [1, 2, 5].flatMap((factor) => Array.from({ length: 16 }, (_, i) => factor * 10 ** (i - 3)));
  const ticks = candidates.filter((tick) => tick >= first && tick <= last).sort((a, b) => a - b);
  const span = Math.log(last) - Math.log(first);
  return {
    at: (value) => from + ((Math.log(value) - Math.log(first)) / span) * (to - from),
    ticks,
    low: first,
    high: last,
  };
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const FRAME: Frame = { width: 460, height: 300, left: 58, right: 18, top: 14, bottom: 44 };

/** Grid lines with their numbers, and what the axes are of. */
export function axes(
  { width, height, left, right, top, bottom }: Frame,
  x: Scale,
  y: Scale,
  { xLabel, yLabel }: { readonly xLabel: string; readonly yLabel: string },
): string {
  const [base, end] = [height - bottom, width - right];
  const parts = [
    ...x.ticks.flatMap((tick) => [
      element("line", { class: "grid", x1: x.at(tick), x2: x.at(tick), y1: top, y2: base }),
      element("text", { class: "tick", x: x.at(tick), y: base + 16, "text-anchor": "middle" }, number(tick)),
    ]),
    ...y.ticks.flatMap((tick) => [
      element("line", { class: "grid", x1: left, x2: end, y1: y.at(tick), y2: y.at(tick) }),
      element("text", { class: "tick", x: left - 8, y: y.at(tick) + 4, "text-anchor": "end" }, number(tick)),
    ]),
    element("line", { class: "axis", x1: left, x2: end, y1: base, y2: base }),
    element("line", { class: "axis", x1: left, x2: left, y1: top, y2: base }),
    element(
      "text",
      { class: "label", x: (left + end) / 2, y: height - 8, "text-anchor": "middle" },
      escapeText(xLabel),
    ),
    element(
      "text",
      { class: "label", transform: `translate(13 ${rounded((top + base) / 2)}) rotate(-90)`, "text-anchor": "middle" },
      escapeText(yLabel),
    ),
  ];
  return parts.join("");
}

const NAME_HEIGHT = 13;
const LETTER_WIDTH = 6.6;

/** Names beside their points: right of it, or wherever else around it no other name or point is. */
export function placeNames(
  points: readonly { readonly x: number; readonly y: number; readonly name: string }[],
  { width, height, bottom }: Frame,
): string[] {
  const taken = points.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  return points.map(({ x, y, name }, own) => {
    const reach = LETTER_WIDTH * name.length;
    const places = [12, 19, 26].flatMap((away) => [
      { left: x + 9, base: y + 4 },
      { left: x - reach / 2, base: y - away + 3 },
      { left: x - reach / 2, base: y + away + 6 },
      { left: x - 9 - reach, base: y + 4 },
      { left: x + 6, base: y - away + 3 },
      { left: x - 6 - reach, base: y + away + 6 },
    ]);
    const boxOf = ({ left, base }: { left: number; base: number }) => ({
      left,
      right: left + reach,
      top: base - NAME_HEIGHT + 3,
      bottom: base + 3,
    });
    const free = places.find((place) => {
      const box = boxOf(place);
      const inside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height - bottom;
      const clear = ({ left, right, top, bottom: below }: ReturnType<typeof boxOf>): boolean =>
        right <= box.left || left >= box.right || below <= box.top || top >= box.bottom;
      return inside && taken.every((other, i) => i === own || clear(other));
    });
    const { left, base } = free ?? (places[0] as { left: number; base: number });
    taken.push(boxOf({ left, base }));
    return element("text", { class: "mark", x: left, y: base }, escapeText(name));
  });
}

/** A picture that grows and shrinks with its place, and says in words what it shows. */
export function picture(
  { width, height }: Pick<Frame, "width" | "height">,
  description: string,
  content: string,
): string {
  return element(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": description },
    element("title", {}, escapeText(description)),
    content,
  );
}

/** A line through points, as the `d` of a path; empty without points. */
export function pathThrough(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("");
}

function number(value: number): string {
  if (Math.abs(value) >= 10_000) return `${tidy(value / 1_000).toLocaleString("en-US")}k`;
  return tidy(value).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** A tenth of a unit is as fine as a picture needs. */
function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
