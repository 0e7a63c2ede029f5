// A decoder for tests whose scores are noise: they depend on the code and on all tokens so far, and on nothing else.
import type { NamedArray } from "../../../src/engine/types.ts";
import type { Decoded, Decoder } from "../../../src/model/decoding/decoder.ts";

export const END = 1;

/** Tokens 0 (begin), 1 (end) and `vocabulary` − 2 words. Begin is never likely enough to be written. */
export function scoringDecoder(vocabulary: number): Decoder {
  return {
    begin: 0,
    end: END,
    latent: 1,
    widths: new Map([["past", 1]]),
    start: async ({ code }) => ({
      past: { shape: [...(code?.shape ?? [])], data: Float32Array.from(code?.data ?? []) },
    }),
    async step({ token, past }) {
      await new Promise((resolve) => setImmediate(resolve));
      const tokens = [...(token as NamedArray).data];
      const before = (past as NamedArray).data;
      const after = Float32Array.from(tokens, (id, row) => mixed((before[row] as number) * 31 + id + 1) % 65_536);
      const scores = new Float32Array(tokens.length * vocabulary);
      for (const row of tokens.keys()) {
        const wild = Array.from(
          { length: vocabulary },
          (_, id) => (mixed((after[row] as number) * 97 + id) % 1_000) / 120,
        );
        wild[0] = Number.NEGATIVE_INFINITY;
        const total = Math.log(wild.reduce((sum, value) => sum + Math.exp(value), 0));
        scores.set(
          wild.map((value) => value - total),
          row * vocabulary,
        );
      }
      return {
        scores: { shape: [tokens.length, vocabulary], data: scores },
        past: { shape: [tokens.length, 1], data: after },
      };
    },
  };
}

/** A decoder that counts its steps, and aborts within one of them. */
export function abortingDecoder(
  decoder: Decoder,
  controller: AbortController,
  at: number,
): Decoder & { readonly steps: () => number } {
  let steps = 0;
  return {
    ...decoder,
    steps: () => steps,
    step(feeds) {
      if (++steps === at) controller.abort(new Error("left"));
      return decoder.step(feeds);
    },
  };
}

export const codesOf = (...numbers: number[]): Float32Array[] => numbers.map((number) => Float32Array.of(number));

export async function all(sentences: AsyncIterable<Decoded>): Promise<Decoded[]> {
  const list: Decoded[] = [];
  for await (const sentence of sentences) list.push(sentence);
  return list.sort((a, b) => a.index - b.index);
}

/** An integer hash. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
