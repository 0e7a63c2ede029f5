// The command that judges labels of generated text: what it prints and what it refuses.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runScript } from "./run-script.ts";

const folder = mkdtempSync(join(tmpdir(), "judge-labels-"));
afterAll(() => rmSync(folder, { recursive: true }));

function judge(...files: readonly string[]) {
  const paths = files.map((text, i) => {
    const path = join(folder, `${i}.tsv`);
    writeFileSync(path, text);
    return path;
  });
  return runScript("bench/judge-labels.ts", ...paths);
}

const TRAIN = ["sea\twaves and tides", "sea\ttides and sails", "town\tstreets and lamps", "town\tlamps and trams"];

describe("judge-labels", () => {
  it("gives the share of texts that an independent classifier takes for their label", () => {
    const { status, stdout } = judge(TRAIN.join("\n"), "sea\tsails\ntown\ttrams\n", "sea\twaves\nsea\tlamps\n");
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual([
      "texts learnt from         4",
      "labels of real text       100.0 %",
      "labels of generated text  50.0 %",
    ]);
  });

  it("names a line without a label", () => {
    const { status, stderr } = judge(TRAIN.join("\n"), "no tab here\n", "sea\twaves\n");
    expect(status).toBe(2);
    expect(stderr).toContain("1.tsv, line 1 is no label and text with a tab between them");
  });
});
