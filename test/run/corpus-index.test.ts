// The corpus index of a run on disk: read back as written, or not at all.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RunFolderError } from "../../src/errors.ts";
import { temporaryName } from "../../src/run/atomic-file.ts";
import { type IndexContent, identify, readIndex, removeIndex, writeIndex } from "../../src/run/corpus-index.ts";
import { readSafetensorsFile, writeSafetensorsFile } from "../../src/run/safetensors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content: IndexContent = {
  lines: [
    { text: "the sea is calm", label: "pos", line: 1 },
    { text: 'a "storm"\u2028is near', line: 7 },
    { text: "ein Käse 🧀", label: "", line: 9 },
  ],
  codes: Float32Array.of(1, 2, 3, 4.5, -0.25, 1e-30),
  latent: 2,
  complete: false,
};

/** A folder with the files that an index depends on, and an index. */
async function indexedRun(): Promise<string> {
  const path = temporaryFolder();
  writeFileSync(join(path, "model.safetensors"), "the weights");
  writeFileSync(join(path, "tokenizer.json"), "the words");
  await writeIndex(path, content, await identify(path));
  return path;
}

const codesOf = (path: string): string => join(path, "neighbours", "codes.safetensors");
const linesOf = (path: string): string => join(path, "neighbours", "lines.jsonl");

describe("readIndex", () => {
  test("gives back what was written, and of an index written over another the new one", async () => {
    const path = await indexedRun();
    expect(await readIndex(path)).toEqual(content);
    const other: IndexContent = {
      lines: [{ text: "b", line: 3 }],
      codes: Float32Array.of(7),
      latent: 1,
      complete: true,
    };
    await writeIndex(path, other, await identify(path));
    expect(await readIndex(path)).toEqual(other);
    expect(readdirSync(join(path, "neighbours")).sort()).toEqual(["codes.safetensors", "lines.jsonl"]);
  });

  test("keeps lines as JSON lines that other tools read", async () => {
    const lines = readFileSync(linesOf(await indexedRun()), "utf8").split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line))).toEqual(content.lines);
  });

  test("finds none where there is none", async () => {
    expect(await readIndex(temporaryFolder())).toBeUndefined();
    expect(await readIndex(join(temporaryFolder(), "no", "such"))).toBeUndefined();
  });

  test("takes no index of other weights, also where size and time of the file are the same", async () => {
    const path = await indexedRun();
    const model = join(path, "model.safetensors");
    const { atime, mtime, size } = statSync(model);
    writeFileSync(model, "the Weights");
    utimesSync(model, atime, mtime);
    expect(statSync(model).size).toBe(size);
    expect(await readIndex(path)).toBeUndefined();
    writeFileSync(model, "the weights");
    expect(await readIndex(path)).toEqual(content);
  });

  test("takes no index of another tokenizer", async () => {
    const path = await indexedRun();
    writeFileSync(join(path, "tokenizer.json"), "other words");
    expect(await readIndex(path)).toBeUndefined();
  });

  test("tells two models apart that differ in their last byte alone, beyond what is read at once", async () => {
    const path = temporaryFolder();
    const bytes = Buffer.alloc((1 << 22) + 5, 1);
    writeFileSync(join(path, "tokenizer.json"), "");
    writeFileSync(join(path, "model.safetensors"), bytes);
    const before = await identify(path);
    expect(await identify(path)).toEqual(before);
    bytes[bytes.length - 1] = 2;
    writeFileSync(join(path, "model.safetensors"), bytes);
    expect((await identify(path)).model).not.toBe(before.model);
  });

  test("says so when the run has no model", async () => {
    const path = await indexedRun();
    rmSync(join(path, "model.safetensors"));
    await expect(readIndex(path)).rejects.toThrow(RunFolderError);
    await expect(readIndex(path)).rejects.toThrow(/model\.safetensors could not be read: ENOENT/);
  });

  test.each<[string, (path: string) => void | Promise<void>]>([
    ["codes with one bit turned", (path) => turnBit(codesOf(path))],
    ["lines with one bit turned", (path) => turnBit(linesOf(path))],
    ["codes cut off", (path) => writeFileSync(codesOf(path), readFileSync(codesOf(path)).subarray(0, -4))],
    ["lines cut off", (path) => writeFileSync(linesOf(path), readFileSync(linesOf(path)).subarray(0, -9))],
    ["no codes", (path) => rmSync(codesOf(path))],
    ["no lines", (path) => rmSync(linesOf(path))],
    ["empty codes", (path) => writeFileSync(codesOf(path), "")],
    ["a folder in the place of its lines", (path) => replaceByFolder(linesOf(path))],
    ["a file in the place of its folder", (path) => replaceByFile(join(path, "neighbours"))],
    ["the codes of something else", (path) => copyFileSync(linesOf(path), codesOf(path))],
    ["codes of another version", (path) => rewriteMetadata(path, (pairs) => pairs.set("version", "2"))],
    ["no hash of its lines", (path) => rewriteMetadata(path, (pairs) => pairs.delete("lines"))],
    [
      "the lines of another index, as when a process ends between the two files",
      async (path) => {
        const other = await indexedRun();
        const lines = content.lines.map((line) => ({ ...line, text: "another" }));
        await writeIndex(other, { ...content, lines }, await identify(other));
        copyFileSync(linesOf(other), linesOf(path));
      },
    ],
  ])("passes over an index with %s, which can be written anew", async (what, damage) => {
    const path = await indexedRun();
    await damage(path);
    expect(await readIndex(path)).toBeUndefined();
    if (what.includes("in the place of")) return;
    await writeIndex(path, content, await identify(path));
    expect(await readIndex(path)).toEqual(content);
  });
});

describe("removeIndex", () => {
  test("removes the index and what a killed writer left, and no other file", async () => {
    const path = await indexedRun();
    writeFileSync(temporaryName(linesOf(path)), "");
    await removeIndex(path);
    expect(existsSync(join(path, "neighbours"))).toBe(false);
    await removeIndex(path);

    const other = await indexedRun();
    writeFileSync(join(other, "neighbours", "notes.txt"), "");
    await removeIndex(other);
    expect(readdirSync(join(other, "neighbours"))).toEqual(["notes.txt"]);
  });

  test("does not follow a link out of the run", async () => {
    const elsewhere = await indexedRun();
    const path = temporaryFolder();
    symlinkSync(join(elsewhere, "neighbours"), join(path, "neighbours"));
    await removeIndex(path);
    expect(await readIndex(elsewhere)).toEqual(content);
  });
});

function turnBit(file: string): void {
  const bytes = readFileSync(file);
  const last = bytes.length - 2;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function replaceByFolder(file: string): void {
  rmSync(file);
  mkdirSync(file);
}

function replaceByFile(folder: string): void {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "");
}

async function rewriteMetadata(path: string, change: (pairs: Map<string, string>) => void): Promise<void> {
  const { arrays, metadata } = await readSafetensorsFile(codesOf(path));
  change(metadata);
  await writeSafetensorsFile(codesOf(path), arrays, metadata);
}
