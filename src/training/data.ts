// The texts of a run: reads the corpora, makes or restores the tokenizer, and holds out dev sentences where no dev file is given.
import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import type { Config } from "../model/config.ts";
import { RandomStream } from "../random.ts";
import { CorpusBuilder, type EncodedCorpus, encodeCorpus } from "../text/encoded-corpus.ts";
import { hasColumns } from "../text/formats.ts";
import { ANY_LABEL, Labels } from "../text/labels.ts";
import { ReadReport } from "../text/read-report.ts";
import { readTexts, type TextRecord } from "../text/readers.ts";
import { isWithoutSpaces } from "../text/spacing.ts";
import type { SchemeKind } from "../text/token-scheme.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { countTokens, createTokenizer, loadTokenizer } from "../text/tokenizers.ts";

export interface TrainingData {
  readonly tokenizer: Tokenizer;
  readonly train: EncodedCorpus;
  readonly dev: EncodedCorpus;
  /** Of the training sentences, in order of first appearance; none where the model is not conditional. */
  readonly labels: Labels;
  /** SHA-256 over all training and dev sentences, and the labels that are learnt from: a run is resumed on the same ones only. */
  readonly fingerprint: string;
}

/** Dev sentences that are held out, at most: enough for a steady figure, few enough to be judged at every report. */
const MAX_HELD_OUT = 2_000;
/** And at least, but for a corpus of which they are more than a tenth: one sentence judges nothing. */
const LEAST_HELD_OUT = 32;

/** Labelled sentences from which on labels must be shared: of so few, many may well have one of their own. */
const LEAST_JUDGED = 20;
/** Labels a labelled sentence above which they are no classes. */
const MOST_LABELS = 0.5;
const LABEL_TOLD = 40;

type DataSettings = Pick<
  Config,
  | "corpora"
  | "dev"
  | "devShare"
  | "labelColumn"
  | "conditional"
  | "tokenizer"
  | "vocabulary"
  | "minimumCount"
  | "maxLength"
  | "seed"
>;

export interface DataOptions {
  /** The tokenizer of a run that goes on. */
  readonly tokenizer?: Tokenizer;
  /** The folder of a run that goes on: what it was begun on must come from standard input again, where that was part of it. */
  readonly resumed?: string | undefined;
  readonly stdin?: NodeJS.ReadableStream | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives what was left out, a sentence a kind, and what was chosen. */
  readonly log?: (line: string) => void;
}

/**
 * @throws InputError when a corpus cannot be read, no sentence is left, or labels are wanted and there are none; and when standard input has
 * nothing for a run that was begun on it
 */
export async function loadData(
  settings: DataSettings,
  { tokenizer, resumed, stdin, signal, log }: DataOptions = {},
): Promise<TrainingData> {
  const { corpora, dev: devPath, maxLength } = settings;
  if (corpora.length === 0) throw new InputError("No corpus is given: expected at least one file of texts.");
  checkCorpora(settings);
  const files = [...corpora, ...(devPath === null ? [] : [devPath])];
  const reports = new Map(files.map((path) => [path, new ReadReport()]));
  const records = files.includes("-") ? await spooled(reports.get("-"), { resumed, stdin, signal }) : undefined;
  const read = (path: string, report?: ReadReport): AsyncIterable<TextRecord> | Iterable<TextRecord> => {
    if (path === "-" && records) return records;
    const columns = settings.labelColumn === null ? {} : { labelColumn: settings.labelColumn };
    return readTexts(path, { ...columns, ...(report && { report }) });
  };
  const texts = async function* (): AsyncGenerator<string> {
    for (const path of corpora)
      for await (const { text } of read(path)) {
        signal?.throwIfAborted();
        yield text;
      }
  };
  const used = tokenizer ?? (await makeTokenizer(settings, texts, log));
  const encodeFile = (path: string): Promise<EncodedCorpus> => {
    const report = reports.get(path) ?? new ReadReport();
    const stoppable = async function* (): AsyncGenerator<TextRecord> {
      for await (const record of read(path, report)) {
        signal?.throwIfAborted();
        yield record;
      }
    };
    return encodeCorpus(stoppable(), used, { maxLength, report });
  };
  const parts: EncodedCorpus[] = [];
  for (const path of corpora) parts.push(await encodeFile(path));
  const all = parts.length === 1 ? (parts[0] as EncodedCorpus) : joined(parts, used.vocabulary.size);
  checkClasses(all, settings);
  const given = devPath === null ? undefined : await encodeFile(devPath);
  for (const [path, report] of reports) for (const line of report.summary()) log?.(`${path}: ${line}`);
  const { train, dev } = given ? { train: all, dev: given } : heldOut(all, settings, used.vocabulary.size);
  if (train.size === 0) {
    throw new InputError(
      `No sentence of ${corpora.join(", ")} can be used: expected texts of 1 to ${maxLength} tokens.`,
    );
  }
  if (dev.size === 0)
    throw new InputError(
      `No dev sentence can be used${devPath === null ? ": the corpus is too small" : ` in ${devPath}`}.`,
    );
  const labels = settleLabels(settings, { train, dev }, log);
  return { tokenizer: used, train, dev, labels, fingerprint: fingerprintOf([train, dev], settings.conditional) };
}

