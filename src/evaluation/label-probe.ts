// What codes tell of labels: a classifier that reads them, beside one that always names the most frequent label.
import { RandomStream } from "../random.ts";
import { type Accuracy, accuracyOf } from "./label-judge.ts";
import { ClassRegression } from "./logistic-regression.ts";

export interface LabelProbe extends Accuracy {
  /** Codes that it was learnt from. */
  readonly learnt: number;
  /** Share of the most frequent label among those that were judged: what can be had without looking. */
  readonly majority: number;
}

const EPOCHS = 20;

/**
 * Learns a logistic regression on half of the codes, and judges the other half. Null where there are fewer than four codes, or but one label.
 * @param labels of the codes
 */
export function labelProbe(
  codes: readonly Float32Array[],
  labels: readonly string[],
  { seed = 1 }: { seed?: number } = {},
): LabelProbe | null {
  const names = [...new Set(labels)];
  if (codes.length < 4 || names.length < 2) return null;
  const random = RandomStream.named(seed, "label-probe");
  const latent = codes[0]?.length ?? 0;
  const places = Int32Array.from({ length: latent }, (_, k) => k);
  const examples = random.shuffle(
    codes.map((code, i) => ({
      vector: { places, values: Float64Array.from(code) },
      kind: names.indexOf(labels[i] as string),
    })),
  );
  const half = Math.floor(examples.length / 2);
  const [learnt, judged] = [examples.slice(0, half), examples.slice(half)];
  const regression = new ClassRegression(names.length, latent);
  regression.learn(learnt, EPOCHS, random);
  const right = judged.filter(({ vector, kind }) => regression.classify(vector) === kind).length;
  const counts = names.map((_, kind) => judged.filter((example) => example.kind === kind).length);
  return { ...accuracyOf(right, judged.length), learnt: half, majority: Math.max(...counts) / judged.length };
}
