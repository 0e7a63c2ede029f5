// What names of files say.
import { describe, expect, it } from "vitest";
import { formatOf, hasColumns, isTable } from "../../src/text/formats.ts";

describe("formatOf", () => {
  it("goes by the end of the name, in any case", () => {
    expect(formatOf("a.tsv")).toEqual({ format: "tsv", gzipped: false });
    expect(formatOf("folder.csv/A.JSONL.GZ")).toEqual({ format: "jsonl", gzipped: true });
    expect(formatOf("-")).toEqual({ format: "txt", gzipped: false });
    for (const path of ["a.pdf", "tsv", "a.tsv.zip", "a.gz"]) expect(formatOf(path)).toBeUndefined();
  });
});

describe("isTable and hasColumns", () => {
  it("tell tables from plain text, and columns from keys", () => {
    const names = ["a.tsv", "a.csv.gz", "a.jsonl", "a.txt", "-", "a.md"];
    expect(names.map(isTable)).toEqual([true, true, true, false, false, false]);
    expect(names.map(hasColumns)).toEqual([true, true, false, false, false, false]);
  });
});
