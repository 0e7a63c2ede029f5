// Reading texts from every kind of file, with what is wrong in them counted and told.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { ReadReport } from "../../src/text/read-report.ts";
import { type ReadOptions, readTexts, type TextRecord } from "../../src/text/readers.ts";

const folder = mkdtempSync(join(tmpdir(), "latentext-readers-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(extension: string, content: string | Uint8Array): string {
  const path = join(folder, `file-${files++}${extension}`);
  writeFileSync(path, content);
  return path;
}

async function read(path: string, options: ReadOptions = {}): Promise<TextRecord[]> {
  const records: TextRecord[] = [];
  for await (const record of readTexts(path, options)) records.push(record);
  return records;
}

const texts = async (path: string, options?: ReadOptions) => (await read(path, options)).map(({ text }) => text);

function bytes(...parts: (string | number[])[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

describe("readTexts of plain text", () => {
  it("gives a text a line, stripped at its ends, with line numbers", async () => {
    const path = file(".txt", "\ufefffirst line\r\n  second  line\t\nlast, without an end");
    expect(await read(path)).toEqual([
      { text: "first line", line: 1 },
      { text: "second  line", line: 2 },
      { text: "last, without an end", line: 3 },
    ]);
  });

  it("keeps the characters as they are, without Unicode normalisation", async () => {
    expect(await texts(file(".txt", "e\u0301 \u00e9\n"))).toEqual(["e\u0301 \u00e9"]);
  });

  it("counts empty, too long and badly encoded lines and goes on", async () => {
    const path = file(".txt", bytes("good\n\n", [0x63, 0xe9], "\n   \n", "x".repeat(11), "\nfine\n"));
    const report = new ReadReport();
    expect(await texts(path, { report, maxCharacters: 10 })).toEqual(["good", "fine"]);
    expect(report.accepted).toBe(2);
    expect(report.problems).toEqual(
      new Map([
        ["empty", { count: 2, firstLines: [2, 4] }],
        ["not valid UTF-8", { count: 1, firstLines: [3] }],
        ["too long", { count: 1, firstLines: [5] }],
      ]),
    );
  });

  it("passes over a line of many chunks without holding it", async () => {
    const report = new ReadReport();
    const path = file(".txt", `before\n${"x".repeat(5_000_000)}\nafter\n`);
    expect(await texts(path, { report, maxCharacters: 100 })).toEqual(["before", "after"]);
    expect(report.problems.get("too long")).toEqual({ count: 1, firstLines: [2] });
  });

  it("gives the same lines however the bytes are cut into chunks", async () => {
    const content = bytes("\ufeffalpha\r\nбета\n\n漢字\n", [0xff], "\nomega 😀");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: content.length - 1 })), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), content.length];
        const chunks = places.slice(1).map((end, i) => content.subarray(places[i], end));
        const report = new ReadReport();
        expect(await read("-", { stdin: Readable.from(chunks), report })).toEqual([
          { text: "alpha", line: 1 },
          { text: "бета", line: 2 },
          { text: "漢字", line: 4 },
          { text: "omega 😀", line: 6 },
        ]);
        expect(report.problems.get("not valid UTF-8")?.firstLines).toEqual([5]);
      }),
      { numRuns: 200 },
    );
  });

  it("gives nothing for an empty file", async () => {
    expect(await read(file(".txt", ""))).toEqual([]);
  });

  it("stops reading when the caller stops", async () => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.from(`line ${given++}\n`);
      })(),
    );
    for await (const { line } of readTexts("-", { stdin: endless })) if (line === 10) break;
    expect(given).toBeLessThan(1000);
    expect(endless.destroyed).toBe(true);
  });
});

