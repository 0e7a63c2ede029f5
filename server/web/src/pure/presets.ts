// Two small sets of examples for an arithmetic, found in lines of the model's own corpus.
import { clearFirst } from "./models.ts";

export interface CorpusLine {
  readonly text: string;
  readonly label?: string | undefined;
}

export interface Preset {
  readonly name: string;
  readonly plus: readonly string[];
  readonly minus: readonly string[];
  /** Whether a line is of the kind that is taken away. */
  readonly leaves: (line: CorpusLine) => boolean;
}

/** Lines on either side of a preset at most. */
const EXAMPLES = 8;
/** Fewer make no direction. */
const FEWEST = 4;
/** Labels that have a preset. */
const MOST_LABELS = 6;
/** Lines among which those of a preset are chosen, for each of them. */
const CANDIDATES = 3;

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

/** Letters of scripts that set no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

const NEGATION = /\b(not|never|no|nothing|nobody)\b|n't\b/i;

/**
 * Presets of which there are examples enough: between labels first, then by what the lines say. Each has more examples than it needs,
 * for {@link clearPreset} to choose from.
 */
export function presetsOf(lines: readonly CorpusLine[]): Preset[] {
  const readable = lines.filter(({ text }) => wordsOf(text) >= 4 && wordsOf(text) <= 16);
  const presets: Preset[] = [];
  const add = (name: string, comes: Preset["leaves"], leaves: Preset["leaves"]) => {
    const textsOf = (kind: Preset["leaves"]) => readable.filter(kind).map(({ text }) => text);
    const [plus, minus] = [textsOf(comes), textsOf(leaves)];
    if (plus.length < FEWEST || minus.length < FEWEST) return;
    const most = CANDIDATES * EXAMPLES;
    presets.push({ name, plus: spread(plus, most), minus: spread(minus, most), leaves });
  };
  const labels = [...new Set(readable.flatMap(({ label }) => (label === undefined ? [] : [label])))].slice(
    0,
    MOST_LABELS,
  );
  for (const name of labels.length > 1 ? labels : []) {
    add(
      name,
      ({ label }) => label === name,
      ({ label }) => label !== undefined && label !== name,
    );
  }
  for (const { name, plus, minus } of CONTRASTS) {
    add(
      name,
      ({ text }) => plus(text),
      ({ text }) => minus(text),
    );
  }
  return presets;
}

/** A preset with as many examples as it needs, those in `unclear` only where there are no others. */
export function clearPreset(preset: Preset, unclear: ReadonlySet<string>): Preset {
  const choose = (texts: readonly string[]) => {
    const clear = texts.filter((text) => !unclear.has(text));
    return clear.length >= EXAMPLES ? spread(clear, EXAMPLES) : clearFirst(texts, unclear).slice(0, EXAMPLES);
  };
  return { ...preset, plus: choose(preset.plus), minus: choose(preset.minus) };
}

/** The first preset that takes a sentence away from what it is; towards what it is already, there is no way to go. */
export function presetFor(presets: readonly Preset[], line: CorpusLine): Preset | undefined {
  return presets.find(({ leaves }) => leaves(line)) ?? presets[0];
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

/** Words of a text; of one that is written without spaces, as many as it has pairs of characters. */
function wordsOf(text: string): number {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const joined = [...text].filter((character) => UNSPACED.test(character)).length;
  return 2 * joined > text.length ? Math.ceil(joined / 2) : words.length;
}

/** `count` of them at equal distances; all of fewer. */
function spread(texts: readonly string[], count: number): string[] {
  const step = Math.max(1, texts.length / count);
  return Array.from({ length: Math.min(count, texts.length) }, (_, i) => texts[Math.floor(i * step)] as string);
}
