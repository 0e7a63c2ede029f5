// The curves of training: what the journals of all regularizers hold is drawn, inside its picture, and rightly explained.
import { describe, expect, it } from "vitest";
import { FRAME } from "../../src/evaluation/report/svg.ts";
import { trainingCharts } from "../../src/evaluation/report/training-charts.ts";
import type { JsonObject } from "../../src/run/json.ts";

const STEPS = [100, 200, 300];

/** Training records, a value a step for each key. */
function journal(values: Readonly<Record<string, readonly number[]>>): JsonObject[] {
  return STEPS.map((step, i) => ({
    kind: "train",
    step,
    ...Object.fromEntries(Object.entries(values).map(([key, of]) => [key, of[i] as number])),
  }));
}

/** The places of the dots of each curve, in the units of the picture. */
function dotsOf(chart: string): { x: number; y: number }[][] {
  return [0, 1].flatMap((curve) => {
    const dots = [...chart.matchAll(new RegExp(`class="dot c${curve}" cx="(-?[\\d.]+)" cy="(-?[\\d.]+)"`, "g"))];
    return dots.length > 0 ? [dots.map(([, x, y]) => ({ x: Number(x), y: Number(y) }))] : [];
  });
}

/** The height of the number 0 at the left. */
function zeroOf(chart: string): number {
  const [, base] = /class="tick" x="[\d.]+" y="([\d.]+)" text-anchor="end">0<\/text>/.exec(chart) ?? [];
  return Number(base) - 4;
}

function expectInside(chart: string): void {
  for (const { x, y } of dotsOf(chart).flat()) {
    expect(x).toBeGreaterThanOrEqual(FRAME.left);
    expect(x).toBeLessThanOrEqual(FRAME.width - FRAME.right);
    expect(y).toBeGreaterThanOrEqual(FRAME.top);
    expect(y).toBeLessThanOrEqual(FRAME.height - FRAME.bottom);
  }
}

