// The kill test at length, with small files (most kills between two files) and larger ones (most within one).
import { expect, it } from "vitest";
import { RandomStream } from "../../src/random.ts";
import { killAndResume } from "./kill-and-resume.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it.each([
  { size: 64, milliseconds: 150 },
  { size: 100_000, milliseconds: 300 },
])("survives 250 kills at random instants with arrays of $size numbers", async ({ size, milliseconds }) => {
  const random = RandomStream.named(size, "kills");
  const report = await killAndResume(temporaryFolder(), { kills: 250, milliseconds, size, random });
  console.log(report);
  expect(report.duringSave).toBeGreaterThan(100);
});
