// Journals: whole lines, in order, cut back to where a checkpoint was.
import * as fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { RunFolderError } from "../../src/errors.ts";
import { Journal, readJournal } from "../../src/run/journal.ts";
import type { JsonObject } from "../../src/run/json.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));

// A disk that takes `room` more bytes, part of a line at a time, and then is full.
vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const writeSync = (file: number, bytes: Uint8Array, at: number, length: number, position: number) => {
    if (disk.room === 0) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
    const written = real.writeSync(file, bytes, at, Math.min(length, disk.room), position);
    disk.room -= written;
    return written;
  };
  return { ...real, writeSync };
});

async function withJournal(use: (journal: Journal, path: string) => void | Promise<void>): Promise<void> {
  const path = join(temporaryFolder(), "metrics.jsonl");
  const journal = await Journal.open(path);
  try {
    await use(journal, path);
  } finally {
    disk.room = Number.POSITIVE_INFINITY;
    journal.close();
  }
}

describe("Journal", () => {
  it("writes one line an object and knows the bytes", () =>
    withJournal((journal, path) => {
      expect(journal.position()).toBe(0);
      journal.append({ step: 1, text: "Käfer\nund" });
      expect(fs.readFileSync(path, "utf8")).toBe('{"step":1,"text":"Käfer\\nund"}\n');
      expect(journal.position()).toBe(32);
      journal.append({ loss: Number.NaN });
      journal.flush();
      expect(journal.read()).toEqual([{ step: 1, text: "Käfer\nund" }, { loss: null }]);
    }));

  it("goes on where it was closed", async () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    for (const step of [1, 2, 3]) {
      const journal = await Journal.open(path);
      journal.append({ step });
      journal.close();
    }
    expect(readJournal(path)).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }]);
  });

  it("cuts off a half-written last line when it is opened", async () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    for (const half of ['{"step":', '{"step":2,"text":"long', "{}", "\0\0\0", "\xc3"]) {
      fs.writeFileSync(path, `{"step":1}\n${half}`, "latin1");
      expect(readJournal(path)).toEqual([{ step: 1 }]);
      const journal = await Journal.open(path);
      expect(journal.position()).toBe(11);
      journal.append({ step: 2 });
      journal.close();
      expect(fs.readFileSync(path, "latin1")).toBe('{"step":1}\n{"step":2}\n');
    }
  });

  it("ends with the bytes of a run that was never stopped, wherever a run was killed and resumed", async () => {
    const entries = Array.from({ length: 12 }, (_, step): JsonObject => ({ step, text: "ä".repeat(step) }));
    const whole = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.nat(11), fc.nat(30), async (saved, more, torn) => {
        const path = join(temporaryFolder(), "metrics.jsonl");
        const first = await Journal.open(path);
        for (const entry of entries.slice(0, saved)) first.append(entry);
        const position = first.position();
        for (const entry of entries.slice(saved, saved + more)) first.append(entry);
        first.close();
        fs.appendFileSync(path, JSON.stringify({ torn: "x".repeat(30) }).slice(0, torn));

        const resumed = await Journal.open(path);
        resumed.truncateTo(position);
        for (const entry of entries.slice(saved)) resumed.append(entry);
        resumed.close();
        expect(fs.readFileSync(path, "utf8")).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses to be cut where no line ends, or beyond its end", () =>
    withJournal((journal, path) => {
      journal.append({ step: 1 });
      for (const position of [1, 10]) {
        expect(() => journal.truncateTo(position)).toThrow(`${path} has no line that ends at byte ${position}`);
      }
      expect(() => journal.truncateTo(12)).toThrow(`${path} has 11 bytes, expected at least 12`);
      for (const position of [-1, 0.5, Number.NaN]) expect(() => journal.truncateTo(position)).toThrow(RunFolderError);
      expect(journal.read()).toEqual([{ step: 1 }]);
      journal.truncateTo(11);
      expect(journal.position()).toBe(11);
      journal.truncateTo(0);
      expect(journal.read()).toEqual([]);
    }));

  it("reports a full disk, stays readable, and goes on once there is room", () =>
    withJournal((journal, path) => {
      journal.append({ step: 1 });
      disk.room = 5;
      expect(() => journal.append({ step: 2, text: "long" })).toThrow(`${path} could not be written: ENOSPC`);
      expect(journal.position()).toBe(11);
      expect(journal.read()).toEqual([{ step: 1 }]);
      disk.room = Number.POSITIVE_INFINITY;
      journal.append({ a: 1 });
      expect(journal.read()).toEqual([{ step: 1 }, { a: 1 }]);
    }));

  it("reports a path that cannot be a file", async () => {
    const folder = temporaryFolder();
    await expect(Journal.open(folder)).rejects.toThrow(/could not be opened: EISDIR/);
    await expect(Journal.open(join(folder, "none", "metrics.jsonl"))).rejects.toThrow(RunFolderError);
  });
});

describe("readJournal", () => {
  it("takes a file that is not there for an empty journal", () => {
    expect(readJournal(join(temporaryFolder(), "none.jsonl"))).toEqual([]);
  });

  it.each([
    ["{\n", /^line 2 of .*metrics.jsonl is not JSON/],
    ["[1]\n", /^line 2 of .*metrics.jsonl is not a JSON object/],
    ["\n", /^line 2 of .*metrics.jsonl is not JSON/],
  ])("names the line of %j", (line, sentence) => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    fs.writeFileSync(path, `{"step":1}\n${line}{"step":3}\n`);
    expect(() => readJournal(path)).toThrow(RunFolderError);
    expect(() => readJournal(path)).toThrow(sentence);
  });
});
