// What tests of the page in a browser begin with: runs on disk, a server of them, and what a page shows.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { ApiError, type ModelClient, type WrittenText } from "../../../server/client.ts";
import { packageRoot } from "../../../src/package-root.ts";
import { type TinyRunOptions, writeTinyRun } from "../../support/tiny-run.ts";

export const CORPUS = [
  ["calm", "the sea is calm"],
  ["calm", "a calm night is near"],
  ["calm", "the old boat is calm"],
  ["calm", "the calm sea is near"],
  ["storm", "a storm is near the sea"],
  ["storm", "the storm sails home"],
  ["storm", "a storm sails the night"],
  ["storm", "the boat sails a storm"],
] as const;
export const [FROM, TO] = ["the sea is calm", "a storm is near the sea"];

/** Waits until the corpus lines have been encoded, which the first question for them sets off. */
export async function untilIndexed(model: ModelClient): Promise<void> {
  for (;;) {
    try {
      await model.map(10);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "index_not_ready") throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Expects it of a page in time, also on a machine that has much else to do. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 15_000 });
}

export function serving(folder: string) {
  return {
    port: 0,
    inference: { processes: 1, threads: 1 },
    logging: { quiet: true },
    pages: { web: pathToFileURL(join(folder, "web/")) },
  };
}

/** Has programs in the folder find the client where they would in a project that has the package. */
export async function linkPackage(folder: string): Promise<void> {
  const path = join(folder, "node_modules", "latentext");
  await mkdir(path, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"type": "module"}');
  const client = fileURLToPath(new URL("server/client.ts", packageRoot));
  await writeFile(join(path, "package.json"), '{"type": "module", "exports": {"./client": "./client.ts"}}');
  await writeFile(join(path, "client.ts"), `export * from ${JSON.stringify(client)};`);
}

export interface RunOptions extends Pick<TinyRunOptions, "labels" | "texts" | "seed"> {
  /** The corpus: labels and texts. */
  readonly lines?: readonly (readonly [string, string])[];
  /** Sentences of the panel, which the page has for examples. */
  readonly originals?: readonly string[];
}

/** A run with a journal and a panel, over {@link CORPUS} if no other lines are given. */
export async function writeRun(
  path: string,
  { lines = CORPUS, originals = [FROM, TO], ...options }: RunOptions = {},
): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  const corpus = join(path, "..", "..", `${basename(path)}.tsv`);
  await writeFile(corpus, lines.map((pair) => `${pair.join("\t")}\n`).join(""));
  await writeTinyRun(path, { config: { corpora: [corpus], labelColumn: 1 }, endBias: 0.5, ...options });
  const reports = [100, 200].flatMap((step) => [
    {
      kind: "train",
      step,
      epoch: 0,
      seconds: step / 10,
      tokensPerSecond: 900,
      reconstruction: 3,
      adversarial: 0.7,
      discriminator: 1.3,
    },
    devReport(step, 5 * (100 / step)),
  ]);
  await writeFile(join(path, "metrics.jsonl"), reports.map(line).join(""));
  const panel = [
    ...originals.map((original) => ({ step: 200, kind: "reconstruction", original, text: "the sea is near" })),
    { step: 200, kind: "sample", text: "a calm storm" },
  ];
  await writeFile(join(path, "samples.jsonl"), panel.map(line).join(""));
}

export function devReport(step: number, reconstruction: number) {
  return {
    kind: "dev",
    step,
    epoch: 0,
    seconds: step / 10,
    reconstruction,
    codeMean: 0.1,
    codeVariance: [0.9, 1.1],
    best: true,
  };
}

export function line(report: object): string {
  return `${JSON.stringify(report)}\n`;
}

/** The lines that have been written, in order. */
export function linesOf(page: Page, lines = ".walk .line"): Promise<string[]> {
  return page.locator(lines).evaluateAll((lines) => lines.map((line) => line.textContent?.replace(/…$/, "") ?? ""));
}

/** A text as the page shows it. */
export function shown(text: string): string {
  return text === "" ? "(an empty line)" : text;
}

export function shownAll(texts: readonly WrittenText[]): string[] {
  return texts.map(({ text }) => shown(text));
}

/** Pairs of parts of the header of which one lies over the other: what is seen of them, which may be more than their boxes. */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [".wordmark", ".page-tools .picker", ".page-tools button", ".tabs"].flatMap((name) => {
      const part = document.querySelector(`.page-head ${name}`);
      if (!part) return [];
      const seen = document.createRange();
      seen.selectNodeContents(part);
      // What tabs have beside their box scrolls, and the picker's label may be there for screen readers alone.
      const isClipped = name !== ".wordmark";
      return [{ name, boxes: [part.getBoundingClientRect(), ...(isClipped ? [] : seen.getClientRects())] }];
    });
    const share = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
    const found = parts.flatMap((part, i) =>
      parts
        .slice(0, i)
        .filter((other) => part.boxes.some((a) => other.boxes.some((b) => share(a, b))))
        .map((other) => `${part.name} and ${other.name}`),
    );
    return parts.length < 4 ? ["a part of the header is not there"] : found;
  });
}

/** Texts that reach beyond the page or beyond what they stand in, unless they are cut or scroll there. */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      let block = node.parentElement;
      while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
      const isOutside = !block?.closest("#page") || block.closest(".tabs, pre, option, .picker-label");
      if (isOutside || !block || getComputedStyle(block).overflowX !== "visible" || !node.nodeValue?.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const right = Math.max(...[...range.getClientRects()].map((box) => box.right));
      const edge = Math.min(innerWidth, block.getBoundingClientRect().right);
      if (right > edge + 1) found.push(`${block.tagName}.${block.className}: ${node.nodeValue.slice(0, 30)}`);
    }
    return found;
  });
}

/** What a download holds. */
export async function readStream(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** A script for a browser that lets pages keep nothing, as some do with cookies blocked. */
export const DENY_STORAGE = `for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });`;
