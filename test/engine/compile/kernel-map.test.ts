// The whole kernel map.
import { expect, it } from "vitest";
import { KERNELS, traceBackend } from "../../../src/engine/compile/kernel-map.ts";
import { elementwise } from "../../../src/engine/compile/kernels/elementwise.ts";
import { indexing } from "../../../src/engine/compile/kernels/indexing.ts";
import { matmul } from "../../../src/engine/compile/kernels/matmul.ts";
import { reduce } from "../../../src/engine/compile/kernels/reduce.ts";
import { shape } from "../../../src/engine/compile/kernels/shape.ts";
import { TRACE_BACKEND } from "../../../src/engine/compile/trace-backend.ts";
import { tf } from "../../../src/engine/tf.ts";

it("is made of the five tested families, which share no kernel, and has at least 60", () => {
  const families = [elementwise, indexing, matmul, reduce, shape].flatMap((family) => Object.keys(family));
  expect(families.sort()).toEqual(Object.keys(KERNELS).sort());
  expect(families.length).toBeGreaterThanOrEqual(60);
});

it("registers each of its kernels once, for a backend of its own, and only those that TensorFlow.js has", () => {
  expect(traceBackend()).toBe(traceBackend());
  for (const kernel of Object.keys(KERNELS)) {
    expect(tf.getKernel(kernel, TRACE_BACKEND), kernel).toBeDefined();
    expect(tf.getKernel(kernel, "cpu"), kernel).toBeDefined();
  }
});
