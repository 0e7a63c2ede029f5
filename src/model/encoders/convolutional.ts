// A convolutional encoder (Kim 2014): filters over two to five tokens, and the largest value of each over the sentence.
import { type Tensor, tf } from "../../engine/tf.ts";
import type { ModelShape } from "../parameters.ts";
import { longest } from "../sentence-arrays.ts";
import type { SentenceEncoder } from "./encoder.ts";
import { maxOverTime } from "./pooling.ts";

/** Tokens that a filter sees. */
const WIDTHS = [2, 3, 4, 5] as const;
const WIDEST = 5;

/** Filters of each width: together about as many features as a recurrent encoder has. */
const filtersOf = ({ hidden, directions }: ModelShape): number =>
  Math.max(1, Math.round((hidden * directions) / WIDTHS.length));

/** About the maximum of a fresh filter over a sentence: taken away at the start, so that tanh works around 0. */
const USUAL_MAXIMUM = 0.5;

const weightName = (width: number): string => `encoder.convolution.${width}`;

/**
 * `tanh(max_t W·[x_t, …, x_{t+w−1}] + b)` for each width w: as tanh rises, the maximum is taken before it. Windows begin at the begin token
 * and at each token of the sentence, and are filled up with the end token: a sentence shorter than a filter has windows as any other.
 */
export const conv: SentenceEncoder = {
  // Maxima differ less from sentence to sentence than the values that they are of.
  deviation: () => 0.15,

  feeds: () => ({
    /** The tokens of the windows that begin at each time. The last window of a sentence is repeated to the end, which moves no maximum. */
    windows: { shape: ["sourceTime", "batch", WIDEST], dtype: "int32" },
  }),

  feedArrays(_, sentences, { begin, end }) {
    const batch = sentences.length;
    const time = longest(sentences) + 1;
    const windows = new Int32Array(time * batch * WIDEST);
    sentences.forEach((sentence, b) => {
      const { length } = sentence;
      for (let t = 0; t < time; t++)
        for (let i = 0; i < WIDEST; i++) {
          const place = Math.min(t, length) + i - 1;
          const id = place < 0 ? begin : place < length ? sentence[place] : end;
          windows[(t * batch + b) * WIDEST + i] = id as number;
        }
    });
    return { windows: { shape: [time, batch, WIDEST], data: windows } };
  },

  embeds: () => ["windows"],

  parameters(shape) {
    const filters = filtersOf(shape);
    const weights = WIDTHS.map((width) => {
      const inputs = width * shape.embedding;
      return [weightName(width), { shape: [inputs, filters], deviation: 1 / Math.sqrt(inputs) }] as const;
    });
    const bias = { shape: [filters * WIDTHS.length], values: () => -USUAL_MAXIMUM };
    return { ...Object.fromEntries(weights), "encoder.convolution.bias": bias };
  },

  width: (shape) => filtersOf(shape) * WIDTHS.length,

  read(shape, parameters, [embedded]) {
    const [time, batch] = (embedded as Tensor).shape as [number, number, number, number];
    const inputs = WIDEST * shape.embedding;
    // One product for all widths: narrower filters have weights of 0 for the tokens that they do not see.
    const weights = WIDTHS.map((width) => {
      const weight = parameters[weightName(width)] as Tensor;
      return tf.pad(weight, [
        [0, inputs - width * shape.embedding],
        [0, 0],
      ]);
    });
    const rows = tf.reshape(embedded as Tensor, [time * batch, inputs]);
    const values = tf.matMul(rows as never, tf.concat(weights, 1) as never); // [time · batch, filters]
    const most = maxOverTime(tf.reshape(values, [time, batch, this.width(shape)]));
    return tf.tanh(tf.add(most, parameters["encoder.convolution.bias"] as Tensor));
  },
};
