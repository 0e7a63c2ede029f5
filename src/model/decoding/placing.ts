// Required phrases in good places: a text that lacks one is written anew from where it suits best.
import type { NamedArray } from "../../engine/types.ts";
import type { Found } from "./beam.ts";
import { Constraint } from "./constraint.ts";
import type { Decoded } from "./decoder.ts";
import { MOST_ROWS } from "./options.ts";
import type { Phrase, Requirement } from "./phrases.ts";
import type { SharedBatch, SharedDecodeOptions } from "./shared-batch.ts";
import { codesOf, labelsOf, type TaskWriter } from "./tasks.ts";
import { rowOf, type TokenRule } from "./token-rules.ts";

/**
 * Places of a text that are tried, and texts that are kept while one more phrase is missing. With one place, mean log-probabilities were 0.1
 * nats a token lower on English verse and 0.9 on Chinese; with all of them 0.01 and 0.03 higher.
 */
const TRIES = 4;
/** Texts that are completed at once: what is tried of them fills the rows of a step. */
const TOGETHER = MOST_ROWS / TRIES;

export interface PlacingOptions {
  readonly constraint: Constraint;
  readonly requirement: Requirement;
  /** Writes a text for each code under what the constraint has beside the requirement. */
  readonly freely: (codes: Iterable<Float32Array>) => AsyncIterable<Decoded>;
  /** Writes texts that are to begin in some way; as `freely` does, for all else. */
  readonly writeTasks: TaskWriter;
  /** What texts are read by: steps that give {@link SCORES}. */
  readonly batch: SharedBatch;
  readonly batchOptions: Omit<SharedDecodeOptions, "rule">;
  readonly end: number;
}

/** A text that lacks something. Its first `settled` tokens stay: they end with the phrase that was placed last. */
interface Draft {
  readonly index: number;
  readonly code: Float32Array;
  readonly ids: readonly number[];
  readonly settled: number;
}

/** A draft that goes another way from some place on, where it takes up a phrase. */
interface Detour {
  readonly draft: Draft;
  /** What the text begins with: the draft up to there, and the phrase. */
  readonly beginning: Phrase;
}

/**
 * Writes a text that holds what is required for each code, in the order in which they are done. It is written as if nothing were
 * required. Where it lacks something, it is read again for the places at which the model finds a missing phrase's first token likeliest;
 * from each of the best it is written anew with the phrase there, and of these texts the one of the highest mean log-probability is kept.
 * What that one lacks is placed behind the phrase in the same way. Where no place has room, the constraint sees to it at the last moment.
 *
 * A search along all numbers of required tokens at once (Hokamp & Liu 2017) costs about as much, and strays further from what a code says.
 */
export async function* placed(codes: Iterable<Float32Array>, options: PlacingOptions): AsyncGenerator<Decoded> {
  const { requirement, freely } = options;
  const open = new Map<number, Float32Array>();
  function* noted(): Generator<Float32Array> {
    let index = 0;
    for (const code of codes) {
      open.set(index++, code);
      yield code;
    }
  }
  const lacking: Draft[] = [];
  for await (const text of freely(noted())) {
    const { index, ids } = text;
    const code = open.get(index) as Float32Array;
    open.delete(index);
    if (requirement.missing(ids).length === 0) yield text;
    else lacking.push({ index, code, ids, settled: 0 });
    if (lacking.length === TOGETHER) yield* completed(lacking.splice(0), options);
  }
  yield* completed(lacking, options);
}

async function* completed(texts: readonly Draft[], options: PlacingOptions): AsyncGenerator<Decoded> {
  const { constraint } = options;
  const relaxed = constraint.relaxed ?? new Constraint([]);
  const stuck: Detour[] = [];
  // The drafts of each text, best first.
  for (let lacking = texts.map((draft) => [draft]); lacking.length > 0; ) {
    const taken = await written(await detoursOf(lacking.flat(), relaxed, options), relaxed, options);
    const going: Draft[][] = [];
    for (const drafts of lacking) {
      const [first] = drafts as [Draft, ...Draft[]];
      const ranked = rankedOf(taken.filter(({ draft }) => drafts.includes(draft)));
      const [best] = ranked;
      if (!best) stuck.push({ draft: first, beginning: asPhrase(first.ids.slice(0, first.settled)) });
      else if (best.missing === 0) yield decodedOf(best);
      else {
        // The more is missing, the fewer are kept: what a text costs grows with its phrases, and not with their square.
        const kept = ranked.slice(0, Math.ceil(TRIES / best.missing));
        going.push(kept.map(({ ids, beginning }) => ({ ...first, ids, settled: beginning.length })));
      }
    }
    lacking = going;
  }
  yield* (await written(stuck, constraint, options)).map(decodedOf);
}

