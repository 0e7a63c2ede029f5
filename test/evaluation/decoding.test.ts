// How texts were written, in words.
import { describe, expect, it } from "vitest";
import { describeDecoding } from "../../src/evaluation/report/decoding.ts";

describe("describeDecoding", () => {
  it.each([
    [{}, "greedy"],
    [{ seed: 4, priorTemperature: 1 }, "greedy"],
    [{ priorTemperature: 0.95 }, "greedy, prior temperature 0.95"],
    [{ temperature: 0.7, topK: 5, priorTemperature: 1.2 }, "temperature 0.7, top-k 5, prior temperature 1.2"],
    [{ beam: 4, lengthPenalty: 0.8, label: "sea" }, 'beam 4, length penalty 0.8, label "sea"'],
    [{ form: { clauses: 4, length: 5 }, noRepeat: 3 }, "greedy, form 4x5, no 3 tokens twice"],
    [{ form: { clauses: 2, length: [4, 7] as const, marks: [",", "."] } }, "greedy, form 2x4-7,."],
  ])("of %j says %s", (options, words) => {
    expect(describeDecoding(options)).toBe(words);
  });
});
