// A program of the kill tests: resumes a run, then saves one checkpoint after the other until it is killed.
import { join } from "node:path";
import { removeOrphans } from "../../src/run/atomic-file.ts";
import { loadNewestCheckpoint, saveCheckpoint } from "../../src/run/checkpoints.ts";
import { Journal } from "../../src/run/journal.ts";
import { acquireLock } from "../../src/run/lock.ts";
import { contentOf } from "./checkpoint-content.ts";

const [run = "", size = "64"] = process.argv.slice(2);

await acquireLock(run);
await removeOrphans(run);
const warn = (sentence: string) => process.send?.({ warning: sentence });
const newest = await loadNewestCheckpoint(run, { warn });
const journal = await Journal.open(join(run, "metrics.jsonl"));
journal.truncateTo(Number((newest?.state as { position?: number } | undefined)?.position ?? 0));
process.send?.({ resumed: newest?.step ?? 0 });

for (let step = (newest?.step ?? 0) + 1; ; step++) {
  journal.append({ step });
  journal.flush();
  const content = contentOf(step, Number(size));
  // Each second step is saved twice, as at the end of a run: the second time replaces the first.
  for (let time = 0; time < 1 + (step % 2); time++) {
    await saveCheckpoint(run, step, { ...content, state: { position: journal.position() } });
  }
  process.send?.({ saved: step });
}
