// Arithmetic on codes: a code moved along the difference of two groups of examples.
import { InputError } from "../errors.ts";
import { commonLength } from "./codes.ts";

/**
 * `z + strength · (mean of plus − mean of minus)` for each strength, in their order. What the two groups have in common cancels out; what
 * tells them apart is added to `z`, once at strength 1, and taken away at strength −1. Strength 0 gives `z` itself.
 * @throws InputError when a group is empty, codes differ in length, or a number is not finite
 */
export function arithmeticCodes(
  code: Float32Array,
  plus: readonly Float32Array[],
  minus: readonly Float32Array[],
  strengths: readonly number[],
): Float32Array[] {
  for (const [group, { length }] of [
    ["plus", plus],
    ["minus", minus],
  ] as const) {
    if (length === 0) throw new InputError(`There is no example on the ${group} side; expected at least one.`);
  }
  commonLength([code, ...plus, ...minus]);
  const wrong = strengths.find((strength) => !Number.isFinite(strength));
  if (wrong !== undefined) throw new InputError(`A strength is ${wrong}; expected a finite number.`);
  const [to, from] = [meanOf(plus), meanOf(minus)];
  return strengths.map((strength) =>
    code.map((value, k) => value + strength * ((to[k] as number) - (from[k] as number))),
  );
}

function meanOf(codes: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(codes[0]?.length ?? 0);
  for (const code of codes) for (const [k, value] of code.entries()) mean[k] = (mean[k] as number) + value;
  return mean.map((sum) => sum / codes.length);
}
