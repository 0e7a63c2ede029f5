// Each format of the catalogue, from a small file of its kind to lines.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { CatalogueFile } from "../../../scripts/corpus/catalogue.ts";
import { convertFile } from "../../../scripts/corpus/convert.ts";
import { LatentextError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../run/temporary-folder.ts";

async function convert(content: string | Uint8Array, source: Partial<CatalogueFile>): Promise<string[]> {
  const path = join(temporaryFolder(), "download");
  writeFileSync(path, content);
  const whole = {
    path: "file",
    sha256: null,
    bytes: null,
    to: "train.txt",
    format: { kind: "lines" },
    ...source,
  } as const;
  const lines: string[] = [];
  for await (const line of convertFile(path, whole)) lines.push(line);
  return lines;
}

describe("convertFile", () => {
  it("takes lines, leaves out empty ones and tidies white space", async () => {
    expect(await convert("one  two \r\n\n\tthree\n \nfour", {})).toEqual(["one two", "three", "four"]);
  });

  it("puts the label of the catalogue before each text", async () => {
    expect(await convert("good\nfine\tfood\n", { label: "pos" })).toEqual(["pos\tgood", "pos\tfine food"]);
  });

  it("undoes gzip where the name says so", async () => {
    expect(await convert(gzipSync("a\nb\n"), { path: "x.gz" })).toEqual(["a", "b"]);
  });

  it("does not take a damaged gzip file for a short one", async () => {
    const whole = gzipSync("line\n".repeat(5000));
    await expect(convert(whole.subarray(0, whole.length - 20), { path: "x.gz" })).rejects.toThrow(/unexpected end/);
    await expect(convert("no gzip", { path: "x.gz" })).rejects.toThrow(/incorrect header/);
  });

  it("joins characters set apart by spaces", async () => {
    expect(await convert("春 眠 ， 不 覺 。 \n", { format: { kind: "spaced-characters" } })).toEqual(["春眠，不覺。"]);
  });

  it("reads columns of CSV with quotes, and names labels", async () => {
    const format = { kind: "csv", text: 1, label: 0, labels: { "1": "world" } } as const;
    const csv = '"1","Say ""no"", he said","x"\n"2","two\nlines","y"\n';
    expect(await convert(csv, { format })).toEqual(['world\tSay "no", he said', "2\ttwo lines"]);
    expect(await convert("a,b\n", { format: { kind: "csv", text: 1 } })).toEqual(["b"]);
    await expect(convert("a\n", { format })).rejects.toThrow(/has only 1 columns/);
  });

  it("reads a field of JSON lines", async () => {
    const format = { kind: "jsonl", text: "s" } as const;
    expect(await convert('{"s": "one", "gid": "1"}\n\n{"s": "two"}\n', { format })).toEqual(["one", "two"]);
    await expect(convert('{"t": "one"}\n', { format })).rejects.toThrow('no text under "s"');
    await expect(convert("null\n", { format })).rejects.toThrow('no text under "s"');
    await expect(convert("{\n", { format })).rejects.toThrow(LatentextError);
  });

  it("takes the lines of verse out of TEI", async () => {
    const tei = '<TEI><lg><head>Title</head><l n="1">Fair &amp; <hi>square</hi></l>\n<l>two\n  rows &x;</l></lg></TEI>';
    expect(await convert(tei, { format: { kind: "tei-verse" }, label: "old" })).toEqual([
      "old\tFair & square",
      "old\ttwo rows &x;",
    ]);
  });

  it("keeps the quatrains of five or of seven characters and says which they are", async () => {
    const five = ["春眠不覺曉，處處聞啼鳥。", "夜來風雨聲，花落知多少。"];
    const seven = ["月落烏啼霜滿天，江楓漁火對愁眠。", "姑蘇城外寒山寺，夜半鐘聲到客船。"];
    const others = [
      ["處處聞啼鳥。"],
      [...five, ...five],
      [five[0] ?? "", seven[1] ?? ""],
      ["春眠不覺□，處處聞啼鳥。", five[1] ?? ""],
    ];
    const json = JSON.stringify([five, seven, ...others].map((paragraphs) => ({ author: "x", paragraphs })));
    const format = { kind: "chinese-quatrains" } as const;
    expect(await convert(json, { format, label: "tang" })).toEqual([
      `tang5\t${five.join("")}`,
      `tang7\t${seven.join("")}`,
    ]);
    await expect(convert('{"poems": []}', { format })).rejects.toThrow(/expected to hold poems/);
    await expect(convert("[", { format })).rejects.toThrow(/expected to hold JSON/);
  });
});
