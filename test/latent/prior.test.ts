// Draws from the prior.
import { describe, expect, test } from "vitest";
import { priorCode, priorCodes } from "../../src/latent/prior.ts";

describe("priorCodes", () => {
  test("gives draw i of a seed whatever is drawn before it", () => {
    const all = [...priorCodes(6, { seed: 3, count: 10 })];
    expect(all.slice(4, 7)).toEqual([...priorCodes(6, { seed: 3, count: 3, first: 4 })]);
    expect(priorCode(6, 3, 4)).toEqual(all[4]);
  });

  test("spreads draws by the temperature, and by nothing else", () => {
    const [cold] = [...priorCodes(6, { seed: 3, count: 1, first: 4, temperature: 0.5 })];
    for (const [i, value] of priorCode(6, 3, 4).entries()) expect(cold?.[i]).toBeCloseTo(value / 2, 6);
  });

  test("gives other draws for other seeds and other places", () => {
    expect(priorCode(6, 3, 0)).not.toEqual(priorCode(6, 4, 0));
    expect(priorCode(6, 3, 0)).not.toEqual(priorCode(6, 3, 1));
  });

  test("is standard normal: mean, variance and correlation of neighbours are within four standard errors", () => {
    const count = 4_000;
    const codes = [...priorCodes(5, { seed: 1, count })];
    const mean = (of: (code: Float32Array) => number): number => codes.reduce((sum, code) => sum + of(code), 0) / count;
    for (let k = 0; k < 5; k++) {
      const value = (code: Float32Array, i = k): number => code[i % 5] ?? Number.NaN;
      expect(Math.abs(mean(value))).toBeLessThan(4 / Math.sqrt(count));
      expect(Math.abs(mean((code) => value(code) ** 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
      expect(Math.abs(mean((code) => value(code) * value(code, k + 1)))).toBeLessThan(4 / Math.sqrt(count));
    }
  });
});
