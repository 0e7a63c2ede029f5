// Times our training step in this process, on batches from a file.
import { createEngine, type EngineChoice } from "../../src/engine/select.ts";
import type { FeedArrays } from "../../src/engine/types.ts";
import { parseConfig } from "../../src/model/config.ts";
import { initialParameters, modelShape } from "../../src/model/parameters.ts";
import { RandomStream } from "../../src/random.ts";
import { CorpusBuilder } from "../../src/text/encoded-corpus.ts";
import type { Vocabulary } from "../../src/text/tokenizer.ts";
import { startingState, stepSettings } from "../../src/training/session.ts";
import { stepState, trainingStep } from "../../src/training/step.ts";
import { stepFeedArrays } from "../../src/training/step-feeds.ts";
import { readBatches } from "./batches.ts";

/** Steps before the clock starts, or as many as are then timed where these are fewer. */
export const WARM_UP = 16;

/** Settings with which a model is that of the reference in PyTorch, so that both sides compute the same. */
export const REFERENCE_MODEL = { cell: "lstm", outputWeights: "own", placeFeatures: 0 } as const;

export interface TimingOptions {
  readonly batches: string;
  readonly vocabulary: number;
  readonly hidden: number;
  readonly embedding: number;
  readonly latent: number;
  readonly threads: number;
  /** Words whose logits a step computes; all by default. */
  readonly sampledSoftmax?: number;
  readonly engine: EngineChoice;
  /** Calls that are timed, and steps in each. */
  readonly calls: number;
  readonly stepsACall: number;
}

export interface Timing {
  readonly engine: string;
  /** Real target tokens a second, ends of sentences counted, padding not (there is none). */
  readonly tokensPerSecond: number;
  readonly medianTokensPerSecond: number;
  readonly medianSecondsPerStep: number;
  readonly firstLoss: number;
  readonly compileSeconds: number;
  readonly peakMegabytes: number;
  /** Multiplications and additions of all matrix products of a step, forward and backward, in GFLOP a second. */
  readonly gflops: number;
}

/** Trains on the batches in turn and times each call, building of feeds and copying of the state included. */
export async function timeSteps(options: TimingOptions): Promise<Timing> {
  const {
    batches: path,
    vocabulary,
    hidden,
    embedding,
    latent,
    threads,
    sampledSoftmax = 0,
    calls,
    stepsACall,
  } = options;
  const batches = readBatches(path);
  const config = parseConfig({
    ...REFERENCE_MODEL,
    hidden,
    embedding,
    latent,
    discriminatorHidden: Math.max(128, hidden / 2),
    sampledSoftmax,
    latentNoise: 0,
    warmupSteps: 0,
    rampSteps: 0,
  });
  const special = { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 };
  const words: Vocabulary = { size: vocabulary, special, idOf: () => 3, tokenOf: String, has: () => true };
  const builder = new CorpusBuilder(vocabulary);
  for (const sentence of batches.flat()) builder.add(sentence);
  const corpus = builder.finish();
  const starts: number[] = [];
  let sentences = 0;
  for (const batch of batches) {
    starts.push(sentences);
    sentences += batch.length;
  }
  const feedsOf = (step: number): FeedArrays => {
    const place = step % batches.length;
    const indices = Uint32Array.from(batches[place] ?? [], (_, i) => (starts[place] ?? 0) + i);
    return stepFeedArrays(config, words, corpus, indices, { step });
  };
  const engine = await createEngine({ engine: options.engine, threads });
  const shape = modelShape(config, vocabulary);
  const settings = stepSettings(config, vocabulary);
  const state = startingState(stepState(shape, settings), initialParameters(shape, 1));
  const before = performance.now();
  const program = await engine.training(trainingStep(shape, settings), state);
  const compileSeconds = (performance.now() - before) / 1_000;
  const first = await program.run([feedsOf(0)]);
  let step = 1;
  // Memory grows until every sentence length has been met once: that belongs to the first seconds of a run, not to its speed.
  await program.run(Array.from({ length: Math.min(WARM_UP, Math.max(2, calls * stepsACall)) }, () => feedsOf(step++)));
  const seconds: number[] = [];
  const tokens: number[] = [];
  let flop = 0;
  for (let call = 0; call < calls; call++) {
    const start = performance.now();
    const feeds = Array.from({ length: stepsACall }, () => feedsOf(step++));
    await program.run(feeds);
    seconds.push((performance.now() - start) / 1_000);
    const targets = feeds.map((feed) => feed.target?.data.length ?? 0);
    tokens.push(targets.reduce((total, count) => total + count, 0));
    flop += feeds.reduce((total, feed) => total + stepFlop(options, feed), 0);
  }
  await program.dispose();
  const total = seconds.reduce((sum, value) => sum + value, 0);
  return {
    engine: engine.description,
    tokensPerSecond: tokens.reduce((sum, value) => sum + value, 0) / total,
    medianTokensPerSecond: median(tokens.map((count, i) => count / (seconds[i] ?? 1))),
    medianSecondsPerStep: median(seconds) / stepsACall,
    firstLoss: first.reconstruction?.[0] ?? Number.NaN,
    compileSeconds,
    peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    gflops: flop / total / 1e9,
  };
}

