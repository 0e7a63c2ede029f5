// What the page looks like, as far as it can be measured: what is seen, covered, reached, in time and in every set of colours.
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { client } from "../../../server/client.ts";
import type { RunningServer } from "../../../server/listen.ts";
import { describeInBrowser, START } from "./in-browser.ts";
import { eventually, FROM, linesOf, TO, untilIndexed, writeRun } from "./site.ts";

const WIDTHS = [320, 820, 1440];
const LONG = "we know which oscar princesses of afghanistan should remember their recommendations about the night";

describeInBrowser("the page, to the eye", (site) => {
  const { browsing } = site;
  let server: RunningServer;

  beforeAll(async () => {
    await writeRun(join(site.folder, "runs", "tiny"));
    server = await site.serve();
    await untilIndexed(client(server.url).model("tiny"));
  }, START);

  const visit = (hash = "", options = {}, prepare?: (page: Page) => Promise<unknown>) =>
    browsing.open(`${server.url}/${hash}`, options, prepare);
  const neighbourhood = `#/neighbourhood?${new URLSearchParams({ model: "tiny", text: FROM, seed: "5", n: "4" })}`;
  const styleOf = (part: Locator, name: string) =>
    part.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), name);

  it("shows the actions of a line below its words, covers none, and moves nothing for them", async () => {
    for (const width of WIDTHS) {
      for (const hash of ["#/gradient", "#/arithmetic", neighbourhood]) {
        const page = await visit(hash, { viewport: { width, height: 900 } });
        const lines = page.locator(".stop:has(> .line-actions), .variation:has(> .line-actions)");
        await eventually(() => lines.count()).toBeGreaterThan(2);
        await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
        await page.mouse.move(1, 1);
        const before = await placesAtRest(page);
        for (const line of await lines.all()) {
          await line.hover({ position: { x: 60, y: 14 } });
          expect(await styleOf(line.locator(".line-actions"), "opacity")).toBe("1");
          expect(await coveredBy(line), `${hash}, ${width} pixels`).toEqual([]);
          expect(await placesOf(page), `${hash}, ${width} pixels`).toEqual(before);
        }
        await browsing.closePages();
      }
    }
  }, 60_000);

  it("has keys reach the actions of every line, at any width", async () => {
    for (const width of WIDTHS) {
      for (const [hash, first] of [
        ["#/samples?model=tiny&seed=7&n=3", ".stop"],
        [neighbourhood, ".variation-text"],
      ] as const) {
        const page = await visit(hash, { viewport: { width, height: 900 } });
        const line = page.locator(`${first}:has(~ .line-actions), ${first}:has(> .line-actions)`).first();
        await line.focus();
        await page.keyboard.press("Tab");
        const reached = page.locator(".line-actions :focus");
        expect(await reached.textContent(), `${hash}, ${width} pixels`).toBe("vary");
        expect(await styleOf(reached.locator(".."), "opacity"), `${hash}, ${width} pixels`).toBe("1");
        await browsing.closePages();
      }
    }
  });

  it("takes a finger that comes down on unseen actions for one that chooses the line", async () => {
    for (const hash of ["#/gradient", neighbourhood]) {
      const page = await visit(hash, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
      const line = page.locator(".stop:has(> .line-actions), .variation:has(> .line-actions)").nth(1);
      await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
      const action = line.getByText("walk to");
      await action.scrollIntoViewIfNeeded();
      const box = await action.boundingBox();
      if (!box) throw new Error("the action has no place");
      const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const touch = await page.context().newCDPSession(page);
      const tap = async () => {
        await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [place] });
        await page.waitForTimeout(120);
        await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      };
      await tap();
      await eventually(() => styleOf(line.locator(".line-actions"), "pointer-events")).toBe("auto");
      expect(new URL(page.url()).hash, hash).not.toContain("to=");
      await tap();
      await eventually(() => new URL(page.url()).hash).toContain("to=");
    }
  });

  describe("the grid", () => {
    const visitLong = async (size: number, width: number, height: number) => {
      const page = await visit("#/training", { viewport: { width, height } }, (page) =>
        page.route("**/grid", async (route) => {
          const reply = await route.fetch();
          const { texts, ...rest } = await reply.json();
          // As many words as the cell has of nine, so that rows would differ in height.
          const longer = texts.map((written: object, i: number) => ({
            ...written,
            text: LONG.split(" ")
              .slice(0, 1 + (i % 9))
              .join(" "),
          }));
          await route.fulfill({ response: reply, json: { ...rest, texts: longer } });
        }),
      );
      await page.goto(`${server.url}/#/grid?model=tiny&size=${size}`);
      await eventually(() => page.locator(".cell-text").last().textContent()).not.toBe("");
      await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
      return page;
    };

    it("draws the path through the middle of its cells, on one screen, and breaks no words", async () => {
      for (const [size, width, height] of [
        [3, 1440, 900],
        [6, 1440, 900],
        [8, 1440, 900],
        [5, 820, 1180],
        [9, 360, 740],
      ] as const) {
        const page = await visitLong(size, width, height);
        const seen = await page.evaluate(measureGrid);
        expect(seen.off, `${size} × ${size}, ${width} pixels`).toBeLessThan(1);
        expect(seen.height, `${size} × ${size}, ${width} pixels`).toBeLessThan(height - 100);
        expect(seen.broken, `${size} × ${size}, ${width} pixels`).toEqual([]);
        await browsing.closePages();
      }
    });

    it("has a text that its cell has no room for be read below", async () => {
      for (const width of [360, 1440]) {
        const page = await visitLong(8, width, 900);
        const cell = page.locator("[data-cell='8']");
        await cell.hover();
        await eventually(() => page.locator(".cell-reading:visible").textContent()).toBe(
          LONG.split(" ").slice(0, 9).join(" "),
        );
        await browsing.closePages();
      }
      const roomy = await visit("#/grid?model=tiny&size=3");
      await eventually(() => roomy.locator(".cell-text").last().textContent()).not.toBe("");
      expect(await roomy.locator(".cell-reading:visible").count()).toBe(0);
    });
  });

  it("says which label has which colour right below the map", async () => {
    for (const width of [390, 1440]) {
      const page = await visit("#/map", { viewport: { width, height: 844 } });
      const [map, legend] = [page.locator(".map-canvas"), page.locator(".legend")];
      await legend.waitFor();
      const [above, below] = [await map.boundingBox(), await legend.boundingBox()];
      const gap = (below?.y ?? Number.NaN) - ((above?.y ?? 0) + (above?.height ?? 0));
      expect(gap, `${width} pixels`).toBeGreaterThanOrEqual(0);
      expect(gap, `${width} pixels`).toBeLessThan(40);
    }
  });

  it("makes what is out of date paler, but not before a reply that comes at once would be there", async () => {
    for (const reducedMotion of ["reduce", "no-preference"] as const) {
      const page = await visit("", { reducedMotion });
      await eventually(() => linesOf(page)).toHaveLength(8);
      const line = page.locator(".walk .line").first();
      let answer = () => {};
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      await page.route("**/interpolate", async (route) => {
        await answered;
        await route.continue();
      });
      await page.getByRole("radio", { name: "Arc" }).check();
      await eventually(() => styleOf(line, "transition-delay")).toBe("0.35s");
      await eventually(async () => Number(await styleOf(line, "opacity"))).toBeLessThan(0.7);
      answer();
      await eventually(() => styleOf(line, "opacity")).toBe("1");
    }
  });

  it("draws the tools of a poem's lines no paler than 3 to 1, and in full where nothing hovers", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await visit("#/poem?model=tiny&n=3", { colorScheme });
      await page.locator(".verse-tools").first().waitFor();
      expect(await page.evaluate(contrastOfTools), colorScheme).toBeGreaterThan(3);
    }
    const phone = await visit("#/poem?model=tiny&n=3", { hasTouch: true, isMobile: true });
    await phone.locator(".verse-tools").first().waitFor();
    expect(await styleOf(phone.locator(".verse-tools").first(), "opacity")).toBe("1");
  });

  it("tells what is chosen from what is not where the system sets the colours", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await visit("", { forcedColors: "active", colorScheme });
      await eventually(() => linesOf(page)).toHaveLength(8);
      const differ = async (chosen: string, other: string) => {
        const [a, b] = [page.locator(chosen).first(), page.locator(other).first()];
        await Promise.all([a.waitFor(), b.waitFor()]);
        expect(await styleOf(a, "background-color"), chosen).not.toBe(await styleOf(b, "background-color"));
      };
      await differ(".choice-row input:checked + span", ".choice-row input:not(:checked) + span");
      await differ(".tabs [aria-selected=true]", ".tabs [aria-selected=false]");
      expect(await styleOf(page.locator(".slider").first(), "forced-color-adjust")).toBe("none");
      await page.goto(`${server.url}/#/grid`);
      await differ(".cell.on-path", ".cell:not(.on-path)");
      await page.goto(`${server.url}/#/arithmetic`);
      await differ(".presets [aria-pressed=true]", ".presets [aria-pressed=false]");
    }
  });

  it("changes the theme that is seen with the first click, and shows each by a sign of its own", async () => {
    for (const [colorScheme, order] of [
      ["light", ["auto", "dark", "light", "auto"]],
      ["dark", ["auto", "light", "dark", "auto"]],
    ] as const) {
      const page = await visit("", { colorScheme });
      const button = page.locator(".page-tools .quiet");
      const ground = () => styleOf(page.locator("html"), "background-color");
      const first = await ground();
      const signs = new Set<string>();
      for (const [i, name] of order.entries()) {
        await eventually(() => button.getAttribute("aria-label")).toBe(`Theme: ${name}`);
        signs.add(await button.innerHTML());
        if (i === 1) expect(await ground()).not.toBe(first);
        await button.click();
      }
      expect(signs.size).toBe(3);
    }
  });

  it("has a line that runs from the right end where its box does, with its actions below", async () => {
    const page = await visit("#/training", {}, (page) =>
      page.route("**/interpolate", async (route) => {
        const reply = await route.fetch();
        await route.fulfill({
          response: reply,
          body: (await reply.text()).replace(/"text":"[^"]*"/g, '"text":"שלום עולם"'),
        });
      }),
    );
    await page.goto(`${server.url}/#/gradient?${new URLSearchParams({ model: "tiny", from: FROM, to: TO })}`);
    await eventually(() => linesOf(page)).toHaveLength(8);
    const right = async (part: Locator) => {
      const box = await part.boundingBox();
      return Math.round((box?.x ?? 0) + (box?.width ?? 0));
    };
    const stop = page.locator(".walk .stop:not(.end)").nth(3);
    const edge = await right(page.getByLabel("From", { exact: true }));
    expect(await right(stop.locator(".line"))).toBe(edge);
    expect(await right(stop.getByRole("button", { name: "copy" }))).toBe(edge);
  });
});

