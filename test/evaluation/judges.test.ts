// The judges that know nothing of the model: eigenvalues, Fréchet distance, embeddings and the two-sample test.
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { SentenceEmbedder } from "../../src/evaluation/embeddings.ts";
import { frechetDistance } from "../../src/evaluation/frechet.ts";
import { squaredDistance } from "../../src/evaluation/sample-distances.ts";
import { ngramFeatures } from "../../src/evaluation/text-features.ts";
import { twoSampleTest, wilsonInterval } from "../../src/evaluation/two-sample.ts";
import { meanAndCovariance } from "../../src/model/aggregate.ts";
import { product, squareRoot, symmetricEigen } from "../../src/model/symmetric-eigen.ts";
import { RandomStream } from "../../src/random.ts";

function gaussians(count: number, size: number, seed: number, change = (value: number, _k: number) => value) {
  const random = RandomStream.named(seed, "judges");
  return Array.from({ length: count }, () => Float64Array.from(random.fillGaussian(new Float32Array(size)), change));
}

/** Sentences of four groups of words; `shift` moves them to other words. */
function sentences(count: number, seed: number, shift = 0): number[][] {
  const random = RandomStream.named(seed, "sentences");
  return Array.from({ length: count }, () => {
    const group = random.integer(4);
    return Array.from({ length: 4 + random.integer(5) }, () => 10 * group + random.integer(10) + shift);
  });
}

describe("symmetricEigen", () => {
  it("gives the eigenvalues of a matrix worked out by hand", () => {
    // [[2, 1], [1, 2]]: 1 and 3, along (1, −1) and (1, 1).
    const { values, vectors } = symmetricEigen([Float64Array.of(2, 1), Float64Array.of(1, 2)]);
    const [small, large] = values[0] === Math.min(...values) ? [0, 1] : [1, 0];
    expect(values[small]).toBeCloseTo(1, 12);
    expect(values[large]).toBeCloseTo(3, 12);
    const [x, y] = vectors[large] as Float64Array;
    expect(x).toBeCloseTo(y as number, 12);
  });

  it("puts a random matrix together again, and its root times itself is the matrix", () => {
    const { covariance } = meanAndCovariance(gaussians(50, 12, 1));
    const { values, vectors } = symmetricEigen(covariance);
    const root = squareRoot(covariance);
    const squared = product(root, root);
    for (const [i, row] of covariance.entries()) {
      for (const [j, value] of row.entries()) {
        const together = vectors.reduce((sum, v, k) => sum + (values[k] ?? 0) * (v[i] ?? 0) * (v[j] ?? 0), 0);
        expect(together).toBeCloseTo(value, 10);
        expect(squared[i]?.[j]).toBeCloseTo(value, 10);
      }
    }
  });
});

describe("frechetDistance", () => {
  it("is 0 for equal sets, and the squared shift in units of the variance for shifted ones", () => {
    const points = gaussians(500, 6, 2);
    expect(frechetDistance(points, points)).toBeCloseTo(0, 9);
    const variance = meanAndCovariance(points).covariance.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
    const shifted = points.map((point) => point.map((value) => value + 0.5));
    expect(frechetDistance(points, shifted)).toBeCloseTo((6 * 0.25) / variance, 9);
  });

  it("is the squared difference of the deviations for scaled sets", () => {
    // Σ₂ = 9 Σ₁: Tr(Σ₁ + 9Σ₁ − 2·3Σ₁) = 4 Tr Σ₁, however the dimensions hang together.
    const points = gaussians(500, 5, 3).map((point) =>
      point.map((value, k) => value + (k > 0 ? (point[k - 1] ?? 0) : 0)),
    );
    const { mean } = meanAndCovariance(points);
    const scaled = points.map((point) => point.map((value, k) => (mean[k] ?? 0) + 3 * (value - (mean[k] ?? 0))));
    expect(frechetDistance(points, scaled)).toBeCloseTo(4, 9);
  });

  it("is small for two samples of one distribution, and smaller for larger ones", () => {
    const [few, many] = [100, 4_000].map((count) => frechetDistance(gaussians(count, 8, 4), gaussians(count, 8, 5)));
    expect(many).toBeLessThan(0.01);
    expect(few).toBeGreaterThan(many as number);
  });

  it("refuses single embeddings and embeddings that are all the same", () => {
    expect(() => frechetDistance([[1]], [[1], [2]])).toThrow(InputError);
    expect(() => frechetDistance([[1], [1]], [[1], [2]])).toThrow("all the same");
  });
});