/** Arithmetic of the matrix products of one step: 2 for each weight and row forward, twice that backward. */
function stepFlop({ hidden, embedding, latent, vocabulary }: TimingOptions, feed: FeedArrays): number {
  const [sourceTime = 0, batch = 0] = feed.source?.shape ?? [];
  const [time = 0] = feed.target?.shape ?? [];
  const [words = vocabulary] = feed.candidates?.shape ?? [];
  const layer = (embedding + hidden) * 4 * hidden;
  const perSentence = 2 * hidden * latent + latent * (embedding + 2 * hidden);
  return 6 * batch * (2 * sourceTime * layer + time * layer + time * hidden * words + perSentence);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** GFLOP a second of ONNX Runtime's matrix product at the model's largest shape, [rows, hidden] × [hidden, vocabulary] and its two gradients, laid out as in the model. */
export async function gemmRate(rows: number, hidden: number, vocabulary: number, threads: number): Promise<number> {
  const { CompiledEngine } = await import("../../src/engine/compile/engine.ts");
  const { tf } = await import("../../src/engine/tf.ts");
  const engine = await CompiledEngine.create({ threads });
  const random = RandomStream.named(1, "gemm");
  const matrix = (r: number, c: number) => ({ shape: [r, c], data: random.fillUniform(new Float32Array(r * c), 1) });
  const [h, turned] = [matrix(rows, hidden), matrix(hidden, rows)];
  const [w, p] = [matrix(hidden, vocabulary), matrix(rows, vocabulary)];
  const float = (shape: number[]) => ({ shape, dtype: "float32" as const });
  const products = [
    { feeds: { a: h, b: w }, transB: false },
    { feeds: { a: p, b: w }, transB: true },
    { feeds: { a: turned, b: p }, transB: false },
  ];
  let total = 0;
  for (const { feeds, transB } of products) {
    const program = await engine.function({
      name: "product",
      parameters: {},
      feeds: { a: float([...feeds.a.shape]), b: float([...feeds.b.shape]) },
      outputs: ["largest"],
      // Only one number comes back: copying the product is no part of the rate.
      call: (_, { a, b }) => ({ largest: tf.max(tf.matMul(a as never, b as never, false, transB)) }),
    });
    // An engine's function takes parameters per run when none were baked in; here there are none at all.
    const times: number[] = [];
    for (let i = 0; i < 8; i++) {
      const start = performance.now();
      await program.run(feeds, new Map());
      if (i > 0) times.push(performance.now() - start);
    }
    total += median(times);
    await program.dispose();
  }
  return (3 * 2 * rows * hidden * vocabulary) / total / 1e6;
}
