// The report of lines left out.
import { describe, expect, it } from "vitest";
import { ReadReport } from "../../src/text/read-report.ts";

describe("ReadReport", () => {
  it("says nothing when nothing was left out", () => {
    expect(new ReadReport().summary()).toEqual([]);
  });

  it("gives a sentence a kind, with at most five line numbers", () => {
    const report = new ReadReport();
    report.add("empty", 7);
    for (let line = 1; line <= 1234; line++) report.add("not valid UTF-8", line * 10);
    report.add("too long", 3);
    report.add("too long", 9);
    expect(report.summary()).toEqual([
      "1 line left out: empty (line 7).",
      "1,234 lines left out: not valid UTF-8 (first at lines 10, 20, 30, 40 and 50).",
      "2 lines left out: too long (lines 3 and 9).",
    ]);
  });
});
