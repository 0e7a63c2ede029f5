// Codes around a code.
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { similarCodes } from "../../src/latent/similar.ts";

/** A code with the squared norm that a draw from the prior has on average: as many as it has dimensions. */
const LATENT = 16;
const code = Float32Array.from({ length: LATENT }, (_, k) => (k % 2 ? 1 : -1) * Math.sqrt(k < 8 ? 1.5 : 0.5));

describe("similarCodes", () => {
  test("blends the code with the same noise at every similarity: √s·z + √(1 − s)·ε", () => {
    const noise = similarCodes(code, { n: 3, similarity: 0, seed: 5 });
    for (const s of [0.25, 0.64, 0.8]) {
      for (const [i, sample] of similarCodes(code, { n: 3, similarity: s, seed: 5 }).entries()) {
        for (const [k, value] of sample.entries()) {
          const expected = Math.sqrt(s) * (code[k] ?? 0) + Math.sqrt(1 - s) * (noise[i]?.[k] ?? 0);
          expect(value).toBeCloseTo(expected, 5);
        }
      }
    }
    expect(similarCodes(code, { n: 2, similarity: 1 })).toEqual([code, code]);
    expect(similarCodes(code, { n: 3, seed: 5 })).toEqual(similarCodes(code, { n: 3, similarity: 0.8, seed: 5 }));
  });

  test.each([0, 0.3, 0.8, 0.95])("keeps mean √s·z and the squared norm in expectation at similarity %f", (s) => {
    const n = 4_000;
    const samples = similarCodes(code, { n, similarity: s });
    for (let k = 0; k < LATENT; k++) {
      const mean = samples.reduce((sum, sample) => sum + (sample[k] ?? 0), 0) / n;
      expect(Math.abs(mean - Math.sqrt(s) * (code[k] ?? 0))).toBeLessThan(4 * Math.sqrt((1 - s) / n));
    }
    const squares = samples.map((sample) => sample.reduce((sum, value) => sum + value * value, 0));
    const mean = squares.reduce((sum, value) => sum + value, 0) / n;
    // Of a squared norm with |z|² = d: d·(2(1 − s)² + 4s(1 − s)).
    const variance = LATENT * (2 * (1 - s) ** 2 + 4 * s * (1 - s));
    expect(Math.abs(mean - LATENT)).toBeLessThan(4 * Math.sqrt(variance / n));
  });

  test("gives sample i of a seed whatever the number, and others for other seeds", () => {
    const all = similarCodes(code, { n: 10, seed: 3 });
    expect(similarCodes(code, { n: 4, seed: 3 })).toEqual(all.slice(0, 4));
    expect(similarCodes(code, { n: 3, seed: 3, first: 5 })).toEqual(all.slice(5, 8));
    expect(similarCodes(code, { n: 1, seed: 4 })[0]).not.toEqual(all[0]);
    expect(all[0]).not.toEqual(all[1]);
    expect(similarCodes(code, { n: 0 })).toEqual([]);
  });

  test.each([
    [{ n: -1 }, "The number of texts is -1; expected an integer of at least 0."],
    [{ n: 1.5 }, "The number of texts is 1.5; expected an integer of at least 0."],
    [{ n: 1, similarity: 1.1 }, "The similarity is 1.1; expected a number from 0 to 1."],
    [{ n: 1, similarity: Number.NaN }, "The similarity is NaN; expected a number from 0 to 1."],
    [{ n: 1, first: -2 }, "The number of the first sample is -2; expected an integer of at least 0."],
  ])("refuses %o", (options, message) => {
    expect(() => similarCodes(code, options)).toThrow(InputError);
    expect(() => similarCodes(code, options)).toThrow(message);
  });

  test("refuses a code that is not finite", () => {
    expect(() => similarCodes(Float32Array.of(1, Number.NaN), { n: 1 })).toThrow(
      "A code holds a number that is not finite; expected finite numbers.",
    );
  });
});
