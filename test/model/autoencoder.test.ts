// The autoencoder at work, against a decoder in plain numbers, on two engines.
import { afterAll, describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/select.ts";
import type { Engine, EngineName, FunctionDefinition, NamedArray, NamedArrays } from "../../src/engine/types.ts";
import { InputError } from "../../src/errors.ts";
import { Autoencoder, type DecodeOptions } from "../../src/model/autoencoder.ts";
import { initialParameters, type ModelShape } from "../../src/model/parameters.ts";
import { RandomStream } from "../../src/random.ts";
import { referenceGreedy, referenceMean } from "../support/reference-decoder.ts";

const special = { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 };
const forbidden = [special.pad, special.begin, special.unknown, special.blank];
const reference = { begin: special.begin, end: special.end, forbidden };

function shapeOf(changes: Partial<ModelShape> = {}): ModelShape {
  return {
    encoder: "lstm",
    decoder: "lstm",
    pooling: "last",
    maxLength: 8,
    reconstruction: "cross-entropy",
    vocabulary: 19,
    embedding: 5,
    hidden: 11,
    latent: 3,
    layers: 1,
    directions: 2,
    placeFeatures: 6,
    discriminatorHidden: 4,
    ...changes,
  };
}

/** Weights that tell codes apart and end sentences sooner or later. */
function weightsOf(shape: ModelShape, endBias = 1): NamedArrays {
  const arrays = new Map(initialParameters(shape, 6));
  const scaled = (name: string, factor: number): void => {
    const { data, shape: size } = arrays.get(name) as NamedArray;
    arrays.set(name, { shape: size, data: Float32Array.from(data, (value) => factor * value) });
  };
  if (!shape.tied) scaled("decoder.output.weight", 8);
  scaled("decoder.condition", 4);
  scaled("embedding", 4);
  const bias = new Float32Array(shape.vocabulary);
  // The forbidden ones would win wherever they are not masked.
  for (const id of forbidden) bias[id] = 20;
  bias[special.end] = endBias;
  return arrays.set("decoder.output.bias", { shape: [shape.vocabulary], data: bias });
}

function codesOf(count: number, latent = 3): Float32Array[] {
  return Array.from({ length: count }, (_, i) =>
    RandomStream.named(9, `code/${i}`).fillGaussian(new Float32Array(latent)),
  );
}

async function decoded(model: Autoencoder, codes: Iterable<Float32Array>, options: DecodeOptions) {
  const all: { index: number; ids: readonly number[]; finished: string }[] = [];
  for await (const sentence of model.decode(codes, options)) all.push(sentence);
  return all;
}

const idsOf = (sentences: { ids: readonly number[] }[]): (readonly number[])[] => sentences.map(({ ids }) => ids);

/** An engine that says which functions it was asked for. */
function watched(engine: Engine): { engine: Engine; asked: string[] } {
  const asked: string[] = [];
  const watching = Object.create(engine, {
    function: {
      value: (definition: FunctionDefinition, parameters?: NamedArrays) => {
        asked.push(definition.name);
        return engine.function(definition, parameters);
      },
    },
  });
  return { engine: watching, asked };
}

// The package behind the compiled engine is optional.
const compiled = await createEngine({ engine: "compiled" }).then(
  () => true,
  () => false,
);
const ENGINES: EngineName[] = compiled ? ["cpu", "compiled"] : ["cpu"];

describe.each(ENGINES)("on the engine %s", async (name) => {
  const engine = await createEngine({ engine: name, threads: 1 });
  const models: Autoencoder[] = [];
  afterAll(() => Promise.all(models.map((model) => model.dispose())));

  async function modelOf(shape = shapeOf(), weights = weightsOf(shape), options = {}): Promise<Autoencoder> {
    const model = await Autoencoder.create(engine, shape, special, weights, options);
    models.push(model);
    return model;
  }

  describe("encodePosteriors", () => {
    test("gives each sentence's mean and variances in its place, and of points no variances", async () => {
      const sentences = [[5, 6], [7, 8, 9, 10, 11], [], [12]];
      const model = await modelOf(shapeOf({ gaussian: true }));
      const { codes, variances } = await model.encodePosteriors(sentences);
      expect(codes).toEqual(await model.encode(sentences));
      for (const [i, sentence] of sentences.entries()) {
        const alone = await model.encodePosteriors([sentence]);
        expect([...(variances?.[i] ?? [])]).toEqual([...(alone.variances?.[0] ?? [])].map((v) => expect.closeTo(v, 5)));
      }
      expect(new Set(variances?.map(String)).size).toBe(4);
      expect(variances?.flatMap((row) => [...row]).every((variance) => variance > 0)).toBe(true);
      expect((await (await modelOf()).encodePosteriors(sentences)).variances).toBeUndefined();
    });
  });

  describe("encode", () => {
    test("gives each sentence the code it has alone, in the order of the sentences", async () => {
      const model = await modelOf();
      const sentences = [[5], [6, 7, 8, 9], [10, 11], [5, 6, 7, 8, 9, 10, 11], [12]];
      const together = await model.encode(sentences);
      expect(together).toHaveLength(5);
      for (const [i, sentence] of sentences.entries()) {
        const [alone] = await model.encode([sentence]);
        for (const [k, value] of (alone as Float32Array).entries()) expect(together[i]?.[k]).toBeCloseTo(value, 5);
      }
      expect(together[0]).not.toEqual(together[4]);
    });

    test("reads a sentence without tokens as one unknown token", async () => {
      const [empty, unknown] = await (await modelOf()).encode([[], [special.unknown]]);
      expect(empty).toEqual(unknown);
    });

    test("gives no codes for no sentences", async () => {
      expect(await (await modelOf()).encode([])).toEqual([]);
    });

    test("keeps order and codes over many batches", async () => {
      const model = await modelOf();
      const sentences = Array.from({ length: 600 }, (_, i) =>
        Array.from({ length: 1 + (i % 3) }, (_, t) => 5 + ((i + t) % 14)),
      );
      const codes = await model.encode(sentences);
      const picked = [0, 1, 255, 256, 599];
      const alone = await model.encode(picked.map((i) => sentences[i] as number[]));
      for (const [j, i] of picked.entries()) expect(codes[i]?.[0]).toBeCloseTo(alone[j]?.[0] as number, 5);
    });
  });

  describe("greedy decoding", () => {
    test.each([
      ["lstm", false],
      ["gru", false],
      ["lstm", true],
      ["gru", true],
    ] as const)("writes what a decoder in plain numbers writes (%s, tied embeddings: %s)", async (cell, tied) => {
      const shape = shapeOf({ encoder: cell, decoder: cell, tied });
      const weights = weightsOf(shape, cell === "lstm" ? 1 : 3);
      const codes = codesOf(20);
      const expected = codes.map((code) => referenceGreedy(shape, weights, code, 9, reference));
      const sentences = await decoded(await modelOf(shape, weights), codes, { maxLength: 9 });
      expect(sentences).toEqual(expected.map((sentence, index) => ({ index, ...sentence })));
      // The oracle would prove little if all codes gave the same.
      expect(new Set(expected.map(({ ids }) => ids.join())).size).toBeGreaterThan(3);
    });

    test("gives every code its sentence, in order, when there are more codes than rows", async () => {
      const model = await modelOf();
      const codes = codesOf(600);
      const sentences = await decoded(model, codes, { maxLength: 12 });
      expect(sentences.map(({ index }) => index)).toEqual(codes.map((_, i) => i));
      expect(new Set(sentences.map(({ ids }) => ids.length)).size).toBeGreaterThan(3);
      for (const i of [0, 255, 256, 300, 511, 599]) {
        const [alone] = await decoded(model, codes.slice(i, i + 1), { maxLength: 12 });
        expect(sentences[i]?.ids).toEqual(alone?.ids);
      }
    });

    test("writes unknown only where it is allowed", async () => {
      const model = await modelOf();
      const [without] = await decoded(model, codesOf(1), { maxLength: 4 });
      const [allowed] = await decoded(model, codesOf(1), { maxLength: 4, unknown: true });
      expect(without?.ids).not.toContain(special.unknown);
      expect(allowed).toEqual({ index: 0, ids: [3, 3, 3, 3], finished: "length" });
    });

    test("tells a sentence that ends just at the maximal length from one that is cut", async () => {
      const model = await modelOf();
      const codes = codesOf(20);
      const whole = await decoded(model, codes, { maxLength: 40 });
      const { index, ids } = whole.find(
        (sentence) => sentence.finished === "end" && sentence.ids.length > 1,
      ) as (typeof whole)[0];
      const code = codes.slice(index, index + 1);
      expect(await decoded(model, code, { maxLength: ids.length })).toEqual([{ index: 0, ids, finished: "end" }]);
      expect(await decoded(model, code, { maxLength: ids.length - 1 })).toEqual([
        { index: 0, ids: ids.slice(0, -1), finished: "length" },
      ]);
    });

    test("runs more than one layer", async () => {
      const shape = shapeOf({ layers: 2 });
      const model = await modelOf(shape, weightsOf(shape));
      const codes = codesOf(300);
      const sentences = await decoded(model, codes, { maxLength: 5 });
      const [alone] = await decoded(model, codes.slice(299), { maxLength: 5 });
      expect(sentences[299]?.ids).toEqual(alone?.ids);
    });

    test("takes codes only as they are needed", async () => {
      let taken = 0;
      function* endless(): Generator<Float32Array> {
        for (;;) {
          taken++;
          yield new Float32Array(3);
        }
      }
      const sentences = (await modelOf()).decode(endless(), { maxLength: 3 });
      expect((await sentences.next()).value).toMatchObject({ index: 0 });
      await sentences.return(undefined);
      expect(taken).toBeLessThanOrEqual(1_280);
    });
  });

  describe("sampling", () => {
    const options = { maxLength: 9, temperature: 1.2, seed: 7 };

    test("gives the same sentence for a sample alone and among others", async () => {
      const model = await modelOf();
      const codes = codesOf(400);
      const all = await decoded(model, codes, options);
      for (const i of [0, 17, 256, 399]) {
        const [alone] = await decoded(model, codes.slice(i, i + 1), { ...options, first: i });
        expect(alone?.ids).toEqual(all[i]?.ids);
      }
    });

    test("gives other sentences for another seed and another sample", async () => {
      const model = await modelOf();
      const same = Array.from({ length: 30 }, () => new Float32Array(3));
      const sentences = idsOf(await decoded(model, same, options));
      expect(sentences).toEqual(idsOf(await decoded(model, same, options)));
      expect(sentences).not.toEqual(idsOf(await decoded(model, same, { ...options, seed: 8 })));
      expect(new Set(sentences.map((ids) => ids.join())).size).toBeGreaterThan(10);
    });

    test("never draws a forbidden token, however hot", async () => {
      const drawn = idsOf(await decoded(await modelOf(), codesOf(200), { ...options, temperature: 50 })).flat();
      expect(drawn.length).toBeGreaterThan(200);
      expect(drawn.filter((id) => forbidden.includes(id) || id === special.end)).toEqual([]);
    });

    test("comes to greedy decoding as the temperature falls, with top-k 1, and with a small top-p", async () => {
      const model = await modelOf();
      const codes = codesOf(30);
      const greedy = await decoded(model, codes, { maxLength: 9 });
      expect(await decoded(model, codes, { maxLength: 9, temperature: 1e-3 })).toEqual(greedy);
      expect(await decoded(model, codes, { maxLength: 9, temperature: 2, topK: 1 })).toEqual(greedy);
      expect(await decoded(model, codes, { maxLength: 9, topP: 1e-6 })).toEqual(greedy);
    });
  });

  describe("beam search", () => {
    test("of width 1 is greedy decoding", async () => {
      const model = await modelOf();
      const codes = codesOf(300);
      expect(await decoded(model, codes, { maxLength: 7, beam: 1 })).toEqual(
        await decoded(model, codes, { maxLength: 7 }),
      );
    });

    test("finds the best sentence of all when it is as wide as they are many", async () => {
      // Five tokens may be written, so 1 + 5 + 25 sentences have at most two.
      const shape = shapeOf({ vocabulary: 10 });
      const weights = weightsOf(shape);
      const words = [5, 6, 7, 8, 9];
      const sentences = [[], ...words.map((a) => [a]), ...words.flatMap((a) => words.map((b) => [a, b]))];
      const codes = codesOf(6);
      const expected = codes.map((code) => {
        const means = sentences.map((ids) => referenceMean(shape, weights, code, ids, reference));
        return sentences[means.indexOf(Math.max(...means))];
      });
      expect(idsOf(await decoded(await modelOf(shape, weights), codes, { maxLength: 2, beam: 100 }))).toEqual(expected);
    });

    test("finds likelier sentences than greedy decoding does", async () => {
      const shape = shapeOf();
      const weights = weightsOf(shape, 0);
      const model = await modelOf(shape, weights);
      const codes = codesOf(12);
      const mean = (sentences: Awaited<ReturnType<typeof decoded>>): number[] =>
        sentences.map(({ ids }, i) => referenceMean(shape, weights, codes[i] as Float32Array, ids, reference));
      const greedy = mean(await decoded(model, codes, { maxLength: 30 }));
      const beam = mean(await decoded(model, codes, { maxLength: 30, beam: 6 }));
      const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
      expect(sum(beam)).toBeGreaterThan(sum(greedy));
    });

    test("keeps order and count with more codes than rows", async () => {
      const model = await modelOf();
      const codes = codesOf(200);
      const sentences = await decoded(model, codes, { maxLength: 6, beam: 3 });
      expect(sentences.map(({ index }) => index)).toEqual(codes.map((_, i) => i));
      const [alone] = await decoded(model, codes.slice(199), { maxLength: 6, beam: 3 });
      expect(sentences[199]?.ids).toEqual(alone?.ids);
    });

    test("is given up once its signal is aborted", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      function* codes(): Generator<Float32Array> {
        for (const [i, code] of codesOf(400).entries()) {
          if (i === 300) controller.abort(new Error("the reader has left"));
          yield code;
        }
      }
      const writing = decoded(await modelOf(), codes(), { maxLength: 30, beam: 3, signal });
      await expect(writing).rejects.toThrow("the reader has left");
    });

    test("never writes a forbidden token, even where the beam is wider than the vocabulary", async () => {
      const ids = idsOf(await decoded(await modelOf(), codesOf(3), { maxLength: 3, beam: 60 })).flat();
      expect(ids.filter((id) => forbidden.includes(id))).toEqual([]);
    });
  });

  describe("parameters", () => {
    test("that are set anew give what a new model gives, compiling nothing", async () => {
      const shape = shapeOf();
      const { engine: watching, asked } = watched(engine);
      const model = await Autoencoder.create(watching, shape, special, initialParameters(shape, 1), { fixed: false });
      models.push(model);
      await model.encode([[5, 6]]);
      await decoded(model, codesOf(2), { maxLength: 3 });
      const compiled = [...asked];
      model.setParameters(weightsOf(shape));
      const fresh = await modelOf(shape);
      expect(await decoded(model, codesOf(9), { maxLength: 6 })).toEqual(
        await decoded(fresh, codesOf(9), { maxLength: 6 }),
      );
      const [[code], [expected]] = [await model.encode([[7, 8]]), await fresh.encode([[7, 8]])];
      for (const [k, value] of (expected as Float32Array).entries()) expect(code?.[k]).toBeCloseTo(value, 5);
      expect(asked).toEqual(compiled);
    });

    test("are not set anew where they are fixed", async () => {
      const model = await modelOf();
      expect(() => model.setParameters(weightsOf(shapeOf()))).toThrow(TypeError);
    });

    test("compile nothing for decoding when only encoding is asked for", async () => {
      const { engine: watching, asked } = watched(engine);
      const model = await Autoencoder.create(watching, shapeOf(), special, weightsOf(shapeOf()));
      models.push(model);
      expect(asked).toEqual([]);
      await model.encode([[5]]);
      await model.encode([[6]]);
      expect(asked).toEqual(["encode"]);
    });
  });
});

