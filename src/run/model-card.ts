// The model card of a run: RUN/README.md in the form that model hubs read.
import type { JsonPrimitive } from "./json.ts";

/** What a model card tells. */
export interface ModelCard {
  name: string;
  data: { files: readonly string[]; sentences: number; tokens: number };
  settings: Readonly<Record<string, JsonPrimitive>>;
  /** Of a conditional model. */
  labels?: readonly string[];
  /** Measured figures, best first; `label` says what was measured and in which unit. */
  quality: readonly { label: string; value: JsonPrimitive }[];
  /** What was found to be wrong with the model, a sentence each. */
  warnings: readonly string[];
  /** Sentences that the model made. */
  samples: readonly string[];
}

/** What a model is called, and tagged, by its regularizer. */
const KINDS: Readonly<Record<string, { readonly title: string; readonly tag: string }>> = {
  none: { title: "A text autoencoder", tag: "autoencoder" },
  adversarial: { title: "An adversarial text autoencoder", tag: "adversarial-autoencoder" },
  wasserstein: { title: "A Wasserstein text autoencoder", tag: "wasserstein-autoencoder" },
  mmd: { title: "A Wasserstein text autoencoder", tag: "wasserstein-autoencoder" },
  kl: { title: "A variational text autoencoder", tag: "variational-autoencoder" },
};
const PLAIN = { title: "A text autoencoder", tag: "autoencoder" };

/** The card as Markdown with YAML front matter. Texts are escaped: none of them can leave its place in the card. */
export function modelCard({ name, data, settings, labels = [], quality, warnings, samples }: ModelCard): string {
  const measured = quality.map(({ label, value }): [string, JsonPrimitive] => [label, value]);
  const regularizer = String(settings.regularizer);
  const { title, tag } = (Object.hasOwn(KINDS, regularizer) && KINDS[regularizer]) || PLAIN;
  const space = settings.prior === "sphere" ? "sphere" : "Gaussian space";
  const blocks = [
    frontMatter(tag),
    `# ${inline(name)}`,
    `${title}, trained with latentext: it turns a sentence into a point of a ${space}, and any ` +
      "point of it back into a sentence.",
    "## How to use it",
    "`RUN` is the folder that holds this file.",
    fenced(
      [
        "latentext generate RUN -n 5",
        "latentext reconstruct RUN sentences.txt",
        'latentext interpolate RUN "a first sentence" "a last sentence"',
        "latentext encode RUN sentences.txt",
      ],
      "sh",
    ),
    "## Data",
    `${grouped(data.sentences)} sentences, ${grouped(data.tokens)} tokens, from:`,
    bullets(data.files),
    ...(labels.length > 0
      ? [
          "## Labels",
          "Texts can be written with one of these, as in `latentext generate RUN --label NAME`:",
          bullets(labels),
        ]
      : []),
    "## Measured quality",
    measured.length > 0 ? table(["measure", "value"], measured) : "Not measured yet.",
    ...(warnings.length > 0 ? ["## Warnings", bullets(warnings)] : []),
    "## Samples",
    samples.length > 0 ? fenced(samples.map(oneLine), "text") : "None yet.",
    "## Settings",
    table(["setting", "value"], Object.entries(settings)),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function frontMatter(tag: string): string {
  return [
    "---",
    "library_name: latentext",
    "pipeline_tag: text-generation",
    "tags:",
    "  - latentext",
    `  - ${tag}`,
    "  - text-generation",
    "  - latent-space",
    "  - interpolation",
    "---",
  ].join("\n");
}

function table(head: readonly [string, string], rows: readonly (readonly [string, JsonPrimitive])[]): string {
  const line = (cells: readonly unknown[]) => `| ${cells.map((cell) => inline(String(cell))).join(" | ")} |`;
  return [line(head), "|---|---|", ...rows.map(line)].join("\n");
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${inline(item)}`).join("\n");
}

/** A code block whose fence is longer than any run of backticks in it. */
function fenced(lines: readonly string[], language: string): string {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/** Text on one line in which Markdown and HTML mean nothing. */
function inline(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|#&~]/g, "\\$&");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** 1234567 as "1 234 567". */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}
