// The weights that are kept: the noise beside them, of codes that are whitened and of those that cannot be.
import { describe, expect, it } from "vitest";
import { EagerEngine } from "../../src/engine/eager.ts";
import { CODE_NOISE } from "../../src/model/code-noise.ts";
import { initialParameters, type ModelShape } from "../../src/model/parameters.ts";
import { RandomStream } from "../../src/random.ts";
import { CorpusBuilder } from "../../src/text/encoded-corpus.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { Whitener } from "../../src/training/whitener.ts";
import { drawSentences, TINY } from "./tiny-step.ts";

const builder = new CorpusBuilder(TINY.vocabulary);
for (const sentence of drawSentences(RandomStream.named(1, "train"), 200, 4, TINY.vocabulary)) builder.add(sentence);
const data = { tokenizer: createTokenizer("whitespace", ["a b c d"]), train: builder.finish() };

async function keptNoise(kind: Partial<ModelShape>, latentNoise: number): Promise<readonly number[] | undefined> {
  const shape = { ...TINY, ...kind };
  const weights = initialParameters(shape, 1);
  const engine = await EagerEngine.create("cpu");
  const whitener = await Whitener.create(engine, shape, data, weights, { codes: "whitened", latentNoise }, () => {});
  const kept = await whitener.run(weights);
  await whitener.dispose();
  const noise = kept.get(CODE_NOISE)?.data;
  return noise && [...noise];
}

describe("the weights that are kept", () => {
  it.each<[string, Partial<ModelShape>]>([
    ["Gaussian codes", { gaussian: true }],
    ["codes on a sphere", { sphere: true }],
  ])("have the noise of %s beside them as it was learnt from", async (_, kind) => {
    expect(await keptNoise(kind, 0.5)).toEqual([0.5, 0, 0, 0.5]);
    expect(await keptNoise(kind, 0)).toBeUndefined();
  });

  it("have the noise of whitened codes as it went their way", async () => {
    const noise = await keptNoise({}, 0.5);
    expect(noise).toHaveLength(4);
    expect(noise).not.toEqual([0.5, 0, 0, 0.5]);
  });
});
