// Loops inside a step: `scan` runs eagerly as a loop and compiles to one node, whatever the number of trips.
import { TraceBackend } from "./compile/trace-backend.ts";
import { type Tensor, tf } from "./tf.ts";
import type { ScanSpec } from "./types.ts";

/**
 * Runs `body` over the slices of `sequences`: returns the last state, and each output stacked to [trips, ...].
 * It has no gradient: use it inside `tf.customGrad`, as the recurrent layers do. After `jax.lax.scan`.
 */
export function scan(spec: ScanSpec): { state: Tensor[]; outputs: Tensor[] } {
  const backend = tf.backend();
  if (backend instanceof TraceBackend) return backend.scan(spec);
  const { initial, sequences, reverse = false, body } = spec;
  const slices = sequences.map((sequence) => tf.unstack(sequence));
  const trips = slices[0]?.length ?? 0;
  const collected: Tensor[][] = [];
  let state = [...initial];
  for (let trip = 0; trip < trips; trip++) {
    const place = reverse ? trips - 1 - trip : trip;
    const result = body(
      state,
      slices.map((parts) => parts[place] as Tensor),
    );
    state = result.state;
    collected[place] = result.outputs;
  }
  const count = collected[0]?.length ?? 0;
  const outputs = Array.from({ length: count }, (_, i) => tf.stack(collected.map((all) => all[i] as Tensor)));
  return { state, outputs };
}

/**
 * `target` with `rows[i]` added to (or taken from) its row `ids[i]`, repeated ids included: target [n, width], rows [k, width], ids
 * int32 [k]. No gradient. Compiled, it updates `target` in place where nothing else needs it.
 */
export function addRows(target: Tensor, ids: Tensor, rows: Tensor, { negative = false } = {}): Tensor {
  const signed = negative ? tf.neg(rows) : rows;
  const backend = tf.backend();
  if (backend instanceof TraceBackend) return backend.addRows(target, ids, signed as Tensor);
  return tf.add(target, tf.unsortedSegmentSum(signed, ids as never, target.shape[0] as number));
}
