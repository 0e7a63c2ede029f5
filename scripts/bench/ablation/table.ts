// The table of an ablation: mean and standard deviation over seeds of each figure of each variant.
import type { Figures, Result } from "./measure.ts";
import type { Variant } from "./variants.ts";

const COLUMNS: readonly { head: string; digits: number; of: (figures: Figures) => number | null }[] = [
  { head: "dev nats/token", digits: 3, of: ({ devReconstruction }) => devReconstruction },
  { head: "BLEU-4", digits: 1, of: ({ bleu4 }) => bleu4 },
  { head: "forward PPL", digits: 1, of: ({ forwardPerplexity }) => forwardPerplexity },
  { head: "reverse PPL", digits: 1, of: ({ reversePerplexity }) => reversePerplexity },
  { head: "different samples", digits: 3, of: ({ unique }) => unique },
  { head: "KL to prior", digits: 2, of: ({ codeDivergence }) => codeDivergence },
];

/** Markdown with a row for each variant that has results, in the order of `variants`. */
export function ablationTable(variants: readonly Variant[], results: readonly Result[]): string {
  const heads = ["variant", "seeds", ...COLUMNS.map(({ head }) => head), "alarms", "failed", "why"];
  const rows = variants.flatMap(({ name, why }) => {
    const own = results.filter(({ variant }) => variant === name);
    if (own.length === 0) return [];
    const figures = own.flatMap(({ figures: found }) => (found ? [found] : []));
    const cells = COLUMNS.map(({ of, digits }) => meanAndDeviation(figures.map(of), digits));
    const alarms = [...new Set(figures.flatMap((found) => found.alarms))].join(" ") || "–";
    return [[name, String(own.length), ...cells, alarms, String(own.length - figures.length), why]];
  });
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** "12.3 ± 0.4" with the deviation of n − 1; a single value alone, and a dash where a run has none. */
export function meanAndDeviation(values: readonly (number | null)[], digits: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return "–";
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (known.length === 1) return mean.toFixed(digits);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(squares / (known.length - 1)).toFixed(digits)}`;
}
