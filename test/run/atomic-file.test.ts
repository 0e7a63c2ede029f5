// Files that appear whole or not at all.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { InputError, RunFolderError } from "../../src/errors.ts";
import {
  fileError,
  isTemporaryName,
  removeOrphans,
  syncFolder,
  temporaryName,
  writeFileAtomic,
} from "../../src/run/atomic-file.ts";
import { faults } from "./faulty-fs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

vi.mock("node:fs/promises", async (original) => (await import("./faulty-fs.ts")).faulty(await original<object>()));
beforeEach(() => faults.reset());

describe("writeFileAtomic", () => {
  it("writes text, bytes and slices", async () => {
    const path = join(temporaryFolder(), "file");
    await writeFileAtomic(path, "Käfer\n");
    expect(readFileSync(path, "utf8")).toBe("Käfer\n");
    await writeFileAtomic(path, new Uint8Array([1, 2, 3]));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    await writeFileAtomic(path, [new Uint8Array([4]), new Uint8Array(0), new Uint8Array([5, 6])]);
    expect([...readFileSync(path)]).toEqual([4, 5, 6]);
  });

  it("makes the file durable before it takes its name, and then the name", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "file");
    await writeFileAtomic(path, "text");
    const temporary = /^writeFile (.+) flushed$/.exec(faults.calls[0] ?? "")?.[1];
    expect(faults.calls.slice(1)).toEqual([`rename ${temporary} ${path}`, `open ${folder}`, `sync ${folder}`]);
  });

  it.each(["ENOSPC", "EACCES", "EROFS", "EIO"])("leaves the old file and no other when %s strikes", async (code) => {
    const folder = temporaryFolder();
    const path = join(folder, "file");
    await writeFileAtomic(path, "the old text");
    for (const failAt of [0, 1]) {
      faults.reset({ failAt, code });
      const writing = writeFileAtomic(path, "the new text");
      await expect(writing).rejects.toThrow(RunFolderError);
      await expect(writing).rejects.toThrow(new RegExp(`${path} could not be written: ${code}`));
      expect(readdirSync(folder)).toEqual(["file"]);
      expect(readFileSync(path, "utf8")).toBe("the old text");
    }
  });

  it("reports a name that could not be made durable, with the new file in its place", async () => {
    const folder = temporaryFolder();
    faults.reset({ failAt: 3, code: "EIO" });
    await expect(writeFileAtomic(join(folder, "file"), "new")).rejects.toThrow(
      `${folder} could not be made durable: EIO`,
    );
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("new");
  });

  it("refuses a folder that is a file, or is not there", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(writeFileAtomic(join(folder, "file", "inner"), "x")).rejects.toThrow(/inner could not be .*ENOTDIR/);
    await expect(writeFileAtomic(join(folder, "none", "inner"), "x")).rejects.toThrow(/inner could not be .*ENOENT/);
  });

  it("passes on an error of ours from the slices", async () => {
    const folder = temporaryFolder();
    function* slices(): Iterable<Uint8Array> {
      yield new Uint8Array(1);
      throw new InputError("no more");
    }
    await expect(writeFileAtomic(join(folder, "file"), slices())).rejects.toThrow(InputError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("removeOrphans", () => {
  it("removes temporary files and nothing else", async () => {
    const folder = temporaryFolder();
    const orphan = temporaryName(join(folder, "config.json"));
    for (const path of [orphan, join(folder, ".notes.tmp"), join(folder, "config.json")]) writeFileSync(path, "");
    mkdirSync(join(folder, "checkpoints"));
    expect(await removeOrphans(folder)).toHaveLength(1);
    expect(existsSync(orphan)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual([".notes.tmp", "checkpoints", "config.json"]);
  });

  it("reports a folder that is not there", async () => {
    await expect(removeOrphans(join(temporaryFolder(), "none"))).rejects.toThrow(RunFolderError);
  });
});

describe("temporaryName", () => {
  it("is recognised, and never twice the same", () => {
    const names = [temporaryName("RUN/a.json"), temporaryName("RUN/a.json")];
    expect(names[0]).not.toBe(names[1]);
    expect(names.map((name) => isTemporaryName(name.slice("RUN/".length)))).toEqual([true, true]);
    expect(isTemporaryName("a.json")).toBe(false);
  });
});

describe("fileError and syncFolder", () => {
  it("say which file and why, and keep the cause", async () => {
    const cause = new Error("ENOSPC: no space left");
    expect(fileError("RUN/a", "written", cause)).toMatchObject({
      message: "RUN/a could not be written: ENOSPC: no space left",
      cause,
    });
    await expect(syncFolder(join(temporaryFolder(), "none"))).rejects.toThrow(/could not be made durable: ENOENT/);
  });
});
