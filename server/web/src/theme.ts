// Light, dark, or as the system has it; kept in the browser.
import { signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

const KEPT = "latentext.theme";
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const dark = matchMedia("(prefers-color-scheme: dark)");

export const theme = signal<Theme>(THEMES.find((name) => name === kept("localStorage", KEPT)) ?? "auto");

/** Counts changes of the colours: what is drawn on a canvas is drawn again. */
export const repaint = signal(0);

/** What a click makes of the theme: from the system's first to the one that differs from it, as that is a change that shows. */
function themeAfter(now: Theme): Theme {
  const [other, same] = dark.matches ? (["light", "dark"] as const) : (["dark", "light"] as const);
  return now === "auto" ? other : now === other ? same : "auto";
}

export function nextTheme(): void {
  const next = themeAfter(theme.value);
  keep("localStorage", KEPT, next);
  theme.value = next;
  applyTheme();
}

export function applyTheme(): void {
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  repaint.value++;
}

dark.addEventListener("change", () => {
  repaint.value++;
});

/** A colour of the style sheet as the browser computes it, in the theme that is shown. */
export function colourOf(name: string): string {
  const probe = document.createElement("span");
  probe.className = "probe";
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
