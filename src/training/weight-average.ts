// Weights averaged over the steps: what a run keeps, since at rates that learn fast the last weights are a noisy draw around better ones.
import type { NamedArray, NamedArrays } from "../engine/types.ts";

/**
 * Steps from one that is averaged to the next, at most: those of reports are too, so that what is judged has learnt from all steps. Steps
 * between two are run in one call at most, so more often costs time.
 */
export const AVERAGED_STEPS = 20;

const PREFIX = "average.";

/** Whether a name of a checkpoint's arrays is one of an average. */
export const isAverage = (name: string): boolean => name.startsWith(PREFIX);

/** The step that a checkpoint's average had taken in last. */
export function lastAveraged({ averaged, step }: { readonly averaged: number | null; readonly step: number }): number {
  return averaged ?? step - (step % AVERAGED_STEPS);
}

/**
 * A running mean of weights whose memory grows with the run: step τ weighs as `τ^γ` (Karras et al. 2024, "Analyzing and improving the
 * training dynamics of diffusion models", eq. 1 and 2), so that the mean age of what is averaged stays the same share of the steps so far.
 */
export class WeightAverage {
  readonly #arrays: ReadonlyMap<string, NamedArray & { readonly data: Float32Array }>;
  readonly #power: number;
  #last: number;

  /**
   * @param weights those that the average begins as: of the first step, or of a run that goes on without an average
   * @param share mean age of what is averaged, as a share of the steps so far, in (0, 0.5]
   * @param last the step that `weights` are of
   */
  constructor(weights: NamedArrays, share: number, last = 0) {
    this.#arrays = new Map(
      [...weights].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
    );
    this.#power = 1 / share - 1;
    this.#last = last;
  }

  /** The step whose weights were taken in last; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** As a checkpoint has kept it, up to the step `last`, or anew from `weights`. */
  static of(weights: NamedArrays, share: number, kept: NamedArrays | undefined, last: number): WeightAverage {
    const names = [...weights.keys()];
    const known = names.flatMap((name): [string, NamedArray][] => {
      const array = kept?.get(PREFIX + name);
      return array ? [[name, array]] : [];
    });
    return new WeightAverage(known.length === names.length ? new Map(known) : weights, share, last);
  }

  /** Takes in the weights after `step`, which stand for all steps since the last ones; nothing where those are of `step` already. */
  add(weights: NamedArrays, step: number): void {
    const part = 1 - (this.#last / step) ** this.#power;
    this.#last = step;
    for (const [name, { data }] of this.#arrays) {
      const latest = weights.get(name)?.data as Float32Array;
      for (let i = 0; i < data.length; i++) {
        const mean = data[i] as number;
        data[i] = mean + part * ((latest[i] as number) - mean);
      }
    }
  }

  /** The averages under the names of the weights. They are written over by the next {@link add}. */
  weights(): NamedArrays {
    return this.#arrays;
  }

  /** The same under names for a checkpoint. */
  kept(): NamedArrays {
    return new Map([...this.#arrays].map(([name, array]) => [PREFIX + name, array]));
  }
}
