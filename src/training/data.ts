// The texts of a run: reads the corpora, makes or restores the tokenizer, and holds out dev sentences where no dev file is given.
import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import type { Config } from "../model/config.ts";
import { type Column, type ColumnOptions, type Columns, type KnownColumns, knownColumns } from "../text/columns.ts";
import { CorpusBuilder, type EncodedCorpus, encodeCorpus } from "../text/encoded-corpus.ts";
import { hasColumns, isTable } from "../text/formats.ts";
import { ANY_LABEL, Labels } from "../text/labels.ts";
import { ReadReport } from "../text/read-report.ts";
import { readTexts, type TextRecord } from "../text/readers.ts";
import { isWithoutSpaces } from "../text/spacing.ts";
import type { SchemeKind } from "../text/token-scheme.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { countTokens, createTokenizer, loadTokenizer } from "../text/tokenizers.ts";
import { type HeldOut, heldOut, learntShare, type Split } from "./held-out.ts";

export interface TrainingData {
  readonly tokenizer: Tokenizer;
  readonly train: EncodedCorpus;
  readonly dev: EncodedCorpus;
  /** Of the training sentences, in order of first appearance; none where the model is not conditional. */
  readonly labels: Labels;
  /** Of tables without a header: those of the first table that was read. */
  readonly columns: KnownColumns | null;
  /** SHA-256 over all training and dev sentences, and the labels that are learnt from: a run is resumed on the same ones only. */
  readonly fingerprint: string;
}

/** Dev sentences of which more are learnt from say little of new text. */
const MOST_LEARNT = 0.1;

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
  | "textColumn"
  | "labelColumn"
  | "columns"
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
  /** What a run that goes on has held out. */
  readonly split?: Split;
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
  { tokenizer, resumed, split = "texts", stdin, signal, log }: DataOptions = {},
): Promise<TrainingData> {
  const { corpora, dev: devPath, devShare, maxLength, seed } = settings;
  if (corpora.length === 0) throw new InputError("No corpus is given: expected at least one file of texts.");
  checkCorpora(settings);
  const files = [...corpora, ...(devPath === null ? [] : [devPath])];
  const reports = new Map(files.map((path) => [path, new ReadReport()]));
  const records = files.includes("-") ? await spooled(reports.get("-"), { resumed, stdin, signal }) : undefined;
  let { columns } = settings;
  const read = (path: string, report?: ReadReport): AsyncIterable<TextRecord> | Iterable<TextRecord> => {
    if (path === "-" && records) return records;
    const onColumns = (found: Columns, firstRow: readonly string[]): void => {
      columns ??= knownColumns(found);
      if (report) tellColumns(path, found, firstRow, log);
    };
    return readTexts(path, { ...columnsOf(settings, path), usual: { columns }, onColumns, ...(report && { report }) });
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
  const held = given
    ? { train: all, dev: given, leftOut: 0 }
    : heldOut(all, { devShare, seed, split, vocabularySize: used.vocabulary.size });
  const { train, dev } = held;
  if (train.size === 0) {
    throw new InputError(
      `No sentence of ${corpora.join(", ")} can be used: expected texts of 1 to ${maxLength} tokens.`,
    );
  }
  if (dev.size === 0)
    throw new InputError(
      `No dev sentence can be used${devPath === null ? ": the corpus is too small" : ` in ${devPath}`}.`,
    );
  tellDev(held, log);
  const labels = settleLabels(settings, held, log);
  return {
    tokenizer: used,
    train,
    dev,
    labels,
    columns,
    fingerprint: fingerprintOf([train, dev], settings.conditional),
  };
}

/** The columns that the settings ask for. Numbers say nothing of plain text, which is all text, nor of JSON lines. */
function columnsOf({ textColumn, labelColumn }: DataSettings, path: string): ColumnOptions {
  const given = (column: Column | null): Column | undefined => {
    const isMeant = typeof column === "number" ? hasColumns(path) : isTable(path);
    return column !== null && isMeant ? column : undefined;
  };
  return { textColumn: given(textColumn), labelColumn: given(labelColumn) };
}

/** Says what is read of a table: one of its last column, where another was meant, trains as well. */
function tellColumns(
  path: string,
  { count, text, label, header }: Columns,
  firstRow: readonly string[],
  log: DataOptions["log"],
): void {
  if (count === 1) return;
  const told = (column: number): string =>
    `column ${column + 1} (${JSON.stringify(shortened(firstRow[column] ?? ""))})`;
  const labels = label === undefined ? "labels in none" : `labels in ${told(label)}`;
  const otherwise = count > 2 ? " (--text-column and --label-column say otherwise)" : "";
  const first = header ? "its first row names them" : `its first row is one of them${otherwise}`;
  log?.(`${path}: texts in ${told(text)} of ${count}, ${labels}; ${first}.`);
}

/** @throws InputError when standard input is named twice or to judge by what is learnt, or a column where no corpus has columns */
function checkCorpora({ corpora, dev, labelColumn, textColumn }: DataSettings): void {
  if (corpora.filter((path) => path === "-").length > 1) {
    throw new InputError("Standard input is named twice among the corpora: expected it once, as it can be read once.");
  }
  if (dev === "-" && corpora.includes("-")) {
    throw new InputError(
      "Standard input is named as corpus and as dev file: expected it once, as it can be read once.",
    );
  }
  if (textColumn !== null && !corpora.some(typeof textColumn === "number" ? hasColumns : isTable)) {
    throw new InputError(
      `The text column is ${textColumn}, but ${corpora.join(", ")} ${corpora.length === 1 ? "has" : "have"} no columns: expected a .tsv or .csv file among the corpora.`,
    );
  }
  if (labelColumn !== null && !corpora.some(typeof labelColumn === "number" ? hasColumns : isTable)) {
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

/** Says what holding dev sentences out cost, and where many are learnt from all the same. */
function tellDev({ train, dev, leftOut }: HeldOut, log: DataOptions["log"]): void {
  if (leftOut > 0) {
    const copies = leftOut === 1 ? "is a copy" : "are copies";
    log?.(`${counted(leftOut, "sentence")} ${copies} of dev sentences, and left out of training.`);
  }
  const learnt = learntShare({ train, dev });
  if (learnt > MOST_LEARNT) {
    log?.(
      `Of the dev sentences, ${(100 * learnt).toFixed(1)} % stand in training as well: dev reconstruction measures memory of them, and says less of new text.`,
    );
  }
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