/** A detour that was taken. */
interface Written extends Detour, Omit<Found, "index"> {
  /** How many phrases the text lacks. */
  readonly missing: number;
}

async function written(
  detours: readonly Detour[],
  constraint: Constraint,
  { writeTasks, requirement }: PlacingOptions,
): Promise<Written[]> {
  const texts: Written[] = [];
  const tasks = detours.map(({ draft: { index, code }, beginning }) => ({
    index,
    code,
    constraint,
    beginning,
  }));
  for await (const { index, ...text } of writeTasks(tasks))
    texts[index] = { ...(detours[index] as Detour), ...text, missing: requirement.missing(text.ids).length };
  return texts;
}

/** Texts that lack least first, of these those that have an end, and of these those of the highest worth. */
function rankedOf(texts: readonly Written[]): Written[] {
  const cut = ({ finished }: Written): number => (finished === "length" ? 1 : 0);
  return (
    texts
      // A model that gives a token no probability at all has written another.
      .filter(({ ids, beginning }) => beginning.every((tokens, i) => tokens.includes(ids[i] as number)))
      .sort((a, b) => a.missing - b.missing || cut(a) - cut(b) || b.worth - a.worth)
  );
}

function decodedOf({ draft: { index }, ids, finished }: Written): Decoded {
  return { index, ids, finished };
}

/** The most promising detours of drafts. */
async function detoursOf(drafts: readonly Draft[], relaxed: Constraint, options: PlacingOptions): Promise<Detour[]> {
  const places = await placesOf(drafts, relaxed, options);
  return drafts.flatMap((draft, i) => {
    const best: Detour[] = [];
    for (const { before, token, rest, vocabulary } of (places[i] as Place[]).sort((a, b) => b.score - a.score)) {
      const begun = [...before, token];
      const allowed = relaxed.allowedOf(rest, begun, vocabulary);
      if (allowed) best.push({ draft, beginning: [...asPhrase(begun), ...allowed] });
      if (best.length === TRIES) break;
    }
    return best;
  });
}

/** Where a draft may take up a phrase. */
interface Place {
  readonly before: readonly number[];
  /** The token that comes next, the likeliest where the phrase has several, and its log-probability. */
  readonly token: number;
  readonly score: number;
  /** What comes after it. */
  readonly rest: Phrase;
  readonly vocabulary: number;
}

/** All places of drafts, which are read for it: their tokens are taken as they stand. */
async function placesOf(
  drafts: readonly Draft[],
  relaxed: Constraint,
  { requirement, batch, batchOptions, end }: PlacingOptions,
): Promise<Place[][]> {
  const places = drafts.map((): Place[] => []);
  const rule: TokenRule = {
    sentence(i) {
      const { ids, settled } = drafts[i] as Draft;
      const missing = requirement.missing(ids);
      return (outputs, row, before) => {
        if (before.length >= settled) {
          const scores = rowOf(outputs.scores as NamedArray, row);
          relaxed.apply(scores, before);
          const lacking = requirement.missing(before);
          for (const phrase of missing) {
            const [tokens, ...rest] = requirement.rest(before, phrase, lacking) ?? [];
            const [token, score] = likeliestAmong(tokens ?? [], scores);
            if (token >= 0) places[i]?.push({ before: [...before], token, score, rest, vocabulary: scores.length });
          }
        }
        return ids[before.length] ?? end;
      };
    },
  };
  const labelOf = labelsOf(drafts, batchOptions.labelOf);
  for await (const _ of batch.decode(codesOf(drafts), { ...batchOptions, rule, labelOf }));
  return places;
}

/** The likeliest of some tokens and its log-probability, or a token of −1 where none may come. */
function likeliestAmong(tokens: readonly number[], scores: Float32Array): [token: number, score: number] {
  let [best, most] = [-1, Number.NEGATIVE_INFINITY];
  for (const token of tokens) {
    const score = scores[token] as number;
    if (score > most) [best, most] = [token, score];
  }
  return [best, most];
}

const asPhrase = (ids: readonly number[]): Phrase => ids.map((id) => [id]);
