// A run that is killed in the middle of a save loses nothing that was reported as saved.
import { expect, it } from "vitest";
import { RandomStream } from "../../src/random.ts";
import { killAndResume } from "./kill-and-resume.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("survives 10 kills at random instants", async () => {
  const report = await killAndResume(temporaryFolder(), {
    kills: 10,
    milliseconds: 100,
    size: 20_000,
    random: RandomStream.named(1, "kills"),
  });
  expect(report.duringSave).toBeGreaterThan(2);
  expect(report.steps).toBeGreaterThan(3);
});
