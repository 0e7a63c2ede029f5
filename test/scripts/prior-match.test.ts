// The command that compares codes with the prior: what it prints and what it refuses.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runScript } from "./run-script.ts";

const folder = mkdtempSync(join(tmpdir(), "prior-match-"));
afterAll(() => rmSync(folder, { recursive: true }));

function priorMatch(text: string, ...flags: string[]) {
  const path = join(folder, "codes.jsonl");
  writeFileSync(path, text);
  return runScript("bench/prior-match.ts", path, ...flags);
}

describe("prior-match", () => {
  it("prints the figures as a table", () => {
    const { status, stdout } = priorMatch("[3, 4]\n[-3, 4]\n");
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual([
      "codes                    2 of 2 dimensions",
      "mean of a dimension      0.000 to 4.000, 2.000 on average",
      "variance of a dimension  0.000 to 18.000, 9.000 on average",
      "|mean| ≤ 0.15            1 of 2 dimensions",
      "|variance − 1| ≤ 0.15    0 of 2 dimensions",
      "both                     0 of 2 dimensions",
      "norm of a code           mean 5.000, deviation 0.000; √d is 1.414",
    ]);
  });

  it("prints them as one JSON object", () => {
    const { status, stdout } = priorMatch("[3, 4]\n[-3, 4]\n", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      count: 2,
      tolerance: 0.15,
      variance: { maximum: 18 },
      norm: { mean: 5 },
    });
  });

  it.each([
    ["text that is not JSON", "[1, 2]\n[3, oops]\n", /codes\.jsonl, line 2 is not JSON/],
    ["anything but an array of numbers", '[1, 2]\n{"code": [3, 4]}\n', /line 2 is not an array of finite numbers/],
    ["a number beyond the range of doubles", "[1, 1e999]\n[1, 2]\n", /line 1 is not an array of finite numbers/],
    ["codes of different lengths", "[1, 2]\n[3]\n", /Code 2 has 1 dimensions, and code 1 has 2/],
    ["an empty file", "", /got 0 codes/],
  ])("refuses %s", (_, text, message) => {
    const { status, stdout, stderr } = priorMatch(text);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
