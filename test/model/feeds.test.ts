// Feeds of a batch, against arrays written by hand.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bindDimensions } from "../../src/engine/shapes.ts";
import { InputError } from "../../src/errors.ts";
import { decoderOf } from "../../src/model/decoders/kinds.ts";
import { encoderOf } from "../../src/model/encoders/kinds.ts";
import { decoderFeeds, encoderFeeds } from "../../src/model/feeds.ts";
import type { ModelShape } from "../../src/model/parameters.ts";
import { targetCount } from "../../src/model/sentence-arrays.ts";
import { TINY } from "../training/tiny-step.ts";

const SPECIAL = { pad: 0, begin: 1, end: 2 };
/** One sentence of three words beside one of a single word. */
const MIXED = [[7, 8, 9], [5]];

const sentences = fc.array(fc.array(fc.integer({ min: 3, max: 20 }), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
});

describe("feeds of a recurrent encoder", () => {
  it("lays sentences out by time, forwards and backwards, both from time 0", () => {
    expect(encoderFeeds(TINY, MIXED, SPECIAL)).toEqual({
      source: { shape: [3, 2], data: Int32Array.of(7, 5, 8, 0, 9, 0) },
      sourceReversed: { shape: [3, 2], data: Int32Array.of(9, 5, 8, 0, 7, 0) },
      sourceLast: { shape: [2], data: Int32Array.of(4, 1) },
      sourceMirror: { shape: [3, 2], data: Int32Array.of(4, 1, 2, 3, 0, 5) },
    });
  });

  it("takes typed arrays as well", () => {
    expect(encoderFeeds(TINY, [Uint32Array.of(7, 8, 9), Int32Array.of(5)], SPECIAL)).toEqual(
      encoderFeeds(TINY, MIXED, SPECIAL),
    );
  });

  it("mirrors each token to itself in the other order, for any sentences", () => {
    fc.assert(
      fc.property(sentences, (batch) => {
        const feeds = encoderFeeds(TINY, batch, SPECIAL);
        bindDimensions(encoderOf(TINY).feeds(TINY), feeds);
        const [source, reversed, mirror] = [feeds.source?.data, feeds.sourceReversed?.data, feeds.sourceMirror?.data];
        mirror?.forEach((row, i) => {
          expect(reversed?.[row]).toBe(source?.[i]);
          expect(mirror[row]).toBe(i);
        });
        feeds.sourceLast?.data.forEach((row, b) => {
          expect(source?.[row]).toBe(batch[b]?.at(-1));
          expect(reversed?.[row]).toBe(batch[b]?.[0]);
        });
      }),
    );
  });
});

describe("feeds of pooled states", () => {
  it.each(["mean", "max"] as const)("are each token's share of its sentence, for %s", (pooling) => {
    const third = Math.fround(1 / 3);
    const { sourceShare, ...rest } = encoderFeeds({ ...TINY, pooling }, MIXED, SPECIAL);
    expect(sourceShare).toEqual({ shape: [3, 2], data: Float32Array.of(third, 1, third, 0, third, 0) });
    expect(Object.keys(rest)).toEqual(["source", "sourceReversed", "sourceMirror"]);
  });
});

describe("feeds of a convolutional encoder", () => {
  const shape: ModelShape = { ...TINY, encoder: "conv" };

  it("are windows from the begin token on, filled up with ends, the last one repeated beside longer sentences", () => {
    const { windows } = encoderFeeds(shape, MIXED, SPECIAL);
    const rows = [
      [1, 7, 8, 9, 2],
      [1, 5, 2, 2, 2],
      [7, 8, 9, 2, 2],
      [5, 2, 2, 2, 2],
      [8, 9, 2, 2, 2],
      [5, 2, 2, 2, 2],
      [9, 2, 2, 2, 2],
      [5, 2, 2, 2, 2],
    ];
    expect(windows).toEqual({ shape: [4, 2, 5], data: Int32Array.from(rows.flat()) });
  });
});

describe("feeds of a deconvolutional decoder", () => {
  it("say in which row each target's place is", () => {
    // Five tokens and their end need six places: three, doubled.
    const { targetRow } = decoderFeeds({ ...TINY, decoder: "deconv" }, MIXED, SPECIAL);
    expect(targetRow).toEqual({ shape: [4, 2], data: Int32Array.of(0, 6, 1, 7, 2, 8, 3, 9) });
  });

  it("refuse a sentence longer than what can be written", () => {
    const shape: ModelShape = { ...TINY, decoder: "deconv", maxLength: 2 };
    expect(() => decoderFeeds(shape, MIXED, SPECIAL)).toThrow(InputError);
    expect(() => decoderFeeds(shape, MIXED, SPECIAL)).toThrow(/3 tokens: expected at most 2/);
  });
});

describe("feeds of a recurrent decoder", () => {
  it("puts the begin token before, the end token after, and weighs targets by 1 / sentences", () => {
    expect(decoderFeeds(TINY, MIXED, SPECIAL)).toEqual({
      input: { shape: [4, 2], data: Int32Array.of(1, 1, 7, 5, 8, 0, 9, 0) },
      target: { shape: [4, 2], data: Int32Array.of(7, 5, 8, 2, 9, 0, 2, 0) },
      targetWeight: { shape: [4, 2], data: Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0) },
    });
  });

  it("weighs as many targets as there are tokens and ends, for any sentences", () => {
    fc.assert(
      fc.property(sentences, (batch) => {
        const feeds = decoderFeeds(TINY, batch, SPECIAL);
        bindDimensions(decoderOf(TINY).feeds(TINY), feeds);
        expect(feeds.targetWeight?.data.filter((weight) => weight > 0).length).toBe(targetCount(batch));
      }),
    );
  });
});

describe("targetCount", () => {
  it("counts tokens and one end for each sentence", () => {
    expect(targetCount(MIXED)).toBe(6);
    expect(targetCount([])).toBe(0);
  });
});
