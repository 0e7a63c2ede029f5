// Two small sets of examples for an arithmetic, found in lines of the model's own corpus.

export interface CorpusLine {
  readonly text: string;
  readonly label?: string | undefined;
}

export interface Preset {
  readonly name: string;
  readonly plus: readonly string[];
  readonly minus: readonly string[];
}

const EXAMPLES = 8;

/** What tells two kinds of lines apart, where a corpus has both. */
const CONTRASTS: readonly { name: string; plus: (text: string) => boolean; minus: (text: string) => boolean }[] = [
  { name: "a question", plus: (text) => /\?\s*$/.test(text), minus: (text) => /\.\s*$/.test(text) },
  {
    name: "in the past",
    plus: (text) => /\b(was|were|had|did)\b/i.test(text) && !/\b(is|are|has|will)\b/i.test(text),
    minus: (text) => /\b(is|are|has)\b/i.test(text) && !/\b(was|were|had|did)\b/i.test(text),
  },
  {
    name: "we, not I",
    plus: (text) => /\b(we|our|us)\b/i.test(text) && !/\b(i|my|me)\b/i.test(text),
    minus: (text) => /\b(i|my|me)\b/i.test(text) && !/\b(we|our|us)\b/i.test(text),
  },
  { name: "an exclamation", plus: (text) => /!\s*$/.test(text), minus: (text) => /\.\s*$/.test(text) },
  { name: "denied", plus: (text) => NEGATION.test(text), minus: (text) => !NEGATION.test(text) },
  { name: "longer", plus: (text) => wordsOf(text) >= 11, minus: (text) => wordsOf(text) <= 6 },
];

const NEGATION = /\b(not|never|no|nothing|nobody)\b|n't\b/i;

/** Presets of which there are examples enough: between labels first, then by what the lines say. */
export function presetsOf(lines: readonly CorpusLine[], examples = EXAMPLES): Preset[] {
  const readable = lines.filter(({ text }) => wordsOf(text) >= 4 && wordsOf(text) <= 16);
  const presets: Preset[] = [];
  const add = (name: string, plus: readonly CorpusLine[], minus: readonly CorpusLine[]) => {
    if (plus.length < examples / 2 || minus.length < examples / 2) return;
    presets.push({ name, plus: spread(plus, examples), minus: spread(minus, examples) });
  };
  const labels = [...new Set(readable.flatMap(({ label }) => (label === undefined ? [] : [label])))].slice(0, 3);
  for (const label of labels.length > 1 ? labels : []) {
    add(
      label,
      readable.filter((line) => line.label === label),
      readable.filter((line) => line.label !== undefined && line.label !== label),
    );
  }
  for (const { name, plus, minus } of CONTRASTS) {
    add(
      name,
      readable.filter(({ text }) => plus(text)),
      readable.filter(({ text }) => minus(text)),
    );
  }
  return presets;
}

/** Pairs of sentences for two boxes: neighbours in the list, of a length that reads well, else whatever there is. */
export function examplePairs(examples: readonly string[]): (readonly [string, string])[] {
  const fit = examples.filter((text) => wordsOf(text) >= 4 && wordsOf(text) <= 14);
  const chosen = fit.length >= 2 ? fit : examples;
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < chosen.length; i += 2) pairs.push([chosen[i] as string, chosen[i + 1] as string]);
  return pairs;
}

/** A sentence to begin with. */
export function openingOf(examples: readonly string[]): string {
  return examplePairs(examples)[0]?.[0] ?? examples[0] ?? "";
}

function wordsOf(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

function spread(lines: readonly CorpusLine[], count: number): string[] {
  const step = Math.max(1, lines.length / count);
  return Array.from(
    { length: Math.min(count, lines.length) },
    (_, i) => (lines[Math.floor(i * step)] as CorpusLine).text,
  );
}
