// Samples of distinct texts.
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { distinctSample } from "../../src/text/distinct-sample.ts";

const corpus = (size: number) => Array.from({ length: size }, (_, i) => ({ text: `text ${i}`, line: i + 1 }));
const texts = ({ records }: { records: readonly { text: string }[] }) => records.map(({ text }) => text);

describe("distinctSample", () => {
  test("gives all distinct texts of a small corpus in their order, each as it came first", async () => {
    const records = ["b", "a", "b", "c", "a"].map((text, i) => ({ text, line: i + 1 }));
    expect(await distinctSample(records, { limit: 3 })).toEqual({
      records: [
        { text: "b", line: 1 },
        { text: "a", line: 2 },
        { text: "c", line: 4 },
      ],
      complete: true,
    });
    expect(await distinctSample(records, { limit: 2 })).toMatchObject({ complete: false });
  });

  test("gives exactly the limit of a larger corpus, none twice, in the order of the corpus", async () => {
    const records = [...corpus(3_000), ...corpus(3_000)];
    const sample = await distinctSample(records, { limit: 100 });
    const lines = sample.records.map(({ line }) => line);
    expect(new Set(lines).size).toBe(100);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(sample.complete).toBe(false);
  });

  test("is spread over the whole corpus: each tenth has its share within four standard errors", async () => {
    const { records } = await distinctSample(corpus(20_000), { limit: 2_000 });
    const tenths = new Array<number>(10).fill(0);
    for (const { line } of records) {
      const tenth = Math.floor((line - 1) / 2_000);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(4 * Math.sqrt(2_000 * 0.1 * 0.9));
  });

  test("is the same for the same texts in any order and number, and another with another seed", async () => {
    const sample = texts(await distinctSample(corpus(2_000), { limit: 50 }));
    const shuffled = [...corpus(2_000).reverse(), ...corpus(700)];
    expect(texts(await distinctSample(shuffled, { limit: 50 })).sort()).toEqual([...sample].sort());
    expect(texts(await distinctSample(corpus(2_000), { limit: 50, seed: 2 }))).not.toEqual(sample);
  });

  test("takes what is accepted only, and is complete when that is all there is", async () => {
    const sample = await distinctSample(corpus(40), { limit: 4, accept: ({ line }) => line % 10 === 0 });
    expect(texts(sample)).toEqual(["text 9", "text 19", "text 29", "text 39"]);
    expect(sample.complete).toBe(true);
  });

  test("gives nothing of nothing", async () => {
    expect(await distinctSample([] as { text: string }[], { limit: 1 })).toEqual({ records: [], complete: true });
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a limit of %f", async (limit) => {
    await expect(distinctSample(corpus(2), { limit })).rejects.toThrow(InputError);
    await expect(distinctSample(corpus(2), { limit })).rejects.toThrow(
      `The limit is ${limit}; expected an integer of at least 1.`,
    );
  });
});
