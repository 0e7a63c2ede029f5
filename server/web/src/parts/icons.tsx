// The few icons of the page, drawn with the text's own colour.
import type { ComponentChildren } from "preact";
import type { Theme } from "../theme.ts";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      {children}
    </svg>
  );
}

export const SwapIcon = () => (
  <Icon>
    <path d="M5 13V3M2 6l3-3 3 3M11 3v10M8 10l3 3 3-3" />
  </Icon>
);

export const RollIcon = () => (
  <Icon>
    <path d="M13.5 8a5.5 5.5 0 1 1-1.7-4M12 1v3.3H8.7" />
  </Icon>
);

export const LockIcon = ({ closed }: { closed: boolean }) => (
  <Icon>
    <path d={closed ? "M5 7V5a3 3 0 0 1 6 0v2M3.5 7h9v6.5h-9z" : "M5 7V4.5a3 3 0 0 1 5.6-1.5M3.5 7h9v6.5h-9z"} />
  </Icon>
);

/** A sun, a moon, or half of each where the system decides. */
export const ThemeIcon = ({ theme }: { theme: Theme }) => (
  <Icon>
    {theme === "auto" && <circle cx="8" cy="8" r="5.5" />}
    {theme === "auto" && <path class="filled" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />}
    {theme === "light" && <circle cx="8" cy="8" r="2.75" />}
    {theme === "light" && (
      <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3.05 3.05l1.06 1.06M11.89 11.89l1.06 1.06M3.05 12.95l1.06-1.06M11.89 4.11l1.06-1.06" />
    )}
    {theme === "dark" && <path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.7 5.7 0 1 0 7 7z" />}
  </Icon>
);

export const ChevronIcon = () => (
  <Icon>
    <path d="M4 6.5 8 10l4-3.5" />
  </Icon>
);

/** The sign of the house: a walk between two points. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <linearGradient id="mark-walk" x1="0" y1="1" x2="1" y2="0">
        <stop class="mark-from" />
        <stop class="mark-between" offset="0.5" />
        <stop class="mark-to" offset="1" />
      </linearGradient>
      <path d="M6 26C7 14 14 7 26 6" fill="none" stroke="url(#mark-walk)" stroke-width="2" />
      <circle class="mark-from" cx="6" cy="26" r="4" />
      <circle class="mark-between" cx="11.6" cy="12.4" r="2.6" />
      <circle class="mark-to" cx="26" cy="6" r="4" />
    </svg>
  );
}
