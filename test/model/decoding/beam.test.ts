// Beam searches that are given up.
import { describe, expect, it } from "vitest";
import { beamSearch } from "../../../src/model/decoding/beam.ts";
import { Constraint } from "../../../src/model/decoding/constraint.ts";
import { abortingDecoder, all, codesOf, scoringDecoder } from "./scoring-decoder.ts";

const CODES = codesOf(...Array.from({ length: 200 }, (_, i) => i));
const OPTIONS = { maxLength: 30, beam: 4, lengthPenalty: 1, constraintOf: () => new Constraint([]) };

describe("a beam search", () => {
  it("ends with the signal's reason, after the step that is under way", async () => {
    const controller = new AbortController();
    const decoder = abortingDecoder(scoringDecoder(12), controller, 5);
    await expect(all(beamSearch(decoder, CODES, { ...OPTIONS, signal: controller.signal }))).rejects.toThrow("left");
    expect(decoder.steps()).toBe(5);
  });

  it("does not begin where the signal is aborted already", async () => {
    const controller = new AbortController();
    const decoder = abortingDecoder(scoringDecoder(12), controller, Number.POSITIVE_INFINITY);
    controller.abort(new Error("left"));
    await expect(all(beamSearch(decoder, CODES, { ...OPTIONS, signal: controller.signal }))).rejects.toThrow("left");
    expect(decoder.steps()).toBe(0);
  });

  it("goes on to its end under a signal that is not aborted", async () => {
    const { signal } = new AbortController();
    const found = await all(beamSearch(scoringDecoder(12), CODES, { ...OPTIONS, signal }));
    expect(found).toEqual(await all(beamSearch(scoringDecoder(12), CODES, OPTIONS)));
  });
});