describe("bad input", async () => {
  const engine = await createEngine({ engine: "cpu" });
  const model = await Autoencoder.create(engine, shapeOf(), special, weightsOf(shapeOf()));
  afterAll(() => model.dispose());

  test.each<[string, Partial<DecodeOptions>, string]>([
    ["a length of 0", { maxLength: 0 }, "The maximal length is 0; expected an integer of at least 1."],
    [
      "a temperature of 0",
      { temperature: 0 },
      "The temperature is 0; expected at least 0.001, or none for the likeliest tokens.",
    ],
    ["a temperature too low for float32", { temperature: 1e-38 }, "The temperature is 1e-38; expected at least 0.001"],
    ["no number as temperature", { temperature: Number.NaN }, "The temperature is NaN"],
    ["a top-k of 1.5", { topK: 1.5 }, "The top-k is 1.5; expected an integer of at least 1."],
    ["a top-p of 0", { topP: 0 }, "The top-p is 0; expected a number from 0.000001 to 1."],
    ["a top-p too small to be told from 0", { topP: 1e-320 }, "expected a number from 0.000001 to 1."],
    ["a top-p above 1", { topP: 1.01 }, "The top-p is 1.01"],
    ["a beam too wide", { beam: 129 }, "The beam is 129; expected an integer from 1 to 128."],
    ["a beam and a temperature", { beam: 2, temperature: 1 }, "A beam was given together with a temperature"],
    ["a negative seed", { seed: -1 }, "The seed is -1; expected an integer of at least 0."],
    ["a first code of −1", { first: -1 }, "The number of the first code is -1"],
  ])("%s is refused", async (_, options, message) => {
    const failure = await decoded(model, codesOf(1), { maxLength: 5, ...options }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain(message);
  });

  test("a code of another length is refused by its place", async () => {
    const codes = [new Float32Array(3), new Float32Array(2)];
    await expect(decoded(model, codes, { maxLength: 5 })).rejects.toThrow("Code 1 has 2 numbers; expected 3");
  });

  test("a code that is not finite is refused", async () => {
    await expect(decoded(model, [Float32Array.of(0, Number.NaN, 0)], { maxLength: 5 })).rejects.toThrow(
      "Code 0 holds NaN",
    );
  });

  test("parameters that are missing or do not fit are named", async () => {
    const missing = new Map(weightsOf(shapeOf()));
    missing.delete("decoder.condition");
    await expect(Autoencoder.create(engine, shapeOf(), special, missing)).rejects.toThrow(
      'The parameter "decoder.condition" is missing; expected one of shape [3, 5].',
    );
    await expect(Autoencoder.create(engine, shapeOf({ hidden: 12 }), special, weightsOf(shapeOf()))).rejects.toThrow(
      InputError,
    );
  });
});
