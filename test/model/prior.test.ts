// Where the prior is: codes that are put on its sphere, and draws of it.
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import { fillPrior, placed } from "../../src/model/prior.ts";
import { RandomStream } from "../../src/random.ts";
import { drawValues, expectGradients, projected, projectedNumbers } from "./check-gradients.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const SPHERE = { sphere: true, latent: 4 };

const placedNumbers = (codes: number[][]): number[] =>
  tf.tidy(() => [...placed(SPHERE, tf.tensor2d(codes)).dataSync()]);

/** The scaling once more, in double precision. */
const scaled = (z: readonly number[]): number[] => z.map((x) => (x * Math.sqrt(z.length)) / Math.hypot(...z));

describe("placed", () => {
  it("scales codes to length √latent and keeps their direction", () => {
    expect(
      placedNumbers([
        [3, 0, 0, 4],
        [-2e-3, 2e-3, 2e-3, 2e-3],
      ]),
    ).toEqual([1.2, 0, 0, 1.6, -1, 1, 1, 1].map((value) => expect.closeTo(value, 5)));
  });

  it("leaves what it has placed where it is, whatever its length was", () => {
    const codes = [1e-3, 1, 1e6].map((size) => [0.3, -1, 0.7, 0.1].map((value) => size * value));
    const once = placedNumbers(codes);
    for (const value of placedNumbers([0, 4, 8].map((at) => once.slice(at, at + 4))))
      expect(once).toContainEqual(expect.closeTo(value, 5));
    for (let k = 0; k < 4; k++)
      expect([once[k + 4], once[k + 8]]).toEqual([0, 0].map(() => expect.closeTo(once[k] ?? Number.NaN, 4)));
  });

  it("gives numbers, and slopes that are numbers, for codes without a direction or beyond float32's squares", () => {
    expect(placedNumbers([[0, 0, 0, 0]])).toEqual([0, 0, 0, 0]);
    expect(placedNumbers([[3e30, 0, 0, 0]]).every(Number.isFinite)).toBe(true);
    const slopes = tf.tidy(() =>
      tf
        .grad((x: Tensor) => tf.sum(placed(SPHERE, x)))(tf.zeros([1, 4]))
        .dataSync(),
    );
    expect([...slopes].every(Number.isFinite)).toBe(true);
  });

  it("has the gradient of the double-precision scaling", () => {
    const values = drawValues({ codes: [3, 4] });
    const data = values.get("codes")?.data ?? new Float64Array();
    const rows = (): number[][] => [0, 4, 8].map((at) => [...data.subarray(at, at + 4)]);
    expectGradients(
      values,
      ({ codes }) => projected(placed(SPHERE, codes as Tensor)),
      () => projectedNumbers(rows().flatMap(scaled)),
    );
  });

  it("leaves codes of a Gaussian prior alone", () => {
    const codes = tf.tensor2d([[3, 4]]);
    expect(placed({ latent: 2 }, codes)).toBe(codes);
  });
});

describe("fillPrior", () => {
  const draw = (prior: "gaussian" | "sphere", count: number, latent: number): Float32Array =>
    fillPrior({ prior, latent }, RandomStream.named(1, "draws"), new Float32Array(count * latent));

  it("draws N(0, I) as the stream does", () => {
    expect(draw("gaussian", 5, 3)).toEqual(RandomStream.named(1, "draws").fillGaussian(new Float32Array(15)));
  });

  it("draws the same directions for a sphere, each code of length √latent", () => {
    const [plain, sphere] = [draw("gaussian", 6, 5), draw("sphere", 6, 5)];
    for (let at = 0; at < sphere.length; at += 5) {
      const code = sphere.subarray(at, at + 5);
      expect(Math.hypot(...code)).toBeCloseTo(Math.sqrt(5), 5);
      expect([...code]).toEqual(scaled([...plain.subarray(at, at + 5)]).map((value) => expect.closeTo(value, 5)));
    }
  });

  it("gives each dimension of a sphere mean 0 and variance 1, and no two a correlation", () => {
    const [count, latent] = [4_000, 3];
    const codes = draw("sphere", count, latent);
    const mean = (of: (at: number) => number): number =>
      Array.from({ length: count }, (_, i) => of(i * latent)).reduce((sum, value) => sum + value, 0) / count;
    for (let k = 0; k < latent; k++) {
      const value = (at: number, j = k): number => codes[at + (j % latent)] ?? Number.NaN;
      expect(Math.abs(mean(value))).toBeLessThan(4 / Math.sqrt(count));
      // A squared dimension of this sphere has the variance 2(d − 1)/(d + 2) = 0.8.
      expect(Math.abs(mean((at) => value(at) ** 2) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / count));
      expect(Math.abs(mean((at) => value(at) * value(at, k + 1)))).toBeLessThan(4 / Math.sqrt(count));
    }
  });
});
