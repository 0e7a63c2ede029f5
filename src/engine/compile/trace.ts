// Records a step as a graph. It is recorded twice, with different stand-in sizes for its named dimensions, and both must agree.
import { elementCount, openDimensions } from "../shapes.ts";
import { type Tensor, tf } from "../tf.ts";
import type { Signature, TensorMap } from "../types.ts";
import { Dimensions } from "./dimensions.ts";
import { ImpurityError, UnsupportedKernelError } from "./errors.ts";
import { GraphBuilder } from "./graph.ts";
import { traceBackend } from "./kernel-map.ts";
import type { Attribute, GraphProto, NodeProto, SubgraphAttribute } from "./onnx-writer.ts";
import { TRACE_BACKEND } from "./trace-backend.ts";

/** Records one variant of a model into `builder` and returns it whole. */
export type Recorder = (builder: GraphBuilder) => GraphProto;

/**
 * Records a model for all sizes of the dimensions that `signatures` leave open.
 * @throws ImpurityError when the step reads data, draws random numbers, uses foreign tensors, holds a large constant,
 * or does something that depends on the size of an open dimension.
 * @throws UnsupportedKernelError when it runs a kernel, or uses one in a way, that the kernel map does not hold.
 */
export function recordModel(signatures: readonly Signature[], record: Recorder): GraphProto {
  const names = openDimensions(...signatures);
  const fixed = signatures.flatMap((signature) =>
    Object.values(signature).flatMap(({ shape }) => {
      const sizes = shape.filter((size): size is number => typeof size === "number");
      return [...sizes, elementCount(sizes)];
    }),
  );
  const variants = ([0, 1] as const).map((variant) => {
    const builder = new GraphBuilder(Dimensions.choose(names, fixed, variant));
    return withTracing(builder, () => record(builder));
  });
  const [first, second] = variants as [GraphProto, GraphProto];
  const difference = firstDifference(first, second);
  if (difference !== undefined) {
    throw new ImpurityError(
      "size-dependence",
      `The step does not record the same graph for all sizes of ${names.join(", ")}: ${difference}. A size must not be turned into a number; feed it instead.`,
    );
  }
  return withSharedValues(first, second);
}

/** Placeholder tensors for a signature, named by `nameOf`. */
export function placeholders(builder: GraphBuilder, signature: Signature, nameOf: (name: string) => string): TensorMap {
  const entries = Object.entries(signature).map(([name, { shape, dtype }]): [string, Tensor] => {
    const sizes = shape.map((dimension) => builder.dimensions.sizeOf(dimension));
    return [name, traceBackend().placeholder(nameOf(name), sizes, dtype)];
  });
  return Object.fromEntries(entries);
}

/** The graph names of the tensors that a step returned, after checking them against what was promised. */
export function namesOf(returned: TensorMap, promised: readonly string[]): string[] {
  return promised.map((name) => {
    const tensor = returned[name];
    if (!tensor)
      throw new RangeError(`The step returned no "${name}": it returned ${Object.keys(returned).join(", ")}.`);
    return traceBackend().name(tensor);
  });
}

function withTracing<T>(builder: GraphBuilder, record: () => T): T {
  const backend = traceBackend();
  const engine = tf.engine();
  const before = engine.backendName;
  const random = Math.random;
  Math.random = () => {
    throw new ImpurityError(
      "random",
      "The step draws random numbers, which would be frozen into the graph: feed them instead.",
    );
  };
  try {
    // Both switches are synchronous for backends that are made synchronously, as these are.
    void engine.setBackend(TRACE_BACKEND);
    engine.startScope();
    try {
      return backend.recording(builder, record);
    } catch (cause) {
      throw typed(cause);
    } finally {
      engine.endScope();
    }
  } finally {
    Math.random = random;
    void engine.setBackend(before || "cpu");
  }
}

/** TensorFlow.js tells only by its message that a backend lacks a kernel. */
function typed(cause: unknown): unknown {
  const kernel = cause instanceof Error ? /^Kernel '(\w+)' not registered/.exec(cause.message)?.[1] : undefined;
  return kernel
    ? new UnsupportedKernelError(`The kernel ${kernel} cannot be compiled: it is not in the kernel map.`, { cause })
    : cause;
}

/**
 * `first` with the descriptions of values on which both recordings agree: a size that is a sum of named dimensions looks like a
 * number, another one in each, and is left undescribed.
 */
function withSharedValues(first: GraphProto, second: GraphProto): GraphProto {
  const others = new Map(second.values?.map((value) => [value.name, value.shape?.join()]));
  const values = first.values?.filter(({ name, shape }) => others.get(name) === shape?.join()) ?? [];
  const nodes = first.nodes.map((node, i): NodeProto => {
    const [attributes, twins] = [node.attributes, second.nodes[i]?.attributes];
    if (!attributes || !twins) return node;
    const shared = Object.entries(attributes).map(([key, attribute]): [string, Attribute] => {
      const twin = twins[key];
      const graphs = isGraph(attribute) && isGraph(twin);
      return [key, graphs ? { graph: withSharedValues(attribute.graph, twin.graph) } : attribute];
    });
    return { ...node, attributes: Object.fromEntries(shared) };
  });
  return { ...first, nodes, values };
}

const isGraph = (attribute: Attribute | undefined): attribute is SubgraphAttribute =>
  typeof attribute === "object" && "graph" in attribute;

/** Where two recordings part, as a short phrase; undefined when they are the same. */
function firstDifference(a: GraphProto, b: GraphProto): string | undefined {
  const [left, right] = [a, b].map(({ initializers }) => new Map(initializers.map((tensor) => [tensor.name, tensor])));
  const text = (graph: GraphProto): string[] =>
    graph.nodes.map((node) => JSON.stringify(node, (key, value) => (key === "values" ? undefined : value)));
  const [x, y] = [text(a), text(b)];
  for (const [name, tensor] of left ?? []) {
    const other = right?.get(name);
    if (
      !other ||
      other.shape.join() !== tensor.shape.join() ||
      (other.data !== tensor.data && other.data.join() !== tensor.data.join())
    ) {
      return `constant [${tensor.data.slice(0, 8).join(", ")}] against ${other ? `[${other.data.slice(0, 8).join(", ")}]` : "none"}`;
    }
  }
  if (left?.size !== right?.size || x.length !== y.length) return `${x.length} nodes against ${y.length}`;
  const place = x.findIndex((node, i) => node !== y[i]);
  return place < 0 ? undefined : `node ${place} (${a.nodes[place]?.op})`;
}
