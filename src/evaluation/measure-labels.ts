// The part of an evaluation that is about labels: whether generated and transferred texts have theirs, and whether codes are free of them.
import type { EncodedLines, EvaluationContext } from "./context.ts";
import { type Accuracy, LabelJudge } from "./label-judge.ts";
import { type LabelProbe, labelProbe } from "./label-probe.ts";
import { type Lines, selectLines } from "./lines.ts";
import { reconstructions } from "./reconstruction.ts";
import { describeDecoding } from "./report/decoding.ts";
import { drawSamples } from "./trade-off.ts";

/** Of one label, or of all together; accuracies are those of the judge, null where there are no such texts. */
export interface LabelAccuracies {
  /** Null: all of them. */
  readonly label: string | null;
  /** Texts written from draws of the prior with the label. */
  readonly generated: Accuracy | null;
  /** Test texts of other labels, written again with this one. */
  readonly transferred: Accuracy | null;
  /** Test texts that have the label: how far the judge is to be trusted. */
  readonly real: Accuracy | null;
}

export interface LabelFigures {
  readonly seed: number;
  readonly decoding: string;
  /** Real training texts that the judge learnt from; 0 without training text, and there are no accuracies then. */
  readonly learnt: number;
  /** All together first, then label by label. */
  readonly accuracies: readonly LabelAccuracies[];
  readonly probe: LabelProbe | null;
}

/** Texts that are written for each label, and test texts that are written again with it, at most. */
const TEXTS_A_LABEL = 1_000;
/** Labels that are looked at, at most: the most frequent of the training text. */
const MOST_LABELS = 20;

/** Null where the model is not conditional, or the test text has none of its labels. Transferred texts are written greedily. */
export async function measureLabels(
  context: EvaluationContext,
  { lines, codes }: EncodedLines,
): Promise<LabelFigures | null> {
  const { model, train, count, seed, write, stages, note, signal } = context;
  const tested = lines.labels.map((label) => (label !== undefined && model.info.labels.includes(label) ? label : null));
  const labelled = placesWhere(tested, (label) => label !== null);
  if (model.info.labels.length === 0) return null;
  if (labelled.length === 0) {
    note("The test text has no label that the model knows: nothing is said of labels. Expected --label-column N.");
    return null;
  }
  const probe = await stages.run("look for labels in codes", () =>
    labelProbe(
      labelled.map((i) => codes[i] as Float32Array),
      labelled.map((i) => tested[i] as string),
      { seed },
    ),
  );
  const common = { seed, decoding: describeDecoding({ ...write, label: undefined }), probe };
  const labels = mostFrequent(train?.lines.labels ?? [], model.info.labels);
  if (labels.length < 2 || !train) {
    if (train) note("The training text has no labels: no judge of labels can learn from it.");
    return { ...common, learnt: 0, accuracies: [] };
  }
  if (labels.length < model.info.labels.length)
    note(`Of ${model.info.labels.length} labels, the ${labels.length} most frequent are looked at.`);
  const judge = await stages.run("learn the labels of the training text", () => {
    const ignored = model.tokenizer.vocabulary.special.unknown;
    return new LabelJudge(labels, train.lines.ids, train.lines.labels, { seed, ignored });
  });
  const parts = await stages.run("write with each label", async (told) => {
    const all: { label: string; generated: Lines; transferred: Lines; real: Lines }[] = [];
    for (const label of labels) {
      const others = placesWhere(tested, (other) => other !== null && other !== label).slice(0, TEXTS_A_LABEL);
      const sources = selectLines(lines, others);
      all.push({
        label,
        generated: await drawSamples(model, Math.min(count, TEXTS_A_LABEL), { ...write, label, signal }),
        transferred: await reconstructions(
          sources,
          others.map((i) => codes[i] as Float32Array),
          { model, write: { label }, signal },
        ),
        real: selectLines(
          lines,
          placesWhere(tested, (own) => own === label),
        ),
      });
      told(all.length, labels.length);
    }
    return all;
  });
  const accuraciesOf = (label: string | null, kind: "generated" | "transferred" | "real"): Accuracy | null => {
    const chosen = parts.filter((part) => label === null || part.label === label);
    const sentences = chosen.flatMap((part) => part[kind].ids);
    return judge.accuracy(
      sentences,
      chosen.flatMap((part) => part[kind].ids.map(() => part.label)),
    );
  };
  return {
    ...common,
    learnt: train.lines.labels.filter((label) => labels.includes(label ?? "")).length,
    accuracies: [null, ...labels].map((label) => ({
      label,
      generated: accuraciesOf(label, "generated"),
      transferred: accuraciesOf(label, "transferred"),
      real: accuraciesOf(label, "real"),
    })),
  };
}

function placesWhere<T>(items: readonly T[], fits: (item: T) => boolean): number[] {
  return items.flatMap((item, i) => (fits(item) ? [i] : []));
}

/** Those of `known` that occur, the most frequent first, {@link MOST_LABELS} at most. */
function mostFrequent(given: readonly (string | undefined)[], known: readonly string[]): string[] {
  const counts = new Map(known.map((label) => [label, 0]));
  for (const label of given) {
    const count = label === undefined ? undefined : counts.get(label);
    if (label !== undefined && count !== undefined) counts.set(label, count + 1);
  }
  const found = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return found.slice(0, MOST_LABELS).map(([label]) => label);
}
