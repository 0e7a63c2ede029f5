// Paths that need no model, between the ends of a model's own: what its steps and its middles are to be held against.
import { RandomStream } from "../random.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { alignment } from "./edit-distance.ts";
import { type InterpolationFigures, pathFigures, type TextPath } from "./interpolation.ts";
import type { KneserNey } from "./kneser-ney.ts";
import { keyOfTokens, type Lines, linesOf, tokensOfKey } from "./lines.ts";
import type { Sentence } from "./ngram-trie.ts";

/** What stands between the ends. */
export type FloorPath = "real" | "ngram" | "edits";

export interface InterpolationFloor {
  readonly name: FloorPath;
  readonly figures: InterpolationFigures;
}

export interface FloorPathOptions {
  readonly tokenizer: Tokenizer;
  /** Real texts, and samples of an n-gram model where there is one, in a random order; taken in turn. */
  readonly real: Lines;
  readonly ngrams?: Lines | undefined;
  readonly languageModel?: KneserNey | undefined;
  readonly seed: number;
}

/** A text of a path. */
interface PathText {
  readonly ids: readonly number[];
  readonly key: string;
}

/**
 * Between the two ends of each path, as many texts as stand there:
 *
 * - `real`: unrelated real texts. As fluent as can be, and every step goes to another text altogether.
 * - `ngram`: samples of the n-gram model that judges. The same, of texts that are fluent from word to word alone.
 * - `edits`: the first end with more and more of the edits that make the second one of it, in a random order. As even as can be: no path is
 *   shorter. What it says on the way is nobody's concern.
 * @param paths of at least two texts each, all of one length
 */
export function interpolationFloors(
  paths: readonly TextPath[],
  { tokenizer, real, ngrams, languageModel, seed }: FloorPathOptions,
): InterpolationFloor[] {
  const steps = paths[0]?.texts.length ?? 0;
  const ends = paths.map(({ texts }) => {
    const { ids, keys } = linesOf([texts[0] as string, texts.at(-1) as string], tokenizer);
    return [0, 1].map((i): PathText => ({ ids: ids[i] as number[], key: keys[i] as string })) as [PathText, PathText];
  });
  const floor = (name: FloorPath, middlesOf: (path: number) => readonly PathText[]): InterpolationFloor => {
    const texts = ends.flatMap(([first, last], path) => [first, ...middlesOf(path), last]);
    const lines = { ids: texts.map(({ ids }) => ids), keys: texts.map(({ key }) => key) };
    return { name, figures: pathFigures(lines, { steps, languageModel }) };
  };
  const inTurn =
    ({ ids, keys }: Lines) =>
    (path: number): PathText[] =>
      Array.from({ length: steps - 2 }, (_, k) => {
        const place = (path * (steps - 2) + k) % ids.length;
        return { ids: ids[place] as number[], key: keys[place] as string };
      });
  const random = RandomStream.named(seed, "edits");
  const edited = (path: number): PathText[] => {
    const [first, last] = ends[path] as [PathText, PathText];
    const [tokens, others] = [tokensOfKey(first.key), tokensOfKey(last.key)];
    return partialEdits(first.ids, last.ids, steps, random).map((chosen) => ({
      ids: chosen.map(([side, place]) => (side === 0 ? first : last).ids[place] as number),
      key: keyOfTokens(chosen.map(([side, place]) => (side === 0 ? tokens : others)[place] as string)),
    }));
  };
  return [floor("real", inTurn(real)), ...(ngrams ? [floor("ngram", inTurn(ngrams))] : []), floor("edits", edited)];
}

/** A token of one of the ends, by its place there. */
type Taken = readonly [side: 0 | 1, place: number];

/** What stands between the ends of a path of `steps` texts on which a shortest series of edits is done little by little, in a random order. */
export function partialEdits(first: Sentence, last: Sentence, steps: number, random: RandomStream): Taken[][] {
  const pairs = alignment(first, last);
  const edits = pairs.flatMap(([from, to], i) => (from >= 0 && to >= 0 && first[from] === last[to] ? [] : [i]));
  random.shuffle(edits);
  return Array.from({ length: steps - 2 }, (_, k) => {
    const done = new Set(edits.slice(0, Math.round(((k + 1) / (steps - 1)) * edits.length)));
    return pairs.flatMap(([from, to], i): Taken[] => {
      const [side, place] = done.has(i) ? ([1, to] as const) : ([0, from] as const);
      return place < 0 ? [] : [[side, place]];
    });
  });
}
