// The decoder written out in plain numbers, one sentence at a time: what the real one is checked against.
import type { NamedArrays } from "../../src/engine/types.ts";
import type { ModelShape } from "../../src/model/parameters.ts";

type Vector = readonly number[];

/** What a sentence may hold, and where it ends. */
export interface ReferenceSpecial {
  readonly begin: number;
  readonly end: number;
  readonly forbidden: readonly number[];
}

/** Log-probabilities of the token after `prefix`, −∞ for forbidden ones. One layer, LSTM or GRU. */
export function referenceLogProbabilities(
  shape: ModelShape,
  parameters: NamedArrays,
  code: ArrayLike<number>,
  prefix: readonly number[],
  { begin, forbidden }: ReferenceSpecial,
): number[] {
  const { hidden, embedding, vocabulary, decoder: cell } = shape;
  const of = (name: string): ArrayLike<number> => {
    const array = parameters.get(name);
    if (!array) throw new RangeError(`no parameter ${name}`);
    return array.data;
  };
  const times = (x: ArrayLike<number>, name: string, columns: number): number[] =>
    Array.from({ length: columns }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += at(x, i) * at(of(name), i * columns + j);
      return sum;
    });
  const plus = (x: Vector, y: ArrayLike<number>): number[] => x.map((value, i) => value + at(y, i));
  const part = (x: Vector, index: number): Vector => x.slice(index * hidden, (index + 1) * hidden);

  const states = cell === "lstm" ? 2 : 1;
  const initial = plus(times(code, "decoder.0.initial.weight", states * hidden), of("decoder.0.initial.bias"));
  let h: Vector = part(initial, 0).map(Math.tanh);
  let c: Vector = part(initial, 1);
  const condition = times(code, "decoder.condition", embedding);
  const { placeFeatures, maxLength } = shape;
  /** What the code says of a place, in the words that are read or the states that are written from. */
  const ofPlace = (place: number, name: string, width: number): Vector => {
    if (placeFeatures === 0) return new Array<number>(width).fill(0);
    const row = Math.min(place, maxLength) * placeFeatures;
    const bound = plus(times(code, "decoder.places.code", placeFeatures), of("decoder.places.bias")).map(
      (value, k) => value * at(of("decoder.places.gates"), row + k),
    );
    return times(bound, name, width);
  };
  for (const [place, token] of [begin, ...prefix].entries()) {
    const word = condition.map((value, i) => value + at(of("embedding"), token * embedding + i));
    const input = plus(word, ofPlace(place, "decoder.places.word", embedding));
    const gates = cell === "lstm" ? 4 : 3;
    const x = plus(times(input, "decoder.0.input", gates * hidden), of("decoder.0.bias"));
    const r = times(h, "decoder.0.recurrent", gates * hidden);
    if (cell === "lstm") {
      const gate = (index: number): Vector => plus(part(x, index), part(r, index));
      const [i, f, o, g] = [gate(0), gate(1), gate(2), gate(3)];
      c = c.map((value, k) => sigmoid(at(f, k)) * value + sigmoid(at(i, k)) * Math.tanh(at(g, k)));
      h = c.map((value, k) => sigmoid(at(o, k)) * Math.tanh(value));
    } else {
      const b = plus(r, of("decoder.0.recurrentBias"));
      const reset = plus(part(x, 0), part(b, 0)).map(sigmoid);
      const update = plus(part(x, 1), part(b, 1)).map(sigmoid);
      const candidate = part(x, 2).map((value, k) => Math.tanh(value + at(reset, k) * at(part(b, 2), k)));
      h = h.map((value, k) => at(update, k) * value + (1 - at(update, k)) * at(candidate, k));
    }
  }
  const written = plus(h, ofPlace(prefix.length, "decoder.places.state", hidden));
  // Tied to the embeddings, logits are made of as many features as these have.
  const { tied = false } = shape;
  const features = tied ? times(written, "decoder.output.projection", embedding) : written;
  const weight = (feature: number, token: number): number =>
    tied
      ? at(of("embedding"), token * embedding + feature)
      : at(of("decoder.output.weight"), feature * vocabulary + token);
  const logits = Array.from({ length: vocabulary }, (_, token) => {
    if (forbidden.includes(token)) return Number.NEGATIVE_INFINITY;
    let sum = at(of("decoder.output.bias"), token);
    for (const [k, value] of features.entries()) sum += value * weight(k, token);
    return sum;
  });
  const most = Math.max(...logits);
  const total = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return logits.map((logit) => logit - total);
}

/** The likeliest token again and again. */
export function referenceGreedy(
  shape: ModelShape,
  parameters: NamedArrays,
  code: ArrayLike<number>,
  maxLength: number,
  special: ReferenceSpecial,
): { ids: number[]; finished: "end" | "length" } {
  const ids: number[] = [];
  for (;;) {
    const scores = referenceLogProbabilities(shape, parameters, code, ids, special);
    const best = scores.indexOf(Math.max(...scores));
    if (best === special.end) return { ids, finished: "end" };
    if (ids.length === maxLength) return { ids, finished: "length" };
    ids.push(best);
  }
}

/** The mean log-probability of a sentence and its end. */
export function referenceMean(
  shape: ModelShape,
  parameters: NamedArrays,
  code: ArrayLike<number>,
  ids: readonly number[],
  special: ReferenceSpecial,
): number {
  const all = [...ids, special.end];
  const scores = all.map((id, t) =>
    at(referenceLogProbabilities(shape, parameters, code, ids.slice(0, t), special), id),
  );
  return scores.reduce((sum, score) => sum + score, 0) / all.length;
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no number at ${index} of ${values.length}`);
  return value;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
