// Folders: made with those above them, refused where nothing can be made.
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder } from "../../src/run/make-folder.ts";

describe("makeFolder", () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "latentext-folder-"));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it("makes the folders above as well, and tells the outermost that it made", async () => {
    expect(await makeFolder(join(base, "a", "b", "c"))).toBe(join(base, "a"));
    expect(statSync(join(base, "a", "b", "c")).isDirectory()).toBe(true);
    expect(await makeFolder(join(base, "a", "b", "d"))).toBe(join(base, "a", "b", "d"));
  });

  it("leaves folders that are there, also by a link, as they are", async () => {
    expect(await makeFolder(base)).toBeUndefined();
    expect(await makeFolder("/")).toBeUndefined();
    symlinkSync(base, join(base, "link"));
    expect(await makeFolder(join(base, "link"))).toBeUndefined();
  });

  it("makes the same folder once, however many ask at the same time", async () => {
    const path = join(base, "x", "y", "z");
    const made = await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
    expect(statSync(path).isDirectory()).toBe(true);
    expect(made).toContain(join(base, "x"));
  });

  it("is refused where a file is in the way, and makes nothing", async () => {
    writeFileSync(join(base, "file"), "");
    await expect(makeFolder(join(base, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(base, "file", "a", "b"))).rejects.toMatchObject({ code: "ENOTDIR" });
    symlinkSync(join(base, "nowhere"), join(base, "broken"));
    await expect(makeFolder(join(base, "broken"))).rejects.toMatchObject({ code: "EEXIST" });
  });

  it.runIf(existsSync("/proc/self"))("is refused where the system makes no folders", async () => {
    await expect(makeFolder("/proc/latentext/run")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
