// Which of what is known of a model still holds, and which of its sentences to begin with.

/** Whether all that a list of models says of one still stands in what is known of it. */
export function isOf<Summary extends object>(known: Summary, summary: Summary): boolean {
  return Object.entries(summary).every(([key, value]) => {
    return JSON.stringify(known[key as keyof Summary]) === JSON.stringify(value);
  });
}

/** `texts` with those in `unclear` last, each in their order. */
export function clearFirst(texts: readonly string[], unclear: ReadonlySet<string>): string[] {
  return [...texts.filter((text) => !unclear.has(text)), ...texts.filter((text) => unclear.has(text))];
}

/** A name that a link brought, short enough for a sentence. */
export function clipped(name: string, most = 40): string {
  return name.length > most ? `${name.slice(0, most)}…` : name;
}
