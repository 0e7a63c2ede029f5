// Decoding that settles each token at once: greedy, or drawn.
import type { FeedArrays, NamedArray } from "../../engine/types.ts";
import { RandomStream } from "../../random.ts";
import { type Decoded, type Decoder, startCodes } from "./decoder.ts";
import { type DecodePlan, MOST_ROWS } from "./options.ts";
import { Rows } from "./rows.ts";
import { draw } from "./sampling.ts";

/** How the outputs of a step become one token for each row. */
export interface TokenRule {
  /** Feeds of the choice's own. */
  readonly feeds: FeedArrays;
  /** A rule for sentence `index`, to be asked for its tokens one after another: the token in row `row` of `outputs`. */
  sentence(index: number): (outputs: Readonly<Record<string, NamedArray>>, row: number) => number;
}

/** The likeliest token, as {@link GREEDY} tells it. */
export const greedyRule: TokenRule = {
  feeds: {},
  sentence: () => (outputs, row) => outputs.next?.data[row] as number,
};

/**
 * Tokens drawn from {@link DISTRIBUTION}, one uniform number each, from a stream of the sentence's own: sentence i of a seed reads the
 * same alone and among others. The draw is made here and not in the graph: cumulative sums and a search over a vocabulary cost
 * more there (31 ms a step at 256 rows of 9,086 tokens) than handing the probabilities over and walking them (18 ms).
 */
export function samplingRule({
  temperature,
  topK,
  topP,
  seed,
  first,
}: Extract<DecodePlan, { kind: "sample" }>): TokenRule {
  return {
    feeds: { scale: { shape: [], data: Float32Array.of(1 / temperature) } },
    sentence(index) {
      const random = RandomStream.named(seed, `decoding/${first + index}`);
      return (outputs, row) => {
        const { data, shape } = outputs.probabilities as NamedArray;
        const width = shape[1] as number;
        return draw(data.subarray(row * width, (row + 1) * width) as Float32Array, random.uniform(), { topK, topP });
      };
    },
  };
}

interface Sentence {
  readonly index: number;
  readonly ids: number[];
  readonly next: ReturnType<TokenRule["sentence"]>;
}

/**
 * Writes a sentence for each code, in the order in which they are done. A sentence that is done leaves its row to the next code, so
 * that every row of a step is of use, however different the lengths.
 */
export async function* decodeTokens(
  decoder: Decoder,
  codes: Iterable<Float32Array>,
  maxLength: number,
  rule: TokenRule,
): AsyncGenerator<Decoded> {
  const source = startCodes(decoder, codes);
  const rows = new Rows(decoder.widths, MOST_ROWS);
  const active: Sentence[] = [];
  let more = true;
  for (;;) {
    while (more && active.length < MOST_ROWS) {
      const started = await source.next();
      if (started.done) {
        more = false;
        break;
      }
      const { index, rows: from, row } = started.value;
      rows.copy(from, row, active.length);
      active.push({ index, ids: [], next: rule.sentence(index) });
    }
    if (active.length === 0) return;
    const token = Int32Array.from(active, ({ ids }) => ids.at(-1) ?? decoder.begin);
    const outputs = await decoder.step({
      token: { shape: [active.length], data: token },
      ...rows.feeds(active.length),
      ...rule.feeds,
    });
    rows.take(outputs);
    // From the last row to the first: a row that is done is filled with the last one, which has had its turn.
    for (let row = active.length - 1; row >= 0; row--) {
      const { index, ids, next } = active[row] as Sentence;
      const id = next(outputs, row);
      if (id !== decoder.end && ids.length < maxLength) {
        ids.push(id);
        continue;
      }
      const last = active.pop() as Sentence;
      if (row < active.length) {
        active[row] = last;
        rows.copy(rows, active.length, row);
      }
      yield { index, ids, finished: id === decoder.end ? "end" : "length" };
    }
  }
}
