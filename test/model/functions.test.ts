// Encoder and decoder as a whole against the model in double precision; and that padding has no effect.
import { beforeAll, describe, expect, it } from "vitest";
import { CompiledEngine } from "../../src/engine/compile/engine.ts";
import { EagerEngine } from "../../src/engine/eager.ts";
import { differentiate } from "../../src/engine/gradients.ts";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import type { NamedArray, TensorMap } from "../../src/engine/types.ts";
import { decoderOf } from "../../src/model/decoders/kinds.ts";
import { decoderFeeds, encoderFeeds } from "../../src/model/feeds.ts";
import {
  DISTRIBUTION,
  encodeFunction,
  GREEDY,
  lossFunction,
  MASK,
  startFunction,
  stepFunction,
} from "../../src/model/functions.ts";
import {
  autoencoderParameters,
  autoencoderSignature,
  initialParameters,
  type ModelShape,
} from "../../src/model/parameters.ts";
import type { Sentences } from "../../src/model/sentence-arrays.ts";
import { RandomStream } from "../../src/random.ts";
import { scattered } from "../engine/run-both.ts";
import { SPECIAL, TINY } from "../training/tiny-step.ts";
import { expectGradients, expectSimilar, tensorsOf } from "./check-gradients.ts";
import { code, gradients, logVariance, matrix, mean, sentenceLoss, type Values, valuesOf } from "./reference.ts";

type Family = Partial<ModelShape> & Pick<ModelShape, "encoder" | "decoder">;

const RECURRENT = (["gru", "lstm"] as const).flatMap((cell) =>
  ([1, 2] as const).flatMap((layers) =>
    ([1, 2] as const).map((directions): Family => ({ encoder: cell, decoder: cell, layers, directions })),
  ),
);
const MODELS: readonly Family[] = [
  ...RECURRENT,
  { encoder: "gru", decoder: "lstm", pooling: "mean", directions: 2 },
  { encoder: "lstm", decoder: "gru", pooling: "max", layers: 2, directions: 2 },
  { encoder: "gru", decoder: "gru", pooling: "max" },
  { encoder: "conv", decoder: "lstm", pooling: "max", layers: 2, directions: 2 },
  { encoder: "gru", decoder: "gru", placeFeatures: 4 },
  // Places beyond the longest sentence share their gates.
  { encoder: "lstm", decoder: "lstm", placeFeatures: 3, layers: 2, directions: 2, maxLength: 2 },
  { encoder: "conv", decoder: "lstm", placeFeatures: 3, pooling: "max" },
  { encoder: "gru", decoder: "deconv", placeFeatures: 2 },
  { encoder: "lstm", decoder: "deconv" },
  { encoder: "conv", decoder: "deconv", pooling: "max", maxLength: 8 },
];
/** Of different lengths, so that all but one are padded. */
const BATCH = [[3, 4, 5, 4], [8], [6, 3]];

const small = (sizes: Partial<ModelShape>): ModelShape => ({ ...TINY, hidden: 3, ...sizes });

const batchFeeds = (shape: ModelShape, sentences: Sentences) => ({
  ...encoderFeeds(shape, sentences, SPECIAL),
  ...decoderFeeds(shape, sentences, SPECIAL),
});

/** The autoencoder's parameters alone. Biases are not 0: few rectified units may leave nothing but them. */
function drawParameters(shape: ModelShape): Values {
  const names = Object.keys(autoencoderSignature(shape));
  const values = valuesOf(new Map([...initialParameters(shape, 5)].filter(([name]) => names.includes(name))));
  for (const [name, { shape: sizes, data }] of values)
    if (sizes.length === 1 && data.every((value) => value === 0))
      data.set(scattered(data.length, name.length).map((x) => Math.fround(0.3 * x)));
  return values;
}

const arraysOf = (values: Values): Map<string, NamedArray> =>
  new Map([...values].map(([name, { shape, data }]) => [name, { shape: [...shape], data: Float32Array.from(data) }]));

