// The training loop, from top to bottom: take batches, run steps, add up, report, save, until there is a reason to stop.
import { setImmediate } from "node:timers/promises";
import type { FeedArrays } from "../engine/types.ts";
import { NonFiniteError } from "../errors.ts";
import { planEpoch } from "../text/batches.ts";
import type { StopReason, TrainResult } from "./events.ts";
import { report } from "./report.ts";
import { epochPlan, openSession, type Session, type TrainOptions } from "./session.ts";
import { stepFeedArrays } from "./step-feeds.ts";
import { AVERAGED_STEPS } from "./weight-average.ts";

export type { TrainOptions } from "./session.ts";

/** Steps are run several at a time, for about this long: the state is copied once a run, and signals are seen between two. */
const SECONDS_A_RUN = 3;
const MAX_STEPS_A_RUN = 24;

interface Batch {
  readonly feeds: FeedArrays;
  readonly sentences: number;
  /** Targets, ends of sentences included. */
  readonly tokens: number;
  readonly epoch: number;
  /** Place in its epoch, from 0. */
  readonly place: number;
}

/**
 * Trains a model into a run folder.
 * @returns once training has ended, for whatever reason; the folder then holds the best model and a checkpoint to go on from
 * @throws InputError, RunFolderError, EngineUnavailableError before training; NonFiniteError with the last good state saved
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { signal } = options;
  const session = await openSession(options);
  try {
    const { config, course } = session;
    const batches = upcoming(session);
    let stepsARun = 1;
    let saved = performance.now();
    let counted = saved;
    // Minutes are those of the clock: feeds, reports and checkpoints take their share of them.
    const countTime = (): void => {
      const now = performance.now();
      course.seconds += (now - counted) / 1_000;
      counted = now;
    };
    let stopped = reasonToStop(session, signal);
    if (isEnd(stopped) && course.sums.steps > 0) {
      // A signal stopped the run right after its last step: its last report is still to come.
      takeAverage(session);
      await report(session);
      await session.save();
    }
    while (stopped === undefined) {
      const wanted = Math.min(stepsARun, stepsToBoundary(session));
      const start = performance.now();
      const taken = Array.from({ length: wanted }, () => batches.next().value as Batch);
      const outputs = await session.program.run(taken.map(({ feeds }) => feeds));
      await checkFinite(session, taken, outputs);
      const seconds = (performance.now() - start) / 1_000;

      addUp(session, taken, outputs, seconds);
      if (course.step % AVERAGED_STEPS === 0) takeAverage(session);
      countTime();
      // Eager engines never give the event loop a turn, and a signal would wait for one.
      await setImmediate();
      tellProgress(session, taken, outputs, seconds);
      stepsARun = Math.max(1, Math.min(MAX_STEPS_A_RUN, Math.round((SECONDS_A_RUN * taken.length) / seconds)));

      stopped = reasonToStop(session, signal);
      if (course.step % config.reportSteps === 0 || (isEnd(stopped) && course.sums.steps > 0)) {
        takeAverage(session);
        await report(session);
        countTime();
        stopped ??= reasonToStop(session, signal);
      }
      const due = (performance.now() - saved) / 60_000 >= config.checkpointMinutes;
      if (course.step % config.checkpointSteps === 0 || due || stopped !== undefined) {
        await session.save();
        saved = performance.now();
        countTime();
      }
    }
    const { step, tokens, seconds, best } = course;
    const result = { folder: session.folder.path, stopped, step, tokens, seconds, best };
    session.on({ kind: "end", ...result });
    return result;
  } finally {
    await session.close();
  }
}

function takeAverage({ average, program, course }: Session): void {
  average?.add(program.state(), course.step);
}

/** The batches from where the run stands, without end. */
function* upcoming(session: Session): Generator<Batch, never> {
  const { config, course, data } = session;
  const lengths = data.train.lengths();
  let { step, batch: place } = course;
  for (let epoch = course.epoch; ; epoch++, place = 0) {
    const plan = planEpoch(lengths, epochPlan(config, epoch));
    for (; place < plan.length; place++, step++) {
      const indices = plan[place] as Uint32Array;
      const factor = session.rateFactor(step);
      const { labels, tokenizer, train } = data;
      const feeds = stepFeedArrays(config, tokenizer.vocabulary, train, indices, { step, factor, labels });
      yield { feeds, sentences: indices.length, tokens: targetsOf(feeds), epoch, place };
    }
  }
}

