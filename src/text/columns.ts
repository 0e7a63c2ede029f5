// Which column of a table holds the text and which the label.
import { InputError } from "../errors.ts";

export type ColumnOptions = {
  /** A column's number, counted from 1, or its name. */
  textColumn?: number | string;
  labelColumn?: number | string;
  /** The number of the label's column where neither `labelColumn` nor a header says it. A table of one column has texts alone. */
  usualLabelColumn?: number | undefined;
};

export type Columns = { count: number; text: number; label: number | undefined; header: boolean };

const TEXT_NAMES = ["text", "sentence"];
const LABEL_NAMES = ["label"];

/**
 * Settles the columns of a table by its first row, which is a header when a cell of it reads `text`, `sentence` or `label` (in
 * any case) or the name that an option asks for. Without options the text is the column headed `text` or `sentence`, else
 * the last column that is not the label; the label is the column headed `label`, else the usual one, else there is none.
 * @throws InputError when an option names a column that is not there, or both name the same
 */
export function settleColumns(firstRow: readonly string[], options: ColumnOptions, path: string): Columns {
  const names = firstRow.map((cell) => cell.trim());
  const lower = names.map((name) => name.toLowerCase());
  const wanted = [options.textColumn, options.labelColumn].filter((column) => typeof column === "string");
  const header =
    lower.some((name) => TEXT_NAMES.includes(name) || LABEL_NAMES.includes(name)) ||
    wanted.some((name) => names.includes(name));

  const find = (what: string, column: number | string): number => {
    const index = typeof column === "number" ? column - 1 : names.indexOf(column);
    if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
    throw new InputError(
      typeof column === "number"
        ? `The ${what} column is ${column}, but ${path} has ${count(names.length)}; expected 1 to ${names.length}.`
        : `The ${what} column is "${column}", but the first row of ${path} names ${JSON.stringify(names)}.`,
    );
  };
  const headed = (candidates: readonly string[]): number | undefined => {
    const index = header ? lower.findIndex((name) => candidates.includes(name)) : -1;
    return index < 0 ? undefined : index;
  };

  const usual = (): number | undefined => {
    if (options.usualLabelColumn === undefined || names.length === 1) return undefined;
    const index = find("label", options.usualLabelColumn);
    return index === headed(TEXT_NAMES) ? undefined : index;
  };

  const label =
    options.labelColumn === undefined ? (headed(LABEL_NAMES) ?? usual()) : find("label", options.labelColumn);
  const text =
    options.textColumn === undefined
      ? (headed(TEXT_NAMES.filter((name) => lower.indexOf(name) !== label)) ?? lastBut(label, names.length))
      : find("text", options.textColumn);
  if (text === undefined || text === label) {
    throw new InputError(
      `Text and label of ${path} are the same column, ${(label ?? 0) + 1} of ${names.length}; expected two columns.`,
    );
  }
  return { count: names.length, text, label, header };
}

function lastBut(label: number | undefined, length: number): number | undefined {
  const last = length - 1;
  if (last !== label) return last;
  return last > 0 ? last - 1 : undefined;
}

function count(columns: number): string {
  return columns === 1 ? "one column" : `${columns} columns`;
}
