// The process that computes the codes of one run's corpus lines, where they are not there yet. Started by the index builder with `fork`.
import { buildIndex, openIndex } from "../../src/latent/neighbours.ts";
import { type FromIndexer, sentError } from "./messages.ts";

const path = process.argv[2] ?? "";
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

function send(message: FromIndexer, done = (): void => {}): void {
  process.send?.(message, done);
}

let last: FromIndexer = { type: "ready" };
try {
  // One that the command line made of fewer lines would answer for the whole corpus.
  if (!(await openIndex(path))?.suffices()) {
    send({ type: "building" });
    // One thread: requests are served meanwhile.
    await buildIndex(path, { threads: 1 });
  }
} catch (cause) {
  last = { type: "failed", error: sentError(cause) };
}
send(last, () => process.exit(0));
