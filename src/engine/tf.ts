// Loads TensorFlow.js once. Its package has no ESM build that Node can import, so it is required as CommonJS.
import { createRequire } from "node:module";
import type * as TensorFlow from "@tensorflow/tfjs";

const require = createRequire(import.meta.url);

/** @internal The umbrella package: `@tensorflow/tfjs-core` alone registers no gradients under Node. */
export const tf = require("@tensorflow/tfjs") as typeof TensorFlow;

// Production mode: no greeting on stderr that recommends another package.
tf.enableProdMode();

/** A tensor as the declarations of the package show it: those of TensorFlow.js do not compile where a project checks its libraries. */
export interface Tensor {
  readonly shape: number[];
  readonly dtype: "float32" | "int32" | "bool" | "complex64" | "string";
}

/** @internal Here it is TensorFlow's own. */
export interface Tensor extends TensorFlow.Tensor {}
