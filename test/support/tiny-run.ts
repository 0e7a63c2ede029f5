// Run folders with random weights, for tests of what uses a trained model.

import type { NamedArrays } from "../../src/engine/types.ts";
import { parseConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { initialParameters, modelShape } from "../../src/model/parameters.ts";
import { RunFolder } from "../../src/run/run-folder.ts";
import type { SchemeKind } from "../../src/text/token-scheme.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

/** The texts that the vocabulary of a tiny run is made of: 5 special tokens and 12 words. */
export const TINY_TEXTS = ["the sea is calm", "a storm is near", "the old boat sails home", "a calm night"] as const;

export interface TinyRunOptions {
  readonly config?: ConfigInput;
  readonly tokenizer?: SchemeKind;
  /** The texts that the vocabulary is made of. */
  readonly texts?: readonly string[];
  /** Labels of a conditional model. */
  readonly labels?: readonly string[];
  readonly seed?: number;
  /** Added to the bias of the end token: above 0, texts are shorter. */
  readonly endBias?: number;
  /** Changes the weights before they are written. */
  readonly change?: (arrays: NamedArrays) => NamedArrays;
}

/** Writes a run into the new folder `path`, and returns it. */
export async function writeTinyRun(
  path: string,
  {
    config: given = {},
    tokenizer: tokenizerKind = "whitespace",
    texts = TINY_TEXTS,
    labels = [],
    seed = 1,
    endBias = 0,
    change = (arrays) => arrays,
  }: TinyRunOptions = {},
): Promise<RunFolder> {
  const config = parseConfig({
    tokenizer: tokenizerKind,
    maxLength: 8,
    hidden: 12,
    embedding: 6,
    latent: 4,
    discriminatorHidden: 5,
    conditional: labels.length > 0,
    ...given,
  });
  const tokenizer = createTokenizer(tokenizerKind, texts);
  const shape = modelShape(config, tokenizer.vocabulary.size, labels.length);
  const arrays = initialParameters(shape, seed);
  // Fresh weights decode every code to much the same: larger output weights tell codes apart.
  const output = arrays.get(`decoder.output.${shape.tied ? "projection" : "weight"}`)?.data ?? [];
  for (let i = 0; i < output.length; i++) output[i] = 8 * (output[i] ?? 0);
  // And labels apart.
  const vectors = arrays.get("decoder.label")?.data as Float32Array | undefined;
  vectors?.forEach((value, i) => {
    vectors[i] = 8 * value;
  });
  const bias = arrays.get("decoder.output.bias")?.data;
  if (bias) bias[tokenizer.vocabulary.special.end] = endBias;
  const folder = await RunFolder.create(path, { parse: parseConfig });
  await folder.writeConfig(config);
  await folder.writeTokenizer(tokenizer.files());
  if (labels.length > 0) await folder.writeLabels(labels);
  await folder.writeModel(change(arrays));
  return folder;
}
