// Settings that suit the corpus, where a user left them open: what a number of steps means, or a number of dimensions, depends on it.
import type { Config } from "../model/config.ts";
import type { ConfigInput } from "../model/config-schema.ts";

/** Passes over the corpus that reconstruction is learnt alone, that λ then rises in, and from one report to the next, at most. */
const WARMUP_EPOCHS = 2;
const RAMP_EPOCHS = 4;
const REPORT_EPOCHS = 2;
/** A report costs as much as some steps do. */
const LEAST_REPORT_STEPS = 50;

/** Tokens of a mean text that the default number of dimensions holds; longer ones have more, in proportion, in steps of 16. */
const USUAL_TOKENS = 10;
const DIMENSION_STEP = 16;
const MOST_DIMENSIONS = 256;

/** A corpus of fewer sentences is learnt by heart before it is understood, and features are left out of what is read. */
const SMALL_CORPUS = 10_000;
const SMALL_CORPUS_DROPOUT = 0.3;
/**
 * How often it is read where nobody says how often, at rates that fall all the while: at held ones it is known by heart before they fall, and
 * more steps do not mend that. Steps and minutes are limits beside it.
 */
const SMALL_CORPUS_EPOCHS = 20;
/** So few sentences leave too few to judge by: who asks for a number of steps gets it. */
const TINY_CORPUS = 1_000;

/** What of a corpus decides. */
export interface CorpusSize {
  /** Training sentences. */
  readonly sentences: number;
  /** Their tokens, without ends. */
  readonly tokens: number;
}

/**
 * `given`, with what it leaves open as it suits a corpus of this size.
 *
 * The best weights are those of a report after λ has settled: in 1,500 steps a corpus of 5,000 sentences is read twenty times and learnt by
 * heart. And codes of 64 dimensions say at most 33 nats through noise of 0.6: a quatrain of 24 characters needs more.
 * @param config the settings that come of `given` alone
 */
export function suitedTo({ sentences, tokens }: CorpusSize, given: ConfigInput, config: Config): ConfigInput {
  const epoch = Math.ceil(sentences / config.batchSize);
  const { warmupSteps, rampSteps, reportSteps, cycles, latent } = config;
  const small = sentences < SMALL_CORPUS;
  const open = (given.epochs ?? null) === null && given.schedule === undefined;
  const falling = small && open && (sentences >= TINY_CORPUS || (given.maxSteps ?? given.maxMinutes ?? null) === null);
  const proportional = Math.round((latent * tokens) / sentences / USUAL_TOKENS / DIMENSION_STEP) * DIMENSION_STEP;
  return {
    ...given,
    latent: given.latent ?? Math.max(latent, Math.min(MOST_DIMENSIONS, proportional)),
    dropout: given.dropout ?? (small ? SMALL_CORPUS_DROPOUT : 0),
    ...(falling && { epochs: SMALL_CORPUS_EPOCHS, schedule: "linear" as const }),
    warmupSteps: given.warmupSteps ?? Math.min(warmupSteps, WARMUP_EPOCHS * epoch),
    rampSteps: given.rampSteps ?? Math.min(rampSteps, Math.ceil((RAMP_EPOCHS * epoch) / (2 * cycles - 1))),
    reportSteps: given.reportSteps ?? Math.max(LEAST_REPORT_STEPS, Math.min(reportSteps, REPORT_EPOCHS * epoch)),
  };
}
