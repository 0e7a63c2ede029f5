// The figures as tables, for the terminal and for the page alike: each says how its figures were taken.
import type { ColumnName } from "../floors.ts";
import type { GenerationFigures } from "../generation.ts";
import type { InterpolationFigures } from "../interpolation.ts";
import type { FloorPath } from "../interpolation-floors.ts";
import type { Accuracy } from "../label-judge.ts";
import { priorLaw } from "../prior-law.ts";
import type { PriorFigures } from "../prior-match.ts";
import type { TradeOffFigures } from "../trade-off.ts";
import { describeForm, describeTerms } from "./decoding.ts";
import { fixed, NONE, percent, perplexity, significant, whole } from "./format.ts";
import type { Report } from "./report.ts";

export interface Table {
  readonly title: string;
  /** N, seed and how texts were written. */
  readonly settings: string;
  /** Whether the first column is the model's, and the others what it is held against. */
  readonly compares?: boolean;
  /** Of the columns behind the first. */
  readonly head: readonly string[];
  /** A label that begins with spaces says more of the row above. */
  readonly rows: readonly (readonly [label: string, ...cells: string[]])[];
  /** How to read it, for those who want to know. */
  readonly explanation: string;
}

export const COLUMN_TITLES: Readonly<Record<ColumnName, string>> = {
  model: "model",
  real: "real text",
  ngram: "n-grams",
  copy: "copies",
};

export function tables(report: Report): Table[] {
  return [
    reconstructionTable(report),
    generationTable(report),
    tradeOffTable(report),
    priorTable(report),
    neighbourhoodTable(report),
    interpolationTable(report),
    ...labelTables(report),
  ];
}

/** In one line: what figures of generated text depend on. */
export function samplingSettings({ settings }: Report): string {
  return `${whole(settings.samples)} samples, ${settings.decoding}, seed ${settings.seed}`;
}

function reconstructionTable({ reconstruction: figures }: Report): Table {
  return {
    title: "Reconstruction",
    settings: `${whole(figures.texts)} test texts, ${figures.decoding}, seed ${figures.seed}`,
    head: ["model"],
    rows: [
      ["BLEU-4", fixed(1)(figures.bleu4)],
      ["BLEU-4 of texts without unknown words", fixed(1)(figures.bleu4Known)],
      ["BLEU-4 against other texts", fixed(1)(figures.bleu4Shuffled)],
      ["exact", percent(figures.exact)],
      ["edit distance, tokens a text", fixed(2)(figures.editDistance)],
      ["edit distance, share of tokens", percent(figures.editShare)],
      ["unknown tokens", percent(figures.unknownShare)],
    ],
    explanation:
      "Each test text is encoded and written anew from its code alone. BLEU-4 counts shared runs of one to four tokens, 100 for the same text; an unknown word can never match. Against other texts is what the style of the corpus gives without any memory.",
  };
}

function generationTable(report: Report): Table {
  const { generation, settings } = report;
  const { columns } = generation;
  const row = (label: string, cell: (figures: GenerationFigures) => string): [string, ...string[]] => [
    label,
    ...columns.map(({ figures }) => cell(figures)),
  ];
  const order = settings.languageModel.order;
  return {
    title: "Generation",
    settings: `${samplingSettings(report)}${generation.ofLabel.length > 0 ? ", real text of that label alone" : ""}; perplexities by ${settings.languageModel.kind} ${order}-grams over ${whole(settings.languageModel.vocabulary)} known tokens, ends of texts included`,
    compares: true,
    head: columns.map(({ name }) => COLUMN_TITLES[name]),
    rows: [
      row("texts", ({ texts }) => whole(texts)),
      row("forward perplexity", ({ forwardPerplexity }) => perplexity(forwardPerplexity)),
      row("reverse perplexity", ({ reversePerplexity }) => perplexity(reversePerplexity)),
      row("two-sample accuracy", ({ twoSample }) => percent(twoSample?.accuracy ?? null)),
      row("  its interval of 95 %", ({ twoSample }) => (twoSample ? interval(twoSample) : NONE)),
      row(`Fréchet distance, ${generation.embeddingDimensions} dimensions`, ({ frechet }) => fixed(3)(frechet)),
      row(`self-BLEU-4 of ${whole(generation.selfBleuTexts)} texts`, ({ selfBleu4 }) => fixed(1)(selfBleu4)),
      ...([0, 1, 2] as const).map((n) =>
        row(`distinct-${n + 1} in ${whole(generation.distinctTokens)} tokens`, ({ distinct }) => percent(distinct[n])),
      ),
      row("unique texts", ({ unique }) => percent(unique)),
      row("most frequent text", ({ mostFrequent }) => percent(mostFrequent)),
      ...(settings.form
        ? [row(`of the form ${describeForm(settings.form)}`, ({ wellFormed }) => percent(wellFormed))]
        : []),
      row("copied from training text", ({ copied }) => percent(copied)),
      row("tokens a text", ({ meanLength }) => fixed(1)(meanLength)),
    ],
    explanation: generationExplanation(report),
  };
}

