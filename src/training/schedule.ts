// What changes with the number of the step: the weight of the regularizer and the learning rates.
import type { Config } from "../model/config.ts";

/** Rates end at this share of their start. */
const FINAL_SHARE = 0.05;

/** Share of a run after which rates fall that were held, at the latest. */
const HELD_SHARE = 0.6;

type WeightSettings = Pick<Config, "warmupSteps" | "rampSteps" | "cycles">;

/**
 * A weight of what is asked of codes, as λ is, at `step` (from 0): nothing during the warm-up of reconstruction alone, then a linear ramp to
 * its full value. With several cycles (Fu et al. 2019) each ramp but the last is followed by as many steps at the full value, and the next
 * begins at 0 again.
 */
export function scheduledWeight(
  { warmupSteps, rampSteps, cycles }: WeightSettings,
  weight: number,
  step: number,
): number {
  if (step < warmupSteps) return 0;
  const ramp = Math.max(1, rampSteps);
  const since = step - warmupSteps;
  const cycle = Math.min(cycles - 1, Math.floor(since / (2 * ramp)));
  return weight * Math.min(1, (since - cycle * 2 * ramp + 1) / ramp);
}

/** Whether weights have reached their full values for good at `step`: from then on dev reconstructions can be compared with each other. */
export function isSettled(
  {
    regularizer,
    codeClassifierWeight,
    ...settings
  }: WeightSettings & Pick<Config, "regularizer" | "codeClassifierWeight">,
  step: number,
): boolean {
  if (regularizer === "none" && codeClassifierWeight === 0) return true;
  const ramp = Math.max(1, settings.rampSteps);
  return step + 1 >= settings.warmupSteps + (2 * settings.cycles - 1) * ramp;
}

/** Standard deviation of the noise on what the discriminator sees at `step` (from 0): it falls linearly to 0. */
export function instanceNoise(
  { instanceNoise: deviation, instanceNoiseSteps }: Pick<Config, "instanceNoise" | "instanceNoiseSteps">,
  step: number,
): number {
  return deviation * Math.max(0, 1 - step / instanceNoiseSteps);
}

/** How a run ends, where that is known. */
export interface RunLength {
  /** The step at which it ends, by max-steps or epochs. */
  readonly lastStep: number | null;
  readonly maxMinutes: number | null;
}

/** A place in a run. */
export interface Place {
  readonly step: number;
  /** Of training so far. */
  readonly seconds: number;
}

/**
 * What learning rates are multiplied with at a place (steps from 0): 1, or falling linearly to a twentieth at the end of the run where that
 * is known: at its last step or when its minutes are over, whichever is nearer. They fall from the start ("linear"), or from six tenths of the
 * run on ("hold", as Hu et al. 2024 do) and before that from where learning stood still. A run without a known end that was held until it
 * stood still falls over two thirds of the steps that it was held: the same six parts to four. With minutes given the clock has its say in the
 * result.
 * @param stood where learning at held rates stood still; null where it has not
 */
export function rateFactor(schedule: Config["schedule"], length: RunLength, stood: Place | null, place: Place): number {
  if (schedule === "constant") return 1;
  const fallen = (share: number, from: number): number =>
    1 - (1 - FINAL_SHARE) * Math.min(1, Math.max(0, (share - from) / (1 - from)));
  const share = shareOf(length, place);
  if (schedule === "linear") return fallen(share, 0);
  if (stood === null) return fallen(share, HELD_SHARE);
  if (length.lastStep === null && length.maxMinutes === null)
    return fallen((HELD_SHARE * place.step) / Math.max(1, stood.step), HELD_SHARE);
  return fallen(share, Math.min(HELD_SHARE, shareOf(length, stood)));
}

/** How much of a run is over; 0 where its end is not known. */
function shareOf({ lastStep, maxMinutes }: RunLength, { step, seconds }: Place): number {
  return Math.max(lastStep === null ? 0 : step / lastStep, maxMinutes === null ? 0 : seconds / (maxMinutes * 60));
}
