// The process that computes the codes of one run's corpus lines, where they are not there yet. Started by the index builder with `fork`.
import { messageOf } from "../../src/errors.ts";
import { buildIndex, openIndex } from "../../src/latent/neighbours.ts";

const path = process.argv[2] ?? "";
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

let failure: string | undefined;
try {
  // One thread: requests are served meanwhile.
  if (!(await openIndex(path))) await buildIndex(path, { threads: 1 });
} catch (cause) {
  failure = messageOf(cause);
}
process.send?.({ failure }, () => process.exit(0));
