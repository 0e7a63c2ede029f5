// What can go wrong when a step is recorded: each is a mistake in the step, found before anything runs.
import { LatentextError } from "../../errors.ts";

export type Impurity = "data-read" | "random" | "foreign-tensor" | "large-constant" | "size-dependence";

/** The step does something that cannot be part of a pure graph. */
export class ImpurityError extends LatentextError {
  override name = "ImpurityError";
  readonly impurity: Impurity;

  constructor(impurity: Impurity, message: string) {
    super(message);
    this.impurity = impurity;
  }
}

/** A TensorFlow.js kernel, or a use of one, has no ONNX counterpart in the kernel map. */
export class UnsupportedKernelError extends LatentextError {
  override name = "UnsupportedKernelError";
}