/** The parameters of a step of writing, when any token may be written. */
const writing = (shape: ModelShape, arrays: Map<string, NamedArray>): Map<string, NamedArray> =>
  new Map(arrays).set(MASK, { shape: [shape.vocabulary], data: new Float32Array(shape.vocabulary) });

const stateNames = (shape: ModelShape): string[] => Object.keys(decoderOf(shape).states(shape));

const feedTensors = (shape: ModelShape, sentences: Sentences): TensorMap =>
  Object.fromEntries(
    Object.entries(batchFeeds(shape, sentences)).map(([name, { shape, data }]): [string, Tensor] => [
      name,
      tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32"),
    ]),
  );

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe.each(MODELS)("the autoencoder of %j", (sizes) => {
  const shape = small(sizes);
  const values = drawParameters(shape);
  const exactLoss = (sentences: readonly number[][]): number =>
    mean(sentences.map((sentence) => sentenceLoss(shape, values, sentence, code(shape, values, sentence), SPECIAL)));

  it("has the loss and all gradients of the double-precision model", () => {
    expectGradients(
      values,
      (tensors) => lossFunction(shape).call(tensors, feedTensors(shape, BATCH)).loss as Tensor,
      () => exactLoss(BATCH),
      5e-4,
    );
  });

  it("gives the same codes and losses for sentences alone and padded in a batch, compiled and eager", async () => {
    for (const engine of [await CompiledEngine.create({ threads: 1 }), await EagerEngine.create("cpu")]) {
      const program = await engine.function(lossFunction(shape), arraysOf(values));
      const together = await program.run(batchFeeds(shape, BATCH));
      const alone = [];
      for (const sentence of BATCH) alone.push(await program.run(batchFeeds(shape, [sentence])));
      expectSimilar(
        "codes",
        together.code?.data ?? [],
        alone.flatMap(({ code }) => [...(code?.data ?? [])]),
        1e-5,
      );
      expectSimilar("loss", together.loss?.data ?? [], [mean(alone.map(({ loss }) => loss?.data[0] as number))], 1e-5);
      await program.dispose();
    }
  });

  it("gives the mean of the gradients of the sentences alone", () => {
    const gradientsOf = (sentences: Sentences): Record<string, number[]> =>
      tf.tidy(() => {
        const tensors = tensorsOf(values);
        const loss = (): Tensor => lossFunction(shape).call(tensors, feedTensors(shape, sentences)).loss as Tensor;
        const found = differentiate(tensors, () => ({ loss: loss(), extra: {} })).gradients;
        return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
      }) as unknown as Record<string, number[]>;
    const alone = BATCH.map((sentence) => gradientsOf([sentence]));
    for (const [name, gradient] of Object.entries(gradientsOf(BATCH))) {
      expectSimilar(
        name,
        gradient,
        gradient.map((_, i) => mean(alone.map((one) => one[name]?.[i] as number))),
        1e-5,
      );
    }
  });

  it("decodes step by step to the words that the loss finds likeliest", async () => {
    const engine = await CompiledEngine.create({ threads: 1 });
    const parameters = arraysOf(values);
    const [start, step] = [
      await engine.function(startFunction(shape), parameters),
      await engine.function(stepFunction(shape, GREEDY), writing(shape, parameters)),
    ];
    const codes = BATCH.map((sentence) => code(shape, values, sentence));
    const first = await start.run({ code: { shape: [3, shape.latent], data: Float32Array.from(codes.flat()) } });
    const written: number[][] = BATCH.map(() => []);
    let held: Record<string, NamedArray> = first;
    let token: NamedArray = { shape: [3], data: Int32Array.of(1, 1, 1) };
    for (let t = 0; t < 4; t++) {
      const result = await step.run({ token, ...held });
      token = result.next as NamedArray;
      for (const [b, id] of token.data.entries()) written[b]?.push(id);
      const states = stateNames(shape).map((name) => [name, result[name] as NamedArray]);
      held = { ...held, ...Object.fromEntries(states) };
    }
    // The likeliest next word is the one whose addition costs least, as the reference counts.
    written.forEach((words, b) => {
      const z = codes[b] as number[];
      words.forEach((word, t) => {
        const cost = (next: number): number =>
          sentenceLoss(shape, values, words.slice(0, t), z, { begin: 1, end: next });
        const best = Array.from({ length: shape.vocabulary }, (_, id) => cost(id));
        expect(best[word]).toBeLessThan(Math.min(...best) + 1e-5);
      });
    });
  });
});