describe("trainingCharts", () => {
  it("draws a critic's losses, which are below 0, and says nothing of chances", () => {
    const metrics = journal({ adversarial: [0.5, 2, 1.5], discriminator: [-0.4, -1.8, -1.2] });
    const [[chart, caption] = ["", ""], ...others] = trainingCharts(metrics, {
      regularizer: "wasserstein",
      labels: 0,
      averaged: true,
    });
    expect(others).toEqual([]);
    expectInside(chart);
    const [critic, encoder] = dotsOf(chart);
    // Ticks from −2 to 2: the picture's height is 4, and 0 lies in its middle.
    const [top, base] = [FRAME.top, FRAME.height - FRAME.bottom];
    expect(zeroOf(chart)).toBeCloseTo((top + base) / 2, 0);
    const heights = [-0.4, -1.8, -1.2].map((value) => base - ((value + 2) / 4) * (base - top));
    for (const [i, height] of heights.entries()) expect(critic?.[i]?.y).toBeCloseTo(height, 0);
    for (const { y } of encoder ?? []) expect(y).toBeLessThan(zeroOf(chart));
    expect(chart).toContain(">critic</text>");
    expect(chart).not.toContain("nats");
    expect(caption).not.toContain("ln 2");
    expect(caption).toContain("critic");
  });

  it("draws a discriminator's losses from 0 up, with what they are at chance", () => {
    const metrics = journal({ adversarial: [0.7, 0.9, 1.1], discriminator: [1.38, 1.2, 1.0] });
    const [[chart, caption] = ["", ""]] = trainingCharts(metrics, {
      regularizer: "adversarial",
      labels: 0,
      averaged: true,
    });
    expectInside(chart);
    expect(zeroOf(chart)).toBe(FRAME.height - FRAME.bottom);
    expect(chart).toContain(">discriminator</text>");
    expect(caption).toContain("2 ln 2 = 1.39 and ln 2 = 0.69");
    expect([2 * Math.log(2), Math.log(2)].map((value) => value.toFixed(2))).toEqual(["1.39", "0.69"]);
  });

  it.each([
    ["mmd", [0.02, 0.001, -0.003], "MMD²", "below it by chance"],
    ["kl", [9, 7, 6], "nats a text", "free bits not taken off"],
  ] as const)("draws the divergence of %s", (regularizer, divergence, unit, explanation) => {
    const charts = trainingCharts(journal({ divergence }), { regularizer, labels: 0, averaged: true });
    expect(charts).toHaveLength(1);
    const [[chart, caption] = ["", ""]] = charts;
    expectInside(chart);
    expect(dotsOf(chart)).toEqual([expect.objectContaining({ length: 3 })]);
    expect(chart).toContain(unit);
    expect(caption).toContain(explanation);
  });

  it("draws the classifier of codes beside the regularizer, with the chance of as many labels", () => {
    const metrics = journal({ divergence: [3, 2, 1], codeClassifier: [1, 1.05, 1.09], certainty: [0.3, 0.1, 0] });
    const charts = trainingCharts(metrics, { regularizer: "mmd", labels: 3, averaged: true });
    expect(charts).toHaveLength(2);
    const [chart, caption] = charts[1] ?? ["", ""];
    expectInside(chart);
    expect(dotsOf(chart)).toHaveLength(2);
    expect(caption).toContain("ln 3 = 1.10");
    expect(trainingCharts(metrics, { regularizer: "none", labels: 3, averaged: true })).toHaveLength(1);
  });

  it("draws nats of training and dev together, and a squared distance by itself", () => {
    const dev = STEPS.map((step): JsonObject => ({ kind: "dev", step, reconstruction: 3 }));
    const nats = trainingCharts([...journal({ reconstruction: [4, 3, 2] }), ...dev], {
      regularizer: "none",
      labels: 0,
      averaged: true,
    });
    expect(nats).toHaveLength(1);
    expect(dotsOf(nats[0]?.[0] ?? "")).toHaveLength(2);
    expect(nats[0]?.[1]).toBe(
      "Reconstruction. Figures of training are with its noise and dropout, at the weights of the moment; those of dev text without these, at the averaged weights that are kept: they may well be lower.",
    );
    const [[, last] = ["", ""]] = trainingCharts([...journal({ reconstruction: [4, 3, 2] }), ...dev], {
      regularizer: "none",
      labels: 0,
      averaged: false,
    });
    expect(last).toContain("those of dev text without these: they");

    const squared = trainingCharts([...journal({ squaredDistance: [1.6, 0.8, 0.4] }), ...dev], {
      regularizer: "none",
      labels: 0,
      averaged: true,
    });
    expect(squared.map(([chart]) => dotsOf(chart).length)).toEqual([1, 1]);
    const [[ofDev, devCaption] = ["", ""], [distance, caption] = ["", ""]] = squared;
    expect([ofDev, devCaption]).toEqual([expect.stringContaining(">dev</text>"), "Reconstruction of dev text."]);
    expect(distance).toContain("squared distance a token");
    expect(distance).not.toContain("nats");
    expect(caption).toContain("What training minimises");
    const [[first, second, third] = []] = dotsOf(distance);
    const zero = zeroOf(distance);
    expect((zero - (second?.y ?? 0)) / (zero - (first?.y ?? 0))).toBeCloseTo(0.5, 2);
    expect((zero - (third?.y ?? 0)) / (zero - (first?.y ?? 0))).toBeCloseTo(0.25, 2);
  });

  it("has nothing to show for an empty journal, and shows one report and steady zeros", () => {
    expect(trainingCharts([], { regularizer: "adversarial", labels: 0, averaged: true })).toEqual([]);
    const one: JsonObject = { kind: "train", step: 10, adversarial: 0, discriminator: 0 };
    const [[chart] = [""]] = trainingCharts([one], { regularizer: "wasserstein", labels: 0, averaged: true });
    expectInside(chart);
    expect(chart).not.toMatch(/NaN|Infinity/);
  });
});
