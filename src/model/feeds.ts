// Turns sentences of ids into the arrays that encoder and decoder are fed. All are time-major: [time, batch].
import type { FeedArrays, NamedArray } from "../engine/types.ts";

export type Sentences = readonly ArrayLike<number>[];

interface SpecialIds {
  readonly pad: number;
  readonly begin: number;
  readonly end: number;
}

const matrix = (data: Int32Array | Float32Array, rows: number, columns: number): NamedArray => ({
  shape: [rows, columns],
  data,
});

/** Feeds of {@link ENCODER_FEEDS}: each sentence in both reading orders from time 0, padded to the longest. Sentences must not be empty. */
export function encoderFeeds(sentences: Sentences, { pad }: SpecialIds): FeedArrays {
  const batch = sentences.length;
  const time = longest(sentences);
  const source = new Int32Array(time * batch).fill(pad);
  const sourceReversed = new Int32Array(time * batch).fill(pad);
  const sourceMirror = new Int32Array(time * batch);
  const sourceLast = new Int32Array(batch);
  sentences.forEach((sentence, b) => {
    const { length } = sentence;
    for (let t = 0; t < length; t++) {
      source[t * batch + b] = sentence[t] as number;
      sourceReversed[t * batch + b] = sentence[length - 1 - t] as number;
    }
    // Beyond its end a sentence's rows mirror themselves: they hold padding, which nothing reads.
    for (let t = 0; t < time; t++) sourceMirror[t * batch + b] = (t < length ? length - 1 - t : t) * batch + b;
    sourceLast[b] = (length - 1) * batch + b;
  });
  return {
    source: matrix(source, time, batch),
    sourceReversed: matrix(sourceReversed, time, batch),
    sourceMirror: matrix(sourceMirror, time, batch),
    sourceLast: { shape: [batch], data: sourceLast },
  };
}

/** Feeds of {@link DECODER_FEEDS} for teacher forcing: begin + sentence in, sentence + end out, each target weighted 1 / sentences. */
export function decoderFeeds(sentences: Sentences, { pad, begin, end }: SpecialIds): FeedArrays {
  const batch = sentences.length;
  const time = longest(sentences) + 1;
  const input = new Int32Array(time * batch).fill(pad);
  const target = new Int32Array(time * batch).fill(pad);
  const targetWeight = new Float32Array(time * batch);
  sentences.forEach((sentence, b) => {
    const { length } = sentence;
    for (let t = 0; t <= length; t++) {
      input[t * batch + b] = t === 0 ? begin : (sentence[t - 1] as number);
      target[t * batch + b] = t === length ? end : (sentence[t] as number);
      targetWeight[t * batch + b] = 1 / batch;
    }
  });
  return {
    input: matrix(input, time, batch),
    target: matrix(target, time, batch),
    targetWeight: matrix(targetWeight, time, batch),
  };
}

/** Targets of a batch: tokens and one end for each sentence, no padding. */
export function targetCount(sentences: Sentences): number {
  return sentences.reduce((total, sentence) => total + sentence.length + 1, 0);
}

function longest(sentences: Sentences): number {
  return sentences.reduce((most, sentence) => Math.max(most, sentence.length), 0);
}
