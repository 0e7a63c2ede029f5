import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blend, cellColour, formatOklch, parseOklch } from "../../server/web/src/pure/colour.ts";
import { frameOf, fromPixels, nearestPoint, toPixels } from "../../server/web/src/pure/frame.ts";
import { LABEL_COLOURS, labelColours } from "../../server/web/src/pure/labels.ts";
import { diagonal, distance, extendPath, resample } from "../../server/web/src/pure/paths.ts";
import { between, moveTo, type Plane, project, similarCode } from "../../server/web/src/pure/plane.ts";

// Orthonormal: (3, 4, 0, 0) / 5 and (0, 0, 1, 0).
const PLANE: Plane = {
  mean: [1, 1, 1, 1],
  axes: [
    [0.6, 0.8, 0, 0],
    [0, 0, 1, 0],
  ],
};
const number = fc.double({ min: -10, max: 10, noNaN: true });
const code = fc.tuple(number, number, number, number);

describe("the plane", () => {
  it("holds a code at its distances from the mean along the axes", () => {
    expect(project(PLANE, [6, 1, 3, 9])).toEqual({ x: 3, y: 2 });
    expect(project(PLANE, PLANE.mean)).toEqual({ x: 0, y: 0 });
  });

  it("moves a code to a point, and leaves alone what the code has off the plane", () => {
    fc.assert(
      fc.property(code, number, number, (anchor, x, y) => {
        const moved = moveTo(PLANE, anchor, { x, y });
        const at = project(PLANE, moved);
        expect(at.x).toBeCloseTo(x, 3);
        expect(at.y).toBeCloseTo(y, 3);
        // Off the plane: along (4, −3, 0, 0) / 5 and (0, 0, 0, 1).
        const off = ([a = 0, b = 0, , d = 0]: readonly number[]) => [0.8 * a - 0.6 * b, d];
        const [moved0, moved1] = off(moved) as [number, number];
        const [anchor0, anchor1] = off(anchor) as [number, number];
        expect(moved0).toBeCloseTo(anchor0, 3);
        expect(moved1).toBeCloseTo(anchor1, 3);
      }),
    );
  });

  it("goes from one code to another in a straight line", () => {
    expect(between([0, 2], [4, 0], 0.25)).toEqual([1, 1.5]);
  });
});

describe("similarCode", () => {
  const far = Array.from({ length: 4_000 }, (_, i) => Math.sin(i));

  it("gives the same code for the same seed, and another for another", () => {
    expect(similarCode(far, 0.5, 7)).toEqual(similarCode(far, 0.5, 7));
    expect(similarCode(far, 0.5, 7)).not.toEqual(similarCode(far, 0.5, 8));
  });

  it("is the code itself at similarity 1", () => {
    expect(similarCode([0.25, -1.5], 1, 3)).toEqual([0.25, -1.5]);
  });

  it("adds noise of variance 1 − s that has no mean", () => {
    const noise = similarCode(new Array(4_000).fill(0), 0.36, 5);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    // Four standard errors: 0.8/√4000 and 0.64·√(2/4000).
    expect(Math.abs(mean)).toBeLessThan(0.051);
    expect(Math.abs(variance - 0.64)).toBeLessThan(0.058);
  });

  it("keeps √s of the code", () => {
    const near = similarCode(far, 0.81, 11);
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    // Four standard errors of the noise's share: √0.19 / |far|, of |far| about √2000.
    expect(Math.abs(dot(near, far) / dot(far, far) - 0.9)).toBeLessThan(0.04);
  });
});

describe("paths", () => {
  it("go from corner to corner", () => {
    expect(diagonal(3, 3)).toEqual([0, 4, 8]);
    expect(diagonal(2, 4)).toEqual([0, 1, 6, 7]);
  });

  it("are lengthened by the cells that a quick pointer left out, each touching the one before", () => {
    expect(extendPath([0], 3, 4)).toEqual([0, 1, 2, 3]);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.array(fc.nat(80), { minLength: 2 }), (size, visits) => {
        const path = visits
          .map((cell) => cell % size ** 2)
          .reduce<readonly number[]>((all, cell) => extendPath(all, cell, size), []);
        for (let i = 1; i < path.length; i++) {
          const [a, b] = [path[i - 1] ?? 0, path[i] ?? 0];
          expect(
            Math.max(Math.abs((a % size) - (b % size)), Math.abs(Math.floor(a / size) - Math.floor(b / size))),
          ).toBe(1);
        }
      }),
    );
  });

  it("stay as they are where the pointer stays, and give a cell back where it returns", () => {
    expect(extendPath([4, 5], 5, 3)).toEqual([4, 5]);
    expect(extendPath([3, 4, 5], 4, 3)).toEqual([3, 4]);
  });
});

describe("resample", () => {
  it("gives points at equal distances, the ends among them", () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 3, y: 0 },
      { x: 3, y: 1 },
    ];
    expect(resample(corner, 5)).toEqual([
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 2, y: 0 },
      { x: 3, y: 0 },
      { x: 3, y: 1 },
    ]);
  });

  it("leaves one point of a line without length, and none of none", () => {
    expect(
      resample(
        [
          { x: 2, y: 1 },
          { x: 2, y: 1 },
        ],
        5,
      ),
    ).toEqual([{ x: 2, y: 1 }]);
    expect(resample([], 5)).toEqual([]);
  });
});

