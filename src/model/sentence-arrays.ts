// Sentences of ids as arrays, time-major ([time, batch]), and the targets that every decoder learns.
import type { NamedArray, Signature } from "../engine/types.ts";

export type Sentences = readonly ArrayLike<number>[];

/** The ids around sentences: what fills them up, and what stands before and after. */
export interface BoundaryIds {
  readonly pad: number;
  readonly begin: number;
  readonly end: number;
}

/** What every decoder's loss is fed. */
export const TARGET_FEEDS = {
  /** The sentence, then the end token. */
  target: { shape: ["time", "batch"], dtype: "int32" },
  /** 1 / sentences for each target, 0 for padding. */
  targetWeight: { shape: ["time", "batch"], dtype: "float32" },
} as const satisfies Signature;

/** The values of {@link TARGET_FEEDS}. */
export function targetArrays(
  sentences: Sentences,
  { pad, end }: BoundaryIds,
): Record<keyof typeof TARGET_FEEDS, NamedArray> {
  const batch = sentences.length;
  const time = longest(sentences) + 1;
  const target = new Int32Array(time * batch).fill(pad);
  const targetWeight = new Float32Array(time * batch);
  sentences.forEach((sentence, b) => {
    const { length } = sentence;
    for (let t = 0; t <= length; t++) {
      target[t * batch + b] = t === length ? end : (sentence[t] as number);
      targetWeight[t * batch + b] = 1 / batch;
    }
  });
  return { target: matrix(target, time, batch), targetWeight: matrix(targetWeight, time, batch) };
}

export function matrix(data: Int32Array | Float32Array, rows: number, columns: number): NamedArray {
  return { shape: [rows, columns], data };
}

/** Targets of a batch: tokens and one end for each sentence, no padding. */
export function targetCount(sentences: Sentences): number {
  return sentences.reduce((total, sentence) => total + sentence.length + 1, 0);
}

export function longest(sentences: Sentences): number {
  return sentences.reduce((most, sentence) => Math.max(most, sentence.length), 0);
}
