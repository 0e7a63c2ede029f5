// Batches of a corpus in a file that both sides of a comparison read: a JSON line a batch, sentences of one length each.
import { createWriteStream, readFileSync } from "node:fs";
import { finished } from "node:stream/promises";
import { parseConfig } from "../../src/model/config.ts";
import { planEpoch } from "../../src/text/batches.ts";
import { loadData } from "../../src/training/data.ts";

export interface BatchFile {
  readonly path: string;
  readonly vocabulary: number;
  readonly batches: number;
}

/** Writes the first `count` full batches of one length of an epoch over `corpus`, in the order in which training takes them. */
export async function writeBatches(path: string, corpus: string, batchSize: number, count: number): Promise<BatchFile> {
  const data = await loadData(parseConfig({ corpora: [corpus], tokenizer: "whitespace" }));
  const lengths = data.train.lengths();
  const plan = planEpoch(lengths, { batchSize, seed: 1, epoch: 0 });
  const even = plan.filter(
    (batch) => batch.length === batchSize && batch.every((i) => lengths[i] === lengths[batch[0] ?? 0]),
  );
  const out = createWriteStream(path);
  const chosen = even.slice(0, count);
  for (const batch of chosen)
    out.write(`${JSON.stringify({ ids: Array.from(batch, (i) => [...data.train.sentence(i)]) })}\n`);
  out.end();
  await finished(out);
  return { path, vocabulary: data.tokenizer.vocabulary.size, batches: chosen.length };
}

/** The batches of such a file: sentences of ids. */
export function readBatches(path: string): number[][][] {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { ids: number[][] }).ids);
}
