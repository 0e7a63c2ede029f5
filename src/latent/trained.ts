// What a run folder says of its model: settings, tokenizer and weights, checked to belong together.
import type { NamedArray, NamedArrays } from "../engine/types.ts";
import { InputError, messageOf, RunFolderError } from "../errors.ts";
import { CODE_NOISE } from "../model/code-noise.ts";
import { type Config, parseKeptConfig } from "../model/config.ts";
import { autoencoderParameters, type ModelShape, modelShape } from "../model/parameters.ts";
import { RunFolder } from "../run/run-folder.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { loadTokenizer } from "../text/tokenizers.ts";

/** A trained model as it lies on disk. */
export interface Trained {
  readonly folder: RunFolder;
  readonly config: Config;
  readonly tokenizer: Tokenizer;
  /** In the order of their numbers; none where the model is not conditional. */
  readonly labels: readonly string[];
  readonly shape: ModelShape;
  /** Of the autoencoder alone. */
  readonly parameters: NamedArrays;
  /** The noise on codes that the decoder learnt from, [latent, latent]; absent where there was none, and from runs of before it was kept. */
  readonly codeNoise: NamedArray | undefined;
  /** What was written beside the weights. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a run.
 * @throws InputError when `path` is no run folder; RunFolderError when a file of it is missing, damaged, or does not fit the others
 */
export async function readTrained(path: string): Promise<Trained> {
  const folder = await RunFolder.open(path);
  const config = await folder.readConfig(parseKeptConfig);
  const tokenizer = await fitting(folder.pathOf("tokenizer.json"), async () =>
    loadTokenizer(await folder.readTokenizer()),
  );
  const labels = config.conditional ? await folder.readLabels() : [];
  const { arrays, metadata } = await folder.readModel();
  const shape = modelShape(config, tokenizer.vocabulary.size, labels.length);
  const parameters = await fitting(folder.pathOf("model.safetensors"), async () =>
    autoencoderParameters(shape, arrays),
  );
  const codeNoise = await fitting(folder.pathOf("model.safetensors"), async () => noiseOf(shape, arrays));
  return { folder, config, tokenizer, labels, shape, parameters, codeNoise, metadata };
}

function noiseOf({ latent }: ModelShape, arrays: NamedArrays): NamedArray | undefined {
  const noise = arrays.get(CODE_NOISE);
  if (noise && noise.shape.join() !== `${latent},${latent}`)
    throw new InputError(`"${CODE_NOISE}" is of shape [${noise.shape.join(", ")}]; expected [${latent}, ${latent}].`);
  return noise;
}

/** What does not fit in a file of a run is the run's fault, and not that of who reads it. */
async function fitting<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new RunFolderError(`${file} does not fit the run: ${messageOf(cause)}`, { cause });
  }
}
