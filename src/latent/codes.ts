// Checks that operations on codes share.
import { InputError } from "../errors.ts";

/**
 * The length that all codes have.
 * @throws InputError when they differ in it, or hold numbers that are not finite
 */
export function commonLength(codes: readonly Float32Array[]): number {
  const lengths = codes.map(({ length }) => length);
  if (new Set(lengths).size > 1) {
    const [last, ...others] = lengths.reverse();
    throw new InputError(
      `The codes have ${others.reverse().join(", ")} and ${last} numbers; expected codes of one model.`,
    );
  }
  if (!codes.every((code) => code.every(Number.isFinite))) {
    throw new InputError("A code holds a number that is not finite; expected finite numbers.");
  }
  return lengths[0] ?? 0;
}

/** @throws InputError unless `value` is an integer of at least `least` */
export function checkCount(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new InputError(`The number of ${what} is ${value}; expected an integer of at least ${least}.`);
}
