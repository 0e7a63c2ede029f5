// The recurrent cells, GRU and LSTM: one step forward, and its gradient written out.
import { type Tensor, tf } from "../engine/tf.ts";

export type CellKind = "gru" | "lstm";

/** Weights that a cell applies to its hidden state. */
export interface RecurrentWeights {
  /** [hidden, gates · hidden] */
  readonly recurrent: Tensor;
  /** [gates · hidden]; only the GRU has one, as its reset gate scales the recurrent part alone. */
  readonly recurrentBias?: Tensor;
}

/** One kind of cell. `H` is the number of hidden units, `G` of gates. */
export interface Cell {
  readonly gates: number;
  /** Tensors of its state, each [batch, H]; the first is the hidden state. */
  readonly states: number;
  /** Whether it has a bias of its own on the recurrent side. */
  readonly recurrentBias: boolean;
  /** One step: `projected` is x·W + b, [batch, G·H]. `saved` is what the gradient needs of it. */
  step(projected: Tensor, state: Tensor[], weights: RecurrentWeights): { state: Tensor[]; saved: Tensor[] };
  /**
   * The part of the gradient that needs no gradient from later steps, for all steps at once: from `saved`, stacked to
   * [time, batch, ·], to what {@link Cell.gradient} takes of each step.
   */
  slopes(saved: Tensor[]): Tensor[];
  /**
   * From the gradient of the new state to that of the old one, of `projected`, and of the recurrent product h·R (+ its bias)
   * where that is another one.
   */
  gradient(
    dState: Tensor[],
    slopes: Tensor[],
    weights: RecurrentWeights,
  ): { dState: Tensor[]; dProjected: Tensor; dRecurrent?: Tensor };
  /** Of the tensors in `saved`, the hidden state before the step. */
  hiddenBefore(saved: Tensor[]): Tensor;
}

/** σ'(x) = s − s² for s = σ(x). */
const sigmoidSlope = (s: Tensor): Tensor => tf.sub(s, tf.square(s));
/** tanh'(x) = 1 − t² for t = tanh(x). */
const tanhSlope = (t: Tensor): Tensor => tf.sub(1, tf.square(t));

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997, forget gate by Gers et al. 2000). Gates in the order i, f, o, g:
 * `c' = σ(f)·c + σ(i)·tanh(g)`, `h' = σ(o)·tanh(c')`.
 */
const lstm: Cell = {
  gates: 4,
  states: 2,
  recurrentBias: false,
  step(projected, [h, c], { recurrent }) {
    const hidden = (h as Tensor).shape[1] as number;
    const gates = tf.add(tf.matMul(h as never, recurrent as never), projected) as Tensor; // [batch, 4H]
    const [ifo, g] = tf.split(gates, [3 * hidden, hidden], 1) as [Tensor, Tensor];
    const open = tf.sigmoid(ifo); // [batch, 3H]
    const [i, f, o] = tf.split(open, 3, 1) as [Tensor, Tensor, Tensor];
    const candidate = tf.tanh(g);
    const memory = tf.add(tf.mul(f, c as Tensor), tf.mul(i, candidate));
    const squashed = tf.tanh(memory);
    return {
      state: [tf.mul(o, squashed), memory],
      saved: [open, candidate, squashed, c as Tensor, h as Tensor],
    };
  },
  slopes([open, candidate, squashed, c]) {
    const [i, f, o] = tf.split(open as Tensor, 3, 2) as [Tensor, Tensor, Tensor];
    const memory = tf.mul(o, tanhSlope(squashed as Tensor)); // ∂h'/∂c'
    // What each gate's pre-activation moves: c' for i, f and g, h' for o.
    const opened = tf.mul(
      tf.concat([candidate as Tensor, c as Tensor, squashed as Tensor], 2),
      sigmoidSlope(open as Tensor),
    );
    const proposed = tf.mul(i, tanhSlope(candidate as Tensor));
    return [memory as Tensor, tf.concat([opened, proposed], 2), f]; // [·, H], [·, 4H], [·, H]
  },
  gradient([dh, dc], [memory, gates, f], { recurrent }) {
    const dMemory = tf.add(tf.mul(dh as Tensor, memory as Tensor), dc as Tensor) as Tensor;
    const dGates = tf.mul(tf.concat([dMemory, dMemory, dh as Tensor, dMemory], 1), gates as Tensor) as Tensor; // [batch, 4H]
    return {
      dState: [tf.matMul(dGates as never, recurrent as never, false, true), tf.mul(dMemory, f as Tensor)],
      dProjected: dGates,
    };
  },
  hiddenBefore: (saved) => saved[4] as Tensor,
};

/**
 * Gated recurrent unit (Cho et al. 2014) with the reset gate after the recurrent product, so that one product serves all gates.
 * Gates in the order r, u, n: `n = tanh(xₙ + σ(r)·(h·Rₙ + bₙ))`, `h' = σ(u)·h + (1 − σ(u))·n`.
 */
const gru: Cell = {
  gates: 3,
  states: 1,
  recurrentBias: true,
  step(projected, [h], { recurrent, recurrentBias }) {
    const hidden = (h as Tensor).shape[1] as number;
    const product = tf.add(tf.matMul(h as Tensor, recurrent as never), recurrentBias as Tensor); // [batch, 3H]
    const [xru, xn] = tf.split(projected, [2 * hidden, hidden], 1) as [Tensor, Tensor];
    const [hru, hn] = tf.split(product, [2 * hidden, hidden], 1) as [Tensor, Tensor];
    const open = tf.sigmoid(tf.add(xru, hru)); // [batch, 2H]
    const [r, u] = tf.split(open, 2, 1) as [Tensor, Tensor];
    const candidate = tf.tanh(tf.add(xn, tf.mul(r, hn)));
    const next = tf.add(candidate, tf.mul(u, tf.sub(h as Tensor, candidate)));
    return { state: [next], saved: [open, candidate, hn, h as Tensor] };
  },
  slopes([open, candidate, hn, h]) {
    const [r, u] = tf.split(open as Tensor, 2, 2) as [Tensor, Tensor];
    const proposed = tf.mul(tf.sub(1, u), tanhSlope(candidate as Tensor)); // ∂h'/∂(pre-activation of n)
    const [slopeR, slopeU] = tf.split(sigmoidSlope(open as Tensor), 2, 2) as [Tensor, Tensor];
    const reset = tf.mul(tf.mul(proposed, hn as Tensor), slopeR);
    const update = tf.mul(tf.sub(h as Tensor, candidate as Tensor), slopeU);
    return [tf.concat([reset, update, proposed], 2), r, u]; // [·, 3H], [·, H], [·, H]
  },
  gradient([dh], [gates, r, u], { recurrent }) {
    const hidden = (dh as Tensor).shape[1] as number;
    const dProjected = tf.mul(tf.concat([dh as Tensor, dh as Tensor, dh as Tensor], 1), gates as Tensor) as Tensor; // [batch, 3H]
    const [dRu, dN] = tf.split(dProjected, [2 * hidden, hidden], 1) as [Tensor, Tensor];
    const dRecurrent = tf.concat([dRu, tf.mul(dN, r as Tensor)], 1);
    const through = tf.matMul(dRecurrent as never, recurrent as never, false, true);
    return { dState: [tf.add(through, tf.mul(dh as Tensor, u as Tensor))], dProjected, dRecurrent };
  },
  hiddenBefore: (saved) => saved[3] as Tensor,
};

export const CELLS: Readonly<Record<CellKind, Cell>> = { gru, lstm };
