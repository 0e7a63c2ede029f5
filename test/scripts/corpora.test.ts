// The shipped corpora: made again byte for byte, and of the quality that a small model needs.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { makeHeadlines, topics } from "../../scripts/make-headlines.ts";
import { makeVerse, worlds } from "../../scripts/make-verse.ts";
import { countWords, wordsOf } from "../../scripts/select-lines.ts";

const shipped = (name: string) => readFileSync(new URL(`../../corpora/${name}`, import.meta.url), "utf8");
const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");
const lengths = (texts: readonly string[]) => texts.map((text) => wordsOf(text).length);

// By spelling and without the maker's own rule: every word that follows "a" or "an" in the corpora is one of these kinds.
function wrongArticles(texts: readonly string[]): string[] {
  const all = texts.flatMap((text) => text.match(/\ban? [\w']+/gi) ?? []);
  return all.filter((pair) => {
    const [article = "", next = ""] = pair.toLowerCase().split(" ");
    const sound =
      /^(hour|honest|heir|8|11|18)/.test(next) || (/^[aeiou]/.test(next) && !/^(one|union|use|eu)/.test(next));
    return sound !== (article === "an");
  });
}

const strayMarks = (text: string) => / {2}|^ | $| [,.;:!?]|[{}|*~+]|,,|\.\./.test(text);

describe("corpora/verse.txt", () => {
  let lines: string[];
  beforeAll(() => {
    lines = linesOf(shipped("verse.txt"));
  });

  it("is what its maker writes", () => {
    expect(`${makeVerse().join("\n")}\n`).toBe(shipped("verse.txt"));
  });

  it("holds thousands of distinct lines of four to twelve words", () => {
    expect(lines.length).toBeGreaterThanOrEqual(8000);
    expect(new Set(lines).size).toBe(lines.length);
    expect(Math.min(...lengths(lines))).toBe(4);
    expect(Math.max(...lengths(lines))).toBe(12);
  });

  it("has a vocabulary that is small and met often", () => {
    const counts = countWords(lines);
    expect(counts.size).toBeGreaterThanOrEqual(900);
    expect(counts.size).toBeLessThanOrEqual(1500);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(15);
  });

  it("is lower case with simple punctuation, spaced as in print", () => {
    expect(lines.filter((line) => !/^[a-z' ,.;:!?]+$/.test(line))).toEqual([]);
    expect(lines.filter(strayMarks)).toEqual([]);
    expect(lines.filter((line) => !/[.,!?]$/.test(line))).toEqual([]);
  });

  it("has a and an where they belong, and no word twice in a row", () => {
    expect(wrongArticles(lines)).toEqual([]);
    expect(lines.filter((line) => /\b(\w+) \1\b/.test(line))).toEqual([]);
  });

  it("negates at most once in a clause", () => {
    const negated = /(\bnot|n't|never|nobody|no one|nothing) [a-z ]*\b(nothing|nobody|no one)\b/;
    const aside = / (when|field|bed|ribbon) (nobody|no one)\b/; // begins a clause of its own
    expect(lines.filter((line) => negated.test(line.replace(aside, "")))).toEqual([]);
  });

  it("wastes no word of its tables", () => {
    const used = new Set(lines.flatMap(wordsOf));
    const tables = Object.values(worlds).flatMap(({ things, places, goods, truths }) => [
      ...things.flatMap((thing) => [...(thing.np ?? []), ...(thing.is ?? [])]),
      ...places,
      ...goods,
      ...truths,
    ]);
    expect(tables.length).toBeGreaterThan(500);
    expect(tables.flatMap(wordsOf).filter((word) => !used.has(word))).toEqual([]);
  });

  it("is another text for another seed", () => {
    const other = new Set(makeVerse(2));
    const shared = lines.filter((line) => other.has(line)).length;
    expect(other.size).toBe(lines.length);
    expect(shared / lines.length).toBeLessThan(0.6);
  });
});

describe("corpora/headlines.tsv", () => {
  let rows: (readonly [label: string, text: string])[];
  let texts: string[];
  beforeAll(() => {
    rows = linesOf(shipped("headlines.tsv")).map((line) => {
      const [label = "", text = "", ...rest] = line.split("\t");
      expect(rest).toEqual([]);
      return [label, text];
    });
    texts = rows.map(([, text]) => text);
  });

  it("is what its maker writes", () => {
    expect(`${makeHeadlines().join("\n")}\n`).toBe(shipped("headlines.tsv"));
  });

  it("holds thousands of distinct headlines of five to fourteen words", () => {
    expect(rows.length).toBeGreaterThanOrEqual(8000);
    expect(new Set(texts).size).toBe(rows.length);
    expect(Math.min(...lengths(texts))).toBe(5);
    expect(Math.max(...lengths(texts))).toBe(14);
  });

  it("has its topics in about equal parts", () => {
    const counts = new Map<string, number>();
    for (const [label] of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(Object.keys(topics).sort());
    const fair = rows.length / counts.size;
    for (const count of counts.values()) expect(Math.abs(count / fair - 1)).toBeLessThan(0.15);
  });

  it("meets every word at least ten times", () => {
    expect(Math.min(...countWords(texts).values())).toBeGreaterThanOrEqual(10);
  });

  it("starts with a capital, a quotation or a number, and carries no stray marks", () => {
    expect(texts.filter((text) => !/^['A-Z0-9]/.test(text))).toEqual([]);
    expect(texts.filter((text) => !/^[A-Za-z0-9' ,:?%-]+$/.test(text))).toEqual([]);
    expect(texts.filter(strayMarks)).toEqual([]);
    expect(texts.filter((text) => /\? [a-z]/.test(text))).toEqual([]);
  });

  it("has a and an where they belong", () => {
    expect(wrongArticles(texts)).toEqual([]);
    expect(texts.some((text) => / an 8% /.test(text))).toBe(true);
  });

  it("tells its topic: words alone label nearly all of a held-out part", () => {
    // Naive Bayes with add-one smoothing, learnt on nine tenths.
    const labels = Object.keys(topics);
    const counts = new Map(labels.map((label) => [label, new Map<string, number>()]));
    const isTest = (index: number) => index % 10 === 0;
    rows.forEach(([label, text], index) => {
      const table = counts.get(label);
      if (!isTest(index)) for (const word of wordsOf(text)) table?.set(word, (table.get(word) ?? 0) + 1);
    });
    const score = (text: string, label: string) => {
      const table = counts.get(label) ?? new Map<string, number>();
      const total = [...table.values()].reduce((a, b) => a + b, 0);
      return wordsOf(text).reduce((sum, word) => sum + Math.log(((table.get(word) ?? 0) + 1) / (total + 1500)), 0);
    };
    const held = rows.filter((_, index) => isTest(index)).slice(0, 300);
    const right = held.filter(([label, text]) => {
      const scores = labels.map((each) => score(text, each));
      return labels[scores.indexOf(Math.max(...scores))] === label;
    });
    expect(right.length / held.length).toBeGreaterThan(0.95);
  });
});

describe("corpora/README.md", () => {
  it("quotes lines that are there", () => {
    const quoted = linesOf(shipped("README.md")).filter((line) => /^ {4}[a-z]/.test(line) && !line.includes("npm run"));
    const all = new Set([...linesOf(shipped("verse.txt")), ...linesOf(shipped("headlines.tsv"))]);
    expect(quoted).toHaveLength(5);
    expect(quoted.map((line) => line.trim().replace(/ {2,}/, "\t")).filter((line) => !all.has(line))).toEqual([]);
  });
});
