// The columns that the training curves are drawn from, out of a run's reports.

/** A line of metrics.jsonl as the server tells it: the two numbers of a list under names of their own. */
export type Report = Readonly<Record<string, unknown>>;

export interface Curve {
  readonly label: string;
  /** One value a step, null where the step has none. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
}

interface Source {
  readonly label: string;
  readonly kind: "train" | "dev";
  readonly value: (report: Report) => unknown;
}

const CHARTS: readonly { title: string; unit: string; sources: readonly Source[] }[] = [
  {
    title: "Reconstruction",
    unit: "nats a token",
    sources: [
      { label: "train", kind: "train", value: (report) => report.reconstruction },
      { label: "dev", kind: "dev", value: (report) => report.reconstruction },
    ],
  },
  {
    title: "Adversary",
    unit: "1.39 nats a code are chance for a discriminator; a critic's are differences of scores",
    sources: [
      { label: "discriminator", kind: "train", value: (report) => report.discriminator },
      { label: "encoder", kind: "train", value: (report) => report.adversarial },
    ],
  },
  {
    title: "Divergence from the prior",
    unit: "KL in nats a text, or MMD²; 0 where codes say nothing, or are like the prior",
    sources: [{ label: "codes", kind: "train", value: (report) => report.divergence }],
  },
  {
    title: "Squared distance",
    unit: "to the words' embeddings, a token: what this run minimises",
    sources: [{ label: "train", kind: "train", value: (report) => report.squaredDistance }],
  },
  {
    title: "Labels in codes",
    unit: "nats; the encoder takes the classifier's certainty to 0",
    sources: [
      { label: "classifier", kind: "train", value: (report) => report.codeClassifier },
      { label: "certainty", kind: "train", value: (report) => report.certainty },
    ],
  },
  {
    title: "Codes of dev",
    unit: "before noise is added; the prior has mean 0 and variance 1",
    sources: [
      { label: "largest mean", kind: "dev", value: (report) => report.codeMean },
      { label: "least variance", kind: "dev", value: (report) => report["codeVariance.0"] },
      { label: "largest variance", kind: "dev", value: (report) => report["codeVariance.1"] },
    ],
  },
];

/** The charts for which there are values. */
export function chartsOf(reports: readonly Report[]): Chart[] {
  const charts: Chart[] = [];
  for (const { title, unit, sources } of CHARTS) {
    const columns = sources.map(({ kind, value }) => {
      const column = new Map<number, number>();
      for (const report of reports) {
        const [step, found] = [report.step, value(report)];
        if (report.kind === kind && isNumber(step) && isNumber(found)) column.set(step, found);
      }
      return column;
    });
    const steps = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
    const curves = sources.flatMap(({ label }, i) => {
      const column = columns[i];
      return column && column.size > 0 ? [{ label, values: steps.map((step) => column.get(step) ?? null) }] : [];
    });
    if (curves.length > 0) charts.push({ title, unit, steps, curves });
  }
  return charts;
}

/** Names of the alarms that are on since the newest report. */
export function alarmsOf(reports: readonly Report[]): string[] {
  const last = reports.findLast(({ kind }) => kind === "dev") ?? {};
  return Object.entries(last).flatMap(([key, name]) => (key.startsWith("alarms.") ? [String(name)] : []));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
