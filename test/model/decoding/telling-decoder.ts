// A decoder for tests that is told what it thinks.
import type { NamedArray } from "../../../src/engine/types.ts";
import type { Decoder } from "../../../src/model/decoding/decoder.ts";

/**
 * Tokens 0 (begin), 1 (end) and others below `vocabulary`. After each beginning, log-probabilities are those that `think` gives for some
 * tokens, and −20 for all others but begin.
 */
export function tellingDecoder(
  vocabulary: number,
  think: (ids: readonly number[], label: number) => Readonly<Record<number, number>>,
): Decoder {
  // A state is the number of a beginning.
  const beginnings: { readonly ids: readonly number[]; readonly label: number }[] = [];
  const numbered = (ids: readonly number[], label: number): number => beginnings.push({ ids, label }) - 1;
  return {
    begin: 0,
    end: 1,
    latent: 1,
    labelled: true,
    widths: new Map([["state", 1]]),
    start: async ({ code, label }) => ({
      state: {
        shape: [...(code?.shape ?? [])],
        data: Float32Array.from(label?.data ?? [], (number) => numbered([], number)),
      },
    }),
    async step({ token, state }) {
      const tokens = [...(token as NamedArray).data];
      const scores = new Float32Array(tokens.length * vocabulary).fill(-20);
      const after = tokens.map((id, row) => {
        const { ids, label } = beginnings[(state as NamedArray).data[row] as number] as (typeof beginnings)[number];
        const read = id === 0 ? ids : [...ids, id];
        scores[row * vocabulary] = Number.NEGATIVE_INFINITY;
        for (const [next, score] of Object.entries(think(read, label))) scores[row * vocabulary + Number(next)] = score;
        return numbered(read, label);
      });
      return {
        scores: { shape: [tokens.length, vocabulary], data: scores },
        state: { shape: [tokens.length, 1], data: Float32Array.from(after) },
      };
    },
  };
}
