// The decoder that writes all tokens at once: its places, and what it writes, against the model in double precision.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine/select.ts";
import { tf } from "../../../src/engine/tf.ts";
import { InputError } from "../../../src/errors.ts";
import { Autoencoder, type DecodeOptions } from "../../../src/model/autoencoder.ts";
import { withNeighbours } from "../../../src/model/decoders/deconvolutional.ts";
import { initialParameters, type ModelShape } from "../../../src/model/parameters.ts";
import { RandomStream } from "../../../src/random.ts";
import { TINY } from "../../training/tiny-step.ts";
import { deconvolved, dot, matrix, unit, valuesOf } from "../reference.ts";

const SPECIAL = { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 };
const SHAPE: ModelShape = {
  ...TINY,
  decoder: "deconv",
  vocabulary: 20,
  embedding: 4,
  hidden: 8,
  latent: 3,
  maxLength: 9,
};
const WEIGHTS = initialParameters(SHAPE, 4);
const CODES = Array.from({ length: 40 }, (_, i) =>
  RandomStream.named(2, `code/${i}`).fillGaussian(new Float32Array(3), 2),
);

/** Cosines of each place of a code with all tokens, −∞ for those that are never written. */
function cosines(code: Float32Array): number[][] {
  const values = valuesOf(WEIGHTS);
  const table = matrix(values, "embedding").map(unit);
  const allowed = (id: number): boolean => id === SPECIAL.end || id > SPECIAL.blank;
  return deconvolved(SHAPE, values, [...code]).map((place) =>
    table.map((row, id) => (allowed(id) ? dot(row, place) : Number.NEGATIVE_INFINITY)),
  );
}

function greedy(code: Float32Array, maxLength: number): number[] {
  const written = cosines(code)
    .slice(0, maxLength)
    .map((each) => each.indexOf(Math.max(...each)));
  const end = written.indexOf(SPECIAL.end);
  return end < 0 ? written : written.slice(0, end);
}

describe("withNeighbours", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
  });

  it("puts what is before and after beside each row, and nothing beyond the ends of its sentence", () => {
    const x = tf.tensor3d([
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]);
    expect(withNeighbours(x).arraySync()).toEqual([
      [
        [0, 1, 2],
        [1, 2, 3],
        [2, 3, 0],
      ],
      [
        [0, 4, 5],
        [4, 5, 6],
        [5, 6, 0],
      ],
    ]);
    expect(withNeighbours(tf.tensor3d([[[7]]])).arraySync()).toEqual([[[0, 7, 0]]]);
  });
});

describe.each(["cpu", "wasm", "compiled"] as const)("a deconvolutional decoder on the engine %s", async (name) => {
  const engine = await createEngine({ engine: name, threads: 1 });
  const model = await Autoencoder.create(engine, SHAPE, SPECIAL, WEIGHTS);
  afterAll(() => model.dispose());

  const written = async (codes: readonly Float32Array[], options: DecodeOptions): Promise<(readonly number[])[]> => {
    const all = [];
    for await (const { ids } of model.decode(codes, options)) all.push(ids);
    return all;
  };

  it.each([9, 3])("writes the likeliest token of each place up to the end, at most %i", async (maxLength) => {
    const expected = CODES.map((code) => greedy(code, maxLength));
    expect(await written(CODES, { maxLength })).toEqual(expected);
    // Some end by themselves and some do not, or this would show little.
    expect(new Set(expected.map(({ length }) => length)).size).toBeGreaterThan(1);
  });

  it.each<[string, Partial<DecodeOptions>]>([
    ["greedily", {}],
    ["by chance", { temperature: 1, seed: 5 }],
    ["by a beam", { beam: 3 }],
  ])("writes a sentence alone as beside others, %s", async (_, options) => {
    const all = await written(CODES, { maxLength: 9, ...options });
    const alone = await written(CODES.slice(0, 1), { maxLength: 9, ...options });
    expect(alone[0]).toEqual(all[0]);
  });

  it("refuses to write more tokens than it has places for", async () => {
    await expect(written(CODES, { maxLength: 10 })).rejects.toThrow(InputError);
    await expect(written(CODES, { maxLength: 10 })).rejects.toThrow(/maximal length is 10; expected at most 9/);
  });
});