/** @throws InputError when standard input is named twice, or a label column where no corpus has columns */
function checkCorpora({ corpora, labelColumn }: DataSettings): void {
  if (corpora.filter((path) => path === "-").length > 1) {
    throw new InputError("Standard input is named twice among the corpora: expected it once, as it can be read once.");
  }
  if (labelColumn !== null && !corpora.some(hasColumns)) {
    throw new InputError(
      `The label column is ${labelColumn}, but ${corpora.join(", ")} ${corpora.length === 1 ? "has" : "have"} no columns: expected a .tsv or .csv file among the corpora. JSON lines have labels under the key "label".`,
    );
  }
}

async function makeTokenizer(
  settings: DataSettings,
  texts: () => AsyncIterable<string>,
  log: DataOptions["log"],
): Promise<Tokenizer> {
  const { vocabulary, minimumCount } = settings;
  const kind = settings.tokenizer === "auto" ? await chosenKind(texts(), log) : settings.tokenizer;
  if (kind !== "word" && kind !== "whitespace" && kind !== "char") return loadTokenizer(kind);
  const counts = await countTokens(kind, texts());
  return createTokenizer(kind, counts, { vocabularySize: vocabulary, minimumCount });
}

async function chosenKind(texts: AsyncIterable<string>, log: DataOptions["log"]): Promise<SchemeKind> {
  if (!(await isWithoutSpaces(texts))) return "word";
  log?.("The text is written without spaces: read by characters (--tokenizer char).");
  return "char";
}

/** Standard input can be read once and is needed several times. */
async function spooled(
  report = new ReadReport(),
  { resumed, stdin = process.stdin, signal }: Pick<DataOptions, "resumed" | "stdin" | "signal"> = {},
): Promise<TextRecord[]> {
  const records: TextRecord[] = [];
  // At a terminal a run that goes on would wait for its whole corpus to be typed.
  if (resumed === undefined || !("isTTY" in stdin && stdin.isTTY)) {
    for await (const record of readTexts("-", { report, stdin })) {
      signal?.throwIfAborted();
      records.push(record);
    }
  }
  if (resumed === undefined || records.length > 0) return records;
  throw new InputError(
    `${resumed} was begun on standard input, from which no text comes now: expected the same text to be piped in again, as by "latentext train --out ${resumed} --resume < FILE".`,
  );
}

function joined(parts: readonly EncodedCorpus[], vocabularySize: number): EncodedCorpus {
  const builder = new CorpusBuilder(vocabularySize);
  for (const part of parts) for (let i = 0; i < part.size; i++) builder.add(part.sentence(i), part.label(i));
  return builder.finish();
}

