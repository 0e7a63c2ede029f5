// How texts were written, in words: to be printed with every figure that depends on it.
import type { WriteOptions } from "../../latent/model.ts";

export function describeDecoding({ temperature, topK, topP, beam, unknown }: WriteOptions): string {
  const allowed = unknown ? ", <unk> allowed" : "";
  if (beam !== undefined) return `beam ${beam}${allowed}`;
  if (temperature === undefined && topK === undefined && topP === undefined) return `greedy${allowed}`;
  const limits = [topK === undefined ? "" : `, top-k ${topK}`, topP === undefined ? "" : `, top-p ${topP}`];
  return `temperature ${temperature ?? 1}${limits.join("")}${allowed}`;
}
