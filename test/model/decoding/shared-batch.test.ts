// Callers that share a batch, with a decoder that counts down: a code [n] is written as the tokens n + 10, n + 9, …, 11, and its end.
import { describe, expect, it } from "vitest";
import type { Decoded, Decoder } from "../../../src/model/decoding/decoder.ts";
import { inOrder } from "../../../src/model/decoding/decoder.ts";
import { SharedBatch } from "../../../src/model/decoding/shared-batch.ts";
import { greedyRule, type TokenRule } from "../../../src/model/decoding/token-rules.ts";

const END = 1;

interface Counting extends Decoder {
  /** Rows of each step so far. */
  readonly steps: number[];
  failing: boolean;
}

function countingDecoder(): Counting {
  const steps: number[] = [];
  const decoder: Counting = {
    begin: 0,
    end: END,
    latent: 1,
    widths: new Map([["left", 1]]),
    steps,
    failing: false,
    start: async ({ code }) => ({
      left: { shape: [...(code?.shape ?? [])], data: Float32Array.from(code?.data ?? []) },
    }),
    async step({ left }) {
      await new Promise((resolve) => setImmediate(resolve));
      if (decoder.failing) throw new Error("the runtime broke");
      const data = left?.data ?? new Float32Array();
      steps.push(data.length);
      return {
        next: { shape: [data.length], data: Int32Array.from(data, (value) => (value > 0 ? 10 + value : END)) },
        left: { shape: [data.length, 1], data: Float32Array.from(data, (value) => value - 1) },
      };
    },
  };
  return decoder;
}

const codes = (...lengths: number[]): Float32Array[] => lengths.map((length) => Float32Array.of(length));
const written = (length: number): number[] => Array.from({ length }, (_, i) => 10 + length - i);

async function all(sentences: AsyncIterable<Decoded>): Promise<Decoded[]> {
  const list: Decoded[] = [];
  for await (const sentence of sentences) list.push(sentence);
  return list;
}

const rule = greedyRule;

