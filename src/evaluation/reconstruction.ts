// How well texts come back from their codes, written freely from the code alone.
import type { Model, WriteOptions } from "../latent/model.ts";
import { RandomStream } from "../random.ts";
import { corpusBleu } from "./bleu.ts";
import { editDistance } from "./edit-distance.ts";
import { type Lines, linesOf, tokensOfKey } from "./lines.ts";
import type { Sentence } from "./ngram-trie.ts";
import { unknownShare } from "./sources.ts";
import { TokenNumbers } from "./token-numbers.ts";

export interface ReconstructionFigures {
  /** Texts that were reconstructed. */
  readonly texts: number;
  /** In [0, 100], of the tokens as they are written: a word that the model does not know can never match. */
  readonly bleu4: number;
  /** The same of the texts that have no unknown word; null where there is none. */
  readonly bleu4Known: number | null;
  /** BLEU-4 of reconstructions against other texts than their own: what style alone gives. */
  readonly bleu4Shuffled: number;
  /** Share of texts that came back token for token. */
  readonly exact: number;
  /** Mean edit distance in tokens, and summed as a share of the tokens. */
  readonly editDistance: number;
  readonly editShare: number;
  /** Tokens that the model does not know, as a share. */
  readonly unknownShare: number;
}

export interface ReconstructOptions {
  readonly model: Model;
  /** None: the likeliest tokens. Without a label, a conditional model writes each text with its own, where it knows that. */
  readonly write?: WriteOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Writes each text from its code. */
export async function reconstructions(
  lines: Lines,
  codes: readonly Float32Array[],
  { model, write = {}, signal, onProgress }: ReconstructOptions,
): Promise<Lines> {
  const texts: string[] = [];
  const known = (label: string | undefined) => label !== undefined && model.info.labels.includes(label);
  const own = write.label === undefined && { labels: lines.labels.map((label) => (known(label) ? label : undefined)) };
  for await (const { text } of model.decodeEach(codes, { ...write, ...own, signal })) {
    texts.push(text);
    onProgress?.(texts.length, lines.texts.length);
  }
  return linesOf(texts, model.tokenizer);
}

export function reconstructionFigures(originals: Lines, written: Lines, unknown: number): ReconstructionFigures {
  const numbers = new TokenNumbers();
  const references = originals.keys.map((key) => numbers.of(tokensOfKey(key)));
  const outputs = written.keys.map((key) => numbers.of(tokensOfKey(key)));
  const known = originals.ids.flatMap((ids, i) => (ids.includes(unknown) ? [] : [i]));
  const distances = outputs.map((output, i) => editDistance(output, references[i] as Sentence));
  const edits = distances.reduce((sum, distance) => sum + distance, 0);
  const tokens = references.reduce((sum, { length }) => sum + length, 0);
  return {
    texts: outputs.length,
    bleu4: bleuOf(outputs, references),
    bleu4Known: known.length === 0 ? null : bleuOf(at(outputs, known), at(references, known)),
    bleu4Shuffled: bleuOf(outputs, at(references, derangement(outputs.length))),
    exact: distances.filter((distance) => distance === 0).length / distances.length,
    editDistance: edits / distances.length,
    editShare: edits / tokens,
    unknownShare: unknownShare(originals, unknown),
  };
}

function bleuOf(outputs: readonly Sentence[], references: readonly Sentence[]): number {
  return corpusBleu(
    outputs,
    references.map((reference) => [reference]),
  );
}

/** Gives each place another one: a random order, and its neighbour in it. */
function derangement(count: number): number[] {
  const order = RandomStream.named(1, "derangement").shuffle(Array.from({ length: count }, (_, i) => i));
  const other: number[] = new Array(count);
  for (const [place, i] of order.entries()) other[i] = order[(place + 1) % count] as number;
  return other;
}

function at<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => items[place] as T);
}
