// Sentences of the same ids are one text, against strings in a map.
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random.ts";
import { CorpusBuilder, type EncodedCorpus } from "../../src/text/encoded-corpus.ts";
import { TextIndex } from "../../src/text/text-index.ts";

function corpusOf(sentences: readonly (readonly number[])[], vocabulary = 100): EncodedCorpus {
  const builder = new CorpusBuilder(vocabulary);
  for (const [i, ids] of sentences.entries()) builder.add(ids, i % 2 ? "odd" : "even");
  return builder.finish();
}

describe("TextIndex", () => {
  it("finds the first sentence of the same ids, whatever its label, and none for others", () => {
    const index = new TextIndex(corpusOf([[7], [7, 8], [8, 7], [7, 8], [7, 8, 0]]));
    const wanted = [[7], [7, 8], [8, 7], [7, 8, 0], [8], [], [0, 7]];
    expect(wanted.map((ids) => index.find(ids))).toEqual([0, 1, 2, 4, undefined, undefined, undefined]);
  });

  it("finds nothing in a corpus of no sentence", () => {
    expect(new TextIndex(corpusOf([])).find([1])).toBeUndefined();
  });

  it.each([3, 70_000])("agrees with a map of strings, for ids below %i", (vocabulary) => {
    const random = RandomStream.named(1, "texts");
    const draw = (): number[] => Array.from({ length: 1 + random.integer(6) }, () => random.integer(vocabulary));
    const sentences = Array.from({ length: 3_000 }, (_, i) => (i % 3 ? draw() : [i % 500, i % 2]));
    const corpus = corpusOf(sentences, 70_000);
    const firsts = new Map<string, number>();
    for (const [i, ids] of sentences.entries()) if (!firsts.has(ids.join())) firsts.set(ids.join(), i);
    const index = new TextIndex(corpus);
    expect([...index.firsts]).toEqual(sentences.map((ids) => firsts.get(ids.join())));
    for (const [i, ids] of sentences.entries()) expect(index.find(corpus.sentence(i))).toBe(firsts.get(ids.join()));
    for (let i = 0; i < 1_000; i++) {
      const ids = draw();
      expect(index.find(ids)).toBe(firsts.get(ids.join()));
    }
  });
});
