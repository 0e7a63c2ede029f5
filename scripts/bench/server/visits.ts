// Visits of the page by a browser that was never there, each timed from the first paint to the first sentence that the model wrote.
import { chromium } from "playwright-core";
import { chromiumPath } from "./chromium.ts";

/** Milliseconds from the beginning of the navigation. */
export interface Visit {
  readonly painted: number;
  readonly written: number;
}

/**
 * Looks at each frame whether the first sentence is there, which has been painted at the next one, and then leaves both times in an
 * attribute. It is text, since it runs in the page and has the types of a browser, which scripts do without.
 */
const WATCH = `function look(isThere) {
  requestAnimationFrame(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    if (!isThere || !paint) return look(Boolean(document.querySelector(".walk .line")?.textContent));
    document.documentElement.dataset.visit = JSON.stringify({ painted: paint.startTime, written: performance.now() });
  });
}
look(false);`;

/** `count` visits of the page at `url`, one after another. */
export async function visits(url: string, count: number): Promise<Visit[]> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error("No chromium was found (Debian: chromium; CHROMIUM names another).");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const found: Visit[] = [];
    for (let i = 0; i < count; i++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.addInitScript(WATCH);
      await page.goto(url);
      const times = await page.locator("html[data-visit]").getAttribute("data-visit");
      found.push(JSON.parse(times ?? "") as Visit);
      await context.close();
    }
    return found;
  } finally {
    await browser.close();
  }
}