/** Splits a corpus by a seeded choice of dev sentences; both keep the order of the file. */
function heldOut(
  all: EncodedCorpus,
  { devShare, seed }: Pick<Config, "devShare" | "seed">,
  vocabularySize: number,
): { train: EncodedCorpus; dev: EncodedCorpus } {
  const least = Math.max(1, Math.min(LEAST_HELD_OUT, Math.round(all.size / 10)));
  const count = Math.min(MAX_HELD_OUT, Math.max(least, Math.round(all.size * devShare)));
  const order = RandomStream.named(seed, "held-out").shuffle(Uint32Array.from({ length: all.size }, (_, i) => i));
  const chosen = new Set(order.subarray(0, all.size > 1 ? count : 0));
  const train = new CorpusBuilder(vocabularySize);
  const dev = new CorpusBuilder(vocabularySize);
  for (let i = 0; i < all.size; i++) (chosen.has(i) ? dev : train).add(all.sentence(i), all.label(i));
  return { train: train.finish(), dev: dev.finish() };
}

/** The labels to learn from; says what becomes of them. @throws InputError when labels are wanted and there are not two */
function settleLabels(
  { conditional, corpora }: DataSettings,
  { train, dev }: Pick<TrainingData, "train" | "dev">,
  log: (line: string) => void = () => {},
): Labels {
  const found = train.labels.length;
  if (!conditional) {
    if (found > 0)
      log(
        `The corpus has ${counted(found, "label")}, which ${found === 1 ? "is" : "are"} not learnt from: --conditional would.`,
      );
    return new Labels([]);
  }
  if (found < 2) {
    const what = found === 0 ? "no label was" : `only the label ${JSON.stringify(train.labels[0])} was`;
    throw new InputError(
      `A conditional model learns from labels, but ${what} read from ${corpora.join(", ")}: expected two labels or more, in a column that --label-column names, in one headed "label", or under the key "label" of .jsonl.`,
    );
  }
  const labels = new Labels(train.labels);
  let without = 0;
  for (let i = 0; i < train.size; i++) if (train.label(i) === undefined) without++;
  log(`${counted(found, "label")} to learn from${without > 0 ? `; ${counted(without, "sentence")} without` : ""}.`);
  let unknown = 0;
  for (let i = 0; i < dev.size; i++)
    if (dev.label(i) !== undefined && labels.numberOf(dev.label(i)) === ANY_LABEL) unknown++;
  if (unknown > 0)
    log(`${counted(unknown, "dev sentence")} with a label that no training sentence has: judged as if without one.`);
  return labels;
}

/** @throws InputError when the labels that are to be learnt from are nearly as many as the sentences: a column of texts, or of numbers */
function checkClasses(all: EncodedCorpus, { conditional, corpora, labelColumn }: DataSettings): void {
  if (!conditional) return;
  const found = all.labels.length;
  let labelled = 0;
  for (let i = 0; i < all.size; i++) if (all.label(i) !== undefined) labelled++;
  if (labelled < LEAST_JUDGED || found <= MOST_LABELS * labelled) return;
  const where = `${labelColumn === null ? "" : `Column ${labelColumn} of `}${corpora.join(", ")}`;
  const example = JSON.stringify(shortened(all.labels[0] ?? ""));
  throw new InputError(
    `${where} gives ${counted(found, "different label")} to ${counted(labelled, "sentence")}, such as ${example}: expected few classes, each of many sentences, in the column that --label-column names.`,
  );
}

function shortened(label: string): string {
  return label.length > LABEL_TOLD ? `${label.slice(0, LABEL_TOLD)}…` : label;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

function fingerprintOf(corpora: readonly EncodedCorpus[], labelled: boolean): string {
  const hash = createHash("sha256");
  for (const corpus of corpora) {
    hash.update(Uint32Array.of(corpus.size, corpus.tokens));
    for (let i = 0; i < corpus.size; i++) {
      hash.update(corpus.sentence(i)).update("\n");
      if (labelled) hash.update(`${corpus.label(i) ?? ""}\n`);
    }
  }
  return hash.digest("hex");
}
