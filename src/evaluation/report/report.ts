// What an evaluation finds out: the figures, each with how they were taken. This is what report.json holds.
import type { SampleOptions } from "../../latent/model.ts";
import type { VerseForm } from "../../latent/wishes.ts";
import type { RegularizerKind } from "../../model/config-schema.ts";
import type { JsonObject } from "../../run/json.ts";
import type { Column } from "../floors.ts";
import type { InterpolationFigures, TextPath } from "../interpolation.ts";
import type { InterpolationFloor } from "../interpolation-floors.ts";
import type { LabelFigures } from "../measure-labels.ts";
import type { Neighbourhood } from "../neighbourhood.ts";
import type { PriorMatch } from "../prior-match.ts";
import type { ReconstructionFigures } from "../reconstruction.ts";
import type { TradeOffFloor, TradeOffPoint } from "../trade-off.ts";

/** Texts of a file that figures are taken from. */
export interface SourceSummary {
  readonly files: readonly string[];
  /** Texts that could be used. */
  readonly texts: number;
}

export interface ReportSettings {
  readonly samples: number;
  readonly seed: number;
  /** In words, and as options. */
  readonly decoding: string;
  readonly write: SampleOptions;
  /** The form of verse that texts are looked at for. */
  readonly form: VerseForm | null;
  readonly maxLength: number;
  readonly tokenizer: string;
  readonly vocabulary: number;
  readonly test: SourceSummary;
  /** None where training text was neither given nor found. */
  readonly train: SourceSummary | null;
  /** Of all perplexities. */
  readonly languageModel: {
    readonly kind: string;
    readonly order: number;
    /** Tokens that are predicted, the sentence's end included and the unknown one left out. */
    readonly vocabulary: number;
  };
}

export interface Report {
  /** Since 2, perplexities pass over unknown words, and self-BLEU and distinct-n tell them apart. */
  readonly version: 2;
  readonly run: string;
  readonly settings: ReportSettings;
  /** Free-running. */
  readonly reconstruction: ReconstructionFigures & { readonly decoding: string; readonly seed: number };
  readonly generation: {
    readonly decoding: string;
    readonly seed: number;
    /** Files that the column of real text comes from. */
    readonly realText: readonly string[];
    /** Files of which the samples' own label alone stands beside them; none where samples have no label, or too few texts have it. */
    readonly ofLabel: readonly string[];
    readonly selfBleuTexts: number;
    readonly distinctTokens: number;
    /** Numbers of an embedding that the Fréchet distance is taken over. */
    readonly embeddingDimensions: number;
    /** The model first, then what it stands beside. */
    readonly columns: readonly Column[];
  };
  readonly tradeOff: {
    readonly seed: number;
    readonly points: readonly TradeOffPoint[];
    readonly floors: readonly TradeOffFloor[];
  };
  readonly priorMatch: PriorMatch;
  readonly neighbourhood: Neighbourhood;
  readonly interpolation: InterpolationFigures & { readonly seed: number; readonly decoding: string };
  /** Other ways between the same ends. */
  readonly interpolationFloors: readonly InterpolationFloor[];
  /** Null where the model is not conditional, or the test text has no labels. */
  readonly labels: LabelFigures | null;
  /** What was left out, and what to bear in mind. */
  readonly notes: readonly string[];
  /** Seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Counts of values in bins of equal width from `low` to `high`; what lies outside is counted in the first and the last. */
export interface Histogram {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** A code as a point of the plane in which codes vary most. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly label: string | null;
}

/** What the pictures of the HTML report are drawn from, beside the figures. */
export interface Pictures {
  readonly histograms: readonly Histogram[];
  readonly map: { readonly points: readonly MapPoint[]; readonly explained: readonly [number, number] };
  /** Lines of metrics.jsonl and samples.jsonl; empty where the run has none. */
  readonly metrics: readonly JsonObject[];
  /** What training asked of codes, the number of its labels, and its weights: they say what the curves of the metrics are. */
  readonly objectives: {
    readonly regularizer: RegularizerKind;
    readonly labels: number;
    /** Whether the weights that are judged and kept are averaged over the steps. */
    readonly averaged: boolean;
  };
  readonly panel: readonly JsonObject[];
  readonly paths: readonly TextPath[];
}

export interface Evaluation {
  readonly report: Report;
  readonly pictures: Pictures;
  /** All samples, in the order of their codes. */
  readonly samples: readonly string[];
}
