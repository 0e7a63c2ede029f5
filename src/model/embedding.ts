// Embedding rows by id, for several lists of ids at once, so that the table gets one gradient.
import { withGradient } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";

/**
 * Rows of `table` [vocabulary, width] for each tensor of `lists` (int32, any shape): [...shape, width] each.
 * The gradient is one sum by row over all lists (an embedding gradient is as large as its table: one is enough).
 */
export function embed(table: Tensor, lists: readonly Tensor[]): Tensor[] {
  const width = table.shape[1] as number;
  const vocabulary = table.shape[0] as number;
  const flat = lists.map((ids) => tf.reshape(ids, [ids.size]) as Tensor);
  if (flat.length === 1) return [rows(table, lists[0] as Tensor, vocabulary, width)];
  const all = tf.concat(flat, 0);
  const looked = rows(table, all, vocabulary, width); // [Σ sizes, width]
  const parts = tf.split(
    looked,
    flat.map((ids) => ids.size),
    0,
  );
  return parts.map((part, i) => tf.reshape(part, [...(lists[i] as Tensor).shape, width]));
}

function rows(table: Tensor, ids: Tensor, vocabulary: number, width: number): Tensor {
  return withGradient(
    [table],
    (save) => {
      save([ids]);
      return tf.gather(table, ids as never);
    },
    (dy, [ids]) => {
      const flatIds = tf.reshape(ids as Tensor, [(ids as Tensor).size]);
      const flatDy = tf.reshape(dy, [(ids as Tensor).size, width]);
      return [tf.unsortedSegmentSum(flatDy, flatIds as never, vocabulary)];
    },
  );
}