function generationExplanation({ settings, generation: { columns, realText, ofLabel } }: Report): string {
  const held = realText.join() !== (settings.train ?? settings.test).files.join();
  const parts = [
    "Forward perplexity: how surprising the texts are to n-grams of the training text; low for fluent texts, and for dull ones. Reverse: how surprising the test text is to n-grams of the texts; high where they lack variety or sense. Words that the model does not know, which it never writes, are passed over in both. Two-sample accuracy: how often a classifier of words tells them from test text; 50 % is ideal. Fréchet distance, in units of the variance of test text: how far their subjects and phrases lie from it.",
  ];
  const real = realText.join(", ");
  parts.push(
    held
      ? `Real text is from ${real}.`
      : `Real text is from ${real}, but that forward perplexity and copied share are those of the test text.`,
  );
  if (ofLabel.length > 0) {
    const files = new Intl.ListFormat("en-GB").format([...new Set(ofLabel)]);
    parts.push(`Of ${files}, texts with the label ${JSON.stringify(settings.write.label)} alone.`);
  }
  if (columns.some(({ name }) => name === "ngram")) {
    parts.push(
      "N-grams: samples of the very n-gram model that judges. Copies: lines of the training text, which little but the copied share gives away.",
    );
  }
  return parts.join(" ");
}

function interval({ interval: [low, high] }: Pick<Accuracy, "interval">): string {
  return `${percent(low).slice(0, -2)}–${percent(high)}`;
}

function tradeOffTable(report: Report): Table {
  const { points, floors, seed } = report.tradeOff;
  const terms = describeTerms(report.settings.write);
  const row = (label: string, figures: TradeOffFigures): [string, ...string[]] => [
    label,
    perplexity(figures.forwardPerplexity),
    perplexity(figures.reversePerplexity),
    percent(figures.unique),
    fixed(1)(figures.bleu4),
  ];
  return {
    title: "Trade-off over temperature",
    settings: `${whole(points[0]?.samples ?? 0)} samples and ${whole(points[0]?.reconstructed ?? 0)} reconstructed test texts each, seed ${seed}${terms && `, ${terms}`}`,
    head: ["forward", "reverse", "unique", "BLEU-4"],
    rows: [
      ...points.map((point) => row(point.choice, point)),
      ...floors.map((floor) => row(COLUMN_TITLES[floor.name], floor)),
    ],
    explanation: `The same codes at each temperature: perplexities of the samples, and BLEU-4 of reconstructions that are drawn alike. The last ${floors.length === 1 ? "row is a column" : "rows are columns"} of the table of generation; BLEU-4 is there that of other texts in the place of reconstructions, which is what style alone gives.`,
  };
}

function priorTable({ priorMatch }: Report): Table {
  const { kind, noise, model, prior, codes, compared, seed } = priorMatch;
  const dimensions = model.statistics.dimensions;
  const row = (label: string, cell: (figures: PriorFigures) => string): [string, ...string[]] => [
    label,
    cell(model),
    cell(prior),
  ];
  const spread = ({ minimum, maximum }: { minimum: number; maximum: number }): string =>
    `${minimum.toFixed(3)} to ${maximum.toFixed(3)}`;
  return {
    title: `Codes against the ${priorLaw(kind, dimensions).name}`,
    settings: `${whole(codes)} codes of test text${noise ? " with the noise that the decoder learnt from" : ""}, ${dimensions} dimensions, seed ${seed}; MMD over ${whole(compared)}`,
    compares: true,
    head: ["codes", "true draws"],
    rows: [
      row("mean of a dimension", ({ statistics }) => spread(statistics.mean)),
      row("variance of a dimension", ({ statistics }) => spread(statistics.variance)),
      row(
        `active units (variance > 0.01${noise ? " without noise" : ""})`,
        ({ activeUnits }) => `${activeUnits} of ${dimensions}`,
      ),
      row("units of variance 0.5 to 2", ({ wideUnits }) => `${wideUnits} of ${dimensions}`),
      row("Kolmogorov–Smirnov, largest", ({ kolmogorovSmirnov }) => fixed(4)(kolmogorovSmirnov.largest)),
      row(`  dimensions above ${model.kolmogorovSmirnov.critical.toFixed(4)}`, ({ kolmogorovSmirnov }) =>
        percent(kolmogorovSmirnov.rejected),
      ),
      row("MMD², inverse multiquadric", ({ discrepancy }) => significant(discrepancy)),
      row("sliced Wasserstein, squared", ({ slicedWasserstein }) => significant(slicedWasserstein)),
      row("KL of mean and covariance, nats", ({ gaussianDivergence }) => fixed(3)(gaussianDivergence)),
      row("correlation of dimensions, largest", ({ correlation }) => fixed(3)(correlation.largest)),
      row(
        `norm (√d is ${model.statistics.norm.expected.toFixed(3)})`,
        ({ statistics }) => `${statistics.norm.mean.toFixed(3)} ± ${statistics.norm.deviation.toFixed(3)}`,
      ),
    ],
    explanation:
      "Where codes of real text fill the prior, points drawn from it are points that the decoder has learnt. A dimension of true draws exceeds the critical value of Kolmogorov and Smirnov 5 times in 100.",
  };
}

