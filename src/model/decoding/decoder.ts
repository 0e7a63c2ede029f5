// What decoding is made of: a decoder's two functions, codes made ready for them, and the sentences that come out.
import type { FeedArrays, NamedArray } from "../../engine/types.ts";
import { InputError } from "../../errors.ts";
import { type LabelOf, MOST_ROWS } from "./options.ts";
import { Rows } from "./rows.ts";

/** A decoder whose step ends in a given choice of tokens. */
export interface Decoder {
  readonly begin: number;
  readonly end: number;
  readonly latent: number;
  /** Whether `start` wants the number of a `label` beside each code. */
  readonly labelled?: boolean;
  /** Widths of what `start` gives, by name: the conditioning and the states. */
  readonly widths: ReadonlyMap<string, number>;
  /** `code` → the conditioning and the first states. */
  start(feeds: FeedArrays): Promise<Record<string, NamedArray>>;
  /** `token`, the conditioning and the states → what the choice gives, and the next states. */
  step(feeds: FeedArrays): Promise<Record<string, NamedArray>>;
}

/** What was written for the code at place `index`. */
export interface Decoded {
  readonly index: number;
  /** Without begin and end. */
  readonly ids: readonly number[];
  /** Whether the sentence came to its end, or was cut at the maximal length. */
  readonly finished: "end" | "length";
}

/** A code that is ready to be decoded: row `row` of `rows`. */
export interface StartedCode {
  readonly index: number;
  readonly rows: Rows;
  readonly row: number;
}

/**
 * Codes made ready, {@link MOST_ROWS} at a time; they are taken from `codes` as they are needed.
 * @throws InputError for a code of another length, or with a number that is not finite; what `labelOf` throws
 */
export async function* startCodes(
  decoder: Decoder,
  codes: Iterable<Float32Array>,
  labelOf: LabelOf = () => 0,
): AsyncGenerator<StartedCode> {
  let first = 0;
  for (const block of blocksOf(codes, MOST_ROWS)) {
    for (const [i, code] of block.entries()) checkCode(code, decoder.latent, first + i);
    const rows = await startRows(
      decoder,
      block.map((code, i) => ({ code, label: labelOf(first + i) })),
    );
    for (let row = 0; row < block.length; row++) yield { index: first + row, rows, row };
    first += block.length;
  }
}

/** A code, and the number of the label that it is decoded with. */
export interface LabelledCode {
  readonly code: Float32Array;
  readonly label: number;
}

/** Conditioning and first states of codes, a row each. */
export async function startRows(decoder: Decoder, codes: readonly LabelledCode[]): Promise<Rows> {
  const data = new Float32Array(codes.length * decoder.latent);
  for (const [i, { code }] of codes.entries()) data.set(code, i * decoder.latent);
  const labels: NamedArray = { shape: [codes.length], data: Int32Array.from(codes, ({ label }) => label) };
  const rows = new Rows(decoder.widths, 0);
  rows.take(
    await decoder.start({
      code: { shape: [codes.length, decoder.latent], data },
      ...(decoder.labelled && { label: labels }),
    }),
  );
  return rows;
}

/** Sentences in the order of their codes, with nothing else that is known of them; those that are done early wait. */
export async function* inOrder(sentences: AsyncIterable<Decoded>): AsyncGenerator<Decoded> {
  const waiting = new Map<number, Decoded>();
  let place = 0;
  for await (const sentence of sentences) {
    waiting.set(sentence.index, sentence);
    for (let next = waiting.get(place); next; next = waiting.get(place)) {
      waiting.delete(place++);
      const { index, ids, finished } = next;
      yield { index, ids, finished };
    }
  }
}

export function* blocksOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let block: T[] = [];
  for (const item of items) {
    block.push(item);
    if (block.length < size) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** @throws InputError for a code of another length, or with a number that is not finite */
export function checkCode(code: Float32Array, latent: number, index: number): void {
  if (code.length !== latent) {
    throw new InputError(
      `Code ${index} has ${code.length} numbers; expected ${latent}, the model's latent dimensions.`,
    );
  }
  const bad = code.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new InputError(`Code ${index} holds ${bad}; expected finite numbers.`);
}
