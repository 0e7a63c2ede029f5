// Which texts of a corpus are held out as dev sentences, and how many dev sentences are learnt from all the same.
import type { Config } from "../model/config.ts";
import { RandomStream } from "../random.ts";
import { CorpusBuilder, type EncodedCorpus } from "../text/encoded-corpus.ts";
import { TextIndex } from "../text/text-index.ts";
import { MOST_JUDGED } from "./spread.ts";

/** What is held out: texts, with all their copies; or lines, of which other copies may be learnt from, as it was in older runs. */
export const SPLITS = ["texts", "lines"] as const;
export type Split = (typeof SPLITS)[number];

/** Dev sentences that are held out, at least, but for a corpus of which they are more than a tenth: one sentence judges nothing. */
const LEAST_HELD_OUT = 32;
/** A text that is a larger share of the corpus is learnt from: without it the corpus would be another one. */
const MOST_OF_CORPUS = 0.1;

export interface HeldOutOptions extends Pick<Config, "devShare" | "seed"> {
  /** Every id is below it. */
  readonly vocabularySize: number;
  readonly split?: Split;
}

export interface HeldOut {
  readonly train: EncodedCorpus;
  readonly dev: EncodedCorpus;
  /** Copies of dev sentences, which are neither learnt nor judged. */
  readonly leftOut: number;
}

/** Where a sentence goes. */
const PART = { train: 0, dev: 1, none: 2 } as const;

/**
 * Splits a corpus by a seeded choice of dev sentences; both parts keep the order of the file. Texts are the same whatever their labels.
 *
 * A text has the same chance to be held out however often it stands: else what is said most often would hardly ever be learnt. It is judged
 * once, as it stands first: else the one of most copies would decide the figure. Without copies, texts and lines give the same parts; where
 * most texts are too large a share of the corpus, lines are held out.
 */
export function heldOut(
  all: EncodedCorpus,
  { devShare, seed, vocabularySize, split = "texts" }: HeldOutOptions,
): HeldOut {
  const draw = { devShare, seed };
  const parts = (split === "texts" ? textParts(all, draw) : undefined) ?? lineParts(all.size, draw);
  const train = new CorpusBuilder(vocabularySize);
  const dev = new CorpusBuilder(vocabularySize);
  let leftOut = 0;
  for (const [i, part] of parts.entries()) {
    if (part === PART.none) leftOut++;
    else (part === PART.dev ? dev : train).add(all.sentence(i), all.label(i));
  }
  return { train: train.finish(), dev: dev.finish(), leftOut };
}

type Draw = Pick<HeldOutOptions, "devShare" | "seed">;

/** For each sentence its part; undefined where the corpus consists of the same few texts. */
function textParts(all: EncodedCorpus, draw: Draw): Uint8Array | undefined {
  const { firsts } = new TextIndex(all);
  const copies = new Uint32Array(all.size);
  for (const first of firsts) copies[first] = (copies[first] ?? 0) + 1;
  const texts = firsts.filter((first, i) => first === i);
  const most = Math.max(1, MOST_OF_CORPUS * all.size);
  const rare = texts.filter((first) => (copies[first] ?? 0) <= most);
  // To hold out the few odd lines among texts that come again and again would judge by these.
  if (2 * rare.length <= texts.length) return undefined;
  const chosen = drawn(rare, texts.length, draw);
  return Uint8Array.from(firsts, (first, i) => (!chosen.has(first) ? PART.train : first === i ? PART.dev : PART.none));
}

function lineParts(size: number, draw: Draw): Uint8Array {
  const lines = Uint32Array.from({ length: size }, (_, i) => i);
  const chosen = drawn(lines.slice(), size, draw);
  return Uint8Array.from(lines, (line) => (chosen.has(line) ? PART.dev : PART.train));
}

/** Dev sentences from among `candidates`, which are shuffled, as many as suit a corpus of `size`. */
function drawn(candidates: Uint32Array, size: number, { devShare, seed }: Draw): ReadonlySet<number> {
  const least = Math.max(1, Math.min(LEAST_HELD_OUT, Math.round(size / 10)));
  const count = Math.min(MOST_JUDGED, Math.max(least, Math.round(size * devShare)));
  const order = RandomStream.named(seed, "held-out").shuffle(candidates);
  return new Set(order.subarray(0, size > 1 ? count : 0));
}

/** The share of the dev sentences that stand in training as well. */
export function learntShare({ train, dev }: Pick<HeldOut, "train" | "dev">): number {
  // Of the dev sentences, which are few as a rule.
  const index = new TextIndex(dev);
  const learnt = new Set<number>();
  for (let i = 0; i < train.size; i++) {
    const found = index.find(train.sentence(i));
    if (found !== undefined) learnt.add(found);
  }
  let count = 0;
  for (const first of index.firsts) if (learnt.has(first)) count++;
  return count / dev.size;
}
