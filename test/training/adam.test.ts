// Adam against its algorithm in double precision.
import { beforeAll, describe, expect, it } from "vitest";
import { tf } from "../../src/engine/tf.ts";
import type { TensorMap } from "../../src/engine/types.ts";
import { adam, biasCorrections, firstMoment, globalNorm, isMoment, secondMoment } from "../../src/training/adam.ts";
import { scattered } from "../engine/run-both.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const SETTINGS = { beta1: 0.9, beta2: 0.999 };
const RATE = 0.01;

/** Kingma & Ba 2015, algorithm 1, as printed there, with the gradient first multiplied by `scale`. */
class Reference {
  readonly w: number[];
  readonly m: number[];
  readonly v: number[];
  #step = 0;

  constructor(w: readonly number[]) {
    this.w = [...w];
    this.m = w.map(() => 0);
    this.v = w.map(() => 0);
  }

  update(gradient: readonly number[], { beta1, beta2 } = SETTINGS, scale = 1): void {
    this.#step++;
    gradient.forEach((raw, i) => {
      const g = raw * scale;
      this.m[i] = beta1 * (this.m[i] as number) + (1 - beta1) * g;
      this.v[i] = beta2 * (this.v[i] as number) + (1 - beta2) * g * g;
      const m = (this.m[i] as number) / (1 - beta1 ** this.#step);
      const v = (this.v[i] as number) / (1 - beta2 ** this.#step);
      this.w[i] = (this.w[i] as number) - (RATE * m) / (Math.sqrt(v) + 1e-8);
    });
  }
}

/** Runs steps on the gradients that `gradientOf` gives for the weights, and returns weights and moments after each. */
function run(
  w: readonly number[],
  steps: number,
  gradientOf: (w: number[], step: number) => number[],
  scale?: number,
  slot?: string,
) {
  let state: Record<string, number[]> = {
    w: [...w],
    [firstMoment("w", slot)]: w.map(() => 0),
    [secondMoment("w", slot)]: w.map(() => 0),
  };
  return Array.from({ length: steps }, (_, step) => {
    const { first, second } = biasCorrections(step + 1, SETTINGS);
    const gradient = gradientOf(state.w as number[], step);
    state = tf.tidy(() => {
      const tensors: TensorMap = Object.fromEntries(
        Object.entries(state).map(([name, data]) => [name, tf.tensor1d(data)]),
      );
      const scalars = {
        rate: tf.scalar(RATE * first),
        second: tf.scalar(second),
        ...(scale !== undefined && { gradientScale: tf.scalar(scale) }),
      };
      const updated = adam(tensors, { w: tf.tensor1d(gradient) }, scalars, SETTINGS, slot);
      return Object.fromEntries(Object.entries(updated).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
    }) as unknown as Record<string, number[]>;
    return state;
  });
}

const expectNear = (actual: readonly number[] | undefined, expected: readonly number[], tolerance: number): void => {
  expect(actual).toEqual(expected.map((value) => expect.closeTo(value, -Math.log10(2 * tolerance))));
};

/** Fails unless each element is right to a share of itself. */
function expectShares(actual: readonly number[] | undefined, expected: readonly number[], share: number): void {
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual?.[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(share * Math.abs(value));
  }
}

describe("adam", () => {
  it("follows the algorithm over 50 steps, for gradients large, small, rare and of changing sign", () => {
    const start = [1, -2, 0.5, 0, 3];
    const gradientOf = (_: number[], step: number): number[] => {
      const [noise = 0, other = 0] = scattered(2, step + 1);
      return [noise, 1000 * other, 1e-6 * noise, step % 10 === 0 ? 1 : 0, 0];
    };
    const reference = new Reference(start);
    run(start, 50, gradientOf).forEach((state, step) => {
      reference.update(gradientOf([], step));
      expectNear(state.w, reference.w, 5e-6);
      expectShares(state[firstMoment("w")], reference.m, 1e-3);
      expectShares(state[secondMoment("w")], reference.v, 1e-4);
    });
    expect(reference.w[4]).toBe(3);
  });

  it("walks down a quadratic as the algorithm does", () => {
    const start = [5, -5];
    const gradientOf = ([a = 0, b = 0]: number[]): number[] => [2 * a, 20 * b];
    const reference = new Reference(start);
    const states = run(start, 50, gradientOf);
    for (let step = 0; step < 50; step++) reference.update(gradientOf(reference.w));
    expectNear(states.at(-1)?.w, reference.w, 1e-5);
    expect(Math.abs(states.at(-1)?.w?.[0] as number)).toBeLessThan(4.6);
  });

  it("moves by the rate against the sign of the gradient at the first step, whatever its size", () => {
    expectNear(run([0, 0, 0], 1, () => [1e-3, -1, 1e4])[0]?.w, [-RATE, RATE, -RATE], 1e-6);
  });

  it("multiplies the gradient by the scale before all else", () => {
    const reference = new Reference([1, 1]);
    const states = run([1, 1], 20, (_, step) => scattered(2, step), 0.01);
    for (let step = 0; step < 20; step++) reference.update(scattered(2, step), SETTINGS, 0.01);
    expectNear(states.at(-1)?.w, reference.w, 5e-6);
    expectNear(states.at(-1)?.[firstMoment("w")], reference.m, 1e-7);
  });

  it("keeps moments under names of their own, also for a second optimiser of the same parameter", () => {
    const [state] = run([1], 1, () => [1], undefined, "generator.");
    expect(Object.keys(state ?? {}).sort()).toEqual(["adam.generator.m.w", "adam.generator.v.w", "w"]);
    expect(isMoment(firstMoment("w", "generator."))).toBe(true);
    expect(isMoment(secondMoment("w"))).toBe(true);
    expect(isMoment("decoder.0.bias")).toBe(false);
  });
});

describe("biasCorrections", () => {
  it("are 1 / (1 − βᵗ), which ends at 1", () => {
    expect(biasCorrections(1, SETTINGS)).toEqual({ first: expect.closeTo(10, 10), second: expect.closeTo(1000, 7) });
    expect(biasCorrections(2, SETTINGS).first).toBeCloseTo(1 / 0.19, 12);
    expect(biasCorrections(1_000_000, SETTINGS)).toEqual({ first: 1, second: 1 });
  });
});

describe("globalNorm", () => {
  it("is the root of the sum of squares over all tensors", () => {
    const norm = (make: () => TensorMap): number => tf.tidy(() => globalNorm(make()).dataSync()[0] as number);
    expect(
      norm(() => ({
        a: tf.tensor2d([
          [1, 2],
          [2, 0],
        ]),
        b: tf.scalar(4),
      })),
    ).toBeCloseTo(5, 6);
    expect(norm(() => ({ a: tf.zeros([3]) }))).toBe(0);
    expect(norm(() => ({ a: tf.tensor1d([Number.NaN]) }))).toBeNaN();
  });
});