describe("the squared distance to embeddings", () => {
  const shape = small({ encoder: "gru", decoder: "deconv", reconstruction: "mean-squared-error" });
  const values = drawParameters(shape);

  it("has the gradients of the double-precision model whose targets stand still", () => {
    const table = matrix(values, "embedding");
    expectGradients(
      values,
      (tensors) =>
        tf.tidy(() => {
          const feeds = feedTensors(shape, BATCH);
          const code = encodeFunction(shape).call(tensors, feeds).code as Tensor;
          return decoderOf(shape).loss(shape, tensors, code, [], feeds);
        }),
      () =>
        mean(
          BATCH.map((sentence) => sentenceLoss(shape, values, sentence, code(shape, values, sentence), SPECIAL, table)),
        ),
      5e-4,
    );
  });

  it("is judged in nats all the same", () => {
    const nats = { ...shape, reconstruction: "cross-entropy" as const };
    tf.tidy(() => {
      const [loss, expected] = [shape, nats].map((each) => {
        const { loss } = lossFunction(each).call(tensorsOf(values), feedTensors(each, BATCH));
        return (loss as Tensor).dataSync()[0];
      });
      expect(loss).toBe(expected);
    });
  });
});

describe("the greedy choice over a large vocabulary", () => {
  it("is the first of the likeliest tokens, in whichever block it is", async () => {
    const [rows, vocabulary] = [40, 2_048];
    const random = RandomStream.named(1, "logits");
    // Few different values: each row has its maximum at several places.
    const data = Float32Array.from({ length: rows * vocabulary }, () => random.integer(40));
    const float = { shape: ["rows", vocabulary], dtype: "float32" } as const;
    const program = await (await CompiledEngine.create({ threads: 1 })).function(
      {
        name: "greedy",
        parameters: {},
        feeds: { x: float },
        outputs: ["next"],
        call: (_, { x }) => GREEDY.choose(x as Tensor, {}),
      },
      new Map(),
    );
    const { next } = await program.run({ x: { shape: [rows, vocabulary], data } });
    const expected = Array.from({ length: rows }, (_, row) => {
      const logits = data.subarray(row * vocabulary, (row + 1) * vocabulary);
      return logits.indexOf(Math.max(...logits));
    });
    expect([...(next?.data ?? [])]).toEqual(expected);
  });

  it.each([1_024, 1_031])(
    "of %i tokens agrees with the distribution, and writes none that only fill a block up",
    async (vocabulary) => {
      const shape = { ...small({ encoder: "gru", decoder: "gru" }), vocabulary };
      const arrays = new Map(initialParameters(shape, 3));
      const bias = Float32Array.from({ length: vocabulary }, (_, id) => (id === vocabulary - 1 ? -2 : -4 - (id % 7)));
      arrays.set("decoder.output.bias", { shape: [vocabulary], data: bias });
      const engine = await CompiledEngine.create({ threads: 1 });
      const parameters = writing(shape, new Map(autoencoderParameters(shape, arrays)));
      const [greedy, whole] = [
        await engine.function(stepFunction(shape, GREEDY), parameters),
        await engine.function(stepFunction(shape, DISTRIBUTION), parameters),
      ];
      const batch = 20;
      const random = RandomStream.named(2, "states");
      const matrix = (width: number): NamedArray => ({
        shape: [batch, width],
        data: random.fillGaussian(new Float32Array(batch * width), 3),
      });
      const feeds = {
        token: { shape: [batch], data: Int32Array.from({ length: batch }, (_, i) => i) },
        conditioning: matrix(shape.embedding),
        ...Object.fromEntries(stateNames(shape).map((name) => [name, matrix(shape.hidden)])),
      };
      const scale = { shape: [batch, 1], data: new Float32Array(batch).fill(1) };
      const next = [...((await greedy.run(feeds)).next?.data ?? [])];
      const probabilities = (await whole.run({ ...feeds, scale })).probabilities?.data as Float32Array;
      const expected = Array.from({ length: batch }, (_, row) => {
        const own = probabilities.subarray(row * vocabulary, (row + 1) * vocabulary);
        return own.indexOf(Math.max(...own));
      });
      expect(next).toEqual(expected);
      expect(next).toContain(vocabulary - 1);
    },
  );
});

