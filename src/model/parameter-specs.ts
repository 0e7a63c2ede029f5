// How parameters are declared: a name, a shape, and how its values are drawn at the start.

/** How one parameter starts: uniform with a standard deviation of `deviation`, or as `values` says. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly deviation?: number;
  readonly values?: (index: number) => number;
}

/** Specs by name, in the order in which a step holds the parameters. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/**
 * Standard deviation of the embeddings' elements. A code enters the decoder's input beside them at the same scale: one that dwarfs the
 * words costs epochs before words are learnt, and much smaller embeddings start slowly as well.
 */
export const EMBEDDING_DEVIATION = 0.3;
