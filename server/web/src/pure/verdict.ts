// Whether variations stand in the corpus, in words that say how much of it was searched.

/** What was searched for the nearest lines of a text, and what was found. */
export interface Search {
  /** Corpus lines that were searched. */
  readonly of: number;
  /** Whether these are all; a server that does not say has searched what it has. */
  readonly complete?: boolean | undefined;
  readonly neighbours: readonly { readonly text: string }[];
}

/** How many of the variations are lines of the corpus, among those that are searched. */
export function verdictOf(copies: number, count: number, search: Search | undefined): string {
  const lines = search === undefined ? "corpus lines" : linesOf(search, "corpus lines");
  const where = search?.complete === false ? lines : `the ${lines}`;
  if (copies === 0) return `none is among ${where}`;
  return `${copies} of ${count} ${copies === 1 ? "is" : "are"} among ${where}, word for word`;
}

/** `20,000 lines`, and of a larger corpus `a sample of 20,000 lines`. */
export function linesOf({ of, complete = true }: Search, lines = "lines"): string {
  return `${complete ? "" : "a sample of "}${of.toLocaleString("en")} ${lines}`;
}

export function isCopy(line: string, found: Search | undefined): boolean {
  return line !== "" && (found?.neighbours.some(({ text }) => sameText(text, line)) ?? false);
}

export function sameText(a: string, b: string): boolean {
  return a.trim() === b.trim();
}
