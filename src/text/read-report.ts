// Counts what a reader took and what it left out, so that no line of a file is lost in silence.

/** Why a line was left out; the words stand in the report as they are. */
export const PROBLEM = {
  encoding: "not valid UTF-8",
  zero: "not text in UTF-8, as U+0000 stands there",
  empty: "empty",
  long: "too long",
  columns: "wrong number of columns",
  json: "not valid JSON",
  fields: "no text where it was expected",
} as const;

export type Problem = { count: number; readonly firstLines: number[] };

const LINES_KEPT = 5;

/** One report a file: line numbers alone do not say which file they are of. */
export class ReadReport {
  /** Texts that the reader gave out. */
  accepted = 0;
  /** What was left out, by kind: {@link PROBLEM} or a kind of the caller's. */
  readonly problems = new Map<string, Problem>();

  /** Counts one line that is left out. `line` counts from 1. */
  add(kind: string, line: number): void {
    let problem = this.problems.get(kind);
    if (problem === undefined) {
      problem = { count: 0, firstLines: [] };
      this.problems.set(kind, problem);
    }
    problem.count++;
    if (problem.firstLines.length < LINES_KEPT) problem.firstLines.push(line);
  }

  /** One sentence a kind: `3 lines left out: not valid UTF-8 (lines 4, 9 and 12).` */
  summary(): string[] {
    return [...this.problems].map(([kind, { count, firstLines }]) => {
      const lines = new Intl.ListFormat("en-GB").format(firstLines.map(String));
      const where = `${firstLines.length === 1 ? "line" : "lines"} ${lines}`;
      const counted = `${count.toLocaleString("en-GB")} ${count === 1 ? "line" : "lines"}`;
      return `${counted} left out: ${kind} (${count > firstLines.length ? "first at " : ""}${where}).`;
    });
  }
}
