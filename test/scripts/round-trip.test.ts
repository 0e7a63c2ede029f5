// The command that counts how many lines the word tokenizer brings back.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { runScript } from "./run-script.ts";

const roundTrip = (...args: string[]) => runScript("bench/round-trip.ts", ...args);

it("counts lines that come back as they were, and shows those that do not", () => {
  const path = join(temporaryFolder(), "lines.txt");
  writeFileSync(path, "It's 5 o'clock, isn't it?\n\ntwo  spaces\n");
  const { status, stdout } = roundTrip(path);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^lines +2\nexact +50\.00 % \(1 lines\)\nvocabulary +\d+ tokens\nchanged +two {2}spaces → two spaces\n$/,
  );
});

it("finds every headline that is shipped to come back", () => {
  const { stdout } = roundTrip(fileURLToPath(new URL("../../corpora/headlines.tsv", import.meta.url)), "--json");
  expect(JSON.parse(stdout)).toMatchObject({ lines: 9_600, exact: 9_600, exactShare: 1 });
});

it("refuses a file that is not there, and one without texts", () => {
  const path = join(temporaryFolder(), "empty.txt");
  expect(roundTrip(path).stderr).toMatch(/empty\.txt cannot be read: ENOENT/);
  writeFileSync(path, "\n");
  const { status, stderr } = roundTrip(path);
  expect(status).toBe(2);
  expect(stderr).toMatch(/empty\.txt holds no text/);
});
