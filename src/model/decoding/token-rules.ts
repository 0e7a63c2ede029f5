// How the next token is chosen from what a step gives: the likeliest, or drawn.
import type { NamedArray } from "../../engine/types.ts";
import { RandomStream } from "../../random.ts";
import type { DecodePlan } from "./options.ts";
import { draw } from "./sampling.ts";

/** How the outputs of a step become one token for each row. */
export interface TokenRule {
  /** What the logits are multiplied by, for a choice that has a feed for it. */
  readonly scale?: number;
  /** A rule for sentence `index`, to be asked for its tokens one after another: the token in row `row` of `outputs`. */
  sentence(index: number): (outputs: Readonly<Record<string, NamedArray>>, row: number) => number;
}

/** The likeliest token, as {@link GREEDY} tells it. */
export const greedyRule: TokenRule = {
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
    scale: 1 / temperature,
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
