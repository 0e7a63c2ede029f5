// Loads TensorFlow.js once. Its package has no ESM build that Node can import, so it is required as CommonJS.
import { createRequire } from "node:module";
import type * as TensorFlow from "@tensorflow/tfjs";

const require = createRequire(import.meta.url);

/** The umbrella package: `@tensorflow/tfjs-core` alone registers no gradients under Node. */
export const tf = require("@tensorflow/tfjs") as typeof TensorFlow;

// Production mode: no greeting on stderr that recommends another package.
tf.enableProdMode();

export type { Rank, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
