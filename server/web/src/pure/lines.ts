// A text of several lines as the sentences that it holds.

/** Sentences of one box at most. */
export const MOST_LINES = 16;

/** The lines of a text without the spaces around them, those that say nothing left out. */
export function linesIn(text: string, most = MOST_LINES): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, most);
}
