// Checks arrays against signatures and finds the sizes of named dimensions.
import { LatentextError } from "../errors.ts";
import type { FeedArrays, NamedArrays, Signature, TensorSpec } from "./types.ts";

/** An array that does not fit the signature of a step. */
export class SignatureError extends LatentextError {
  override name = "SignatureError";
}

/** Product of the sizes. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Checks `feeds` against `signature` and returns the size of each named dimension.
 * @throws SignatureError when a feed is missing, unknown, of another type or rank, or two feeds disagree on a dimension.
 */
export function bindDimensions(signature: Signature, feeds: FeedArrays): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, spec] of Object.entries(signature)) {
    const feed = feeds[name];
    if (!feed) throw new SignatureError(`Feed "${name}" is missing: ${describe(spec)} was expected.`);
    const typed = spec.dtype === "float32" ? feed.data instanceof Float32Array : feed.data instanceof Int32Array;
    let fits = typed && feed.shape.length === spec.shape.length && feed.data.length === elementCount(feed.shape);
    for (let axis = 0; fits && axis < spec.shape.length; axis++) {
      const dimension = spec.shape[axis];
      const size = feed.shape[axis] as number;
      if (typeof dimension === "string") {
        const bound = sizes.get(dimension);
        if (bound === undefined) sizes.set(dimension, size);
        fits = bound === undefined || bound === size;
      } else fits = dimension === size;
    }
    if (!fits) {
      const given = `[${feed.shape.join(", ")}] (${feed.data.constructor.name} of ${feed.data.length})`;
      const bound = [...sizes].map(([dimension, size]) => `${dimension} = ${size}`).join(", ");
      throw new SignatureError(
        `Feed "${name}" is ${given}: ${describe(spec)} was expected${bound && ` with ${bound}`}.`,
      );
    }
  }
  for (const name of Object.keys(feeds)) {
    if (!signature[name])
      throw new SignatureError(`Feed "${name}" is unknown: expected ${Object.keys(signature).join(", ")}.`);
  }
  return sizes;
}

/** @throws SignatureError unless `arrays` holds exactly the tensors of `signature`, whose shapes are fixed. */
export function checkArrays(signature: Signature, arrays: NamedArrays): void {
  bindDimensions(signature, Object.fromEntries(arrays));
}

/** Sorted names of the dimensions that a signature leaves open. */
export function openDimensions(...signatures: readonly Signature[]): string[] {
  const names = new Set<string>();
  for (const signature of signatures)
    for (const spec of Object.values(signature))
      for (const dimension of spec.shape) if (typeof dimension === "string") names.add(dimension);
  return [...names].sort();
}

function describe({ shape, dtype }: TensorSpec): string {
  return `${dtype} [${shape.join(", ")}]`;
}
