// What a report measures on dev sentences, against the same from codes and losses that are worked out one by one.
import { describe, expect, it } from "vitest";
import { EagerEngine } from "../../src/engine/eager.ts";
import type { NamedArray, NamedArrays } from "../../src/engine/types.ts";
import { divergenceOfDraws, gaussianDivergence, meanAndCovariance } from "../../src/model/aggregate.ts";
import { CODE_NOISE, isotropicNoise } from "../../src/model/code-noise.ts";
import { initialParameters, type ModelShape } from "../../src/model/parameters.ts";
import { RandomStream } from "../../src/random.ts";
import { CorpusBuilder } from "../../src/text/encoded-corpus.ts";
import { MOST_JUDGED, spreadPlaces } from "../../src/training/spread.ts";
import { type Validation, Validator } from "../../src/training/validation.ts";
import { code, logVariance, mean, sentenceLoss, valuesOf } from "../model/reference.ts";
import { drawSentences, TINY } from "./tiny-step.ts";

const SPECIAL = { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 };
const SENTENCES = drawSentences(RandomStream.named(1, "dev"), 30, 4, TINY.vocabulary).sort(
  (a, b) => a.length - b.length,
);
const parameters = initialParameters(TINY, 4);

async function validate(
  weights: NamedArrays,
  sentences: readonly number[][],
  shape: ModelShape = TINY,
): Promise<Validation> {
  const builder = new CorpusBuilder(TINY.vocabulary);
  for (const sentence of sentences) builder.add(sentence);
  const validator = await Validator.create(await EagerEngine.create("cpu"), shape, SPECIAL, builder.finish());
  const validation = await validator.run(weights);
  await validator.dispose();
  return validation;
}

const changed = (
  name: RegExp,
  change: (value: number, index: number) => number,
  arrays: NamedArrays = parameters,
): NamedArrays =>
  new Map(
    [...arrays].map(([key, { shape, data }]): [string, NamedArray] => [
      key,
      { shape, data: name.test(key) ? Float32Array.from(data, change) : (data as Float32Array) },
    ]),
  );

