// The model once more in plain JavaScript and double precision, from its formulas: one sentence at a time, so without padding, masks or
// time-major batches. The oracle for forward passes, and by central differences for gradients.
import type { NamedArrays } from "../../src/engine/types.ts";
import type { ModelShape } from "../../src/model/parameters.ts";

export type Vector = number[];
export type Matrix = Vector[];

/** Parameters in double precision. */
export type Values = Map<string, { readonly shape: readonly number[]; readonly data: Float64Array }>;

export function valuesOf(arrays: NamedArrays): Values {
  return new Map([...arrays].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));
}

function entry(values: Values, name: string): { readonly shape: readonly number[]; readonly data: Float64Array } {
  const found = values.get(name);
  if (!found) throw new RangeError(`no ${name}`);
  return found;
}

const vector = (values: Values, name: string): Vector => [...entry(values, name).data];

export function matrix(values: Values, name: string): Matrix {
  const { shape, data } = entry(values, name);
  const width = shape[1] as number;
  return Array.from({ length: shape[0] as number }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

const at = (x: Vector, i: number): number => x[i] as number;

/** x·W */
export function times(x: Vector, w: Matrix): Vector {
  const columns = w[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, j) => x.reduce((sum, value, i) => sum + value * at(w[i] as Vector, j), 0));
}

export const plus = (a: Vector, b: Vector): Vector => a.map((value, i) => value + at(b, i));
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export interface Layer {
  readonly input: Matrix;
  readonly bias: Vector;
  readonly recurrent: Matrix;
  /** Only of a GRU. */
  readonly recurrentBias?: Vector;
}

export function layerOf(values: Values, name: string): Layer {
  const recurrentBias = values.has(`${name}.recurrentBias`) ? vector(values, `${name}.recurrentBias`) : undefined;
  return {
    input: matrix(values, `${name}.input`),
    bias: vector(values, `${name}.bias`),
    recurrent: matrix(values, `${name}.recurrent`),
    ...(recurrentBias && { recurrentBias }),
  };
}

/** One step of an LSTM with gates in the order i, f, o, g: the new hidden state and memory. */
export function lstmStep(x: Vector, [h, c]: readonly [Vector, Vector], layer: Layer): [Vector, Vector] {
  const n = h.length;
  const gates = plus(plus(times(x, layer.input), layer.bias), times(h, layer.recurrent));
  const memory = c.map(
    (old, k) => sigmoid(at(gates, n + k)) * old + sigmoid(at(gates, k)) * Math.tanh(at(gates, 3 * n + k)),
  );
  return [memory.map((value, k) => sigmoid(at(gates, 2 * n + k)) * Math.tanh(value)), memory];
}

/** One step of a GRU with gates in the order r, u, n, the reset gate after the recurrent product. */
export function gruStep(x: Vector, h: Vector, layer: Layer): Vector {
  const n = h.length;
  const [fromInput, fromState] = [
    plus(times(x, layer.input), layer.bias),
    plus(times(h, layer.recurrent), layer.recurrentBias ?? []),
  ];
  return h.map((old, k) => {
    const reset = sigmoid(at(fromInput, k) + at(fromState, k));
    const update = sigmoid(at(fromInput, n + k) + at(fromState, n + k));
    const candidate = Math.tanh(at(fromInput, 2 * n + k) + reset * at(fromState, 2 * n + k));
    return update * old + (1 - update) * candidate;
  });
}

/** Hidden states of a layer over the steps of one sentence. */
export function runLayer(cell: "gru" | "lstm", xs: Matrix, layer: Layer, initial: readonly Vector[]): Matrix {
  let [h, c] = initial as [Vector, Vector?];
  return xs.map((x) => {
    if (cell === "gru") h = gruStep(x, h, layer);
    else [h, c] = lstmStep(x, [h, c ?? []], layer);
    return h;
  });
}

interface Boundaries {
  readonly begin: number;
  readonly end: number;
}

/** The code of one sentence. */
export function code(shape: ModelShape, values: Values, sentence: readonly number[], special = BOUNDARIES): Vector {
  return readOut(values, "encoder.code", features(shape, values, sentence, special));
}

/** Logarithms of the variances of a Gaussian code. */
export function logVariance(shape: ModelShape, values: Values, sentence: readonly number[]): Vector {
  return readOut(values, "encoder.logVariance", features(shape, values, sentence, BOUNDARIES));
}

const BOUNDARIES: Boundaries = { begin: 1, end: 2 };

const readOut = (values: Values, name: string, x: Vector): Vector =>
  plus(times(x, matrix(values, `${name}.weight`)), vector(values, `${name}.bias`));

/** The gates of the place at index `t`: of those beyond the longest sentence and its end, the last ones. */
const gatesAt = (shape: ModelShape, values: Values, side: string, t: number): Vector =>
  matrix(values, `${side}.places.gates`)[Math.min(t, shape.maxLength)] as Vector;

const product = (a: Vector, b: Vector): Vector => a.map((value, i) => value * at(b, i));

/** What an encoder makes of a sentence before the code: its own features and, after them, the sum of words bound to their places. */
function features(shape: ModelShape, values: Values, sentence: readonly number[], special: Boundaries): Vector {
  const own = ownFeatures(shape, values, sentence, special);
  if (shape.placeFeatures === 0) return own;
  const [table, weight] = [matrix(values, "embedding"), matrix(values, "encoder.places.weight")];
  const bound = sentence.map((id, t) =>
    product(gatesAt(shape, values, "encoder", t), times(table[id] as Vector, weight)),
  );
  return [...own, ...bound.reduce(plus)];
}

function ownFeatures(shape: ModelShape, values: Values, sentence: readonly number[], special: Boundaries): Vector {
  const { encoder, pooling } = shape;
  if (encoder === "conv") return convolved(values, sentence, special);
  const states = readStates(encoder, shape, values, sentence);
  if (pooling === "last") return states.flatMap((direction) => direction.at(-1) as Vector);
  const pool = (column: Vector): number => (pooling === "mean" ? mean(column) : Math.max(...column));
  return states.flatMap((direction) =>
    Array.from({ length: shape.hidden }, (_, k) => pool(direction.map((h) => at(h, k)))),
  );
}

/** The last layer's states of each direction, in the order in which it reads. */
function readStates(cell: "gru" | "lstm", shape: ModelShape, values: Values, sentence: readonly number[]): Matrix[] {
  const table = matrix(values, "embedding");
  const zeros = (): Vector[] => [1, 2].map(() => new Array<number>(shape.hidden).fill(0));
  let inputs: Matrix = sentence.map((id) => table[id] as Vector);
  let states: Matrix[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    const forward = runLayer(cell, inputs, layerOf(values, `encoder.${layer}.forward`), zeros());
    if (shape.directions === 1) [states, inputs] = [[forward], forward];
    else {
      const backward = runLayer(cell, inputs.toReversed(), layerOf(values, `encoder.${layer}.backward`), zeros());
      states = [forward, backward];
      inputs = forward.map((h, t) => [...h, ...(backward[sentence.length - 1 - t] as Vector)]);
    }
  }
  return states;
}

/** Filters over every window of a sentence between its begin and enough ends, and tanh of the largest value of each. */
function convolved(values: Values, sentence: readonly number[], { begin, end }: Boundaries): Vector {
  const table = matrix(values, "embedding");
  const tokens = [begin, ...sentence, end, end, end, end].map((id) => table[id] as Vector);
  const largest = [2, 3, 4, 5].flatMap((width) => {
    const weight = matrix(values, `encoder.convolution.${width}`);
    const all = Array.from({ length: sentence.length + 1 }, (_, t) => times(tokens.slice(t, t + width).flat(), weight));
    return (all[0] as Vector).map((_, k) => Math.max(...all.map((value) => at(value, k))));
  });
  return plus(largest, vector(values, "encoder.convolution.bias")).map(Math.tanh);
}

/**
 * The reconstruction loss of a sentence and its end, given its code: `−Σ log p` in nats, or squared distances to the rows of `table`, which
 * may be one that does not move with the values.
 */
export function sentenceLoss(
  shape: ModelShape,
  values: Values,
  sentence: readonly number[],
  z: Vector,
  special: Boundaries,
  table: Matrix = matrix(values, "embedding"),
): number {
  const { decoder, reconstruction } = shape;
  const targets = [...sentence, special.end];
  if (decoder !== "deconv") {
    const logits = recurrentLogits(decoder, shape, values, sentence, z, special);
    return targets.reduce((total, target, t) => total + crossEntropy(logits[t] as Vector, target), 0);
  }
  const rows = table.map(unit);
  const places = deconvolved(shape, values, z);
  return targets.reduce((total, target, t) => {
    const place = places[t] as Vector;
    const off = place.map((value, i) => value - at(rows[target] as Vector, i));
    const logits = rows.map((row) => dot(row, place) / TEMPERATURE);
    return total + (reconstruction === "mean-squared-error" ? dot(off, off) : crossEntropy(logits, target));
  }, 0);
}

function recurrentLogits(
  cell: "gru" | "lstm",
  shape: ModelShape,
  values: Values,
  sentence: readonly number[],
  z: Vector,
  { begin }: Boundaries,
): Matrix {
  const table = matrix(values, "embedding");
  const condition = times(z, matrix(values, "decoder.condition"));
  const inputs = [begin, ...sentence].map((id) => plus(table[id] as Vector, condition));
  const bound = inputs.map((_, t) =>
    shape.placeFeatures === 0
      ? undefined
      : product(
          gatesAt(shape, values, "decoder", t),
          plus(times(z, matrix(values, "decoder.places.code")), vector(values, "decoder.places.bias")),
        ),
  );
  const withBound = (xs: Matrix, name: string): Matrix =>
    xs.map((x, t) => (bound[t] ? plus(x, times(bound[t], matrix(values, `decoder.places.${name}`))) : x));
  let ys = withBound(inputs, "word");
  for (let layer = 0; layer < shape.layers; layer++) {
    const all = readOut(values, `decoder.${layer}.initial`, z);
    const initial = [all.slice(0, shape.hidden).map(Math.tanh), all.slice(shape.hidden)];
    ys = runLayer(cell, ys, layerOf(values, `decoder.${layer}`), initial);
  }
  return withBound(ys, "state").map((y) => readOut(values, "decoder.output", y));
}

export const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * at(b, i), 0);
export const unit = (x: Vector): Vector => x.map((value) => value / Math.sqrt(dot(x, x) + 1e-6));
const rectified = (x: Vector): Vector => x.map((value) => Math.max(0.2 * value, value));