describe("a shared batch", () => {
  it("writes each caller's sentences, whatever the others' are", async () => {
    const batch = new SharedBatch(countingDecoder());
    const lengths = [[3, 0, 7], [5], Array.from({ length: 400 }, (_, i) => i % 9), []];
    const results = await Promise.all(
      lengths.map((wanted) => all(inOrder(batch.decode(codes(...wanted), { maxLength: 20, rule })))),
    );
    results.forEach((sentences, caller) => {
      expect(sentences).toEqual(
        lengths[caller]?.map((length, index) => ({ index, ids: written(length), finished: "end" })),
      );
    });
  });

  it("takes as many steps for two callers as for the longer of them", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    await Promise.all([8, 5].map((length) => all(batch.decode(codes(length, length), { maxLength: 20, rule }))));
    expect(decoder.steps).toEqual([4, 4, 4, 4, 4, 4, 2, 2, 2]);
  });

  it("lets a caller join who comes later", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    const first = all(batch.decode(codes(10), { maxLength: 20, rule }));
    while (decoder.steps.length < 3) await new Promise((resolve) => setImmediate(resolve));
    const [second] = await all(batch.decode(codes(2), { maxLength: 20, rule }));
    expect(second?.ids).toEqual([12, 11]);
    expect(decoder.steps.length).toBeLessThan(9);
    expect((await first)[0]?.ids).toEqual(written(10));
    expect(Math.max(...decoder.steps)).toBe(2);
  });

  it("gives callers turns at free rows: a short request is not behind all of a long one", async () => {
    const batch = new SharedBatch(countingDecoder());
    const order: string[] = [];
    const long = all(batch.decode(codes(...new Array<number>(2_000).fill(6)), { maxLength: 20, rule })).then(() =>
      order.push("long"),
    );
    const short = all(batch.decode(codes(6), { maxLength: 20, rule })).then(() => order.push("short"));
    await Promise.all([long, short]);
    expect(order).toEqual(["short", "long"]);
  });

  it("cuts sentences at their caller's own maximal length", async () => {
    const batch = new SharedBatch(countingDecoder());
    const [short, long] = await Promise.all([
      all(batch.decode(codes(6), { maxLength: 2, rule })),
      all(batch.decode(codes(6), { maxLength: 9, rule })),
    ]);
    expect(short).toEqual([{ index: 0, ids: [16, 15], finished: "length" }]);
    expect(long).toEqual([{ index: 0, ids: written(6), finished: "end" }]);
  });

  it("frees the rows of a caller who is aborted, and the others go on", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = all(batch.decode(codes(100, 100, 100), { maxLength: 200, rule, signal }));
    const staying = all(batch.decode(codes(20), { maxLength: 200, rule }));
    while (decoder.steps.length < 3) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("left"));
    await expect(aborted).rejects.toThrow("left");
    expect((await staying)[0]?.ids).toEqual(written(20));
    expect(Math.max(...decoder.steps)).toBe(4);
    expect(decoder.steps.slice(5).every((rows) => rows === 1)).toBe(true);
    expect(decoder.steps.length).toBe(21);
  });

  it("frees the rows of a caller who stops reading", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    for await (const { index } of batch.decode(codes(1, 500, 500), { maxLength: 1_000, rule })) {
      expect(index).toBe(0);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(decoder.steps.length).toBeLessThan(10);
  });

  it("begins no more codes for a caller who does not read what is ready", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    let taken = 0;
    function* endless(): Generator<Float32Array> {
      for (;;) {
        taken++;
        yield Float32Array.of(1);
      }
    }
    const reader = batch.decode(endless(), { maxLength: 5, rule });
    await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(taken).toBeLessThan(3_000);
    await reader.return(undefined);
  });

  it("fails only the caller whose code does not fit", async () => {
    const batch = new SharedBatch(countingDecoder());
    const [bad, good] = await Promise.allSettled([
      all(batch.decode([Float32Array.of(1, 2)], { maxLength: 5, rule })),
      all(batch.decode(codes(2), { maxLength: 5, rule })),
    ]);
    expect(bad.status === "rejected" && String(bad.reason)).toContain("has 2 numbers; expected 1");
    expect(good.status === "fulfilled" && good.value[0]?.ids).toEqual([12, 11]);
  });

  it("fails only the caller for one of whose rows no token can be told, and frees its rows", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    const poisoned: TokenRule = {
      sentence: (index) => (outputs, row, ids) => {
        if (index === 1 && ids.length === 2) throw new Error("not finite");
        return rule.sentence(index)(outputs, row, ids);
      },
    };
    const outcomes = await Promise.allSettled([
      all(batch.decode(codes(9, 9, 9), { maxLength: 20, rule: poisoned })),
      all(batch.decode(codes(6, 5), { maxLength: 20, rule })),
      all(inOrder(batch.decode(codes(...new Array<number>(300).fill(4)), { maxLength: 20, rule }))),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(outcomes[0]).toMatchObject({ reason: { message: "not finite" } });
    expect(outcomes[1]).toMatchObject({ value: [{ ids: written(5) }, { ids: written(6) }] });
    expect(outcomes[2].status === "fulfilled" && outcomes[2].value.every(({ ids }) => ids.length === 4)).toBe(true);
    const steps = decoder.steps.length;
    expect((await all(batch.decode(codes(2), { maxLength: 20, rule })))[0]?.ids).toEqual([12, 11]);
    expect(decoder.steps.slice(steps)).toEqual([1, 1, 1]);
  });

  it("does not wait for a caller that has failed and does not read on", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    const poisoned: TokenRule = {
      sentence: (index) => (outputs, row, ids) => {
        if (index === 700) throw new Error("not finite");
        return rule.sentence(index)(outputs, row, ids);
      },
    };
    const silent = batch.decode(codes(...new Array<number>(1_200).fill(1)), { maxLength: 5, rule: poisoned });
    await silent.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const steps = decoder.steps.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(decoder.steps.length).toBe(steps);
    expect((await all(batch.decode(codes(3), { maxLength: 5, rule })))[0]?.ids).toEqual(written(3));
    await silent.return(undefined);
  });

  it("fails all callers of a step that fails, and works again for those who come after", async () => {
    const decoder = countingDecoder();
    const batch = new SharedBatch(decoder);
    decoder.failing = true;
    const failed = await Promise.allSettled([1, 2].map((n) => all(batch.decode(codes(n), { maxLength: 5, rule }))));
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    decoder.failing = false;
    expect((await all(batch.decode(codes(1), { maxLength: 5, rule })))[0]?.ids).toEqual([11]);
  });
});
