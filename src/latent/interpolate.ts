// Paths from one code to another.
import { InputError } from "../errors.ts";

export type Path = "linear" | "spherical";

export const PATHS: readonly Path[] = ["linear", "spherical"];

export interface InterpolateOptions {
  /** Points of the path, both ends included; at least 2. */
  readonly steps?: number | undefined;
  readonly path?: Path | undefined;
}

/** Below this sine two directions are taken as one (or as opposite), between which no arc is defined. */
const PARALLEL = 1e-4;

/**
 * Codes at equal steps t = 0 … 1 from `a` to `b`; the first and the last are exact copies of them.
 *
 * - `linear`: `(1 − t)·a + t·b`.
 * - `spherical`: `(sin((1 − t)·ω)·a + sin(t·ω)·b) / sin ω`, ω the angle between them (Shoemake 1985), which keeps to the shell where
 *   a Gaussian of many dimensions has nearly all of its mass. Between codes that are parallel, or zero, the path is linear.
 * @throws InputError when the codes differ in length, or `steps` is no integer of at least 2
 */
export function interpolateCodes(
  a: Float32Array,
  b: Float32Array,
  { steps = 7, path = "linear" }: InterpolateOptions = {},
): Float32Array[] {
  if (a.length !== b.length) {
    throw new InputError(`The codes have ${a.length} and ${b.length} numbers; expected two codes of one model.`);
  }
  if (!Number.isSafeInteger(steps) || steps < 2) {
    throw new InputError(`The number of steps is ${steps}; expected an integer of at least 2, both ends counted.`);
  }
  if (!PATHS.includes(path))
    throw new InputError(`The path is ${JSON.stringify(path)}; expected ${PATHS.join(" or ")}.`);
  const weights = path === "spherical" ? sphericalWeights(a, b) : linearWeights;
  return Array.from({ length: steps }, (_, i) => {
    if (i === 0) return a.slice();
    if (i === steps - 1) return b.slice();
    const [wa, wb] = weights(i / (steps - 1));
    return a.map((value, k) => wa * value + wb * (b[k] as number));
  });
}

type Weights = (t: number) => readonly [number, number];

const linearWeights: Weights = (t) => [1 - t, t];

function sphericalWeights(a: Float32Array, b: Float32Array): Weights {
  const product = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(1, Math.max(-1, product)));
  const sine = Math.sin(angle);
  // Written so that a zero code, whose angle is not a number, is linear too.
  if (!(sine > PARALLEL)) return linearWeights;
  return (t) => [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
