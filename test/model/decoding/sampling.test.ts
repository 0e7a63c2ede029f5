// Drawing one token.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NonFiniteError } from "../../../src/errors.ts";
import { draw } from "../../../src/model/decoding/sampling.ts";

const distribution = fc
  .array(fc.nat(1_000), { minLength: 1, maxLength: 60 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return Float32Array.from(weights, (weight) => weight / total);
  });
const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Every token that some uniform number draws, found on a fine grid. */
function drawn(probabilities: Float32Array, options: { topK?: number; topP?: number }): number[] {
  const ids = Array.from({ length: 4_000 }, (_, i) => draw(probabilities, (i + 0.5) / 4_000, options));
  return [...new Set(ids)].sort((a, b) => a - b);
}

describe("draw", () => {
  const probabilities = Float32Array.of(0.125, 0, 0.5, 0.25, 0.125);

  test.each([
    [0, 0],
    [0.124, 0],
    [0.125, 2],
    [0.624, 2],
    [0.625, 3],
    [0.874, 3],
    [0.875, 4],
    [1 - 2 ** -32, 4],
  ])("at %f takes the token %i, where the cumulative probability passes it", (u, token) => {
    expect(draw(probabilities, u)).toBe(token);
  });

  test("keeps to the k likeliest, in proportion", () => {
    expect(drawn(probabilities, { topK: 2 })).toEqual([2, 3]);
    const ids = Array.from({ length: 300 }, (_, i) => draw(probabilities, i / 300, { topK: 2 }));
    expect(ids.filter((id) => id === 2)).toHaveLength(200);
  });

  test("takes the smaller id of equals at the border of top-k", () => {
    expect(drawn(probabilities, { topK: 3 })).toEqual([0, 2, 3]);
  });

  test.each([
    [0.4, [2]],
    [0.5, [2]],
    [0.51, [2, 3]],
    [0.75, [2, 3]],
    [0.8, [0, 2, 3]],
    [1, [0, 2, 3, 4]],
  ])("keeps to the fewest likeliest that have the share %f", (topP, expected) => {
    expect(drawn(probabilities, { topP })).toEqual(expected);
  });

  test("takes the share of what top-k has left", () => {
    // Of 0.5 and 0.25, which are left, 0.5 is two thirds.
    expect(drawn(probabilities, { topK: 2, topP: 0.66 })).toEqual([2]);
    expect(drawn(probabilities, { topK: 2, topP: 0.67 })).toEqual([2, 3]);
  });

  test("draws only tokens of a probability above 0, whatever the options", () => {
    fc.assert(
      fc.property(
        distribution,
        uniform,
        fc.integer({ min: 1, max: 70 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (p, u, topK, topP) => {
          for (const options of [{}, { topK }, { topP }, { topK, topP }])
            expect(p[draw(p, u, options)]).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("draws what sorting the whole distribution would leave", () => {
    fc.assert(
      fc.property(
        distribution,
        uniform,
        fc.integer({ min: 1, max: 70 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (p, u, topK, topP) => {
          const order = Array.from(p.keys()).sort((a, b) => (p[b] as number) - (p[a] as number) || a - b);
          const left = order.slice(0, topK);
          const mass = left.reduce((sum, id) => sum + (p[id] as number), 0);
          let sum = 0;
          const nucleus = left.filter((id) => {
            const wanted = sum < topP * mass;
            sum += p[id] as number;
            return wanted;
          });
          expect(left).toContain(draw(p, u, { topK }));
          // Rounding may settle a tie at the border either way.
          const margin = nucleus.length < left.length ? left.slice(0, nucleus.length + 1) : nucleus;
          expect(margin).toContain(draw(p, u, { topK, topP }));
        },
      ),
    );
  });

  test("gives each token its share of many draws", () => {
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 8_000; i++) {
      const id = draw(probabilities, i / 8_000);
      counts[id] = (counts[id] ?? 0) + 1;
    }
    expect(counts).toEqual([1_000, 0, 4_000, 2_000, 1_000]);
  });

  test("refuses a distribution without a probability above 0", () => {
    expect(() => draw(Float32Array.of(Number.NaN, Number.NaN), 0.5)).toThrow(NonFiniteError);
    expect(() => draw(Float32Array.of(0, 0), 0.5, { topK: 1 })).toThrow(NonFiniteError);
  });
});
