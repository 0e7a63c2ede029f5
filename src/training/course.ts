// Where a run stands: everything beside the arrays that it needs to go on exactly, as it is kept in a checkpoint.
import { z } from "zod";
import { RunFolderError } from "../errors.ts";
import type { JsonValue } from "../run/json.ts";
import { SPLITS } from "./held-out.ts";

const courseSchema = z.strictObject({
  /** Steps done. */
  step: z.int().min(0),
  epoch: z.int().min(0),
  /** Batches done of the epoch. */
  batch: z.int().min(0),
  /** Target tokens learnt from, ends of sentences included, padding not. */
  tokens: z.int().min(0),
  /** Seconds of training, over all sittings. */
  seconds: z.number().min(0),
  /** The best dev reconstruction since λ is settled, in nats a token. */
  best: z.strictObject({ step: z.int(), reconstruction: z.number() }).nullable(),
  /** Reports since then. */
  stale: z.int().min(0),
  /** Gains of dev reconstruction since λ is settled; these two are absent from checkpoints of when rates were held whatever learning did. */
  standstill: z
    .strictObject({ reconstruction: z.number(), reports: z.int().min(0) })
    .nullable()
    .default(null),
  /** Where learning at held rates stood still, and rates began to fall. */
  stood: z
    .strictObject({ step: z.int().min(0), seconds: z.number().min(0) })
    .nullable()
    .default(null),
  /** The step whose weights the average took in last; absent from checkpoints of when those of every 20th step were the only ones. */
  averaged: z.int().min(0).nullable().default(null),
  /** The lowest training reconstruction of a report since λ is settled; absent from checkpoints of before there were alarms. */
  lowest: z.number().nullable().default(null),
  /** At how many reports in a row each alarm was met, up to the last report. */
  alarms: z.record(z.string(), z.int().min(1)).default({}),
  /** Sums since the last report. */
  sums: z.strictObject({
    steps: z.int().min(0),
    tokens: z.int().min(0),
    seconds: z.number().min(0),
    /** Of the reconstruction loss: nats, or squared distances where these are minimised. */
    nats: z.number(),
    adversarial: z.number(),
    discriminator: z.number(),
    /** Absent from checkpoints of the time when there was no such regularizer. */
    divergence: z.number().default(0),
    /** Absent from those of the time when there were no labels. */
    certainty: z.number().default(0),
    codeClassifier: z.number().default(0),
    gradientNorm: z.number(),
  }),
  /** Bytes of the journals. */
  journals: z.strictObject({ metrics: z.int().min(0), samples: z.int().min(0) }),
  /** Of the training sentences. */
  fingerprint: z.string(),
  /** What was held out where there is no dev file; absent from checkpoints of before copies of dev sentences left training. */
  split: z.enum(SPLITS).default("lines"),
  /** What decides the bits of a step beside the configuration. */
  machine: z.strictObject({ engine: z.string(), platform: z.string() }),
});

export type Course = z.infer<typeof courseSchema>;
export type Sums = Course["sums"];

export const NO_SUMS: Sums = {
  steps: 0,
  tokens: 0,
  seconds: 0,
  nats: 0,
  adversarial: 0,
  discriminator: 0,
  divergence: 0,
  certainty: 0,
  codeClassifier: 0,
  gradientNorm: 0,
};

/** The beginning of a run. */
export function newCourse(fingerprint: string, machine: Course["machine"]): Course {
  return {
    step: 0,
    epoch: 0,
    batch: 0,
    tokens: 0,
    seconds: 0,
    best: null,
    stale: 0,
    standstill: null,
    stood: null,
    averaged: null,
    lowest: null,
    alarms: {},
    sums: { ...NO_SUMS },
    journals: { metrics: 0, samples: 0 },
    fingerprint,
    split: "texts",
    machine,
  };
}

/** @throws RunFolderError when a checkpoint's state is not one of this version */
export function parseCourse(state: JsonValue): Course {
  const result = courseSchema.safeParse(state);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RunFolderError(`The checkpoint's state does not fit: ${issue?.path.join(".")}: ${issue?.message}.`);
}