describe("the functions of codes that are Gaussians on a sphere", () => {
  const shape = { ...small({}), latent: 4, gaussian: true, sphere: true };
  const parameters = arraysOf(drawParameters(shape));
  const onSphere = (z: readonly number[]): number[] => z.map((x) => (2 * x) / Math.hypot(...z));

  it("put the means on the sphere, and tell the variances", async () => {
    const values = drawParameters(shape);
    const means = BATCH.flatMap((sentence) => onSphere(code(shape, values, sentence)));
    const variances = BATCH.flatMap((sentence) => logVariance(shape, values, sentence).map(Math.exp));
    const engine = await CompiledEngine.create({ threads: 1 });
    for (const [define, feeds] of [
      [lossFunction, batchFeeds(shape, BATCH)],
      [encodeFunction, encoderFeeds(shape, BATCH, SPECIAL)],
    ] as const) {
      const found = await (await engine.function(define(shape), parameters)).run(feeds);
      expect([found.code?.shape, found.variance?.shape]).toEqual([
        [3, 4],
        [3, 4],
      ]);
      expectSimilar("codes", found.code?.data ?? [], means, 1e-5);
      expectSimilar("variances", found.variance?.data ?? [], variances, 1e-5);
    }
  });

  it("start writing from a code's direction alone, and from a code without one", async () => {
    const program = await (await CompiledEngine.create({ threads: 1 })).function(startFunction(shape), parameters);
    const startOf = async (z: readonly number[]) =>
      program.run({ code: { shape: [1, 4], data: Float32Array.from(z) } });
    const given = [0.3, -1, 0.2, 0.9];
    const [short, long, none] = [await startOf(given), await startOf(onSphere(given)), await startOf([0, 0, 0, 0])];
    for (const [name, { data }] of Object.entries(long)) {
      expectSimilar(name, short[name]?.data ?? [], [...data], 1e-5);
      expect([...(none[name]?.data ?? [])].every(Number.isFinite)).toBe(true);
      expect([...(none[name]?.data ?? [])]).not.toEqual([...data]);
    }
  });
});

describe("encodeFunction", () => {
  it("gives the codes of the double-precision model", async () => {
    const shape = small({ encoder: "lstm", decoder: "lstm", layers: 2, directions: 2 });
    const values = drawParameters(shape);
    const program = await (await CompiledEngine.create({ threads: 1 })).function(
      encodeFunction(shape),
      arraysOf(values),
    );
    const result = await program.run(encoderFeeds(shape, BATCH, SPECIAL));
    expect(result.code?.shape).toEqual([3, shape.latent]);
    expectSimilar(
      "code",
      result.code?.data ?? [],
      BATCH.flatMap((sentence) => code(shape, values, sentence)),
      1e-5,
    );
  });
});

describe("the reference", () => {
  it("gives nothing to the embeddings of words that do not occur", () => {
    const shape = small({});
    const values = drawParameters(shape);
    const loss = (): number => sentenceLoss(shape, values, [3, 4], code(shape, values, [3, 4]), SPECIAL);
    const gradient = gradients(values, loss, ["embedding"]).get("embedding") ?? [];
    const rows = Array.from({ length: shape.vocabulary }, (_, id) => gradient.slice(id * 3, id * 3 + 3));
    expect(rows.map((row) => row.some((x) => x !== 0))).toEqual([
      false,
      true,
      false,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
