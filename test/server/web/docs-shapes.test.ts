// What the API's documentation page shows of shapes, where it opens, its theme, and that it does without storage: in a browser.
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { RunningServer } from "../../../server/listen.ts";
import { packageRoot } from "../../../src/package-root.ts";
import { createFakePool } from "../fake-pool.ts";
import { temporaryFolder } from "../test-app.ts";
import type { Browsing } from "./browsing.ts";
import { describeInBrowser, START } from "./in-browser.ts";
import { DENY_STORAGE } from "./site.ts";

const TOKEN = "s3cret";
const NEIGHBOURS = "post-/v1/models/{id}/neighbours";
const LIGHT = "rgb(251, 250, 247)";
const DARK = "rgb(21, 20, 26)";

describeInBrowser("the shapes, theme and address of the API's documentation page", (site) => {
  const { browsing } = site;
  let open: RunningServer;
  let guarded: RunningServer;

  beforeAll(async () => {
    const pages = { docs: new URL("server/docs/", packageRoot) };
    const options = { runs: [await temporaryFolder()], pool: createFakePool(), pages };
    open = await site.serve(options);
    guarded = await site.serve({ ...options, token: TOKEN });
  }, START);

  async function docs(hash = "", options: Parameters<Browsing["open"]>[1] = {}, script = ""): Promise<Page> {
    const page = await browsing.open(`${open.url}/docs${hash}`, options, (made) => made.addInitScript(script));
    await untilRead(page);
    return page;
  }

  /** The last section of the page. */
  const untilRead = (page: Page) => page.locator("section#MapReply").waitFor();
  /** The texts of a section's rows, cell by cell. */
  const cells = (page: Page, section: string): Promise<string[][]> =>
    page.evaluate(`[...document.getElementById(${JSON.stringify(section)}).querySelectorAll("tr")].map((row) =>
      [...row.cells].map((cell) => cell.textContent))`);
  /** Pixels from the top of the window to that of a section. */
  const top = (page: Page, section: string) =>
    page.evaluate(`document.getElementById(${JSON.stringify(section)}).getBoundingClientRect().top`);
  const paper = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");

  it("tells the keys of objects without a name, in lists and in other objects too", async () => {
    const page = await docs();
    const generate = await cells(page, "post-/v1/models/{id}/generate");
    expect(generate).toContainEqual(["form", "object", "a form of verse: so many clauses of so many tokens"]);
    expect(generate).toContainEqual(["form.clauses", "integer", "needed; 1 to 64"]);
    expect(generate).toContainEqual(["form.length", "integer | [integer, integer]", expect.stringMatching(/^needed/)]);
    expect(generate).toContainEqual(["form.marks", "string[]", expect.stringMatching(/^1 to 8 items/)]);
    const neighbours = await cells(page, NEIGHBOURS);
    expect(neighbours).toContainEqual(["neighbours", "object[]", ""]);
    expect(neighbours).toContainEqual(["neighbours[].distance", "number", "Euclidean, between codes"]);
    expect(neighbours).toContainEqual(["neighbours[].label", "string", "may be missing"]);
    const error = await cells(page, "ErrorReply");
    expect(error.map(([key]) => key)).toEqual([
      "error",
      "error.code",
      "error.message",
      "error.issues",
      "error.issues[].path",
      "error.issues[].message",
    ]);
    const training = await cells(page, "TrainingReply");
    expect(training.map(([key]) => key)).toContain("panel[].original");
    expect(training.map(([, type]) => type)).toContain("{ [key]: number | string | boolean | null }[]");
    expect(await cells(page, "EncodeReply")).toContainEqual(["codes", "(number[] | string)[]", expect.any(String)]);
  });

  it("links every type with a name to its place", async () => {
    const page = await docs();
    const names = (await page.locator("td a").allTextContents()).sort();
    expect([...new Set(names)]).toEqual(["ErrorReply", "InputText", "ModelSummary", "Timings", "WrittenText"]);
    const lost = `[...document.querySelectorAll("main a, nav a")].filter(({ hash }) =>
      !document.getElementById(decodeURIComponent(hash.slice(1)))).map(({ hash }) => hash)`;
    expect(await page.evaluate(lost)).toEqual([]);
    await page.locator(`section[id="${NEIGHBOURS}"] td a`, { hasText: "InputText" }).click();
    expect(await top(page, "InputText")).toBeLessThan(5);
    expect(page.url()).toBe(`${open.url}/docs#InputText`);
  });

  it("shows code in descriptions as code, and no backticks", async () => {
    const page = await docs();
    const shown = await page.locator("main").innerHTML();
    expect(shown).not.toContain("`");
    expect(await page.locator("section.route code").allTextContents()).toContain("index_not_ready");
    const stream = page.locator("section.route p", { hasText: "Accept: text/event-stream" }).first();
    expect(await stream.locator("code a").allTextContents()).toEqual(["WrittenText", "ErrorReply"]);
  });

  it.each([
    ["a route", `#${NEIGHBOURS}`, NEIGHBOURS],
    ["a route in escapes", `#${encodeURIComponent(NEIGHBOURS)}`, NEIGHBOURS],
    ["a shape", "#NeighboursReply", "NeighboursReply"],
  ])("opens at %s that its address names", async (_, hash, section) => {
    const page = await docs(hash);
    expect(await page.evaluate("scrollY")).toBeGreaterThan(1_000);
    expect(Math.abs(Number(await top(page, section)))).toBeLessThan(5);
  });

  it.each(["#none", "#%", "#"])(
    "opens at its top where the address names %s, which is no place of it",
    async (hash) => {
      expect(await (await docs(hash)).evaluate("scrollY")).toBe(0);
    },
  );

  it("has the theme that was chosen in the playground, also while it is open", async () => {
    const chosen = (theme: string) => `localStorage.setItem("latentext.theme", "${theme}")`;
    expect(await paper(await docs("", { colorScheme: "light" }, chosen("dark")))).toBe(DARK);
    expect(await paper(await docs("", { colorScheme: "dark" }, chosen("light")))).toBe(LIGHT);
    expect(await paper(await docs("", { colorScheme: "dark" }, chosen("auto")))).toBe(DARK);
    const page = await docs("", { colorScheme: "light" });
    expect(await paper(page)).toBe(LIGHT);
    const other = await page.context().newPage();
    await other.goto(`${open.url}/docs`);
    await other.evaluate(chosen("dark"));
    await expect.poll(() => paper(page)).toBe(DARK);
  });

  it("is read where the browser denies storage, with a token that it then holds for itself", async () => {
    expect(await paper(await docs("", { colorScheme: "dark" }, DENY_STORAGE))).toBe(DARK);

    const deny = (page: Page) => page.addInitScript(DENY_STORAGE);
    const page = await browsing.open(`${guarded.url}/docs`, {}, deny);
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Use it" }).click();
    await untilRead(page);
    const linked = await browsing.open(`${guarded.url}/docs#token=${TOKEN}`, {}, deny);
    await untilRead(linked);
    expect(linked.url()).toBe(`${guarded.url}/docs`);
    browsing.forgive(/401/);
  });

  it("fits a narrow window without breaking words", async () => {
    const page = await docs("", { viewport: { width: 390, height: 800 } });
    await page.locator("summary").first().click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    // One line each: none is as high as two.
    const heights = `[...document.querySelectorAll("td:first-child")].map((cell) => cell.clientHeight)`;
    expect(Math.max(...(await page.evaluate<number[]>(heights)))).toBeLessThan(30);
  });
});
