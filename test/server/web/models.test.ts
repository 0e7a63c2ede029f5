// What the page shows of models that come, change and go, and of those whose names and labels are many or long.
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { client } from "../../../server/client.ts";
import { type RunningServer, startServer } from "../../../server/listen.ts";
import { describeInBrowser, START } from "./in-browser.ts";
import { eventually, FROM, linesOf, overlaps, serving, shownAll, TO, untilIndexed, writeRun } from "./site.ts";

const LONG = `run-${"with-a-name-that-is-longer-than-a-phone-is-wide-".repeat(2)}`.slice(0, 63);
const LABELS = Array.from({ length: 12 }, (_, i) => `label ${String.fromCharCode(97 + i)}`);

describeInBrowser("the page, of many models", (site) => {
  const { browsing } = site;
  let folder: string;
  let runs: string;
  let server: RunningServer;

  beforeAll(async () => {
    ({ folder } = site);
    runs = join(folder, "runs");
    await writeRun(join(runs, "many"), {
      // The first label has the most lines, the last the fewest.
      lines: LABELS.flatMap((label, i) =>
        Array.from({ length: 14 - i }, (_, k) => [label, sentence(100 * i + k)] as const),
      ),
      originals: ["the zork is calm", FROM, "a zork is near the sea", "the blorp sails", TO, "the old boat sails home"],
    });
    await writeRun(join(runs, LONG));
    await writeRun(join(runs, "swap"), { labels: ["calm", "storm"] });
    server = await site.serve();
    await untilIndexed(client(server.url).model("many"));
  }, START);

  const visit = (hash = "", options = {}, prepare?: (page: Page) => Promise<unknown>) =>
    browsing.open(`${server.url}/${hash}`, options, prepare);
  const picker = (page: Page) => page.locator(".page-head select");
  const disabled = (page: Page) => picker(page).locator("option:disabled").allTextContents();
  /** The page is told that it comes into sight. */
  const comeBack = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

  it("keeps the picker, the name of the house, the tabs and the theme apart, however long a model's name is", async () => {
    for (const width of [320, 360, 560, 800, 1160, 1280]) {
      const page = await visit(`#/gradient?model=${LONG}`, { viewport: { width, height: 740 } });
      await eventually(() => linesOf(page)).toHaveLength(8);
      expect(await overlaps(page), `${width} pixels`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      const box = await picker(page).boundingBox();
      expect(box?.width, `${width} pixels`).toBeGreaterThan(60);
      await browsing.closePages();
    }
  }, 60_000);

  it("finds out when a run has its first weights, and stays where it is", async () => {
    await writeRun(join(runs, "a-newcomer"));
    const weights = join(runs, "a-newcomer", "model.safetensors");
    await rename(weights, join(folder, "kept.safetensors"));
    // The server looks at its folders once a second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    try {
      const page = await visit("#/gradient", {}, (page) => page.clock.install());
      await eventually(() => disabled(page)).toEqual(["a-newcomer (training)"]);
      await eventually(() => linesOf(page)).toHaveLength(8);
      await rename(join(folder, "kept.safetensors"), weights);
      await page.waitForTimeout(1_200);
      expect(await disabled(page)).toEqual(["a-newcomer (training)"]);
      await page.clock.fastForward(15_000);
      await eventually(() => disabled(page)).toEqual([]);
      // It comes first by its name, but another was in use.
      expect(await picker(page).inputValue()).toBe("many");
      await picker(page).selectOption("a-newcomer");
      await eventually(() => new URL(page.url()).hash).toContain("model=a-newcomer");
      await eventually(() => linesOf(page)).toHaveLength(8);
    } finally {
      await browsing.closePages();
      await rm(join(runs, "a-newcomer"), { recursive: true });
    }
  });

  it("lets the first model be used as soon as it can be", async () => {
    const alone = join(folder, "alone");
    await writeRun(join(alone, "first"));
    const weights = join(alone, "first", "model.safetensors");
    await rename(weights, join(folder, "first.safetensors"));
    const other = await startServer({ ...serving(folder), runs: [alone] });
    try {
      const page = await browsing.open(`${other.url}/#/gradient`, {}, (page) => page.clock.install());
      await page.getByText("No model is ready yet.").waitFor();
      await rename(join(folder, "first.safetensors"), weights);
      await page.waitForTimeout(1_200);
      await page.clock.fastForward(15_000);
      await eventually(() => linesOf(page)).toHaveLength(8);
    } finally {
      await browsing.closePages();
      await other.close();
    }
  });

  it("looks at the list when the picker is opened, and when the page comes into sight", async () => {
    const page = await visit("#/gradient?model=many");
    await eventually(() => linesOf(page)).toHaveLength(8);
    const named = () => picker(page).locator("option").allTextContents();
    await writeRun(join(runs, "later"));
    await page.waitForTimeout(1_200);
    expect(await named()).not.toContain("later");
    await picker(page).focus();
    await eventually(named).toContain("later");
    await rm(join(runs, "later"), { recursive: true });
    await page.waitForTimeout(1_200);
    await comeBack(page);
    await eventually(named).not.toContain("later");
  });

  it("does not try a token again and again that the server refuses", async () => {
    const page = await visit("#/gradient?model=many");
    await eventually(() => linesOf(page)).toHaveLength(8);
    let tries = 0;
    await page.route("**/v1/models", async (route) => {
      tries++;
      await route.fulfill({ status: 401, json: { error: { code: "unauthorized", message: "no" } } });
    });
    for (let i = 0; i < 3; i++) {
      await comeBack(page);
      await page.waitForTimeout(150);
    }
    expect(tries).toBe(1);
    browsing.forgive(/401/);
  });

  it("knows nothing of a run any more that was replaced by another", async () => {
    const page = await visit("#/gradient?model=swap");
    const label = page.getByRole("combobox", { name: "Label" });
    await eventually(() => label.locator("option").allTextContents()).toEqual(["any", "calm", "storm"]);
    await rm(join(runs, "swap"), { recursive: true });
    await writeRun(join(runs, "swap"), { labels: ["day", "night"], originals: [TO, "the boat sails home"], seed: 7 });
    await page.waitForTimeout(1_200);
    await comeBack(page);
    await eventually(() => label.locator("option").allTextContents()).toEqual(["any", "day", "night"]);
    const { texts } = await client(server.url).model("swap").interpolate({ from: TO, to: "the boat sails home" });
    await eventually(() => linesOf(page)).toEqual(shownAll(texts));
    // What the server was asked while the folder was being written it may have refused.
    browsing.forgive(/404|500|503/);
  });

  it("offers another model where that of a link is not here, for the same link", async () => {
    const asked = { from: TO, to: FROM, steps: 3 };
    const page = await visit(`#/gradient?${new URLSearchParams({ model: "nosuch", from: TO, to: FROM, steps: "3" })}`);
    const notice = page.getByText("There is no model “nosuch” here; this is many.");
    await notice.waitFor();
    await eventually(() => linesOf(page)).toHaveLength(3);
    await page.getByLabel("Take another").selectOption(LONG);
    const { texts } = await client(server.url).model(LONG).interpolate(asked);
    await eventually(() => linesOf(page)).toEqual(shownAll(texts));
    expect(await notice.count()).toBe(0);
    expect(new URL(page.url()).hash).toContain(`model=${LONG}`);
    const long = await visit(`#/gradient?model=${"n".repeat(2_000)}`, { viewport: { width: 360, height: 740 } });
    await long.getByText(`There is no model “${"n".repeat(40)}…” here; this is many.`).waitFor();
  });

  it("says by what kind of tokenizer texts are read, on narrow screens too", async () => {
    for (const width of [320, 1280]) {
      const page = await visit("#/gradient?model=swap", { viewport: { width, height: 740 } });
      const fact = page.locator(".facts div", { has: page.getByText("Tokenizer", { exact: true }) });
      await eventually(() => fact.locator("dd").textContent()).toBe("whitespace");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await browsing.closePages();
    }
  });

  it("opens on examples whose words the model knows", async () => {
    const page = await visit("#/grid?model=many");
    const known = [FROM, TO, "the old boat sails home"];
    for (const [i, name] of ["Top left", "Top right", "Bottom left"].entries()) {
      await eventually(() => page.getByLabel(name).inputValue()).toBe(known[i]);
    }
    const gradient = await visit("#/gradient?model=many");
    await eventually(() => linesOf(gradient)).toHaveLength(8);
    await gradient.waitForTimeout(600);
    expect(await gradient.locator("mark").count()).toBe(0);
  });

  it("has a colour for eight labels, names the others, and names the label under the pointer", async () => {
    const page = await visit("#/map?model=many");
    await eventually(() => linesOf(page)).toHaveLength(9);
    const legend = page.locator(".legend li");
    expect(await legend.allTextContents()).toEqual([...LABELS.slice(0, 8), "and 4 more"]);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const colours = await legend.evaluateAll((items) =>
        items.map((item) => getComputedStyle(item, "::before").backgroundColor),
      );
      expect(new Set(colours).size, colorScheme).toBe(9);
    }
    const box = await page.getByRole("application").boundingBox();
    if (!box) throw new Error("the map is not in sight");
    const found = new Map<string, string>();
    for (let row = 0.05; row < 1 && found.size < 2; row += 0.06) {
      for (let column = 0.03; column < 1; column += 0.04) {
        await page.mouse.move(box.x + column * box.width, box.y + row * box.height);
        const tip = page.locator(".map-tip:not(.away)");
        if ((await tip.count()) === 0) continue;
        const [text, label] = [
          await tip.locator(".tip-text").textContent(),
          await tip.locator(".tip-label").textContent(),
        ];
        found.set(text ?? "", label ?? "");
      }
    }
    expect(found.size).toBeGreaterThanOrEqual(2);
    for (const label of found.values()) expect(LABELS).toContain(label);
  });
});

/** A sentence of four words that the model knows, another for each number below 12⁴. */
function sentence(number: number): string {
  const words = "the sea is calm a storm near old boat sails home night".split(" ");
  return [0, 1, 2, 3].map((place) => words[Math.floor(number / 12 ** place) % 12]).join(" ");
}
