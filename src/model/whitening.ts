// The same model with codes of mean 0 and covariance I: what draws them to the prior leaves some of both undone.
import type { NamedArray, NamedArrays } from "../engine/types.ts";
import { ACTIVE_VARIANCE } from "./aggregate.ts";
import { CODE_NOISE } from "./code-noise.ts";
import type { CodeReader } from "./decoders/decoder.ts";
import { decoderOf } from "./decoders/kinds.ts";
import type { ModelShape } from "./parameters.ts";
import { product, symmetricEigen } from "./symmetric-eigen.ts";

/** Mean and covariance of all codes together. */
export interface CodeLaw {
  readonly mean: Float64Array;
  readonly covariance: readonly Float64Array[];
}

/** Whether a model's codes can be whitened: points in a space without borders. Gaussians would become ones whose dimensions depend on each other. */
export function canWhiten({ gaussian, sphere }: ModelShape): boolean {
  return !gaussian && !sphere;
}

/**
 * Parameters of a model that reads and writes exactly as before, by codes `z' = Σ^(−½)(z − μ)` in place of z: the encoder ends in that map, and
 * whatever in the decoder reads a code begins with its inverse. Of all maps that whiten, this one moves codes the least (Kessy et al. 2018).
 * Draws of N(0, I) then lie where codes do, as with densities that are fitted after training (Ghosh et al. 2020). Directions of a variance
 * of 0.01 or less, which the model does not use, are left as they are. The noise on codes, where `parameters` hold it, goes the way of codes.
 * @param law of codes with the noise that the decoder learnt from
 */
export function whitened(shape: ModelShape, parameters: NamedArrays, { mean, covariance }: CodeLaw): NamedArrays {
  const { values, vectors } = symmetricEigen(covariance);
  const power = (exponent: number): Float64Array[] => {
    const scales = values.map((value) => (value > ACTIVE_VARIANCE ? value ** exponent : 1));
    const scaled = vectors.map((vector, k) => vector.map((value) => value * (scales[k] as number)));
    return product(transposed(vectors), scaled);
  };
  const [narrow, wide] = [power(-0.5), power(0.5)];
  const found = new Map(parameters);
  const weight = rowsOf(arrayOf(found, "encoder.code.weight"));
  const bias = arrayOf(found, "encoder.code.bias").data;
  const moved = Float64Array.from(mean, (value, i) => (bias[i] as number) - value);
  found.set("encoder.code.weight", matrixOf(product(weight, narrow)));
  found.set("encoder.code.bias", vectorOf(product([moved], narrow)[0] as Float64Array));
  const noise = found.get(CODE_NOISE);
  if (noise) found.set(CODE_NOISE, matrixOf(product(rowsOf(noise), narrow)));
  for (const reader of decoderOf(shape).codeReaders(shape)) takeOver(found, reader, { mean, wide });
  return found;
}

/** Lets a matrix that reads codes read whitened ones: what the mean gave it goes to the bias behind it. */
function takeOver(
  found: Map<string, NamedArray>,
  { weight, bias, through }: CodeReader,
  { mean, wide }: { readonly mean: Float64Array; readonly wide: readonly Float64Array[] },
): void {
  const rows = rowsOf(arrayOf(found, weight));
  // Rows after those of the code read the label.
  const [ofCode, others] = [rows.slice(0, mean.length), rows.slice(mean.length)];
  found.set(weight, matrixOf([...product(wide, ofCode), ...others]));
  let [constant] = product([mean], ofCode) as [Float64Array];
  if (through) [constant] = product([constant], rowsOf(arrayOf(found, through))) as [Float64Array];
  const { data } = arrayOf(found, bias);
  found.set(bias, vectorOf(constant.map((value, i) => value + (data[i] as number))));
}

function arrayOf(arrays: NamedArrays, name: string): NamedArray {
  const array = arrays.get(name);
  if (!array) throw new RangeError(`There is no parameter ${name}.`);
  return array;
}

function rowsOf({ shape, data }: NamedArray): Float64Array[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => Float64Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

function matrixOf(rows: readonly Float64Array[]): NamedArray {
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) data.set(row, i * columns);
  return { shape: [rows.length, columns], data };
}

function vectorOf(values: Float64Array): NamedArray {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function transposed(rows: readonly Float64Array[]): Float64Array[] {
  return rows.map((_, j) => Float64Array.from(rows, (row) => row[j] as number));
}