describe("readTexts of tables", () => {
  it("takes a one-column .tsv as text and the last of several columns otherwise", async () => {
    expect(await read(file(".tsv", "one\ntwo\n"))).toEqual([
      { text: "one", line: 1 },
      { text: "two", line: 2 },
    ]);
    expect(await texts(file(".tsv", 'neg\tsay "no\npos\tyes, please\n'))).toEqual(['say "no', "yes, please"]);
  });

  it("takes an empty label for none", async () => {
    expect(await read(file(".tsv", "neg\tbad food\n \tgood food\n"), { labelColumn: 1 })).toEqual([
      { text: "bad food", label: "neg", line: 1 },
      { text: "good food", line: 2 },
    ]);
    expect(await read(file(".jsonl", '{"text":"a","label":""}\n'))).toEqual([{ text: "a", line: 1 }]);
  });

  it("gives labels from the column that is asked for", async () => {
    const path = file(".tsv", "neg\tbad food\npos\tgood food\n");
    expect(await read(path, { labelColumn: 1 })).toEqual([
      { text: "bad food", label: "neg", line: 1 },
      { text: "good food", label: "pos", line: 2 },
    ]);
    expect(await read(file(".tsv", "bad food\tneg\n"), { labelColumn: 2 })).toEqual([
      { text: "bad food", label: "neg", line: 1 },
    ]);
  });

  it("leaves out and counts rows with another number of columns than the first", async () => {
    const report = new ReadReport();
    const path = file(".tsv", "a\tone\ntwo\nb\tthree\tmore\nc\tfour\n");
    expect(await texts(path, { report })).toEqual(["one", "four"]);
    expect(report.problems.get("wrong number of columns")).toEqual({ count: 2, firstLines: [2, 3] });
  });

  it("reads quoted .csv cells, and tells the line where a row starts", async () => {
    const content = 'text,label\r\n"He said ""yes"", twice",a\r\n"two\r\nlines",b\r\nplain,c\r\n';
    expect(await read(file(".csv", content))).toEqual([
      { text: 'He said "yes", twice', label: "a", line: 2 },
      { text: "two lines", label: "b", line: 3 },
      { text: "plain", label: "c", line: 5 },
    ]);
  });

  it("takes stray quotes in .csv as they are", async () => {
    expect(await texts(file(".csv", 'x,5" tall\ny,say "so"\nz,"so" he said\n'))).toEqual([
      '5" tall',
      'say "so"',
      '"so" he said',
    ]);
  });

  it("counts badly encoded and empty .csv rows", async () => {
    const report = new ReadReport();
    const path = file(".csv", bytes("a,good\nb,", [0xff], "\n\n,\nc,fine\n"));
    expect(await texts(path, { report })).toEqual(["good", "fine"]);
    expect(report.problems.get("not valid UTF-8")).toEqual({ count: 1, firstLines: [2] });
    expect(report.problems.get("empty")).toEqual({ count: 2, firstLines: [3, 4] });
  });

  it("refuses a .csv with a quote that never closes, rather than swallow the rest", async () => {
    await expect(read(file(".csv", 'a,one\nb,"two\nc,three\n'))).rejects.toThrow(/quote is never closed/);
    const long = file(".csv", `a,one\nb,"two\n${"c,three\n".repeat(200_000)}`);
    await expect(read(long, { maxCharacters: 100 })).rejects.toThrow(InputError);
  });
});

describe("readTexts of JSON lines", () => {
  it("reads strings and objects, with labels that are not strings made so", async () => {
    const path = file(".jsonl", '"bare"\n{"text":"a\\nb","label":3}\n{"text":" c ","label":null,"more":[1]}\r\n');
    expect(await read(path)).toEqual([
      { text: "bare", line: 1 },
      { text: "a b", label: "3", line: 2 },
      { text: "c", line: 3 },
    ]);
  });

  it("reads the keys that are asked for", async () => {
    const path = file(".jsonl", '{"headline":"up","topic":"money"}\n');
    expect(await read(path, { textColumn: "headline", labelColumn: "topic" })).toEqual([
      { text: "up", label: "money", line: 1 },
    ]);
  });

  it("counts lines that are no JSON, hold no text or are empty", async () => {
    const report = new ReadReport();
    const path = file(".jsonl", '{"text":"ok"}\n{"text":\n[1]\n7\n{"text":5}\n{"text":"x","label":{}}\n\nnull\n');
    expect(await texts(path, { report })).toEqual(["ok"]);
    expect(report.problems).toEqual(
      new Map([
        ["not valid JSON", { count: 1, firstLines: [2] }],
        ["no text where it was expected", { count: 5, firstLines: [3, 4, 5, 6, 8] }],
        ["empty", { count: 1, firstLines: [7] }],
      ]),
    );
  });

  it("refuses a column number for the text, and has labels under their key whatever columns others have them in", async () => {
    await expect(read(file(".jsonl", '"x"\n'), { textColumn: 1 })).rejects.toThrow(/name of a key/);
    expect(await read(file(".jsonl", '{"text":"x","label":"a"}\n'), { labelColumn: 1 })).toEqual([
      { text: "x", label: "a", line: 1 },
    ]);
  });
});

