// A program of its own: trains a few compiled steps on the number of threads given, and tells the hash of all weights and moments.
import { createHash } from "node:crypto";
import { CompiledEngine } from "../../src/engine/compile/engine.ts";
import { trainingStep } from "../../src/training/step.ts";
import { drawFeeds, initialState, PLAIN, TINY } from "./tiny-step.ts";

const threads = Number(process.argv[2]);
// Wide enough that the runtime divides its products among threads.
const shape = {
  ...TINY,
  encoder: "lstm" as const,
  decoder: "lstm" as const,
  vocabulary: 2_000,
  embedding: 64,
  hidden: 128,
  latent: 16,
  directions: 2 as const,
};
const settings = { ...PLAIN, regularizer: "adversarial" as const, moments: true };
const engine = await CompiledEngine.create({ threads });
const program = await engine.training(trainingStep(shape, settings), initialState(shape, settings));
await program.run(drawFeeds(shape, settings, 5));
const hash = createHash("sha256");
for (const { data } of program.state().values())
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
process.send?.(hash.digest("hex"));
process.disconnect();
