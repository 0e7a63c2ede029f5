// Loops inside a step: `scan` runs eagerly as a loop and compiles to one node, whatever the number of trips; `setElements` writes in place.
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
 * `target` [rows, width] with `values[i]` in place of the element at `columns[i]` of row i: columns int32 [rows], values [rows]. No
 * gradient. Compiled, it overwrites `target` where nothing else needs it: make `values` of what was read of it, so that the reading
 * comes first.
 */
export function setElements(target: Tensor, columns: Tensor, values: Tensor): Tensor {
  const backend = tf.backend();
  if (backend instanceof TraceBackend) return backend.setElements(target, columns, values);
  const rows = tf.range(0, target.shape[0] as number, 1, "int32");
  // A copy of it: the plain JavaScript backend writes into its argument.
  const copy = tf.add(target, 0);
  return tf.tensorScatterUpdate(copy, tf.stack([rows, columns], 1) as never, values as never);
}