/** The places once they have stayed the same for a while: what is found in the corpus, or unknown to the model, is told later. */
async function placesAtRest(page: Page): ReturnType<typeof placesOf> {
  for (let before = await placesOf(page); ; ) {
    await page.waitForTimeout(700);
    const now = await placesOf(page);
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

/** Where lines, their notes and their actions stand on the page. */
function placesOf(page: Page): Promise<number[][]> {
  return page.locator(".stop, .variation, .line, .line-note, .line-actions").evaluateAll((parts) =>
    parts.map((part) => {
      const { left, top, width, height } = part.getBoundingClientRect();
      return [left, top + scrollY, width, height].map(Math.round);
    }),
  );
}

/** Lines and notes that the words of a line's actions lie over. */
function coveredBy(line: Locator): Promise<string[]> {
  return line.evaluate((element) => {
    const boxesOf = (part: Element) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return [...range.getClientRects()];
    };
    const actions = [...element.querySelectorAll(":scope > .line-actions > *")].flatMap(boxesOf);
    const share = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
    return [...document.querySelectorAll(".line, .line-note, .copy-mark")]
      .filter((part) => boxesOf(part).some((box) => actions.some((action) => share(box, action))))
      .map((part) => part.textContent ?? "");
  });
}

/** In the page: how far the path runs from the middle of a cell at most, the field's height, and words that are broken. */
function measureGrid(): { off: number; height: number; broken: string[] } {
  const drawing = document.querySelector(".grid-path")?.getBoundingClientRect() ?? new DOMRect();
  const points = document.querySelector(".grid-path polyline")?.getAttribute("points")?.split(" ") ?? [];
  const size = document.querySelectorAll(".grid-field tr").length;
  const offs = points.map((point) => {
    const [x = 0, y = 0] = point.split(",").map(Number);
    const cell = document.querySelector(`[data-cell="${Math.floor(y) * size + Math.floor(x)}"]`);
    const { left, top, width, height } = cell?.getBoundingClientRect() ?? new DOMRect();
    const [dx, dy] = [(x / size) * drawing.width + drawing.left, (y / size) * drawing.height + drawing.top];
    return Math.hypot(dx - left - width / 2, dy - top - height / 2);
  });
  const broken = [...document.querySelectorAll(".cell-text")].flatMap((text) => {
    const node = text.firstChild;
    if (!node || getComputedStyle(text).opacity === "0") return [];
    return [...(node.nodeValue ?? "").matchAll(/\S+/g)].flatMap(({ 0: word, index }) => {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      return range.getClientRects().length > 1 ? [word] : [];
    });
  });
  return { off: points.length > 0 ? Math.max(...offs) : Number.NaN, height: drawing.height, broken };
}

/** In the page: the contrast of a line's tools with the ground, as they are seen. */
function contrastOfTools(): number {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const tools = document.querySelector(".verse-tools");
  const button = tools?.querySelector("button");
  if (!context || !tools || !button) return Number.NaN;
  const luminanceOf = (...layers: readonly (readonly [string, number])[]) => {
    for (const [colour, opacity] of layers) {
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = [getComputedStyle(document.documentElement).backgroundColor, 1] as const;
  const sign = [getComputedStyle(button).color, Number(getComputedStyle(tools).opacity)] as const;
  const [dark = 0, light = 0] = [luminanceOf(ground), luminanceOf(ground, sign)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
