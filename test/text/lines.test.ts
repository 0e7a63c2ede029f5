// Lines of bytes: how they end, and bytes that are no text in UTF-8.
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { type Line, readLines } from "../../src/text/lines.ts";

const MOST_BYTES = 2 ** 20;

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const group of readLines(source(chunks), MOST_BYTES, "some.txt")) lines.push(...group);
  return lines;
}

async function* source(chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

const textsOf = (lines: readonly Line[]) => lines.map((line) => line.problem ?? line.text);

/** The bytes one by one. */
const single = (text: string | Uint8Array): Uint8Array[] =>
  [...Buffer.from(text as string)].map((byte) => Uint8Array.of(byte));

describe("the end of a line", () => {
  it.each([
    ["LF", "one\ntwo\n\nfour"],
    ["CRLF", "one\r\ntwo\r\n\r\nfour\r\n"],
    ["CR alone", "one\rtwo\r\rfour\r"],
    ["CR alone, with none behind the last line", "one\rtwo\r\rfour"],
  ])("is %s, however the bytes are cut", async (_, text) => {
    const expected = ["one", "two", "", "four"].map((line, i) => ({ line: i + 1, text: line }));
    expect(await linesOf(text)).toEqual(expected);
    expect(await linesOf(...single(text))).toEqual(expected);
  });

  it("is no CR where there are LFs, and none for a CR that ends the only line", async () => {
    expect(textsOf(await linesOf("one\rmore\ntwo\rmore\n"))).toEqual(["one\rmore", "two\rmore"]);
    expect(textsOf(await linesOf("one\r", "more", "\n"))).toEqual(["one\rmore"]);
    expect(textsOf(await linesOf("one\r"))).toEqual(["one"]);
  });

  it("is CR in a file of many megabytes too", async () => {
    const rows = Array.from({ length: 300_000 }, (_, i) => `the row ${i}`);
    const bytes = Buffer.from(rows.join("\r"));
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1e5) }, (_, i) =>
      bytes.subarray(i * 1e5, (i + 1) * 1e5),
    );
    expect(textsOf(await linesOf(...chunks))).toEqual(rows);
  });

  it("is waited for no longer than the line itself", async () => {
    const given: string[] = [];
    async function* typed(): AsyncGenerator<Buffer> {
      yield Buffer.from("first\n");
      expect(given).toEqual(["first"]);
      yield Buffer.from("sec");
      yield Buffer.from("ond\n");
      expect(given).toEqual(["first", "second"]);
    }
    for await (const group of readLines(typed(), MOST_BYTES)) given.push(...textsOf(group));
    expect(given).toHaveLength(2);
  });
});

describe("text that is not UTF-8", () => {
  const mark = "\ufeff";
  const little = Buffer.from(`${mark}the sea\r\nthe storm\r\n`, "utf16le");

  it.each([
    ["little-endian", little],
    ["big-endian", Buffer.from(little).swap16()],
    ["nothing but a mark", Buffer.from(mark, "utf16le")],
  ])("is refused by name where it is UTF-16, %s", async (_, bytes) => {
    for (const chunks of [[bytes], single(bytes)]) {
      await expect(linesOf(...chunks)).rejects.toThrow(InputError);
      await expect(linesOf(...chunks)).rejects.toThrow(
        /^some\.txt is UTF-16, .*; expected UTF-8: save it as UTF-8, or/,
      );
    }
  });

  it("is told of where UTF-16 has no mark, as such lines hold U+0000", async () => {
    const lines = await linesOf(little.subarray(2));
    expect(lines.filter((line) => line.problem === undefined)).toEqual([]);
    expect(lines[0]?.problem).toBe("not text in UTF-8, as U+0000 stands there");
  });

  it("is left out line by line", async () => {
    const bytes = Buffer.concat([
      Buffer.from("good\nno\u0000good\n"),
      Buffer.of(0xe9, 10),
      Buffer.from("fine\n\u0000"),
    ]);
    const zero = "not text in UTF-8, as U+0000 stands there";
    expect(await linesOf(bytes)).toEqual([
      { line: 1, text: "good" },
      { line: 2, problem: zero },
      { line: 3, problem: "not valid UTF-8" },
      { line: 4, text: "fine" },
      { line: 5, problem: zero },
    ]);
  });
});