describe("readTexts of gzipped files", () => {
  it("reads every kind of file", async () => {
    expect(await texts(file(".txt.gz", gzipSync("one\ntwo\n")))).toEqual(["one", "two"]);
    expect(await texts(file(".tsv.gz", gzipSync("a\tone\n")))).toEqual(["one"]);
    expect(await texts(file(".csv.gz", gzipSync('a,"o,ne"\n')))).toEqual(["o,ne"]);
    expect(await texts(file(".JSONL.GZ", gzipSync('"one"\n')))).toEqual(["one"]);
  });

  it("says so when the data is cut off, damaged or not gzip at all", async () => {
    const whole = gzipSync("some text that is long enough\n".repeat(100));
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 20, 40);
    for (const extension of [".txt.gz", ".csv.gz"]) {
      await expect(read(file(extension, whole.subarray(0, -12)))).rejects.toThrow(/damaged or cut-off/);
      await expect(read(file(extension, damaged))).rejects.toThrow(InputError);
      await expect(read(file(extension, "plain text"))).rejects.toThrow(/no gzip file/);
    }
  });
});

describe("readTexts of what cannot be read", () => {
  it("says what is wrong with the path", async () => {
    await expect(read(join(folder, "missing.txt"))).rejects.toThrow(/There is no file .*missing\.txt\./);
    await expect(read(join(folder, "missing.csv.gz"))).rejects.toThrow(InputError);
    await expect(read(folder)).rejects.toThrow(/is a folder; expected a file/);
    await expect(read(folder, { format: "csv" })).rejects.toThrow(InputError);
    await expect(read(file(".pdf", "x"))).rejects.toThrow(/of no known kind; expected \.txt/);
  });

  it("refuses columns of plain text by name, and the column of its text", async () => {
    await expect(read(file(".txt", "x\n"), { labelColumn: "topic" })).rejects.toThrow(/has no columns/);
    await expect(read(file(".txt", "x\n"), { textColumn: 1 })).rejects.toThrow(/has no columns/);
  });

  it("has no labels in plain text, whatever columns others have them in", async () => {
    expect(await read(file(".txt", "a\tx\n"), { labelColumn: 1 })).toEqual([{ text: "a\tx", line: 1 }]);
  });

  it("reads standard input as the format that is asked for", async () => {
    const stdin = Readable.from([Buffer.from("pos\tgood\n")]);
    expect(await read("-", { stdin, format: "tsv", labelColumn: 1 })).toEqual([
      { text: "good", label: "pos", line: 1 },
    ]);
  });
});

describe("readTexts of every row", () => {
  it("gives empty texts as they are, with their labels, and none for a header", async () => {
    const everyRow = true;
    expect(await read(file(".tsv", "label\ttext\na\tone\nb\t\n\nc\ttwo\n"), { everyRow })).toEqual([
      { text: "one", label: "a", line: 2 },
      { text: "", label: "b", line: 3 },
      { text: "", line: 4 },
      { text: "two", label: "c", line: 5 },
    ]);
    expect(await texts(file(".csv", "a,one\n\nb,two\n"), { everyRow })).toEqual(["one", "", "two"]);
    expect(await texts(file(".jsonl", '"one"\n\n{"text":""}\n'), { everyRow })).toEqual(["one", "", ""]);
  });

  it.each([
    ["of another number of columns", ".tsv", "a\tone\nb\ttwo\tmore\n", "wrong number of columns"],
    ["that is not UTF-8", ".csv", bytes("a,one\nb,", [0xff], "\n"), "not valid UTF-8"],
    ["that is no JSON", ".jsonl", '"one"\nb\n', "not valid JSON"],
    ["without a text", ".jsonl", '"one"\n{"label":"b"}\n', "no text where it was expected"],
    ["that is too long", ".tsv", `a\tone\nb\t${"x".repeat(11)}\n`, "too long"],
  ])("refuses a row %s", async (_, extension, content, problem) => {
    const path = file(extension, content);
    const reading = read(path, { everyRow: true, maxCharacters: 10 });
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(`Line 2 of ${path} cannot be used: ${problem}.`);
  });
});
