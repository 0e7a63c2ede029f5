// The regularizers by the names that the settings know them by.
import type { RegularizerKind } from "../../model/config-schema.ts";
import { adversarial } from "./adversarial.ts";
import { codeClassifier } from "./code-classifier.ts";
import { kl } from "./kl.ts";
import { mmd } from "./mmd.ts";
import type { Regularizer } from "./regularizer.ts";
import { wasserstein } from "./wasserstein.ts";

const KINDS: Readonly<Record<Exclude<RegularizerKind, "none">, Regularizer>> = { adversarial, wasserstein, mmd, kl };

/** The regularizer of a kind; "none" has none. */
export function regularizerOf(kind: RegularizerKind): Regularizer | undefined {
  return kind === "none" ? undefined : KINDS[kind];
}

/** What decides which objectives a step has. */
export interface ObjectiveSettings {
  readonly regularizer: RegularizerKind;
  /** Whether the encoder deceives a classifier that reads labels from codes. */
  readonly codeClassifier?: boolean | undefined;
}

/** All that is asked of codes, each by the name of the feed that is its weight. */
export function objectivesOf({ regularizer: kind, codeClassifier: classified }: ObjectiveSettings): Objective[] {
  const regularizer = regularizerOf(kind);
  return [
    ...(regularizer ? [{ weight: "regularizerWeight" as const, regularizer }] : []),
    ...(classified ? [{ weight: "codeClassifierWeight" as const, regularizer: codeClassifier }] : []),
  ];
}

export interface Objective {
  readonly weight: "regularizerWeight" | "codeClassifierWeight";
  readonly regularizer: Regularizer;
}