/** What the cosines of a deconvolutional decoder are divided by. */
const TEMPERATURE = 0.05;

/** The vectors of all places of a deconvolutional decoder: each layer makes two places of each, from it and those beside it. */
export function deconvolved(shape: ModelShape, values: Values, z: Vector): Matrix {
  const { hidden } = shape;
  const first = rectified(readOut(values, "decoder.first", z));
  let places: Matrix = Array.from({ length: first.length / hidden }, (_, i) =>
    first.slice(i * hidden, (i + 1) * hidden),
  );
  for (let layer = 0; values.has(`decoder.${layer}.weight`); layer++) {
    const nothing = new Array<number>(hidden).fill(0);
    const [weight, bias] = [matrix(values, `decoder.${layer}.weight`), vector(values, `decoder.${layer}.bias`)];
    places = places.flatMap((place, t) => {
      const around = [...(places[t - 1] ?? nothing), ...place, ...(places[t + 1] ?? nothing)];
      const two = times(around, weight);
      return [two.slice(0, hidden), two.slice(hidden)].map((one) => rectified(plus(one, bias)));
    });
  }
  return places.map((place) => unit(readOut(values, "decoder.place", place)));
}

/** `−log softmax(logits)[target]` */
export function crossEntropy(logits: Vector, target: number): number {
  const most = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return Math.log(total) + most - at(logits, target);
}

