// The report for a terminal.
import { whole } from "./format.ts";
import type { Report } from "./report.ts";
import { type Table, tables } from "./tables.ts";

export function reportText(report: Report): string {
  const { test, train } = report.settings;
  const trained = train ? `training text ${train.files.join(", ")} (${whole(train.texts)} texts)` : "no training text";
  return [
    report.run,
    `test text ${test.files.join(", ")} (${whole(test.texts)} texts), ${trained}`,
    ...tables(report).map((table) => `\n${tableText(table)}`),
    ...(report.notes.length > 0 ? ["", "Notes", ...report.notes.map((note) => `  ${note}`)] : []),
    "",
  ].join("\n");
}

/** Labels to the left, figures to the right, in columns as wide as their longest cell. */
export function tableText({ title, settings, head, rows }: Table): string {
  const all = [["", ...head], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = all.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("   "),
  );
  return [`${title} · ${settings}`, ...lines.map((line) => `  ${line}`.trimEnd())].join("\n");
}
