// The regularizers by the names that the settings know them by.
import type { RegularizerKind } from "../../model/config.ts";
import { adversarial } from "./adversarial.ts";
import { kl } from "./kl.ts";
import { mmd } from "./mmd.ts";
import type { Regularizer } from "./regularizer.ts";
import { wasserstein } from "./wasserstein.ts";

const KINDS: Readonly<Record<Exclude<RegularizerKind, "none">, Regularizer>> = { adversarial, wasserstein, mmd, kl };

/** The regularizer of a kind; "none" has none. */
export function regularizerOf(kind: RegularizerKind): Regularizer | undefined {
  return kind === "none" ? undefined : KINDS[kind];
}