/** Logit that a code comes from the prior. */
export function judge(values: Values, z: Vector): number {
  let y = z;
  for (let layer = 0; layer < 3; layer++) {
    const name = `discriminator.${layer}`;
    y = plus(times(y, matrix(values, `${name}.weight`)), vector(values, `${name}.bias`));
    if (layer < 2) y = y.map((value) => (value > 0 ? value : 0.2 * value));
  }
  return at(y, 0);
}

/** As {@link judge}, with weights that are {@link normed}. */
export function judgeNormed(values: Values, z: Vector): number {
  return judge(normed(values), z);
}

/** The discriminator's values, each weight divided by the length to which it stretches its direction, vectors of labels at most 1 long. */
export function normed(values: Values): Values {
  const found = new Map(values);
  for (let layer = 0; layer < 3; layer++) {
    const name = `discriminator.${layer}.weight`;
    const length = Math.hypot(...stretched(values, layer));
    const { shape, data } = entry(values, name);
    found.set(name, { shape, data: data.map((value) => value / length) });
  }
  if (values.has(LABEL_VECTORS)) {
    const rows = matrix(values, LABEL_VECTORS).map((row) =>
      row.map((value) => value / Math.max(1, Math.hypot(...row))),
    );
    found.set(LABEL_VECTORS, { shape: entry(values, LABEL_VECTORS).shape, data: Float64Array.from(rows.flat()) });
  }
  return found;
}

