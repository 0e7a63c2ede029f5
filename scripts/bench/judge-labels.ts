// Judges labels of generated text by natural's Bayes classifier: `tsx scripts/bench/judge-labels.ts TRAIN REAL GENERATED`, tables of label and
// text. It is a judge that shares nothing with the one of `evaluate`; its time grows with the square of its texts, so it learns from some.
import { createRequire } from "node:module";
import type { BayesClassifier as Classifier } from "natural/lib/natural/classifiers/index.js";
import { InputError } from "../../src/errors.ts";
import { type Report, readWholeLines, runReport } from "./file-report.ts";

// By sub-path: the root of natural loads database drivers and prints to stdout.
const { BayesClassifier } = createRequire(import.meta.url)("natural/lib/natural/classifiers/index.js") as {
  BayesClassifier: new () => Classifier;
};

/** Texts that the classifier learns from, spread evenly over the file: a minute's work. */
const MOST_LEARNT = 5_000;

interface Row {
  readonly label: string;
  readonly text: string;
}

runReport(
  "judge-labels.ts TRAIN.tsv REAL.tsv GENERATED.tsv [--json]",
  3,
  ([train = "", real = "", generated = ""]): Report => {
    const rows = rowsOf(train);
    const count = Math.min(MOST_LEARNT, rows.length);
    const classifier = new BayesClassifier();
    for (let i = 0; i < count; i++) {
      const { label, text } = rows[Math.floor((i * rows.length) / count)] as Row;
      classifier.addDocument(text, label);
    }
    classifier.train();
    const accuracy = (path: string): number => {
      const judged = rowsOf(path);
      return judged.filter(({ label, text }) => classifier.classify(text) === label).length / judged.length;
    };
    const [realAccuracy, generatedAccuracy] = [accuracy(real), accuracy(generated)];
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    return {
      values: { learnt: count, real: realAccuracy, generated: generatedAccuracy },
      rows: [
        ["texts learnt from", String(count)],
        ["labels of real text", percent(realAccuracy)],
        ["labels of generated text", percent(generatedAccuracy)],
      ],
    };
  },
);

function rowsOf(path: string): Row[] {
  return readWholeLines(path).map((line, i) => {
    const [label, text] = line.split("\t");
    if (!label || text === undefined)
      throw new InputError(`${path}, line ${i + 1} is no label and text with a tab between them; expected both.`);
    return { label, text };
  });
}
