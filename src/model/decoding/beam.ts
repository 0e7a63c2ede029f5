// Beam search: the sentence with the highest log-probability for its length, looked for along the likeliest beginnings.
import type { NamedArray } from "../../engine/types.ts";
import { Smallest } from "../../smallest.ts";
import type { Constraint } from "./constraint.ts";
import { type Decoded, type Decoder, startCodes } from "./decoder.ts";
import { type LabelOf, MOST_ROWS } from "./options.ts";
import { Rows } from "./rows.ts";
import { rowOf } from "./token-rules.ts";

export interface BeamOptions {
  readonly maxLength: number;
  readonly beam: number;
  /** What a sum of log-probabilities is divided by is the number of tokens to this power. */
  readonly lengthPenalty: number;
  readonly labelOf?: LabelOf;
  /** The constraint of the sentence for code `index`. */
  readonly constraintOf?: ((index: number) => Constraint) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A sentence that was found, and its log-probability for its length, by which it was compared with others. */
export interface Found extends Decoded {
  readonly worth: number;
}

/** A token that may follow a beginning, and its log-probability. */
interface Candidate {
  readonly token: number;
  readonly score: number;
}

/** The beginning of a sentence; `score` is the sum of its tokens' log-probabilities. */
interface Beginning {
  readonly ids: readonly number[];
  readonly score: number;
  /** Where its state is. */
  readonly row: number;
}

interface Search {
  readonly index: number;
  /** At most `beam`, best first. */
  open: Beginning[];
  /** Ended sentences with their log-probability for their length, the end token counted. */
  readonly ended: { readonly ids: readonly number[]; readonly worth: number }[];
}

/** How many of a row's likeliest tokens a search must see: one of them may be the end, and `beam` beginnings must go on. */
export function candidatesARow(beam: number, vocabulary: number): number {
  return Math.min(beam + 1, vocabulary);
}

/**
 * Searches a sentence for each code, in the order in which they are done. A search ends when `beam` sentences have ended, each of which was
 * then among the `beam` best continuations, or at the maximal length. Sentences are compared by their mean, or by another division by
 * their length, for sums favour short ones.
 * @param decoder with the choice {@link likeliest} of {@link candidatesARow}; with {@link SCORES} where there are constraints
 * @throws what the decoder and `labelOf` throw, and the signal's reason once it is aborted
 */
export async function* beamSearch(
  decoder: Decoder,
  codes: Iterable<Float32Array>,
  options: BeamOptions,
): AsyncGenerator<Found> {
  const { beam, constraintOf, signal } = options;
  const source = startCodes(decoder, codes, options.labelOf);
  let searches: Search[] = [];
  let rows = new Rows(decoder.widths, MOST_ROWS);
  let used = 0;
  let more = true;
  for (;;) {
    signal?.throwIfAborted();
    // Room is counted for a search at its widest.
    while (more && (searches.length + 1) * beam <= MOST_ROWS) {
      const started = await source.next();
      if (started.done) {
        more = false;
        break;
      }
      rows.copy(started.value.rows, started.value.row, used);
      searches.push({ index: started.value.index, open: [{ ids: [], score: 0, row: used++ }], ended: [] });
    }
    if (searches.length === 0) return;
    const beginnings = searches.flatMap(({ open }) => open);
    const token = Int32Array.from(beginnings, ({ ids }) => ids.at(-1) ?? decoder.begin);
    const outputs = await decoder.step({ token: { shape: [used], data: token }, ...rows.feeds(used) });
    signal?.throwIfAborted();
    rows.take(outputs);

    const next = new Rows(decoder.widths, MOST_ROWS);
    const going: Search[] = [];
    used = 0;
    for (const search of searches) {
      const constraint = constraintOf?.(search.index);
      const candidates = ({ ids, row }: Beginning): readonly Candidate[] =>
        constraint ? allowed(outputs, row, ids, constraint, beam) : given(outputs, row);
      advance(search, candidates, options, decoder.end);
      const decoded = conclude(search, options);
      if (decoded) {
        yield decoded;
        continue;
      }
      search.open = search.open.map(({ ids, score, row }) => {
        next.copy(rows, row, used);
        return { ids, score, row: used++ };
      });
      going.push(search);
    }
    searches = going;
    rows = next;
  }
}

/** Replaces the open beginnings by their `beam` best continuations; those of the `beam` best that end the sentence are kept as ended. */
function advance(
  search: Search,
  candidates: (beginning: Beginning) => readonly Candidate[],
  { beam, lengthPenalty }: BeamOptions,
  end: number,
): void {
  const continued = search.open.flatMap((beginning) => {
    const { ids, row, score } = beginning;
    return candidates(beginning).map((next) => ({ ids, row, token: next.token, score: score + next.score }));
  });
  // Tokens that may not be written have a probability of 0.
  const ranked = continued.filter(({ score }) => score > Number.NEGATIVE_INFINITY).sort((a, b) => b.score - a.score);
  search.open = [];
  for (const [rank, { ids, row, token, score }] of ranked.entries()) {
    if (token !== end) search.open.push({ ids: [...ids, token], score, row });
    else if (rank < beam) search.ended.push({ ids, worth: score / (ids.length + 1) ** lengthPenalty });
    if (search.open.length === beam) break;
  }
}

/** The likeliest tokens, as the step tells them. */
function given(outputs: Readonly<Record<string, NamedArray>>, row: number): Candidate[] {
  const { tokens, scores } = outputs as { tokens: NamedArray; scores: NamedArray };
  const width = tokens.shape[1] as number;
  return Array.from({ length: width }, (_, i) => ({
    token: tokens.data[row * width + i] as number,
    score: scores.data[row * width + i] as number,
  }));
}

/** The likeliest tokens of those that a constraint leaves. */
function allowed(
  outputs: Readonly<Record<string, NamedArray>>,
  row: number,
  ids: readonly number[],
  constraint: Constraint,
  beam: number,
): Candidate[] {
  const scores = rowOf(outputs.scores as NamedArray, row);
  constraint.apply(scores, ids);
  const best = new Smallest<number>(candidatesARow(beam, scores.length));
  for (let token = 0; token < scores.length; token++) best.add(-(scores[token] as number), token);
  return best.sorted().map(({ key, item }) => ({ token: item, score: -key }));
}

/** What a search has come to, or nothing while it goes on. */
function conclude({ index, open, ended }: Search, { maxLength, beam, lengthPenalty }: BeamOptions): Found | undefined {
  const [first] = open;
  if (first && first.ids.length <= maxLength && ended.length < beam) return undefined;
  const [best, ...others] = ended;
  if (best) {
    const { ids, worth } = others.reduce((better, other) => (other.worth > better.worth ? other : better), best);
    return { index, ids, finished: "end", worth };
  }
  const { ids, score } = first ?? { ids: [], score: Number.NEGATIVE_INFINITY };
  return { index, ids: ids.slice(0, maxLength), finished: "length", worth: score / ids.length ** lengthPenalty };
}
