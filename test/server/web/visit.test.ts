// What a visitor does on the page, in a browser, against the real server and a tiny run.
import { execFile } from "node:child_process";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { client, type ModelClient } from "../../../server/client.ts";
import { type RunningServer, startServer } from "../../../server/listen.ts";
import { describeInBrowser, START } from "./in-browser.ts";
import {
  CORPUS,
  devReport,
  eventually,
  FROM,
  line,
  linesOf,
  linkPackage,
  overflows,
  readStream,
  serving,
  shown,
  shownAll,
  TO,
  untilIndexed,
  writeRun,
} from "./site.ts";

const run = promisify(execFile);
const tsx = import.meta.resolve("tsx");

describeInBrowser("the page, to a visitor", (site) => {
  const { browsing } = site;
  let folder: string;
  let server: RunningServer;
  let model: ModelClient;

  beforeAll(async () => {
    ({ folder } = site);
    await writeRun(join(folder, "runs", "tiny"));
    await linkPackage(folder);
    server = await site.serve();
    model = client(server.url).model("tiny");
    // A visitor comes to a warm server, whose corpus lines have been read.
    await untilIndexed(model);
  }, START);

  const visit = (hash = "", options = {}, prepare?: (page: Page) => Promise<unknown>) =>
    browsing.open(`${server.url}/${hash}`, options, prepare);
  const gradient = (values: Record<string, string>) =>
    `#/gradient?${new URLSearchParams({ model: "tiny", ...values })}`;

  describe("gradient", () => {
    it("opens on the walk between two examples", async () => {
      const page = await visit();
      const { texts } = await model.interpolate({ from: FROM, to: TO, steps: 8 });
      await eventually(() => linesOf(page)).toEqual(shownAll(texts));
      await eventually(() => page.getByLabel("From", { exact: true }).inputValue()).toBe(FROM);
    });

    it("follows what is typed, the steps and the path, and its link makes the same lines again", async () => {
      const page = await visit();
      await page.getByLabel("To", { exact: true }).fill("the old boat sails home");
      await page.getByLabel("Steps").fill("5");
      await page.getByRole("radio", { name: "Arc" }).check();
      const asked = { from: FROM, to: "the old boat sails home", steps: 5, path: "spherical" } as const;
      const { texts } = await model.interpolate(asked);
      await eventually(() => linesOf(page)).toEqual(shownAll(texts));
      const copy = await visit(new URL(page.url()).hash);
      await eventually(() => linesOf(copy)).toEqual(shownAll(texts));
    });

    it("swaps the ends", async () => {
      const page = await visit();
      await page.getByRole("button", { name: "Swap the ends" }).click();
      await eventually(() => page.getByLabel("From", { exact: true }).inputValue()).toBe(TO);
      await eventually(() => page.getByLabel("To", { exact: true }).inputValue()).toBe(FROM);
    });

    it("marks the words that the model does not know where they stand, and says when a text is too long", async () => {
      const page = await visit(gradient({ from: "the zebra is calm", to: "the sea ".repeat(6) }));
      await eventually(() => page.locator(".end.from mark").allTextContents()).toEqual(["zebra"]);
      await page.getByText("Unknown to this model: “zebra”.").waitFor();
      await page.getByText("This has 12 tokens; the model reads 8 and leaves out the rest.").waitFor();
    });

    it("gives the call that was made, for a shell and for a program, and files of the result", async () => {
      const page = await visit();
      await eventually(() => linesOf(page)).toHaveLength(8);
      await page.getByRole("button", { name: "Use via API" }).click();
      const code = page.locator(".api pre");
      expect(await code.textContent()).toContain(`/v1/models/tiny/interpolate`);
      await page.getByRole("button", { name: "TypeScript" }).click();
      expect(await code.textContent()).toContain(`await model.interpolate(`);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: ".txt" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("tiny-gradient.txt");
      const text = await readStream(await download.createReadStream());
      const { texts } = await model.interpolate({ from: FROM, to: TO, steps: 8 });
      expect(text).toBe(texts.map((written) => `${written.text}\n`).join(""));
    });

    it("asks for a sentence where a box is empty, and asks the server for nothing", async () => {
      const page = await visit();
      await eventually(() => linesOf(page)).toHaveLength(8);
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.getByLabel("From", { exact: true }).fill("   ");
      await page.getByText("Write a sentence.").waitFor();
      await page.waitForTimeout(700);
      expect(asked.filter((path) => path.endsWith("/interpolate"))).toEqual([]);
    });
  });

  it("draws samples that their seed brings back, and others when asked again", async () => {
    const page = await visit("#/samples?model=tiny&seed=7&n=5&temperature=1.2");
    const { texts } = await model.generate({ n: 5, temperature: 1.2, seed: 7 });
    await eventually(() => linesOf(page)).toEqual(shownAll(texts));
    await page.getByRole("button", { name: "Again" }).click();
    await eventually(() => page.getByLabel("Seed").inputValue()).not.toBe("7");
    const seed = Number(await page.getByLabel("Seed").inputValue());
    const others = await model.generate({ n: 5, temperature: 1.2, seed });
    await eventually(() => linesOf(page)).toEqual(shownAll(others.texts));
    await page.getByLabel("Seed").fill("7");
    await page.getByLabel("Seed").press("Enter");
    await eventually(() => linesOf(page)).toEqual(shownAll(texts));
  });

  it("draws samples nearer to the middle where the spread says so", async () => {
    const page = await visit("#/samples?model=tiny&seed=7&n=5&prior_temperature=0.5");
    const { texts } = await model.generate({ n: 5, prior_temperature: 0.5, seed: 7 });
    await eventually(() => linesOf(page)).toEqual(shownAll(texts));
    await page.getByLabel("Spread").fill("1.5");
    const wide = await model.generate({ n: 5, prior_temperature: 1.5, seed: 7 });
    await eventually(() => linesOf(page)).toEqual(shownAll(wide.texts));
    expect(new URL(page.url()).hash).toContain("prior_temperature=1.5");
  });

  it("says what is wrong with a number, and goes on with the one before", async () => {
    const page = await visit("#/samples?model=tiny&seed=7&n=3");
    await page.getByLabel("Longest").fill("9");
    await page.getByText("Expected a whole number from 1 to 8.").waitFor();
    await page.getByLabel("Longest").press("Enter");
    expect(new URL(page.url()).hash).not.toContain("max_length");
  });

  it("keeps what is typed into a box before the page was painted for the first time", async () => {
    const page = await visit("#/samples?model=tiny&seed=7&n=3", {}, (page) => page.addInitScript(typeAtOnce));
    await page.getByText("Expected a whole number from 1 to 8.").waitFor();
    // Effects have run by the time that a frame has been painted and its timers are through.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
    expect(await page.getByLabel("Longest").inputValue()).toBe("9");
  });

  describe("grid", () => {
    const corners = [FROM, TO, "the old boat is calm", "the storm sails home"] as const;
    const hash = `#/grid?${new URLSearchParams({ model: "tiny", tl: corners[0], tr: corners[1], bl: corners[2], br: corners[3], size: "3" })}`;
    const written = async () => (await model.grid({ corners: [...corners], rows: 3, columns: 3 })).texts;
    const read = async (cells: number[]) => {
      const texts = await written();
      return cells.map((cell) => shown(texts[cell]?.text ?? "")).filter((text, i, all) => text !== all[i - 1]);
    };

    it("reads out the path that the pointer draws", async () => {
      const page = await visit(hash);
      await eventually(() => page.locator(".cell-text").allTextContents()).toEqual(
        (await written()).map(({ text }) => text),
      );
      await drag(page, page.locator("[data-cell='6']"), page.locator("[data-cell='0']"));
      await eventually(() => linesOf(page)).toEqual(await read([6, 3, 0]));
      expect(new URL(page.url()).hash).toContain("cells=6.3.0");
    });

    it("is no larger than its control says, whatever a link asks for", async () => {
      const page = await visit("#/grid?model=tiny&size=12&cells=0.13.143");
      await eventually(() => page.locator(".cell").count()).toBe(81);
      expect(await page.getByLabel("Size").inputValue()).toBe("9");
      expect(await page.locator(".control output").first().textContent()).toBe("9 × 9");
      expect(await page.locator(".cell-order").count()).toBe(9);
    });

    it("reads out the path that keys draw, and clears it", async () => {
      const page = await visit(hash);
      await page.locator("[data-cell='0']").focus();
      for (const key of [" ", "ArrowRight", "ArrowRight", "ArrowDown", " "]) await page.keyboard.press(key);
      await eventually(() => linesOf(page)).toEqual(await read([0, 1, 2, 5]));
      await page.keyboard.press("Escape");
      await eventually(() => linesOf(page)).toEqual([]);
    });
  });

  it("decodes where the map is clicked, and along the way that is dragged", async () => {
    const page = await visit("#/map");
    const field = page.getByRole("application");
    await eventually(() => linesOf(page)).toHaveLength(9);
    await eventually(() => page.locator(".legend li").allTextContents()).toEqual(["calm", "storm"]);
    const box = await field.boundingBox();
    if (!box) throw new Error("the map is not in sight");
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await eventually(() => linesOf(page)).toHaveLength(1);
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 8 });
    await page.mouse.up();
    await eventually(() => linesOf(page)).toHaveLength(9);
    const lines = await linesOf(page);
    const copy = await visit(new URL(page.url()).hash);
    await eventually(() => linesOf(copy)).toEqual(lines);
    await field.focus();
    for (const key of ["ArrowLeft", "ArrowUp", "Enter"]) await page.keyboard.press(key);
    await eventually(() => linesOf(page)).toHaveLength(1);
  });

  it("reads the corpus line under the pointer", async () => {
    const page = await visit("#/map");
    const field = page.getByRole("application");
    await eventually(() => linesOf(page)).toHaveLength(9);
    const box = await field.boundingBox();
    if (!box) throw new Error("the map is not in sight");
    const known = new Set<string>(CORPUS.map(([, text]) => text));
    const found = new Set<string>();
    for (let row = 0.05; row < 1 && found.size < 3; row += 0.06) {
      for (let column = 0.03; column < 1; column += 0.04) {
        await page.mouse.move(box.x + column * box.width, box.y + row * box.height);
        const tip = await page.locator(".map-tip:not(.away) .tip-text").allTextContents();
        for (const text of tip) found.add(text);
      }
    }
    expect(found.size).toBeGreaterThanOrEqual(3);
    expect([...found].filter((text) => !known.has(text))).toEqual([]);
  });

  it("shows the nearest corpus lines beside variations, and says which stand in the corpus", async () => {
    const page = await visit(
      `#/neighbourhood?${new URLSearchParams({ model: "tiny", text: FROM, seed: "5", n: "4" })}`,
    );
    const near = await model.neighbours({ text: FROM, n: 6 });
    await eventually(() => page.locator(".nearest-lines p").allTextContents()).toEqual(
      near.neighbours.map(({ text }) => text),
    );
    expect(await page.locator(".distance").first().textContent()).toBe("the same · calm");
    const { texts } = await model.similar({ text: FROM, n: 4, similarity: 0.6, seed: 5 });
    await eventually(() => linesOf(page, ".variation .line")).toEqual(shownAll(texts));
    const known = new Set<string>(CORPUS.map(([, text]) => text));
    const copies = texts.filter(({ text }) => known.has(text)).length;
    await eventually(() => page.locator(".beside .verdict").first().textContent()).toMatch(
      copies === 0 ? /^none/ : new RegExp(`^${copies} of 4`),
    );
    const chosen = texts.findLastIndex(({ text }) => text !== "");
    await page.locator(".variation-text").nth(chosen).focus();
    const other = await model.neighbours({ text: texts[chosen]?.text ?? "", n: 6 });
    await eventually(() => page.locator(".nearest-lines p").allTextContents()).toEqual(
      other.neighbours.map(({ text }) => text),
    );
  });

  it("says so where the lines that were searched are a sample of the corpus", async () => {
    const page = await visit("#/training");
    await page.route("**/neighbours", async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, json: { ...(await reply.json()), complete: false } });
    });
    await page.goto(`${server.url}/#/neighbourhood?${new URLSearchParams({ model: "tiny", text: FROM, seed: "5" })}`);
    await eventually(() => page.locator(".beside .verdict").first().textContent()).toMatch(
      / among a sample of 8 corpus lines/,
    );
    await page.getByText("Of a sample of 8 lines;").waitFor();
  });

  it("adds the direction between two sets of examples, found in the corpus or written", async () => {
    const page = await visit("#/arithmetic");
    await eventually(() => linesOf(page)).toHaveLength(5);
    // It opens on what the sentence, which is calm, is not yet.
    const preset = (name: string) => page.getByRole("button", { name, exact: true });
    await eventually(() => preset("storm").getAttribute("aria-pressed")).toBe("true");
    await preset("calm").click();
    await eventually(() => preset("calm").getAttribute("aria-pressed")).toBe("true");
    await preset("storm").click();
    const plus = CORPUS.filter(([label]) => label === "storm").map(([, text]) => text);
    await eventually(() => page.getByLabel("Plus the direction").inputValue()).toBe(plus.join("\n"));
    await page.getByLabel("Minus that of these").fill("the sea is calm\n\n  a calm night is near ");
    const asked = {
      text: FROM,
      plus,
      minus: ["the sea is calm", "a calm night is near"],
      strengths: [0, 0.5, 1, 1.5, 2],
    };
    const { texts } = await model.arithmetic(asked);
    await eventually(() => linesOf(page)).toEqual(shownAll(texts));
    await eventually(() => page.locator(".sums .line-note").allTextContents()).toEqual([
      "0",
      "+0.5",
      "+1",
      "+1.5",
      "+2",
    ]);
  });

  it("rolls the lines of a poem that are not locked, and its link keeps it", async () => {
    const page = await visit(
      `#/poem?${new URLSearchParams({ model: "tiny", from: FROM, to: TO, n: "6", closeness: "0.1" })}`,
    );
    await eventually(() => linesOf(page)).toHaveLength(6);
    const before = await linesOf(page);
    await page.getByRole("button", { name: "Lock line 2" }).click();
    for (let i = 0; i < 3; i++) {
      await page.getByRole("button", { name: "Roll the others" }).click();
      await page.waitForTimeout(250);
    }
    const after = await linesOf(page);
    expect(after[1]).toBe(before[1]);
    expect(after).not.toEqual(before);
    const copy = await visit(new URL(page.url()).hash);
    await eventually(() => linesOf(copy)).toEqual(after);
    await eventually(() => copy.getByRole("button", { name: "Lock line 2" }).getAttribute("aria-pressed")).toBe("true");
  });

  it("leaves locked lines of a poem alone when the closeness changes, and its link keeps that of each", async () => {
    const page = await visit(`#/poem?${new URLSearchParams({ model: "tiny", from: FROM, to: TO, n: "8" })}`);
    await eventually(() => linesOf(page)).toHaveLength(8);
    const settled = async () => {
      await page.waitForTimeout(400);
      await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
      return linesOf(page);
    };
    await page.getByRole("button", { name: "Roll all lines" }).click();
    const before = await settled();
    for (const i of [2, 3, 4, 5]) await page.getByRole("button", { name: `Lock line ${i}` }).click();
    await page.getByLabel("Closeness of a roll").fill("0");
    const after = await settled();
    expect(after.slice(1, 5)).toEqual(before.slice(1, 5));
    expect([after[0], ...after.slice(5)]).not.toEqual([before[0], ...before.slice(5)]);
    const copy = await visit(new URL(page.url()).hash);
    await eventually(() => linesOf(copy)).toEqual(after);
    // What was locked is not moved by being let go, but by the next roll.
    await page.getByRole("button", { name: "Lock line 3" }).click();
    expect(await settled()).toEqual(after);
    await page.getByRole("button", { name: "Roll the others" }).click();
    const rolled = await settled();
    expect([rolled[1], rolled[3], rolled[4]]).toEqual([before[1], before[3], before[4]]);
    const again = await visit(new URL(page.url()).hash);
    await eventually(() => linesOf(again)).toEqual(rolled);
  });

  it("shows the curves and the panel of a run, and what is reported while one looks", async () => {
    const page = await visit("#/training?run=tiny");
    await eventually(() => page.locator(".curves h2").allTextContents()).toEqual([
      "Reconstruction",
      "Adversary",
      "Codes of dev",
    ]);
    await eventually(() => page.locator(".curves canvas").count()).toBe(3);
    await page.getByText("a calm storm").waitFor();
    const dev = page.locator(".curves").first().locator("output").nth(1);
    expect(await dev.textContent()).toBe("2.50");
    await appendFile(join(folder, "runs", "tiny", "metrics.jsonl"), line(devReport(300, 1.25)));
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await eventually(() => dev.textContent()).toBe("1.25");
  });

  describe("whatever the tab", () => {
    it("prints calls that run as they stand, and write what the page shows", async () => {
      const hasCurl = await run("curl", ["--version"]).then(
        () => true,
        () => false,
      );
      const hashes = [
        "gradient",
        "samples?seed=3&n=3",
        "grid?size=2",
        "map",
        "neighbourhood?seed=3&n=3",
        "arithmetic",
        "poem?n=3",
      ];
      for (const hash of hashes) {
        const page = await visit(`#/${hash}`);
        await page.getByRole("button", { name: "Use via API" }).click();
        await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
        const code = page.locator(".api pre");
        const curl = hasCurl ? (await run("sh", ["-c", (await code.textContent()) ?? ""])).stdout : undefined;
        await page.getByRole("button", { name: "TypeScript" }).click();
        const script = join(folder, "call.ts");
        await writeFile(script, (await code.textContent()) ?? "");
        const { stdout } = await run(process.execPath, ["--import", tsx, script], { cwd: folder });
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: ".txt" }).click(),
        ]);
        const lines = (await readStream(await download.createReadStream())).split("\n");
        expect(lines.length, hash).toBeGreaterThan(1);
        expect(stdout.split("\n"), hash).toEqual(expect.arrayContaining(lines));
        for (const text of curl === undefined ? [] : lines.slice(0, -1)) {
          expect(curl, hash).toContain(`"text":${JSON.stringify(text)}`);
        }
        await browsing.closePages();
      }
    }, 60_000);

    it("moves between tabs with the arrow keys, and goes back with the browser", async () => {
      const page = await visit("#/gradient");
      await page.getByRole("tab", { name: "Gradient" }).focus();
      await page.keyboard.press("ArrowRight");
      await eventually(() => page.getByRole("tab", { selected: true }).textContent()).toBe("Samples");
      await page.keyboard.press("End");
      await eventually(() => page.getByRole("tab", { selected: true }).textContent()).toBe("Training");
      await page.goBack();
      await eventually(() => page.getByRole("tab", { selected: true }).textContent()).toBe("Samples");
    });

    it("fits a screen of 360 pixels in every tab", async () => {
      const page = await visit("", { viewport: { width: 360, height: 740 } });
      for (const tab of ["gradient", "samples", "grid", "map", "neighbourhood", "arithmetic", "poem", "training"]) {
        await page.goto(`${server.url}/#/${tab}`);
        await page.waitForTimeout(400);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(beyond, tab).toBeLessThanOrEqual(0);
      }
    });

    it("breaks words of any length, wherever they stand", async () => {
      const long = "a".repeat(400);
      const texts = Object.fromEntries(["from", "to", "text", "tl", "br", "plus", "minus"].map((key) => [key, long]));
      const query = new URLSearchParams({ model: "tiny", seed: "3", anchor: "own", ...texts });
      const look = async (width: number) => {
        const page = await visit("", { viewport: { width, height: 740 } });
        // What the server says is no shorter than what it was asked, and neither are labels.
        await page.route("**/v1/models/tiny/*", async (route) => {
          const reply = await route.fetch();
          await route.fulfill({ response: reply, body: (await reply.text()).replace(/"(near|storm)\b/g, `"${long}`) });
        });
        for (const tab of ["gradient", "samples", "grid", "map", "neighbourhood", "arithmetic", "poem", "training"]) {
          await page.goto(`${server.url}/#/${tab}?${query}`);
          await page.reload();
          await page.waitForTimeout(700);
          await eventually(() => page.locator("[aria-busy=true]").count()).toBe(0);
          for (const variation of (await page.locator(".variation-text").all()).slice(0, 2)) await variation.focus();
          expect(await overflows(page), `${tab}, ${width} pixels`).toEqual([]);
        }
      };
      await Promise.all([360, 1280].map(look));
    }, 60_000);

    it("says that the model of a link is not here, and which one this is", async () => {
      const look = async (tab: string) => {
        const page = await visit(`#/${tab}?${new URLSearchParams({ model: "nosuch", from: FROM, to: FROM, n: "6" })}`);
        const notice = page.getByText("There is no model “nosuch” here; this is tiny.");
        await notice.waitFor();
        await eventually(() => linesOf(page)).not.toEqual([]);
        // What a view finds by itself goes into the address, but not over the name of the model.
        await page.waitForTimeout(500);
        expect(new URL(page.url()).hash, tab).toContain("model=nosuch");
        expect(await notice.count(), tab).toBe(1);
      };
      await Promise.all(["gradient", "arithmetic", "poem"].map(look));
      const page = await visit("#/training?run=nosuch");
      await page.getByText("There is no run “nosuch” here; this is tiny.").waitFor();
    });

    it("goes by the system's theme until another is chosen, and remembers that", async () => {
      const page = await visit("", { colorScheme: "dark" });
      const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const dark = await ground();
      await page.getByRole("button", { name: "Theme: auto" }).click();
      await eventually(ground).not.toBe(dark);
      await page.reload();
      await page.getByRole("button", { name: "Theme: light" }).waitFor();
      await eventually(ground).not.toBe(dark);
    });

    it("waits and tries again when all places are taken", async () => {
      const page = await visit("#/training");
      let refusals = 0;
      await page.route("**/interpolate", async (route) => {
        if (refusals++ > 0) return route.continue();
        const error = { code: "overloaded", message: "All places are taken." };
        await route.fulfill({ status: 429, headers: { "retry-after": "1" }, json: { error } });
      });
      await page.getByRole("tab", { name: "Gradient" }).click();
      await page.getByText("All places are taken; trying again in 1 s.").waitFor();
      await eventually(() => linesOf(page)).toHaveLength(8);
      browsing.forgive(/429/);
    });

    it("says in a sentence that the server cannot be reached, and tries again when asked", async () => {
      const page = await visit("#/training");
      await page.route("**/interpolate", (route) => route.abort());
      await page.getByRole("tab", { name: "Gradient" }).click();
      await page.getByText("The server cannot be reached.").waitFor();
      await page.unroute("**/interpolate");
      await page.getByRole("button", { name: "Try again" }).click();
      await eventually(() => linesOf(page)).toHaveLength(8);
      browsing.forgive(/ERR_FAILED/);
    });

    it("takes nothing from a link that is not a value of its kind", async () => {
      const page = await visit(gradient({ from: FROM, to: TO, steps: "8.5", path: "__proto__", extra: "<img src=x>" }));
      await eventually(() => linesOf(page)).toHaveLength(8);
      const markup = await visit(gradient({ from: "<img src=x onerror=alert(1)>", to: TO }));
      await eventually(() => linesOf(markup)).toHaveLength(8);
      expect(await markup.locator("main img").count()).toBe(0);
    });
  });

  it("writes by the label that is chosen, of a conditional model: the texts, the link and the call", async () => {
    const runs = join(folder, "labelled-runs");
    await writeRun(join(runs, "labelled"), { labels: ["calm", "storm"] });
    const labelled = await startServer({ ...serving(folder), runs: [runs] });
    try {
      const page = await browsing.open(`${labelled.url}/`);
      const choice = page.getByRole("combobox", { name: "Label" });
      expect(await choice.evaluate((select) => getComputedStyle(select).fontSize)).toBe("16px");
      await choice.selectOption("storm");
      const asked = { from: FROM, to: TO, steps: 8 };
      const other = client(labelled.url).model("labelled");
      const [{ texts }, unlabelled] = [
        await other.interpolate({ ...asked, label: "storm" }),
        await other.interpolate(asked),
      ];
      expect(shownAll(texts)).not.toEqual(shownAll(unlabelled.texts));
      await eventually(() => linesOf(page)).toEqual(shownAll(texts));
      await page.getByRole("button", { name: "Use via API" }).click();
      expect(await page.locator(".api pre").textContent()).toContain('"label":"storm"');
      const copy = await browsing.open(`${labelled.url}/${new URL(page.url()).hash}`);
      await eventually(() => linesOf(copy)).toEqual(shownAll(texts));
      await choice.selectOption("any");
      await eventually(() => linesOf(page)).toEqual(shownAll(unlabelled.texts));
      for (const tab of ["Samples", "Grid", "Map", "Neighbourhood", "Arithmetic", "Poem"]) {
        await page.getByRole("tab", { name: tab }).click();
        await choice.waitFor();
      }
      const plain = await visit();
      await eventually(() => linesOf(plain)).toHaveLength(8);
      expect(await plain.getByRole("combobox", { name: "Label" }).count()).toBe(0);
    } finally {
      await browsing.closePages();
      browsing.forgive(/503/);
      await labelled.close();
    }
  });

  it("keeps a token that comes in the address to itself, and asks for one where it is missing", async () => {
    const guarded = await startServer({ ...serving(folder), runs: [join(folder, "runs")], token: "open-sesame" });
    try {
      const page = await browsing.open(`${guarded.url}/#token=open-sesame`);
      await eventually(() => linesOf(page)).toHaveLength(8);
      expect(page.url()).not.toContain("open-sesame");
      await page.getByRole("button", { name: "Use via API" }).click();
      expect(await page.locator(".api pre").textContent()).toContain("Bearer $LATENTEXT_TOKEN");
      const samples = await browsing.open(`${guarded.url}/#token=open-sesame&/samples?seed=3&n=2`);
      await eventually(() => linesOf(samples)).toHaveLength(2);
      const late = await browsing.open(guarded.url);
      await late.getByLabel("Token").waitFor();
      await late.goto(`${guarded.url}/#token=open-sesame`);
      await eventually(() => linesOf(late)).toHaveLength(8);
      const stranger = await browsing.open(guarded.url);
      await stranger.getByLabel("Token").fill("open-sesame");
      await stranger.getByRole("button", { name: "Use it" }).click();
      await eventually(() => linesOf(stranger)).toHaveLength(8);
    } finally {
      // Before their server: what they still ask is not to fail.
      await browsing.closePages();
      browsing.forgive(/401/);
      await guarded.close();
    }
  });
});

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (!start || !end) throw new Error("what is to be dragged is not in sight");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 10 });
  await page.mouse.up();
}

/** In the page: types a 9 into the box for the longest sentence in the same task that puts the box there. */
function typeAtOnce(): void {
  new MutationObserver((_, observer) => {
    const label = [...document.querySelectorAll("label")].find(({ textContent }) => textContent === "Longest");
    const box = label?.htmlFor && document.getElementById(label.htmlFor);
    if (!(box instanceof HTMLInputElement)) return;
    observer.disconnect();
    box.value = "9";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }).observe(document, { childList: true, subtree: true });
}
