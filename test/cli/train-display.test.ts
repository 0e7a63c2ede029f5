// What the display of a training says of alarms.
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { TrainDisplay } from "../../src/cli/train-display.ts";
import { describeAlarm } from "../../src/training/alarms.ts";

function shown(quiet: boolean): string {
  const out = new PassThrough();
  const display = new TrainDisplay({ out: out as unknown as NodeJS.WriteStream, quiet });
  const alarm = { kind: "alarm", name: "ignored-codes", ...describeAlarm("ignored-codes") } as const;
  display.show({ ...alarm, step: 400, state: "started" });
  display.show({ ...alarm, step: 1_200, state: "cleared" });
  display.stop();
  return String(out.read() ?? "");
}

describe("TrainDisplay", () => {
  it("shows an alarm with its meaning and advice when it starts, and by its name when it is over", () => {
    const [started, cleared, ...rest] = shown(false).trimEnd().split("\n");
    expect(started).toMatch(
      /^Alarm at step 400, ignored-codes: Dev sentences .* ignores its code\. What may help: lower --/,
    );
    expect(cleared).toBe("Alarm over at step 1200: ignored-codes.");
    expect(rest).toEqual([]);
  });

  it("is silent where it was told to be", () => {
    expect(shown(true)).toBe("");
  });
});
