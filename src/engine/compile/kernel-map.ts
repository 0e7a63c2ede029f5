// All kernels that can be compiled, and their registration as the kernels of the tracing backend.
import { tf } from "../tf.ts";
import { elementwise } from "./kernels/elementwise.ts";
import { indexing } from "./kernels/indexing.ts";
import { KernelCall, type KernelMap } from "./kernels/kernel.ts";
import { matmul } from "./kernels/matmul.ts";
import { reduce } from "./kernels/reduce.ts";
import { shape } from "./kernels/shape.ts";
import { TRACE_BACKEND, TraceBackend } from "./trace-backend.ts";

export const KERNELS: KernelMap = { ...elementwise, ...shape, ...reduce, ...matmul, ...indexing };

let registered: TraceBackend | undefined;

/** The one tracing backend of this process, registered with TensorFlow.js on first use. */
export function traceBackend(): TraceBackend {
  if (registered) return registered;
  const backend = new TraceBackend();
  tf.registerBackend(TRACE_BACKEND, () => backend, 0);
  for (const [kernelName, entry] of Object.entries(KERNELS)) {
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs }) => entry(new KernelCall(kernelName, backend, inputs, attrs ?? {})),
    });
  }
  registered = backend;
  return backend;
}