describe("a validation", () => {
  it("has the loss with other sentences' codes less that with their own, and the codes' divergence", async () => {
    const values = valuesOf(parameters);
    const codes = SENTENCES.map((sentence) => code(TINY, values, sentence));
    const lossesOf = (shift: number): number =>
      SENTENCES.reduce(
        (sum, sentence, i) =>
          sum + sentenceLoss(TINY, values, sentence, codes[(i + shift) % codes.length] as number[], SPECIAL),
        0,
      );
    const tokens = SENTENCES.reduce((sum, { length }) => sum + length + 1, 0);
    const found = await validate(parameters, SENTENCES);
    expect(found.reconstruction).toBeCloseTo(lossesOf(0) / tokens, 5);
    expect(found.codeGap).toBeCloseTo((lossesOf(1) - lossesOf(0)) / tokens, 5);
    const gaussian = meanAndCovariance(codes);
    const divergence = gaussianDivergence(gaussian.mean, gaussian.covariance) ?? Number.NaN;
    expect(found.codeDivergence).toBeCloseTo(divergence - divergenceOfDraws(codes.length, TINY.latent), 4);
    expect(found.codeMean).toBeCloseTo(
      Math.max(...[0, 1].map((j) => Math.abs(mean(codes.map((z) => z[j] as number))))),
      5,
    );
  });

  it("takes the sentences that are written from the codes of others from among all lengths alike", async () => {
    const values = valuesOf(parameters);
    const many = drawSentences(RandomStream.named(2, "dev"), 600, 4, TINY.vocabulary);
    const lossOf = (sentence: number[], read: number[]): number =>
      sentenceLoss(TINY, values, sentence, code(TINY, values, read), SPECIAL);
    const tokensOf = (of: number[][]): number => of.reduce((sum, { length }) => sum + length + 1, 0);
    // 600 are twice 256 and more: every second one, by length.
    const compared = many.toSorted((a, b) => a.length - b.length).filter((_, i) => i % 2 === 0);
    const others = [...compared.slice(1), compared[0] as number[]];
    const gap = compared.reduce(
      (sum, sentence, i) => sum + lossOf(sentence, others[i] as number[]) - lossOf(sentence, sentence),
      0,
    );
    const found = await validate(parameters, many);
    expect(found.codeGap).toBeCloseTo(gap / tokensOf(compared), 5);
    expect(tokensOf(compared) / 300).toBeCloseTo(tokensOf(many) / 600, 1);
    const nats = many.reduce((sum, sentence) => sum + lossOf(sentence, sentence), 0);
    expect(found.reconstruction).toBeCloseTo(nats / tokensOf(many), 5);
  });

  it("judges 2,000 sentences at most, spread over the file", async () => {
    const many = drawSentences(RandomStream.named(3, "dev"), 2_100, 4, TINY.vocabulary);
    const spread = spreadPlaces(2_100, MOST_JUDGED).map((place) => many[place] as number[]);
    expect(spread).toHaveLength(2_000);
    expect(await validate(parameters, many)).toEqual(await validate(parameters, spread));
  });

  it("holds codes against the prior with the noise that is kept beside the weights", async () => {
    const noise: NamedArray = { shape: [TINY.latent, TINY.latent], data: new Float32Array(TINY.latent ** 2) };
    for (let i = 0; i < TINY.latent; i++) noise.data[i * TINY.latent + i] = 1;
    // Codes that hardly vary: with noise of variance 1 they are draws of the prior.
    const close = changed(/^encoder\.code\.weight$/, (value) => value / 1_000);
    const [alone, noisy] = [
      await validate(close, SENTENCES),
      await validate(new Map([...close, [CODE_NOISE, noise]]), SENTENCES),
    ];
    expect(alone.codeDivergence).toBeGreaterThan(2);
    expect(Math.abs(noisy.codeDivergence ?? Number.NaN)).toBeLessThan(0.5);
    const { codeDivergence: _, ...others } = noisy;
    expect(alone).toMatchObject(others);
  });

  it("puts codes with their noise back on the sphere before it holds them against the prior", async () => {
    const shape = { ...TINY, sphere: true };
    // Codes that are all but one point: with much noise they are spread evenly over the circle, whose covariance is I.
    const close = changed(/^encoder\.code\.weight$/, (value) => value / 1_000, initialParameters(shape, 4));
    const fixed = changed(/^encoder\.code\.bias$/, () => 1, close);
    const many = drawSentences(RandomStream.named(4, "dev"), 1_000, 4, TINY.vocabulary);
    const noise = isotropicNoise(shape, 100) as NamedArray;
    expect((await validate(fixed, many, shape)).codeDivergence).toBeGreaterThan(5);
    const noisy = await validate(new Map([...fixed, [CODE_NOISE, noise]]), many, shape);
    expect(Math.abs(noisy.codeDivergence ?? Number.NaN)).toBeLessThan(0.05);
  });

  describe("of Gaussian codes", () => {
    const shape = { ...TINY, gaussian: true };
    const many = drawSentences(RandomStream.named(2, "dev"), 1_000, 4, TINY.vocabulary);

    it("holds the covariance of the means and the mean of the variances against the prior", async () => {
      // Weights large enough for sentences to have variances of their own, around e^(−1).
      const wide = changed(/^encoder\.logVariance\.weight/, (value) => 20 * value, initialParameters(shape, 4));
      const spread = changed(/^encoder\.logVariance\.bias/, () => -1, wide);
      const values = valuesOf(spread);
      const { mean: centre, covariance } = meanAndCovariance(many.map((sentence) => code(shape, values, sentence)));
      const variances = many.map((sentence) => logVariance(shape, values, sentence).map(Math.exp));
      expect(new Set(variances.flat().map((variance) => variance.toFixed(2))).size).toBeGreaterThan(10);
      const ofMeans = gaussianDivergence(centre, covariance) ?? Number.NaN;
      for (const [i, row] of covariance.entries())
        row[i] = (row[i] as number) + mean(variances.map((variance) => variance[i] as number));
      const ofAll = gaussianDivergence(centre, covariance) ?? Number.NaN;
      const found = await validate(spread, many, shape);
      expect(Math.abs(ofMeans - ofAll)).toBeGreaterThan(0.3);
      expect(Math.abs((found.codeDivergence ?? Number.NaN) - ofAll)).toBeLessThan(0.1);
      expect(found.posteriorVariance).toBeCloseTo(mean(variances.flat()), 5);
    });

    it("adds the noise that is kept beside the weights to what is drawn", async () => {
      const silent = changed(/^encoder\.(code|logVariance)\./, () => 0, initialParameters(shape, 4));
      const noise = isotropicNoise(shape, 1) as NamedArray;
      const { codeDivergence, posteriorVariance } = await validate(
        new Map([...silent, [CODE_NOISE, noise]]),
        many,
        shape,
      );
      // Each of two dimensions has variance 1 + 1: (2 − 1 − ln 2)/2 nats each.
      expect(codeDivergence).toBeCloseTo(1 - Math.LN2, 1);
      expect(posteriorVariance).toBeCloseTo(1, 6);
    });

    it("finds none where Gaussians that say nothing are the prior, and no active dimension", async () => {
      const silent = changed(/^encoder\.(code|logVariance)\./, () => 0, initialParameters(shape, 4));
      const found = await validate(silent, many, shape);
      expect(Math.abs(found.codeDivergence ?? Number.NaN)).toBeLessThan(0.02);
      expect(found).toMatchObject({ activeUnits: 0, posteriorVariance: 1 });
    });
  });

  it("finds a decoder that does not listen, and codes that do not vary", async () => {
    const deaf = await validate(
      changed(/decoder\.condition|initial\.weight/, () => 0),
      SENTENCES,
    );
    expect(deaf.codeGap).toBeCloseTo(0, 6);
    expect(deaf.activeUnits).toBe(1);
    const half = await validate(
      changed(/encoder\.code\.weight/, (value, index) => (index % TINY.latent === 0 ? 0 : value)),
      SENTENCES,
    );
    expect(half.activeUnits).toBe(0.5);
    expect(half.codeDivergence).toBe(Number.POSITIVE_INFINITY);
  });

  it("claims nothing by too few sentences", async () => {
    const one = await validate(parameters, SENTENCES.slice(0, 1));
    expect(one).toMatchObject({ codeGap: null, codeDivergence: null });
    expect((await validate(parameters, SENTENCES.slice(0, 3))).codeDivergence).toBeNull();
  });
});
