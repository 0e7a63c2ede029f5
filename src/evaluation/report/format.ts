// How figures are written.

/** What stands where there is no figure. */
export const NONE = "–";

export function fixed(digits: number): (value: number | null) => string {
  return (value) => (value === null ? NONE : value.toFixed(digits));
}

/** A share as per cent. */
export function percent(value: number | null): string {
  return value === null ? NONE : `${(100 * value).toFixed(1)} %`;
}

export function whole(value: number | null): string {
  return value === null ? NONE : Math.round(value).toLocaleString("en-US");
}

/** Three digits that count, however large the value. */
export function perplexity(value: number | null): string {
  if (value === null) return NONE;
  return value < 100 ? value.toFixed(1) : whole(value);
}

/** For small values that change by orders of magnitude. */
export function significant(value: number | null): string {
  if (value === null) return NONE;
  return value === 0 ? "0" : Math.abs(value) < 1e-3 ? value.toExponential(1) : Number(value.toPrecision(2)).toString();
}
