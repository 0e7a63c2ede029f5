// Which labels of a corpus have a colour of their own on the map.

/** Colours of labels, in their order, by their names in the style sheet; a corpus without labels has none. */
export const LABEL_COLOURS = ["from", "to", "third", "fourth", "fifth", "sixth", "seventh", "eighth"] as const;

export interface LabelColours {
  /** By name, in the order of their colours. */
  readonly named: readonly string[];
  /** How many labels there are beside them, in one colour. */
  readonly others: number;
}

/** The most frequent labels of `points`, as many as there are colours. */
export function labelColours(
  points: readonly { readonly label?: string | undefined }[],
  colours: number = LABEL_COLOURS.length,
): LabelColours {
  const counts = new Map<string, number>();
  for (const { label } of points) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  const byCount = [...counts.keys()].sort().sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return { named: byCount.slice(0, colours).sort(), others: Math.max(0, byCount.length - colours) };
}
