// A recurrent layer over whole sequences as one operation with its own gradient: one product for all input projections, one for
// the gradient of the recurrent weights, and a scan between them.
import { scan } from "../engine/control-flow.ts";
import { withGradient } from "../engine/gradients.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { TensorMap } from "../engine/types.ts";
import { CELLS, type Cell, type CellKind, type RecurrentWeights } from "./cells.ts";
import { affine } from "./linear.ts";
import type { ParameterSpecs } from "./parameter-specs.ts";

export interface LayerWeights extends RecurrentWeights {
  /** [in, gates · hidden] */
  readonly input: Tensor;
  /** [gates · hidden] */
  readonly bias: Tensor;
}

/** The parameters of a layer of the given name that reads `width` numbers a step. */
export function layerParameters(name: string, kind: CellKind, width: number, hidden: number): ParameterSpecs {
  const cell = CELLS[kind];
  const columns = cell.gates * hidden;
  // An LSTM that remembers by default learns long sentences sooner (Gers et al. 2000, Jozefowicz et al. 2015).
  const forget = (index: number): number => (kind === "lstm" && Math.floor(index / hidden) === 1 ? 1 : 0);
  return {
    [`${name}.input`]: { shape: [width, columns], deviation: 1 / Math.sqrt(width) },
    [`${name}.recurrent`]: { shape: [hidden, columns], deviation: 1 / Math.sqrt(hidden) },
    [`${name}.bias`]: { shape: [columns], values: forget },
    ...(cell.recurrentBias && { [`${name}.recurrentBias`]: { shape: [columns] } }),
  };
}

/** The weights of a layer by its name. */
export function layerWeights(parameters: TensorMap, name: string): LayerWeights {
  const recurrentBias = parameters[`${name}.recurrentBias`];
  return {
    input: parameters[`${name}.input`] as Tensor,
    bias: parameters[`${name}.bias`] as Tensor,
    recurrent: parameters[`${name}.recurrent`] as Tensor,
    ...(recurrentBias && { recurrentBias }),
  };
}

/**
 * Hidden states of a recurrent layer at all times.
 * @param x [time, batch, in]
 * @param initial the cell's state before the first step, each [batch, hidden]
 * @returns [time, batch, hidden]
 */
export function recurrentLayer(kind: CellKind, x: Tensor, weights: LayerWeights, initial: readonly Tensor[]): Tensor {
  const cell = CELLS[kind];
  const [time, batch, width] = x.shape as [number, number, number];
  const [hidden, columns] = weights.recurrent.shape as [number, number];
  const flat = (tensor: Tensor, size: number): Tensor => tf.reshape(tensor, [time * batch, size]);
  const biases = weights.recurrentBias ? [weights.recurrentBias] : [];
  const inputs = [x, weights.input, weights.bias, weights.recurrent, ...biases, ...initial];

  const forward = (save: (tensors: Tensor[]) => void): Tensor => {
    const projected = affine(flat(x, width), weights.input, weights.bias); // [time·batch, G·H]
    const { outputs } = scan({
      initial,
      sequences: [tf.reshape(projected, [time, batch, columns])],
      body: (state, [gates]) => {
        const step = cell.step(gates as Tensor, state, weights);
        return { state: step.state, outputs: [step.state[0] as Tensor, ...step.saved] };
      },
    });
    const [y, ...saved] = outputs as [Tensor, ...Tensor[]];
    save([x, weights.input, weights.recurrent, ...saved]);
    return y;
  };

  const backward = (dy: Tensor, [x, input, recurrent, ...saved]: Tensor[]): Tensor[] => {
    const { dState, dProjected, dRecurrent } = backwardScan(cell, dy, saved, recurrent as Tensor, initial);
    const dGates = flat(dProjected, columns);
    const dProduct = flat(dRecurrent, columns);
    const before = flat(cell.hiddenBefore(saved), hidden);
    const dx = tf.matMul(dGates as never, input as never, false, true);
    return [
      tf.reshape(dx, [time, batch, width]),
      tf.matMul(flat(x as Tensor, width) as never, dGates as never, true, false),
      tf.sum(dGates, 0),
      tf.matMul(before as never, dProduct as never, true, false),
      ...biases.map(() => tf.sum(dProduct, 0)),
      ...dState,
    ];
  };

  return withGradient(inputs, forward, backward);
}

function backwardScan(cell: Cell, dy: Tensor, saved: Tensor[], recurrent: Tensor, initial: readonly Tensor[]) {
  const { state, outputs } = scan({
    initial: initial.map((tensor) => tf.zerosLike(tensor)),
    sequences: [dy, ...cell.slopes(saved)],
    reverse: true,
    body: ([dh, ...rest], [dyHere, ...slopes]) => {
      const step = cell.gradient([tf.add(dh as Tensor, dyHere as Tensor), ...rest], slopes, { recurrent });
      return { state: step.dState, outputs: step.dRecurrent ? [step.dProjected, step.dRecurrent] : [step.dProjected] };
    },
  });
  const [dProjected, dRecurrent] = outputs as [Tensor, Tensor?];
  return { dState: state, dProjected, dRecurrent: dRecurrent ?? dProjected };
}

/** One step of a layer for decoding, without a gradient: x [batch, in] and the state before → the state after. */
export function recurrentStep(kind: CellKind, x: Tensor, weights: LayerWeights, state: Tensor[]): Tensor[] {
  return CELLS[kind].step(affine(x, weights.input, weights.bias), state, weights).state;
}
