// The command that scores reconstructions: figures, file kinds, exit codes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runScript } from "./run-script.ts";

const folder = mkdtempSync(join(tmpdir(), "score-reconstruction-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const score = (...args: string[]) => runScript("bench/score-reconstruction.ts", ...args);

describe("score-reconstruction", () => {
  it("prints BLEU-4, the exact share and the line count as JSON, from the last column of a .tsv file", () => {
    const references = file("references.tsv", "pos\ta b c d e f\r\nneg\tp q r s\r\n");
    const hypotheses = file("hypotheses.txt", "a b c d e x\n p  q r s\n");
    const { status, stdout } = score(references, hypotheses, "--json");
    expect(status).toBe(0);
    const { bleu4, ...rest } = JSON.parse(stdout);
    expect(bleu4).toBeCloseTo(100 * ((9 / 10) * (7 / 8) * (5 / 6) * (3 / 4)) ** 0.25, 10);
    expect(rest).toEqual({ lines: 2, exact: 1, exactShare: 0.5 });
  });

  it("counts an empty line as an empty sentence, and prints a table for people", () => {
    const references = file("three.txt", "a b c d\n\ne f g h\n");
    const { status, stdout } = score(references, file("lost.txt", "a b c d\n\n\n"));
    expect(status).toBe(0);
    // 4 of 8 tokens: precision 1, brevity penalty exp(1 − 8/4).
    expect(stdout.trimEnd().split("\n")).toEqual([
      "lines        3",
      "BLEU-4       36.79",
      "exact match  66.7 % (2 lines)",
    ]);
  });

  it("refuses files of different line counts, naming both", () => {
    const { status, stdout, stderr } = score(file("two.txt", "a\nb\n"), file("one.txt", "a\n"));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/two\.txt has 2 lines and .*one\.txt has 1\./);
  });

  it("refuses a file that is not there, and says how it is used when an argument is wrong", () => {
    const missing = score(join(folder, "none.txt"), join(folder, "none.txt"));
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/none\.txt cannot be read: ENOENT/);
    const unknown = score("--fast");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(/--fast.*Usage: score-reconstruction\.ts REFERENCES HYPOTHESES/);
  });
});