const LABEL_VECTORS = "discriminator.label";

/**
 * The discriminator of one label: `w·φ(z) + b + ⟨e_y, φ(z)⟩` = `(w + e_y)·φ(z) + b`, so that its last weight is moved by the label's vector;
 * as it is without a label.
 */
export function ofLabel(values: Values, label: number | undefined): Values {
  if (label === undefined) return values;
  const name = "discriminator.2.weight";
  const { shape, data } = entry(values, name);
  const vector = matrix(values, LABEL_VECTORS)[label] as Vector;
  return new Map(values).set(name, { shape, data: data.map((value, k) => value + at(vector, k)) });
}

/** One power iteration of each layer's direction, in place. */
export function turnDirections(values: Values): void {
  for (let layer = 0; layer < 3; layer++) {
    const back = times(stretched(values, layer), matrix(values, `discriminator.${layer}.weight`));
    const length = Math.hypot(...back);
    entry(values, `discriminator.${layer}.direction`).data.set(back.map((value) => value / length));
  }
}

/** W u of a layer's weight and direction. */
function stretched(values: Values, layer: number): Vector {
  const direction = [...entry(values, `discriminator.${layer}.direction`).data];
  return matrix(values, `discriminator.${layer}.weight`).map((row) =>
    row.reduce((sum, value, k) => sum + value * at(direction, k), 0),
  );
}

export const mean = (x: Vector): number => x.reduce((sum, value) => sum + value, 0) / x.length;

/** `Σⱼ KL(N(mⱼ, sⱼ²) ‖ N(0, 1))` for the means and variances of a batch of codes. */
export function momentPenalty(codes: Matrix, floor: number): number {
  const dimensions = codes[0]?.map((_, j) => codes.map((z) => at(z, j))) ?? [];
  return dimensions.reduce((total, column) => {
    const m = mean(column);
    const variance = mean(column.map((value) => (value - m) ** 2));
    return total + 0.5 * (variance + m * m - Math.log(variance + floor) - 1);
  }, 0);
}

/** ∂f/∂θ for every element of the values that `names` choose, by central differences. */
export function gradients(
  values: Values,
  f: () => number,
  names: Iterable<string> = values.keys(),
): Map<string, Vector> {
  const step = 1e-5;
  const found = new Map<string, Vector>();
  for (const name of names) {
    const { data } = entry(values, name);
    const gradient = Array.from(data, (original, i) => {
      data[i] = original + step;
      const above = f();
      data[i] = original - step;
      const below = f();
      data[i] = original;
      return (above - below) / (2 * step);
    });
    found.set(name, gradient);
  }
  return found;
}

/** The unbiased squared discrepancy of two samples of one size by the sum of inverse multiquadratic kernels, pair by pair. */
export function discrepancy(codes: Matrix, prior: Matrix): number {
  const n = codes.length;
  const kernel = (a: Vector, b: Vector): number => {
    const distance = a.reduce((sum, value, j) => sum + (value - at(b, j)) ** 2, 0);
    return [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce((sum, s) => {
      const c = 2 * a.length * s;
      return sum + c / (c + distance);
    }, 0);
  };
  let total = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const [zi, zj, pi, pj] = [codes[i], codes[j], prior[i], prior[j]] as [Vector, Vector, Vector, Vector];
      if (i !== j) total += (kernel(zi, zj) + kernel(pi, pj)) / (n * (n - 1));
      total -= (2 * kernel(zi, pj)) / (n * n);
    }
  return total;
}

/** KL(N(m, e^v) ‖ N(0, 1)) of each dimension, as the mean over sentences. */
export function divergence(means: Matrix, logVariances: Matrix): Vector {
  const [first = []] = means;
  return first.map((_, j) =>
    mean(
      means.map((m, i) => {
        const v = at(logVariances[i] as Vector, j);
        return (at(m, j) ** 2 + Math.exp(v) - 1 - v) / 2;
      }),
    ),
  );
}