describe("SentenceEmbedder", () => {
  it("puts sentences of one subject nearer to each other than to those of another", async () => {
    const all = sentences(400, 6);
    const embedder = await SentenceEmbedder.fit(all, { dimensions: 8 });
    const groups = [0, 1, 2, 3].map((group) =>
      embedder.embed(all.filter(([first]) => Math.floor((first ?? 0) / 10) === group).slice(0, 40)),
    );
    const between = (a: Float64Array[], b: Float64Array[]) =>
      a.flatMap((x) => b.map((y) => squaredDistance(x, y))).reduce((sum, value) => sum + value, 0) /
      (a.length * b.length);
    for (const [i, a] of groups.entries()) {
      for (const [j, b] of groups.entries()) if (i !== j) expect(between(a, a)).toBeLessThan(0.5 * between(a, b));
    }
  });

  it("gives the same embeddings again, and zeros for sentences of nothing known", async () => {
    const all = sentences(100, 7);
    const [first, second] = [
      await SentenceEmbedder.fit(all, { dimensions: 4, ignored: 999 }),
      await SentenceEmbedder.fit(all, { dimensions: 4, ignored: 999 }),
    ];
    expect(second.embed(all)).toEqual(first.embed(all));
    expect(first.embed([[999, 999]])).toEqual([new Float64Array(4)]);
  });

  it("refuses fewer sentences than dimensions", async () => {
    await expect(SentenceEmbedder.fit(sentences(3, 1), { dimensions: 4 })).rejects.toThrow("There are 3 sentences");
  });
});

describe("ngramFeatures", () => {
  it("passes over the ignored token, and does not join what stands around it", () => {
    const options = { longest: 2, buckets: 2 ** 16, ignored: 5 };
    const places = (sentence: number[]) => new Set(ngramFeatures(sentence, options).places);
    // 7 and 8 with the borders; the pair 7 8 is missing, and so is every pair with 5.
    expect(places([7, 5, 8]).size).toBe(4);
    expect(places([7, 8]).size).toBe(5);
    expect(places([5]).size).toBe(0);
  });
});

describe("twoSampleTest", () => {
  it("cannot tell two samples of one distribution apart", () => {
    const { accuracy, interval, learnt, judged } = twoSampleTest(sentences(1_500, 8), sentences(1_500, 9));
    expect(interval[0]).toBeLessThan(0.5);
    expect(interval[1]).toBeGreaterThan(0.5);
    expect(accuracy).toBeGreaterThan(interval[0]);
    expect([learnt, judged]).toEqual([1_500, 1_500]);
  });

  it("tells other words, and another order of the same words", () => {
    expect(twoSampleTest(sentences(500, 10), sentences(500, 11, 7)).accuracy).toBeGreaterThan(0.65);
    const sorted = sentences(500, 11).map((sentence) => sentence.sort((a, b) => a - b));
    expect(twoSampleTest(sentences(500, 10), sorted).accuracy).toBeGreaterThan(0.65);
  });

  it("does not learn from tokens it is told to pass over", () => {
    const marked = sentences(800, 13).map((sentence) => [...sentence.slice(0, 2), 99, ...sentence.slice(2)]);
    const plain = sentences(800, 12).map((sentence) => [...sentence.slice(0, 2), 98, ...sentence.slice(2)]);
    expect(twoSampleTest(plain, marked).accuracy).toBeGreaterThan(0.95);
    const same = sentences(800, 12).map((sentence) => [...sentence.slice(0, 2), 99, ...sentence.slice(2)]);
    expect(twoSampleTest(same, marked, { ignored: 99 }).interval[0]).toBeLessThan(0.5);
  });

  it("gives Wilson's interval", () => {
    // 8 of 10: centre (0.8 + 3.8415/20)/1.38415, reach as the formula gives it: 0.4902 to 0.9433.
    const [low, high] = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
  });

  it("refuses three sentences", () => {
    expect(() => twoSampleTest(sentences(3, 1), sentences(9, 1))).toThrow("got 3 and 9");
  });
});
