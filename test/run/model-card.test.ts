// The model card: complete, readable by hubs, and no place for foreign markup.
import { describe, expect, it } from "vitest";
import { type ModelCard, modelCard } from "../../src/run/model-card.ts";

const card: ModelCard = {
  name: "Haiku of the north",
  data: { files: ["haiku.txt", "more_haiku.jsonl.gz"], sentences: 12345, tokens: 1234567 },
  settings: { cell: "gru", hidden: 256, labelColumn: null, learningRate: 0.001 },
  quality: [
    { label: "reconstruction, nats a token", value: 1.25 },
    { label: "BLEU-4", value: 0.41 },
  ],
  warnings: ["repeated-samples: Many points are written as the same few sentences."],
  samples: ["a cold moon rises", "the pond is still"],
};

describe("modelCard", () => {
  it("begins with front matter that names library and task", () => {
    const [empty, front, ...body] = modelCard(card).split(/^---$/m);
    expect(empty).toBe("");
    expect(front?.split("\n")).toContain("library_name: latentext");
    expect(front?.split("\n")).toContain("pipeline_tag: text-generation");
    expect(body.join("---")).toMatch(/^\n\n# Haiku of the north\n/);
  });

  it.each([
    [{ regularizer: "adversarial" }, "An adversarial text autoencoder", "Gaussian space", "adversarial-autoencoder"],
    [{ regularizer: "mmd", prior: "sphere" }, "A Wasserstein text autoencoder", "sphere", "wasserstein-autoencoder"],
    [{ regularizer: "kl" }, "A variational text autoencoder", "Gaussian space", "variational-autoencoder"],
    [{ regularizer: "none" }, "A text autoencoder", "Gaussian space", "autoencoder"],
    [{ regularizer: "toString" }, "A text autoencoder", "Gaussian space", "autoencoder"],
  ])("calls a model of %j %s of a %s", (settings, title, space, tag) => {
    const text = modelCard({ ...card, settings });
    expect(text).toContain(`\n${title}, trained with latentext: it turns a sentence into a point of a ${space}, `);
    expect(text.split("\n")).toContain(`  - ${tag}`);
  });

  it("tells data, quality, samples and settings", () => {
    const lines = modelCard(card).split("\n");
    for (const line of [
      "12 345 sentences, 1 234 567 tokens, from:",
      "- haiku.txt",
      "- more\\_haiku.jsonl.gz",
      "| reconstruction, nats a token | 1.25 |",
      "a cold moon rises",
      "| labelColumn | null |",
      "| learningRate | 0.001 |",
      "latentext generate RUN -n 5",
    ]) {
      expect(lines).toContain(line);
    }
  });

  it("says so where there is nothing to tell yet", () => {
    const text = modelCard({ ...card, quality: [], samples: [] });
    expect(text).toContain("## Measured quality\n\nNot measured yet.\n");
    expect(text).toContain("## Samples\n\nNone yet.\n");
  });

  it("keeps every text in its place", () => {
    const hostile = "x | y\n---\n# <script> ```\n````";
    const text = modelCard({
      ...card,
      name: hostile,
      data: { ...card.data, files: [hostile] },
      settings: { [hostile]: hostile },
      samples: [hostile],
    });
    expect(text).toContain("\n# x \\| y --- \\# \\<script\\> \\`\\`\\` \\`\\`\\`\\`\n");
    expect(text).toContain("\n`````text\nx | y --- # <script> ``` ````\n`````\n");
    expect(text.match(/^---$/gm)).toHaveLength(2);
    expect(text.match(/^# /gm)).toHaveLength(1);
    for (const row of text.split("\n").filter((line) => line.startsWith("| "))) {
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(3);
    }
  });

  it("names the labels of a conditional model, and is silent of them for others", () => {
    const text = modelCard({ ...card, labels: ["news", "<b>click*bait</b>"] });
    expect(text).toContain("## Labels\n\nTexts can be written with one of these");
    expect(text).toContain("- news\n- \\<b\\>click\\*bait\\</b\\>\n");
    expect(modelCard(card)).not.toContain("## Labels");
  });
});