describe("the frame of the map", () => {
  const points = [
    { x: -2, y: 0 },
    { x: 2, y: 1 },
    { x: 0, y: 5 },
  ];

  it("has all points inside, y upwards, and one scale for both axes", () => {
    const frame = frameOf(points, 800, 400);
    for (const point of points) {
      const { x, y } = toPixels(frame, point);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(800);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(400);
    }
    const [a, b, up] = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ].map((point) => toPixels(frame, point));
    expect(distance(a, b)).toBeCloseTo(distance(a, up));
    expect(up?.y).toBeLessThan(a?.y ?? 0);
  });

  it("takes pixels back to the points they show", () => {
    const frame = frameOf(points, 640, 480);
    const back = fromPixels(frame, toPixels(frame, { x: 1.25, y: -3 }));
    expect(back.x).toBeCloseTo(1.25);
    expect(back.y).toBeCloseTo(-3);
  });

  it("finds the nearest point, and none among none", () => {
    expect(nearestPoint(points, { x: 0.5, y: 4 })?.point).toBe(points[2]);
    expect(nearestPoint([], { x: 0, y: 0 })).toBeUndefined();
  });

  it("is a frame still for one point alone", () => {
    const frame = frameOf([{ x: 3, y: 3 }], 100, 100);
    expect(toPixels(frame, { x: 3, y: 3 })).toEqual({ x: 50, y: 50 });
  });
});

describe("colours", () => {
  it("are read as browsers write them", () => {
    expect(parseOklch("oklch(0.45 0.18 275)")).toEqual({ l: 0.45, c: 0.18, h: 275 });
    expect(parseOklch("oklch(45% 0.18 275deg / 0.5)")).toEqual({ l: 0.45, c: 0.18, h: 275 });
    expect(parseOklch("oklch(0.9 0 none)")).toEqual({ l: 0.9, c: 0, h: 0 });
    expect(parseOklch("rgb(1, 2, 3)")).toBeUndefined();
  });

  it("blend by the shorter way round the hues, both ways", () => {
    const [indigo, vermilion] = [
      { l: 0.4, c: 0.2, h: 275 },
      { l: 0.6, c: 0.1, h: 35 },
    ];
    expect(formatOklch(blend(indigo, vermilion, 0.5))).toBe("oklch(0.5 0.15 335)");
    expect(formatOklch(blend(vermilion, indigo, 0.5))).toBe("oklch(0.5 0.15 335)");
    expect(formatOklch(blend(indigo, vermilion, 0))).toBe("oklch(0.4 0.2 275)");
    expect(formatOklch(blend(indigo, vermilion, 1), 0.5)).toBe("oklch(0.6 0.1 35 / 0.5)");
  });

  it("give the corners of a grid four hues, those of a walk's ends at the top, and each cell the blend of its place", () => {
    const hueOf = (cell: number, size: number) => Number(/([\d.]+)\)$/.exec(cellColour(cell, size, size))?.[1]);
    expect([0, 1, 2, 3].map((cell) => hueOf(cell, 2))).toEqual([275, 35, 200, 95]);
    // The middle of four: (275 + 395 + 200 + 455) / 4 = 331.25.
    expect(hueOf(4, 3)).toBeCloseTo(331.25, 0);
  });
});

describe("labels on the map", () => {
  const many = (label: string, count: number) => Array.from({ length: count }, () => ({ label }));

  it("have colours in the order of their names while there are colours for all", () => {
    const points = [...many("storm", 3), ...many("calm", 1), { label: undefined }, {}];
    expect(labelColours(points, 2)).toEqual({ named: ["calm", "storm"], others: 0 });
    expect(labelColours([], 2)).toEqual({ named: [], others: 0 });
  });

  it("have colours where they are the most frequent, and one for all others", () => {
    const points = [...many("d", 1), ...many("c", 5), ...many("b", 1), ...many("a", 4)];
    expect(labelColours(points, 2)).toEqual({ named: ["a", "c"], others: 2 });
    expect(labelColours(points, 3)).toEqual({ named: ["a", "b", "c"], others: 1 });
  });

  it("have eight colours that are told apart from each other and from that of all others, on paper and at night", () => {
    const css = readFileSync(new URL("../../server/web/style/theme.css", import.meta.url), "utf8");
    const colours = [...LABEL_COLOURS, "soft"];
    for (const theme of [0, 1]) {
      const places = colours.map((name) => {
        const [, pair = ""] = new RegExp(`--${name}: light-dark\\((.*)\\);`).exec(css) ?? [];
        const { l, c, h } = parseOklch(pair.split(/(?<=\)), /)[theme] ?? "") ?? { l: 0, c: 0, h: 0 };
        return [l, c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)] as const;
      });
      for (const [i, a] of places.entries()) {
        for (const [k, b] of places.slice(0, i).entries()) {
          const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          // In OKLab, six times what is just seen of two colours side by side.
          expect(apart, `${colours[k]} and ${colours[i]}`).toBeGreaterThan(0.12);
        }
      }
    }
    expect(LABEL_COLOURS.length).toBeGreaterThanOrEqual(8);
  });
});
