// Checkpoints that can be told apart: every number in them follows from the step.
import { RandomStream } from "../../src/random.ts";
import type { Checkpoint, CheckpointContent } from "../../src/run/checkpoints.ts";
import type { NamedArray } from "../../src/run/safetensors.ts";

/** `size` numbers in each of the larger arrays. */
export function contentOf(step: number, size = 64) {
  const random = RandomStream.named(step, "content");
  const array = (): NamedArray => ({ shape: [size], data: random.fillUniform(new Float32Array(size), 1) });
  return {
    weights: new Map([
      ["embedding", array()],
      ["bias", { shape: [1, 3], data: Float32Array.of(step, -0, 1e-45) }],
    ]),
    moments: new Map([
      ["embedding.m", array()],
      ["embedding.v", array()],
      ["updates", { shape: [], data: Int32Array.of(step) }],
    ]),
    state: { epoch: Math.floor(step / 10), best: 1 / (step + 3), streams: { noise: [...random.state] } },
  } satisfies CheckpointContent;
}

/** What has to come back for {@link contentOf}. */
export function checkpointOf(step: number, size?: number): Checkpoint {
  return { step, ...contentOf(step, size) };
}
