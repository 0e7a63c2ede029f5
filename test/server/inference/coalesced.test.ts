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

  it("fail together with their run, and not with the next one", async () => {
    let failing = true;
    const once = coalesced(async (items: readonly number[]) => {
      if (!failing) return [...items];
      failing = false;
      throw new Error("broken");
    });
    const failed = await Promise.allSettled([once([1]), once([2])]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await once([3])).toEqual([3]);
  });
});
