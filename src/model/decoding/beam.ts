// Beam search: the sentence with the highest mean log-probability a token, looked for along the likeliest beginnings.
import type { NamedArray } from "../../engine/types.ts";
import { type Decoded, type Decoder, startCodes } from "./decoder.ts";
import { MOST_ROWS } from "./options.ts";
import { Rows } from "./rows.ts";

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
  /** Ended sentences with their mean log-probability, the end token counted. */
  readonly ended: { readonly ids: readonly number[]; readonly mean: number }[];
}

/** How many of a row's likeliest tokens a search must see: one of them may be the end, and `beam` beginnings must go on. */
export function candidatesARow(beam: number, vocabulary: number): number {
  return Math.min(beam + 1, vocabulary);
}

/**
 * Searches a sentence for each code, in the order in which they are done. A search ends when `beam` sentences have ended, each of which was
 * then among the `beam` best continuations, or at the maximal length. Sentences are compared by their mean, for sums favour short ones.
 * @param decoder with the choice {@link likeliest} of {@link candidatesARow}
 */
export async function* beamSearch(
  decoder: Decoder,
  codes: Iterable<Float32Array>,
  maxLength: number,
  beam: number,
): AsyncGenerator<Decoded> {
  const source = startCodes(decoder, codes);
  let searches: Search[] = [];
  let rows = new Rows(decoder.widths, MOST_ROWS);
  let used = 0;
  let more = true;
  for (;;) {
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
    rows.take(outputs);

    const next = new Rows(decoder.widths, MOST_ROWS);
    const going: Search[] = [];
    used = 0;
    for (const search of searches) {
      advance(search, outputs, beam, decoder.end);
      const decoded = conclude(search, maxLength, beam);
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
function advance(search: Search, outputs: Readonly<Record<string, NamedArray>>, beam: number, end: number): void {
  const { tokens, scores } = outputs as { tokens: NamedArray; scores: NamedArray };
  const width = tokens.shape[1] as number;
  const candidates = search.open.flatMap(({ ids, score, row }) =>
    Array.from({ length: width }, (_, i) => ({
      ids,
      row,
      token: tokens.data[row * width + i] as number,
      score: score + (scores.data[row * width + i] as number),
    })),
  );
  // Tokens that may not be written have a probability of 0.
  const ranked = candidates.filter(({ score }) => score > Number.NEGATIVE_INFINITY).sort((a, b) => b.score - a.score);
  search.open = [];
  for (const [rank, { ids, row, token, score }] of ranked.entries()) {
    if (token !== end) search.open.push({ ids: [...ids, token], score, row });
    else if (rank < beam) search.ended.push({ ids, mean: score / (ids.length + 1) });
    if (search.open.length === beam) break;
  }
}

/** What a search has come to, or nothing while it goes on. */
function conclude({ index, open, ended }: Search, maxLength: number, beam: number): Decoded | undefined {
  const [first] = open;
  if (first && first.ids.length <= maxLength && ended.length < beam) return undefined;
  const [best, ...others] = ended;
  if (best) {
    const { ids } = others.reduce((better, other) => (other.mean > better.mean ? other : better), best);
    return { index, ids, finished: "end" };
  }
  return { index, ids: first?.ids.slice(0, maxLength) ?? [], finished: "length" };
}
