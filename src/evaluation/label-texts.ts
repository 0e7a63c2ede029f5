// The real texts that samples of one label stand beside: those of the same label, where there are enough of them.
import type { EvaluationContext } from "./context.ts";
import { type Lines, selectLines } from "./lines.ts";
import { LEAST_TEXTS, type Source, type Sources } from "./sources.ts";

export interface ComparedTexts extends Sources {
  /** Files of which texts of the label alone are taken. */
  readonly ofLabel: readonly string[];
}

/**
 * The texts that generated ones are held against. Where these are written with a label, texts of other labels would be told from them by
 * their label alone. The test text decides: where it has too few texts of the label, all others stay whole too.
 */
export function comparedTexts({
  test,
  train,
  dev,
  write: { label },
  count,
  note,
}: Pick<EvaluationContext, keyof Sources | "write" | "count" | "note">): ComparedTexts {
  if (label === undefined) return { test, train, dev, ofLabel: [] };
  const name = JSON.stringify(label);
  const tested = withLabel(test, label);
  const different = differentTexts(tested.lines);
  if (different < LEAST_TEXTS) {
    note(
      `The test text has ${different} different texts with the label ${name}, expected at least ${LEAST_TEXTS}: samples of that label are held against real text of all labels, and their label alone tells them from it.`,
    );
    return { test, train, dev, ofLabel: [] };
  }
  const learnt = train && withLabel(train, label);
  const enough = learnt && differentTexts(learnt.lines) >= LEAST_TEXTS;
  if (learnt && !enough) {
    note(
      `The training text has ${differentTexts(learnt.lines)} different texts with the label ${name}, expected at least ${LEAST_TEXTS}: n-grams and copies are of all labels, and the test text of that label alone.`,
    );
  }
  const held = dev && withLabel(dev, label);
  return {
    test: tested,
    train: enough ? learnt : train,
    // Fewer are of no use beside samples.
    dev: held && held.lines.texts.length >= count ? held : undefined,
    ofLabel: [...test.files, ...(enough ? learnt.files : [])],
  };
}

function withLabel({ files, lines }: Source, label: string): Source {
  const places = lines.labels.flatMap((own, i) => (own === label ? [i] : []));
  return { files, lines: selectLines(lines, places) };
}

function differentTexts({ keys }: Lines): number {
  return new Set(keys).size;
}
