// Calls that are joined get their own results.
import { describe, expect, it } from "vitest";
import { coalesced } from "../../../server/inference/coalesced.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("coalesced calls", () => {
  it("share a run when they are made at the same time, and each gets its own results in order", async () => {
    const runs: number[][] = [];
    const double = coalesced(async (items: readonly number[]) => {
      runs.push([...items]);
      await turn();
      return items.map((item) => 2 * item);
    });
    expect(await Promise.all([double([1, 2]), double([]), double([3])])).toEqual([[2, 4], [], [6]]);
    expect(runs).toEqual([[1, 2, 3]]);
  });

  it("wait for the run under way, and share the next", async () => {
    const runs: number[] = [];
    const slow = coalesced(async (items: readonly number[]) => {
      runs.push(items.length);
      for (let i = 0; i < 5; i++) await turn();
      return [...items];
    });
    const first = slow([1]);
    await turn();
    await turn();
    const rest = Promise.all([slow([2]), slow([3])]);
    expect([await first, await rest]).toEqual([[1], [[2], [3]]]);
    expect(runs).toEqual([1, 2]);
  });

  it("fail by items of their own, and not by those of others", async () => {
    const runs: number[][] = [];
    const positive = coalesced(async (items: readonly number[]) => {
      runs.push([...items]);
      await turn();
      const wrong = items.find((item) => item < 0);
      if (wrong !== undefined) throw new Error(`${wrong} is below 0`);
      return [...items];
    });
    const [first, second, third, fourth] = await Promise.allSettled([[1, 2], [3, -4], [5], [-6]].map(positive));
    expect([first, third]).toEqual([
      { status: "fulfilled", value: [1, 2] },
      { status: "fulfilled", value: [5] },
    ]);
    expect(second).toMatchObject({ status: "rejected", reason: { message: "-4 is below 0" } });
    expect(fourth).toMatchObject({ status: "rejected", reason: { message: "-6 is below 0" } });
    expect(runs).toEqual([[1, 2, 3, -4, 5, -6], [1, 2], [3, -4], [5], [-6]]);
    expect(await positive([7])).toEqual([7]);
  });

  it("fail all where nothing runs, and not those that come after", async () => {
    let broken = true;
    const run = coalesced(async (items: readonly number[]) => {
      if (broken) throw new Error("broken");
      return [...items];
    });
    const failed = await Promise.allSettled([run([1]), run([2])]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    broken = false;
    expect(await run([3])).toEqual([3]);
  });
});
