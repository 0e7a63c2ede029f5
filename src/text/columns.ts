// Which column of a table holds the text and which the label.
import { InputError } from "../errors.ts";

/** A column's number, counted from 1, or its name. */
export type Column = number | string;

export type ColumnOptions = {
  textColumn?: Column | undefined;
  labelColumn?: Column | undefined;
  /** What holds where neither these nor a header say it: the settings of a run. */
  usual?: UsualColumns | undefined;
};

export interface UsualColumns {
  readonly textColumn?: Column | null | undefined;
  readonly labelColumn?: Column | null | undefined;
  /** Of other tables of as many columns, without a header as well. */
  readonly columns?: KnownColumns | null | undefined;
}

/** Columns by their numbers from 1, of tables with `count` of them. */
export interface KnownColumns {
  readonly count: number;
  readonly text: number;
  /** Null: there are no labels. */
  readonly label: number | null;
}

export type Columns = { count: number; text: number; label: number | undefined; header: boolean };

const TEXT_NAMES = ["text", "sentence"];
const LABEL_NAMES = ["label"];

/**
 * Settles the columns of a table by its first row, which is a header when a cell of it reads `text`, `sentence` or `label` (in
 * any case) or the name that an option or a usual column has. Without options the text is the column headed by a usual name, or by `text` or
 * `sentence`, else the usual one, else the last column that is not the label; the label is the column headed by a usual name or by `label`, else the
 * usual one, else there is none. A table of one column has texts alone.
 * @throws InputError when an option names a column that is not there, or both name the same; when the first row shows that columns are set
 * apart by something else
 */
export function settleColumns(firstRow: readonly string[], options: ColumnOptions, path: string): Columns {
  const { usual = {} } = options;
  const names = firstRow.map((cell) => cell.trim());
  const lower = names.map((name) => name.toLowerCase());
  const wanted = [options.textColumn, options.labelColumn, usual.textColumn, usual.labelColumn];
  const header = lower.some(isHeading) || wanted.some((name) => typeof name === "string" && names.includes(name));
  checkDelimiter(names, wanted, path);

  const find = (what: string, column: Column): number => {
    const index = typeof column === "number" ? column - 1 : names.indexOf(column);
    if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
    throw new InputError(
      typeof column === "number"
        ? `The ${what} column is ${column}, but ${path} has ${count(names.length)}; expected 1 to ${names.length}.`
        : `The ${what} column is "${column}", but the first row of ${path} names ${JSON.stringify(names)}.`,
    );
  };
  const headed = (own: Column | null | undefined, candidates: readonly string[]): number | undefined => {
    const ownIndex = typeof own === "string" ? names.indexOf(own) : -1;
    const index = ownIndex < 0 && header ? lower.findIndex((name) => candidates.includes(name)) : ownIndex;
    return index < 0 ? undefined : index;
  };
  const known = !header && usual.columns?.count === names.length ? usual.columns : undefined;

  const usualLabel = (): number | undefined => {
    if (known) return known.label === null ? undefined : known.label - 1;
    if (typeof usual.labelColumn !== "number" || names.length === 1) return undefined;
    const index = find("label", usual.labelColumn);
    return index === headed(usual.textColumn, TEXT_NAMES) ? undefined : index;
  };
  const label =
    options.labelColumn === undefined
      ? (headed(usual.labelColumn, LABEL_NAMES) ?? usualLabel())
      : find("label", options.labelColumn);

  const usualText = (): number | undefined => {
    const number = known ? known.text : usual.textColumn;
    const index = typeof number === "number" && names.length > 1 ? find("text", number) : undefined;
    return index === label ? undefined : index;
  };
  const text =
    options.textColumn === undefined
      ? (headed(
          usual.textColumn,
          TEXT_NAMES.filter((name) => lower.indexOf(name) !== label),
        ) ??
        usualText() ??
        lastBut(label, names.length))
      : find("text", options.textColumn);
  if (text === undefined || text === label) {
    throw new InputError(
      `Text and label of ${path} are the same column, ${(label ?? 0) + 1} of ${names.length}; expected two columns.`,
    );
  }
  return { count: names.length, text, label, header };
}

/** The same by numbers, for tables that are read later. */
export function knownColumns({ count, text, label }: Columns): KnownColumns {
  return { count, text: text + 1, label: label === undefined ? null : label + 1 };
}

function isHeading(name: string): boolean {
  return TEXT_NAMES.includes(name) || LABEL_NAMES.includes(name);
}

/** Spreadsheets of some countries write semicolons. */
const OTHER_DELIMITERS = { semicolons: ";", tabs: "\t" } as const;

function checkDelimiter(names: readonly string[], wanted: readonly (Column | null | undefined)[], path: string): void {
  const [only = ""] = names;
  if (names.length > 1 || !/\.csv(\.gz)?$/i.test(path)) return;
  for (const [name, delimiter] of Object.entries(OTHER_DELIMITERS)) {
    const cells = only.split(delimiter).map((cell) => cell.trim());
    if (cells.length < 2 || !cells.some((cell) => isHeading(cell.toLowerCase()) || wanted.includes(cell))) continue;
    throw new InputError(
      `The columns of ${path} are set apart by ${name}; expected commas in a .csv file, or tabs in a .tsv file.`,
    );
  }
}

function lastBut(label: number | undefined, length: number): number | undefined {
  const last = length - 1;
  if (last !== label) return last;
  return last > 0 ? last - 1 : undefined;
}

function count(columns: number): string {
  return columns === 1 ? "one column" : `${columns} columns`;
}
