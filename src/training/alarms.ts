// Signs that a run is collapsing, read off each report: what they mean, and what to change.

/** What a report measures that alarms are raised by; null: does not apply to the run, or could not be told. */
export interface AlarmFigures {
  /** Whether λ has reached its value: before that, codes need not lie like the prior. */
  readonly settled: boolean;
  /** Dimensions of a code. */
  readonly latent: number;
  /** As in {@link Validation}: nats a token, share of active dimensions, nats from the prior, nats a token. */
  readonly devReconstruction: number;
  readonly activeUnits: number | null;
  readonly codeDivergence: number | null;
  readonly codeGap: number | null;
  /** Of the panel's samples: different ones, and the most frequent one, as shares. */
  readonly samples: { readonly unique: number; readonly mostFrequent: number } | null;
  /** Mean loss of an adversarial discriminator since the last report, in nats: log 4 where it is blind, 0 where it is never wrong. */
  readonly discriminator: number | null;
  /** Training reconstruction since the last report, and the lowest so far, in nats a token. */
  readonly reconstruction: number;
  readonly lowest: number | null;
}

interface Alarm {
  /** What is the matter, in a sentence. */
  readonly text: string;
  /** What to change, naming flags of `train`. */
  readonly advice: string;
  met(figures: AlarmFigures): boolean;
}

/** Share of active dimensions below which codes are collapsing. */
const FEWEST_ACTIVE = 0.3;
/** Nats a dimension by which codes may differ from the prior: those of a variance of one half have 0.1, of a quarter 0.3. */
const MOST_DIVERGENCE = 0.25;
const FEWEST_UNIQUE = 0.5;
const MOST_FREQUENT = 0.1;
/** The loss of a discriminator that gives 0.95 to the right side. */
const LEAST_DISCRIMINATOR = 0.1;
/** As a share of the dev reconstruction, so that it holds for words and for characters. */
const LEAST_GAP = 0.05;
/** How much worse a reconstruction may become: as a share, and in nats a token. */
const MOST_RISE = { share: 0.5, nats: 0.2 };

/** At one report alone many things happen by chance. */
const REPORTS_IN_A_ROW = 2;

const ALARMS = {
  "inactive-units": {
    text: "Fewer than 3 in 10 dimensions of the codes still differ from sentence to sentence: the codes are collapsing",
    advice: "lower --regularizer-weight or lengthen --ramp-steps; with the regularizer kl raise --free-bits",
    met: ({ activeUnits }) => activeUnits !== null && activeUnits < FEWEST_ACTIVE,
  },
  "prior-mismatch": {
    text: "Codes of dev sentences do not fill the prior N(0, I): samples come from places that the decoder does not know",
    advice:
      "raise --moment-weight, give the discriminator more --discriminator-steps, or raise --regularizer-weight (lower it where the decoder ignores codes as well)",
    met: ({ settled, codeDivergence, latent }) =>
      settled && codeDivergence !== null && codeDivergence > MOST_DIVERGENCE * latent,
  },
  "repeated-samples": {
    text: "Many points of the prior are written as the same few sentences: the model has collapsed, or has not learnt enough yet",
    advice:
      "train longer, lower --regularizer-weight, or let the decoder learn what lies between codes by --latent-noise",
    met: ({ settled, samples }) =>
      settled && samples !== null && (samples.unique < FEWEST_UNIQUE || samples.mostFrequent > MOST_FREQUENT),
  },
  "saturated-discriminator": {
    text: "The discriminator tells codes from the prior almost without fail: it shows the encoder no way to the prior",
    advice:
      "use --instance-noise, --r1-weight or --discriminator-norm spectral, or lower --discriminator-learning-rate",
    met: ({ settled, discriminator }) => settled && discriminator !== null && discriminator < LEAST_DISCRIMINATOR,
  },
  "ignored-codes": {
    text: "Dev sentences are hardly worse reconstructed from the codes of other sentences: the decoder ignores its code",
    advice: "lower --regularizer-weight or lengthen --warmup-steps; with the regularizer kl raise --free-bits",
    met: ({ settled, codeGap, devReconstruction }) =>
      settled && codeGap !== null && codeGap < LEAST_GAP * devReconstruction,
  },
  divergence: {
    text: "Training sentences are reconstructed far worse than they have been",
    advice: "begin again with a lower --learning-rate or --gradient-clip",
    met: ({ reconstruction, lowest }) =>
      lowest !== null && reconstruction > lowest + Math.max(MOST_RISE.nats, MOST_RISE.share * lowest),
  },
} satisfies Record<string, Alarm>;

export type AlarmName = keyof typeof ALARMS;

export const ALARM_NAMES = Object.keys(ALARMS) as readonly AlarmName[];

/** An alarm that begins or ends. */
export interface AlarmChange {
  readonly name: AlarmName;
  readonly state: "started" | "cleared";
  readonly text: string;
  readonly advice: string;
}

/** At how many reports in a row each alarm was met; one that was not met at the last report is absent. */
export type Streaks = Readonly<Partial<Record<string, number>>>;

export interface AlarmReport {
  readonly streaks: Record<string, number>;
  /** Those that are on after this report. */
  readonly active: readonly AlarmName[];
  readonly changes: readonly AlarmChange[];
}

/** Holds a report's figures against all alarms. One is on when it is met at two reports in a row, until a report does not meet it. */
export function checkAlarms(before: Streaks, figures: AlarmFigures): AlarmReport {
  const met = ALARM_NAMES.filter((name) => ALARMS[name].met(figures));
  const streaks = Object.fromEntries(met.map((name): [string, number] => [name, (before[name] ?? 0) + 1]));
  const isOn = (of: Streaks, name: AlarmName): boolean => (of[name] ?? 0) >= REPORTS_IN_A_ROW;
  const changed = ALARM_NAMES.filter((name) => isOn(before, name) !== isOn(streaks, name));
  return {
    streaks,
    active: ALARM_NAMES.filter((name) => isOn(streaks, name)),
    changes: changed.map((name) => ({
      name,
      state: isOn(streaks, name) ? "started" : "cleared",
      ...describeAlarm(name),
    })),
  };
}

export function describeAlarm(name: AlarmName): { text: string; advice: string } {
  const { text, advice } = ALARMS[name];
  return { text, advice };
}
