// What changes with the number of the step: the weight of the adversarial loss and the learning rates.
import type { Config } from "../model/config.ts";

/** Rates end at this share of their start. */
const FINAL_SHARE = 0.05;

/** λ at `step` (from 0): nothing during the warm-up of reconstruction alone, then a linear ramp to its full value. */
export function adversarialWeight(
  {
    adversarialWeight: weight,
    warmupSteps,
    rampSteps,
  }: Pick<Config, "adversarialWeight" | "warmupSteps" | "rampSteps">,
  step: number,
): number {
  if (step < warmupSteps) return 0;
  return weight * Math.min(1, (step - warmupSteps + 1) / Math.max(1, rampSteps));
}

/** Whether λ has reached its full value at `step`: from then on dev reconstructions can be compared with each other. */
export function isSettled(
  config: Pick<Config, "adversarialWeight" | "warmupSteps" | "rampSteps">,
  step: number,
): boolean {
  return adversarialWeight(config, step) === config.adversarialWeight;
}

/** How a run ends, where that is known. */
export interface RunLength {
  /** The step at which it ends, by max-steps or epochs. */
  readonly lastStep: number | null;
  readonly maxMinutes: number | null;
}

/**
 * What learning rates are multiplied with at `step` (from 0): 1, or falling linearly to a twentieth at the end of the run where that is
 * known: at its last step or when its minutes are over, whichever is nearer. With minutes given the clock has its say in the result.
 * @param seconds of training so far
 */
export function rateFactor(
  schedule: Config["schedule"],
  { lastStep, maxMinutes }: RunLength,
  { step, seconds }: { step: number; seconds: number },
): number {
  if (schedule === "constant") return 1;
  const byTime = maxMinutes === null ? 0 : seconds / (maxMinutes * 60);
  const share = Math.max(byTime, lastStep === null ? 0 : step / lastStep);
  return 1 - (1 - FINAL_SHARE) * Math.min(1, share);
}
