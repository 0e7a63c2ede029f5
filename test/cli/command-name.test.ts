// Hints that can be typed as they stand: the command, and paths in them.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commandName, shippedCorpus, typed } from "../../src/cli/command-name.ts";

const folder = mkdtempSync(join(tmpdir(), "latentext-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("commandName", () => {
  it("is the command where it is installed as one, and the file where that was named", () => {
    expect(commandName(join(folder, "bin", "latentext"), folder)).toBe("latentext");
    expect(commandName(join(folder, "dist", "main.js"), folder)).toBe(`node ${join("dist", "main.js")}`);
    expect(commandName(join(folder, "my dist", "main.js"), folder)).toBe(`node "${join("my dist", "main.js")}"`);
  });
});

describe("shippedCorpus", () => {
  it("names a file that is there, seen from any folder", () => {
    for (const from of [process.cwd(), folder, tmpdir(), "/"])
      expect(existsSync(resolve(from, shippedCorpus("headlines.tsv", from)))).toBe(true);
    expect(shippedCorpus("headlines.tsv", process.cwd())).toBe(join("corpora", "headlines.tsv"));
  });
});

describe("typed", () => {
  it("is one word for a shell", () => {
    expect(typed("runs/verse-2.1")).toBe("runs/verse-2.1");
    expect(typed("my runs/verse")).toBe('"my runs/verse"');
  });
});
