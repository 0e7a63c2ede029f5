// Logistic regression on sparse vectors: between two sides, and between several classes.
import type { RandomStream } from "../random.ts";
import type { SparseVector } from "./text-features.ts";

const RATE = 0.5;
const RIDGE = 1e-5;

/** Learns by AdaGrad (Duchi et al. 2011): a rare n-gram keeps a large step for when it comes. */
export class LogisticRegression {
  readonly #weights: Float64Array;
  readonly #squares: Float64Array;
  #bias = 0;
  #biasSquares = 0;

  /** @param size every place of a vector is below it */
  constructor(size: number) {
    this.#weights = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  /** Above 0 for side 1. */
  score({ places, values }: SparseVector): number {
    let sum = this.#bias;
    for (let i = 0; i < places.length; i++)
      sum += (this.#weights[places[i] as number] as number) * (values[i] as number);
    return sum;
  }

  /** @param side 0 or 1 */
  learn(vector: SparseVector, side: number): void {
    const { places, values } = vector;
    const error = 1 / (1 + Math.exp(-this.score(vector))) - side;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      const gradient = error * (values[i] as number) + RIDGE * (this.#weights[place] as number);
      this.#squares[place] = (this.#squares[place] as number) + gradient * gradient;
      const step = (RATE * gradient) / Math.sqrt((this.#squares[place] as number) + 1e-12);
      this.#weights[place] = (this.#weights[place] as number) - step;
    }
    this.#biasSquares += error * error;
    this.#bias -= (RATE * error) / Math.sqrt(this.#biasSquares + 1e-12);
  }
}

/** A vector and the number of its class. */
export interface ClassExample {
  readonly vector: SparseVector;
  readonly kind: number;
}

/** Tells several classes apart: a regression for each, against all others; the highest score decides. */
export class ClassRegression {
  readonly #regressions: readonly LogisticRegression[];

  /** @param size every place of a vector is below it */
  constructor(classes: number, size: number) {
    this.#regressions = Array.from({ length: classes }, () => new LogisticRegression(size));
  }

  /** Goes through the examples `epochs` times, each time in another order. */
  learn(examples: readonly ClassExample[], epochs: number, random: RandomStream): void {
    const order = [...examples];
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { vector, kind } of random.shuffle(order))
        for (const [i, regression] of this.#regressions.entries()) regression.learn(vector, i === kind ? 1 : 0);
    }
  }

  /** The number of the likeliest class; of equal ones the first. */
  classify(vector: SparseVector): number {
    const scores = this.#regressions.map((regression) => regression.score(vector));
    return scores.indexOf(Math.max(...scores));
  }
}