function neighbourhoodTable({ neighbourhood: figures }: Report): Table {
  return {
    title: "Neighbourhoods",
    settings: `${whole(figures.queries)} of ${whole(figures.sentences)} different test texts, ${figures.nearest} neighbours; ${whole(figures.pairs)} pairs, seed ${figures.seed}`,
    compares: true,
    head: ["codes", "embeddings", "chance"],
    rows: [
      [
        `recall of the ${figures.nearest} nearest texts`,
        percent(figures.recall),
        percent(figures.embeddingRecall),
        percent(figures.chanceRecall),
      ],
      ["rank correlation with edit distance", fixed(3)(figures.editCorrelation), NONE, fixed(3)(0)],
      ["rank correlation with the angle of embeddings", fixed(3)(figures.embeddingCorrelation), NONE, fixed(3)(0)],
    ],
    explanation:
      "Do near codes mean near texts? Recall: of the nearest codes, those whose texts are among the nearest by edit distance. Embeddings are of word counts, and know nothing of the model.",
  };
}

const PATH_TITLES: Readonly<Record<FloorPath, string>> = { real: "real text", ngram: "n-grams", edits: "edits" };

function interpolationTable({ interpolation: figures, interpolationFloors: floors }: Report): Table {
  const row = (label: string, cell: (of: InterpolationFigures) => string): [string, ...string[]] => [
    label,
    ...[figures, ...floors.map((floor) => floor.figures)].map(cell),
  ];
  return {
    title: "Interpolation",
    settings: `${whole(figures.paths)} straight paths of ${figures.steps} texts between test texts, ${figures.decoding}, seed ${figures.seed}`,
    compares: true,
    head: ["model", ...floors.map(({ name }) => PATH_TITLES[name])],
    rows: [
      row("edit distance of a step", ({ stepDistance }) => percent(stepDistance)),
      row("  of the largest step of a path", ({ largestStep }) => percent(largestStep)),
      row("  from end to end", ({ endDistance }) => percent(endDistance)),
      row("steps that lead away from the start", ({ forward }) => percent(forward)),
      row("different texts of a path", ({ distinct }) => percent(distinct)),
      row("forward perplexity of the ends", ({ endPerplexity }) => perplexity(endPerplexity)),
      row("forward perplexity of the middles", ({ middlePerplexity }) => perplexity(middlePerplexity)),
    ],
    explanation:
      "Edit distances are shares of the longer text. A smooth path changes a little at each step; a text in the middle should read as well as the ends. The other columns go between the same ends: through unrelated test texts or n-gram samples, which are fluent and jump, and by the fewest edits that make one end of the other, done little by little in a random order: the most even way, with no regard to what it says. A good path is nearly as even as edits and as fluent as real text.",
  };
}

/** One table where there are figures of labels, else none. */
function labelTables({ labels }: Report): Table[] {
  if (!labels) return [];
  const { accuracies, probe, learnt, decoding, seed } = labels;
  const [all, ...each] = accuracies;
  const cells = (show: (of: Accuracy) => string, of = all): string[] =>
    [of?.generated, of?.transferred, of?.real].map((accuracy) => (accuracy ? show(accuracy) : NONE));
  const share = ({ accuracy }: Accuracy): string => percent(accuracy);
  const only = (cell: string): string[] => [cell, NONE, NONE];
  const judged: Table["rows"] = all
    ? [
        ["texts", ...cells((of) => whole(of.judged))],
        ["label accuracy", ...cells(share)],
        ["  its interval of 95 %", ...cells(interval)],
        ...each.map((of): [string, ...string[]] => [`  of ${JSON.stringify(of.label)}`, ...cells(share, of)]),
      ]
    : [];
  const read: Table["rows"] = probe
    ? [
        ["labels read from codes", ...only(percent(probe.accuracy))],
        ["  its interval of 95 %", ...only(interval(probe))],
        ["  naming the most frequent label", ...only(percent(probe.majority))],
      ]
    : [];
  return [
    {
      title: "Labels",
      settings: `generated ${decoding}, transferred greedy, seed ${seed}; ${learnt === 0 ? "no judge" : `a judge of ${whole(learnt)} training texts`}; ${probe ? `codes of ${whole(probe.judged)} test texts, by ${whole(probe.learnt)} others` : "no codes"}`,
      compares: true,
      head: ["generated", "transferred", "real text"],
      rows: [...judged, ...read],
      explanation:
        "Label accuracy: how often a classifier of words, which learnt from real training text, finds the label that a text was written with; for real text, the label that it has. Generated texts are written from the prior, transferred ones from the codes of test texts of other labels. Labels read from codes: how often a linear classifier finds a text's label in its code; where codes are free of labels, no more often than by naming the most frequent one.",
    },
  ];
}
