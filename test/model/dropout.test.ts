import { describe, expect, it } from "vitest";
import { tf } from "../../src/engine/tf.ts";
import type { NamedArray } from "../../src/engine/types.ts";
import { dropoutArrays, dropoutFeeds, keptStates, keptWords } from "../../src/model/dropout.ts";
import { RandomStream } from "../../src/random.ts";
import { TINY } from "../training/tiny-step.ts";

const drawn = (chance: number, seed = 1, shape = TINY, batch = 500) =>
  dropoutArrays(shape, batch, chance, RandomStream.named(seed, "dropout"));

describe("features that are left out", () => {
  it("are as many as the chance says, and the others make up for them", () => {
    const { keptWords: words } = drawn(0.25, 1, { ...TINY, embedding: 40 }) as { keptWords: NamedArray };
    const values = Array.from(words.data);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
    const left = values.filter((value) => value === 0).length / values.length;
    // Of 20,000 draws the share has a standard deviation of 0.003.
    expect(Math.abs(left - 0.25)).toBeLessThan(0.015);
  });

  it("are none at a chance of 0, the same for a seed, and others for another", () => {
    expect(new Set(drawn(0).keptStates?.data)).toEqual(new Set([1]));
    expect(drawn(0.5)).toEqual(drawn(0.5));
    expect(drawn(0.5)).not.toEqual(drawn(0.5, 2));
  });

  it("are those of words and states, and of words alone where nothing is written from states", () => {
    expect(dropoutFeeds(TINY)).toEqual({
      keptWords: { shape: ["batch", TINY.embedding], dtype: "float32" },
      keptStates: { shape: ["batch", TINY.hidden], dtype: "float32" },
    });
    expect(Object.keys(dropoutFeeds({ ...TINY, decoder: "deconv" }))).toEqual(["keptWords"]);
    for (const shape of [TINY, { ...TINY, decoder: "deconv" as const }]) {
      const sizes = Object.entries(drawn(0.5, 1, shape, 3)).map(([name, array]) => [
        name,
        array.shape[0],
        array.shape[1],
      ]);
      expect(sizes).toEqual(Object.entries(dropoutFeeds(shape)).map(([name, spec]) => [name, 3, spec.shape[1]]));
    }
  });

  it("are the same at all times of a sentence, and in all words of a window", () => {
    const factors = { keptWords: tf.tensor2d([0, 2, 2, 0], [2, 2]), keptStates: tf.tensor2d([2, 0, 0, 2], [2, 2]) };
    const times = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    expect(Array.from(keptWords(times, factors).dataSync())).toEqual([0, 4, 6, 0, 0, 12, 14, 0]);
    expect(Array.from(keptStates(times, factors).dataSync())).toEqual([2, 0, 0, 8, 10, 0, 0, 16]);
    const windows = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    expect(Array.from(keptWords(windows, factors).dataSync())).toEqual([0, 4, 0, 8, 10, 0, 14, 0]);
    expect(keptWords(times, {})).toBe(times);
  });
});
