// What the page keeps of a visitor's: what was drawn, chosen and typed, and what its files say of it.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { client } from "../../../server/client.ts";
import type { RunningServer } from "../../../server/listen.ts";
import { describeInBrowser, START } from "./in-browser.ts";
import { DENY_STORAGE, eventually, FROM, linesOf, readStream, shown, TO, untilIndexed, writeRun } from "./site.ts";

const OTHER = "the old boat sails home";

describeInBrowser("the page, to who comes back", (site) => {
  const { browsing } = site;
  let server: RunningServer;

  beforeAll(async () => {
    const runs = join(site.folder, "runs");
    await writeRun(join(runs, "labelled"), { labels: ["calm", "storm"] });
    await writeRun(join(runs, "plain"));
    server = await site.serve();
    for (const name of ["labelled", "plain"]) await untilIndexed(client(server.url).model(name));
  }, START);

  const visit = (hash: string, prepare?: (page: Page) => Promise<unknown>) =>
    browsing.open(`${server.url}/${hash}`, {}, prepare);
  const query = (page: Page) => new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
  const tab = (page: Page, name: string) => page.getByRole("tab", { name });
  const action = (page: Page, line: number, name: string) =>
    page.locator(".walk .stop").nth(line).getByRole("link", { name }).dispatchEvent("click");
  const downloaded = async (page: Page, name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: ".jsonl" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    const lines = (await readStream(await download.createReadStream())).trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it.each(["samples", "neighbourhood"])(
    "brings the first %s back from another tab, and after a reload",
    async (name) => {
      const lines = name === "samples" ? ".walk .line" : ".variation .line";
      const page = await visit(`#/${name}?model=plain`);
      await eventually(() => query(page).get("seed")).not.toBeNull();
      await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
      const { seed, drawn } = { seed: query(page).get("seed"), drawn: await linesOf(page, lines) };
      expect(drawn.length).toBeGreaterThan(0);
      await tab(page, "Gradient").click();
      await eventually(() => linesOf(page)).toHaveLength(8);
      await tab(page, name === "samples" ? "Samples" : "Neighbourhood").click();
      await eventually(() => linesOf(page, lines)).toEqual(drawn);
      await page.reload();
      await eventually(() => linesOf(page, lines)).toEqual(drawn);
      expect(query(page).get("seed")).toBe(seed);
    },
  );

  it("goes back to the samples before with the browser", async () => {
    const page = await visit("#/samples?model=plain&seed=7&n=5&temperature=1.2");
    await eventually(() => linesOf(page)).toHaveLength(5);
    const drawn = await linesOf(page);
    await page.getByRole("button", { name: "Again" }).click();
    await eventually(() => linesOf(page)).not.toEqual(drawn);
    await page.goBack();
    await eventually(() => linesOf(page)).toEqual(drawn);
    expect(query(page).get("seed")).toBe("7");
  });

  it("goes where a link leads, whatever is put into the address before the browser tells of it", async () => {
    const page = await visit("#/samples?model=plain&seed=7");
    await eventually(() => linesOf(page)).toHaveLength(8);
    await page.evaluate(() => {
      location.hash = "#/training?model=plain";
      for (const button of document.querySelectorAll("button")) if (button.textContent === "Again") button.click();
    });
    await eventually(() => tab(page, "Training").getAttribute("aria-selected")).toBe("true");
    expect(query(page).get("seed")).toBeNull();
  });

  it("walks from one line to another: the end that is not given stays as it was, and the settings do", async () => {
    const page = await visit(`#/gradient?${new URLSearchParams({ model: "plain", from: OTHER, to: TO, steps: "5" })}`);
    await eventually(() => linesOf(page)).toHaveLength(5);
    await page.goto(`${server.url}/#/samples?model=plain&seed=7&n=8`);
    await eventually(() => linesOf(page)).toHaveLength(8);
    const lines = await linesOf(page);
    // Nothing leads away from an empty line.
    const written = lines.findIndex((text) => text !== shown(""));
    const line = lines[written] ?? "";
    await action(page, written, "walk to");
    await eventually(() => page.getByLabel("To", { exact: true }).inputValue()).toBe(line);
    expect(await page.getByLabel("From", { exact: true }).inputValue()).toBe(OTHER);
    await eventually(() => linesOf(page)).toHaveLength(5);
  });

  it("takes the label of a line along", async () => {
    const page = await visit("#/samples?model=labelled&seed=7&label=storm");
    await eventually(() => linesOf(page)).toHaveLength(8);
    const written = (await linesOf(page)).findIndex((text) => text !== shown(""));
    await action(page, written, "vary");
    await eventually(() => tab(page, "Neighbourhood").getAttribute("aria-selected")).toBe("true");
    await eventually(() => page.getByRole("combobox", { name: "Label" }).inputValue()).toBe("storm");
  });

  it("stays with its model: at the name of the house, and when another run is watched", async () => {
    const page = await visit("#/samples?model=plain&seed=7");
    await page.locator(".wordmark").click();
    await eventually(() => query(page).get("model")).toBe("plain");
    await tab(page, "Training").click();
    await page.getByRole("combobox", { name: "Run" }).selectOption("labelled");
    await eventually(() => query(page).get("run")).toBe("labelled");
    await tab(page, "Gradient").click();
    await eventually(() => page.locator(".page-head select").inputValue()).toBe("plain");
    const watching = await visit("#/training?run=plain");
    await tab(watching, "Samples").click();
    await eventually(() => watching.locator(".page-head select").inputValue()).toBe("plain");
  });

  it("stays with the model of its address where it is not known yet which there are", async () => {
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const hold = (page: Page) =>
      page.route("**/v1/models", async (route) => {
        await held;
        await route.continue();
      });
    const page = await visit("#/samples?model=plain&seed=7", hold);
    await page.locator(".wordmark").click();
    await eventually(() => tab(page, "Gradient").getAttribute("aria-selected")).toBe("true");
    answer();
    await eventually(() => page.locator(".page-head select").inputValue()).toBe("plain");
  });

  it("leaves spaces and line breaks alone while examples are typed", async () => {
    const page = await visit("#/arithmetic?model=plain");
    await eventually(() => linesOf(page)).toHaveLength(5);
    const box = page.getByLabel("Plus the direction");
    await box.fill("");
    for (const typed of ["the sea ", "is calm", "\n", "a calm ", "night "]) {
      await box.pressSequentially(typed);
      await page.waitForTimeout(700);
    }
    expect(await box.inputValue()).toBe("the sea is calm\na calm night ");
    await eventually(() => query(page).getAll("plus")).toEqual(["the sea is calm", "a calm night"]);
  });

  it("takes what is being composed for no text yet", async () => {
    const page = await visit("#/gradient?model=plain");
    await eventually(() => linesOf(page)).toHaveLength(8);
    const box = page.getByLabel("From", { exact: true });
    const asked: unknown[] = [];
    page.on("request", (request) => request.url().endsWith("/interpolate") && asked.push(request.postDataJSON().from));
    const compose = (event: string) =>
      box.evaluate((element, type) => element.dispatchEvent(new CompositionEvent(type, { bubbles: true })), event);
    await box.fill("the sea ");
    await eventually(() => asked).toEqual(["the sea "]);
    await compose("compositionstart");
    await box.pressSequentially("chun");
    await page.waitForTimeout(800);
    expect(asked).toEqual(["the sea "]);
    await compose("compositionend");
    await eventually(() => asked).toEqual(["the sea ", "the sea chun"]);
  });

  it("says in files and links what the shown result is of, whatever has been asked since", async () => {
    const page = await visit("#/samples?model=plain&seed=3&n=2");
    await eventually(() => linesOf(page)).toHaveLength(2);
    await page.route("**/generate", (route) => route.abort());
    await page.getByLabel("Seed").fill("4");
    await page.getByLabel("Seed").press("Enter");
    await page.getByText("The server cannot be reached.").waitFor();
    const rows = await downloaded(page, "plain-samples-3.jsonl");
    expect(rows.map(({ seed }) => seed)).toEqual([3, 3]);
    expect(await page.getByRole("link", { name: "Link", exact: true }).getAttribute("href")).toContain("seed=3");
    await page.getByRole("button", { name: "Use via API" }).click();
    expect(await page.locator(".api pre").textContent()).toContain('"seed":3');
    // What a page still asks would fail, and be told, after it was forgiven.
    await browsing.closePages();
    browsing.forgive(/ERR_FAILED/);
  });

  it("says nothing of the corpus where it could not be searched", async () => {
    const page = await visit("#/training");
    await page.route("**/neighbours", (route) => route.abort());
    await page.goto(`${server.url}/#/neighbourhood?${new URLSearchParams({ model: "plain", text: FROM, seed: "5" })}`);
    await page.getByText("The server cannot be reached.").waitFor();
    const rows = await downloaded(page, "plain-near-5.jsonl");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => [row.in_corpus, row.nearest])).toEqual(rows.map(() => [null, null]));
    // What a page still asks would fail, and be told, after it was forgiven.
    await browsing.closePages();
    browsing.forgive(/ERR_FAILED/);
  });

  it("says that it is at work when a reply takes long", async () => {
    const page = await visit("#/samples?model=plain&seed=3");
    await eventually(() => linesOf(page)).toHaveLength(8);
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/generate", async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole("button", { name: "Again" }).click();
    await page.getByText("Writing…").waitFor();
    answer();
    await eventually(() => page.getByText("Writing…").count()).toBe(0);
  });

  it("keeps the focus where a line is rolled again", async () => {
    const page = await visit("#/poem?model=plain&n=4&closeness=0");
    await eventually(() => linesOf(page)).toHaveLength(4);
    const before = await linesOf(page);
    const roll = page.getByRole("button", { name: "Roll line 2 again" });
    await roll.focus();
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press("Enter");
      await page.waitForTimeout(250);
    }
    expect(await linesOf(page)).not.toEqual(before);
    expect(await roll.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it("works where the browser keeps nothing", async () => {
    const page = await visit("#/gradient?model=plain", (page) => page.addInitScript(DENY_STORAGE));
    await eventually(() => linesOf(page)).toHaveLength(8);
    await page.getByRole("button", { name: "Theme: auto" }).click();
    await page.getByRole("button", { name: /Theme: (dark|light)/ }).waitFor();
  });
});
