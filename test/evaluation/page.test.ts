// The report for people: markup that is whole, safe and self-contained, and tables that line up.
import { describe, expect, it } from "vitest";
import { perplexity, significant } from "../../src/evaluation/report/format.ts";
import { histogram } from "../../src/evaluation/report/pictures.ts";
import { escapeText, FRAME, linearScale, logScale, placeNames } from "../../src/evaluation/report/svg.ts";
import { tableText } from "../../src/evaluation/report/text.ts";

describe("escapeText", () => {
  it("leaves no text that a page would take for markup, and no control characters", () => {
    expect(escapeText(`<b title="a">&amp;</b>\u0000\u001b`)).toBe("&lt;b title=&quot;a&quot;&gt;&amp;amp;&lt;/b&gt;  ");
  });
});

describe("linearScale", () => {
  it("takes whole ticks around the values", () => {
    const scale = linearScale(0.13, 0.97, 100, 200);
    expect(scale.ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect([scale.at(0), scale.at(0.5), scale.at(1)]).toEqual([100, 150, 200]);
  });

  it("gives finite places where all values are the same, zero too", () => {
    for (const value of [0, 7, -3]) {
      const scale = linearScale(value, value, 0, 100);
      expect(scale.at(value)).toBeGreaterThanOrEqual(0);
      expect(scale.at(value)).toBeLessThanOrEqual(100);
    }
  });
});

describe("logScale", () => {
  it("puts equal ratios at equal distances", () => {
    const { at, ticks } = logScale(10, 1_000, 0, 300);
    expect(at(100) - at(10)).toBeCloseTo(at(1_000) - at(100), 9);
    expect(ticks).toEqual([10, 20, 50, 100, 200, 500, 1_000]);
  });
});

describe("placeNames", () => {
  it("keeps the names of points that lie together apart", () => {
    const points = [0, 8, 16].map((x) => ({ x: 200 + x, y: 100, name: "a name" }));
    const places = placeNames(points, FRAME).map((text) => {
      const [, x, y] = /x="([\d.]+)" y="([\d.]+)"/.exec(text) ?? [];
      return { x: Number(x), y: Number(y) };
    });
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) {
        expect(Math.abs(a.x - b.x) >= 6 * 6 || Math.abs(a.y - b.y) >= 12).toBe(true);
      }
    }
  });
});

describe("histogram", () => {
  it("counts every value once, what lies outside at the ends", () => {
    const { counts, low, high } = histogram("x", [-100, -3.99, 0.01, 0.19, 3.99, 4, 100]);
    expect([low, high]).toEqual([-4, 4]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect([counts[0], counts[20], counts.at(-1)]).toEqual([2, 2, 3]);
  });
});

describe("tableText", () => {
  it("puts labels to the left and figures to the right", () => {
    const text = tableText({
      title: "T",
      settings: "10 samples, seed 1",
      head: ["model", "x"],
      rows: [
        ["first", "1", "22.5"],
        ["a longer label", "1,000", "–"],
      ],
      explanation: "",
    });
    expect(text.split("\n")).toEqual([
      "T · 10 samples, seed 1",
      "                   model      x",
      "  first                1   22.5",
      "  a longer label   1,000      –",
    ]);
  });
});

describe("figures in text", () => {
  it("shows as many digits as count", () => {
    expect([perplexity(51.84), perplexity(1234.6), perplexity(null)]).toEqual(["51.8", "1,235", "–"]);
    expect([significant(0.0016), significant(-0.000095), significant(0), significant(null)]).toEqual([
      "0.0016",
      "-9.5e-5",
      "0",
      "–",
    ]);
  });
});