/** How many targets are learnt: of recombined sentences others than the corpus has. Padding has no weight. */
function targetsOf({ targetWeight }: FeedArrays): number {
  let targets = 0;
  for (const weight of targetWeight?.data ?? []) if (weight > 0) targets++;
  return targets;
}

/** Steps until something must happen between two of them. */
function stepsToBoundary({ config, course: { step }, lastStep, average }: Session): number {
  const intervals = [config.reportSteps, config.checkpointSteps, ...(average ? [AVERAGED_STEPS] : [])];
  const every = intervals.map((steps) => steps - (step % steps));
  return Math.min(...every, (lastStep ?? Number.POSITIVE_INFINITY) - step);
}

function reasonToStop({ config, course, lastStep }: Session, signal?: AbortSignal): StopReason | undefined {
  if (signal?.aborted) return "signal";
  if (lastStep !== null && course.step >= lastStep) return lastStep === config.maxSteps ? "max-steps" : "epochs";
  if (config.maxMinutes !== null && course.seconds >= config.maxMinutes * 60) return "max-minutes";
  if (course.stale >= config.patience) return "patience";
  return undefined;
}

/** Whether a run ended of itself, and does not wait to go on. */
function isEnd(stopped: StopReason | undefined): boolean {
  return stopped !== undefined && stopped !== "signal";
}

function addUp(
  { course }: Session,
  taken: readonly Batch[],
  outputs: Record<string, Float32Array>,
  seconds: number,
): void {
  const { sums } = course;
  taken.forEach((batch, i) => {
    sums.nats += (outputs.reconstruction?.[i] ?? 0) * batch.sentences;
    sums.adversarial += outputs.adversarial?.[i] ?? 0;
    sums.discriminator += outputs.discriminator?.[i] ?? 0;
    sums.divergence += outputs.divergence?.[i] ?? 0;
    sums.certainty += outputs.certainty?.[i] ?? 0;
    sums.codeClassifier += outputs.codeClassifier?.[i] ?? 0;
    sums.gradientNorm += outputs.gradientNorm?.[i] ?? 0;
    sums.tokens += batch.tokens;
    course.tokens += batch.tokens;
    course.epoch = batch.epoch;
    course.batch = batch.place + 1;
  });
  sums.steps += taken.length;
  sums.seconds += seconds;
  course.step += taken.length;
}

/**
 * A loss or gradient that is not finite ends the run. The steps before it are done again from the state before the call, which gives the
 * very state they gave, and that is saved.
 */
async function checkFinite(
  session: Session,
  taken: readonly Batch[],
  outputs: Record<string, Float32Array>,
): Promise<void> {
  const bad = taken.findIndex((_, i) => Object.values(outputs).some((series) => !Number.isFinite(series[i])));
  if (bad < 0) return;
  const { course, program } = session;
  program.undo();
  if (bad > 0) {
    const good = taken.slice(0, bad);
    addUp(session, good, await program.run(good.map(({ feeds }) => feeds)), 0);
  }
  await session.save();
  throw new NonFiniteError(
    `Step ${course.step + 1} gave a loss or gradient that is not a finite number. The state before it is saved. ` +
      `Begin again with a smaller --learning-rate (it is ${session.config.learningRate}) or a smaller gradientClip (it is ${session.config.gradientClip}).`,
  );
}

function tellProgress(
  session: Session,
  taken: readonly Batch[],
  outputs: Record<string, Float32Array>,
  seconds: number,
): void {
  const { config, course, lastStep, on } = session;
  const tokens = taken.reduce((total, batch) => total + batch.tokens, 0);
  const nats = taken.reduce((total, batch, i) => total + (outputs.reconstruction?.[i] ?? 0) * batch.sentences, 0);
  const shares = [
    lastStep === null ? 0 : course.step / lastStep,
    config.maxMinutes === null ? 0 : course.seconds / (config.maxMinutes * 60),
  ];
  const share = Math.min(1, Math.max(...shares));
  on({
    kind: "progress",
    step: course.step,
    steps: lastStep,
    epoch: course.epoch,
    loss: nats / tokens,
    unit: config.reconstruction === "cross-entropy" ? "nats" : "squared distance",
    tokensPerSecond: tokens / seconds,
    share: share > 0 ? share : null,
    secondsLeft: share > 0 ? course.seconds * (1 / share - 1) : null,
  });
}
