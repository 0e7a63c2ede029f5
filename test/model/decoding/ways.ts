// Each way of decoding, on a decoder of noise.
import { beamSearch } from "../../../src/model/decoding/beam.ts";
import { closingTasks } from "../../../src/model/decoding/closing.ts";
import { Constraint } from "../../../src/model/decoding/constraint.ts";
import type { Decoded, Decoder } from "../../../src/model/decoding/decoder.ts";
import type { Requirement } from "../../../src/model/decoding/phrases.ts";
import { placed } from "../../../src/model/decoding/placing.ts";
import { SharedBatch, type SharedDecodeOptions } from "../../../src/model/decoding/shared-batch.ts";
import { batchTasks, beamTasks, type TaskWriter, writtenInBlocks } from "../../../src/model/decoding/tasks.ts";
import { type Choice, constrainedRule, greedyChoice, samplingChoice } from "../../../src/model/decoding/token-rules.ts";
import { all, codesOf, END, scoringDecoder } from "./scoring-decoder.ts";

export const VOCABULARY = 12;
export const WAYS = ["greedy", "sample", "cold sample", "beam"] as const;
export type Way = (typeof WAYS)[number];

const BEAM = { beam: 3, lengthPenalty: 1 };

export interface WaysOptions {
  readonly decoder?: Decoder;
  readonly labelOf?: (index: number) => number;
  readonly signal?: AbortSignal;
}

/** Texts under a constraint. */
export function written(
  way: Way,
  constraint: Constraint,
  maxLength: number,
  codes: readonly number[],
  options: WaysOptions = {},
): Promise<Decoded[]> {
  return all(eachWritten(way, constraint, maxLength, codesOf(...codes), options));
}

/** Texts with what is required where it suits best. */
export function writtenWith(
  way: Way,
  constraint: Constraint,
  maxLength: number,
  codes: readonly number[],
  { decoder = scoringDecoder(VOCABULARY), ...options }: WaysOptions = {},
): Promise<Decoded[]> {
  const relaxed = constraint.relaxed ?? new Constraint([]);
  const { reading, writeOnce, closing } = writers(way, decoder, { ...options, maxLength });
  const writeTasks = relaxed.fullClauses ? closing : writeOnce;
  return all(
    placed(codesOf(...codes), {
      constraint,
      requirement: constraint.requirement as Requirement,
      freely: (open) =>
        relaxed.fullClauses
          ? writtenInBlocks(open, { constraint: relaxed, writeTasks, latent: decoder.latent })
          : eachWritten(way, relaxed, maxLength, open, { ...options, decoder }),
      writeTasks,
      ...reading,
    }),
  );
}

/** Texts whose clauses close where it suits best. */
export function writtenClosing(
  way: Way,
  constraint: Constraint,
  maxLength: number,
  codes: readonly number[],
  { decoder = scoringDecoder(VOCABULARY), ...options }: WaysOptions = {},
): Promise<Decoded[]> {
  const { closing: writeTasks } = writers(way, decoder, { ...options, maxLength });
  return all(writtenInBlocks(codesOf(...codes), { constraint, writeTasks, latent: decoder.latent }));
}

/** What writes tasks once, and such that their clauses close where it suits best; and what both read texts by. */
function writers(way: Way, decoder: Decoder, batchOptions: Omit<SharedDecodeOptions, "rule">) {
  const batch = new SharedBatch(decoder);
  const reading = { batch, batchOptions, end: END };
  const writeOnce = tasksOf(way, decoder, batch, batchOptions);
  return { reading, writeOnce, closing: closingTasks({ writeTasks: writeOnce, ...reading }) };
}

function tasksOf(
  way: Way,
  decoder: Decoder,
  batch: SharedBatch,
  batchOptions: Omit<SharedDecodeOptions, "rule">,
): TaskWriter {
  if (way === "beam") return beamTasks(decoder, { ...BEAM, ...batchOptions });
  return batchTasks(batch, (index) => choiceOf(way, index), batchOptions);
}

function eachWritten(
  way: Way,
  constraint: Constraint,
  maxLength: number,
  codes: Iterable<Float32Array>,
  { decoder = scoringDecoder(VOCABULARY), ...options }: WaysOptions,
): AsyncGenerator<Decoded> {
  const constraintOf = (): Constraint => constraint;
  if (way === "beam") return beamSearch(decoder, codes, { ...BEAM, ...options, maxLength, constraintOf });
  const rule = constrainedRule({ choiceOf: (index) => choiceOf(way, index), constraintOf });
  return new SharedBatch(decoder).decode(codes, { ...options, maxLength, rule });
}

function choiceOf(way: Exclude<Way, "beam">, index: number): Choice {
  if (way === "greedy") return greedyChoice;
  const temperature = way === "sample" ? 1.3 : 0.001;
  const limits = { topK: 5, topP: 0.9, maxLength: 1, unknown: false };
  return samplingChoice({ kind: "sample", temperature, ...limits, seed: 3, first: 0, constraint: undefined }, index);
}
