// A compiled pure function: one session for all sizes of its open dimensions.
import type { InferenceSession } from "onnxruntime-node";
import { bindDimensions, checkArrays, SignatureError } from "../shapes.ts";
import type { FeedArrays, FunctionDefinition, FunctionProgram, NamedArray, NamedArrays, Signature } from "../types.ts";
import type { GraphBuilder } from "./graph.ts";
import { type GraphProto, type TensorProto, type ValueProto, writeModel } from "./onnx-writer.ts";
import { createSession, fromTensor, type Runtime, type SessionOptions, toTensor } from "./session.ts";
import { namesOf, placeholders, recordModel } from "./trace.ts";
import { onnxType } from "./trace-backend.ts";

const FEED = "feed.";
const PARAMETER = "parameter.";

/** The graph of `definition`; parameters become constants when given and inputs otherwise. */
export function functionGraph(definition: FunctionDefinition, parameters?: NamedArrays): GraphProto {
  return recordModel([definition.parameters, definition.feeds], (builder) => {
    bindFeedDimensions(builder, definition.feeds);
    const feeds = placeholders(builder, definition.feeds, (name) => FEED + name);
    const given = placeholders(builder, definition.parameters, (name) => PARAMETER + name);
    const returned = definition.call(given, feeds);
    const names = namesOf(returned, definition.outputs);
    // Outputs may be inputs as they came: each gets a node of its own.
    const outputs = names.map((name) => builder.emit("Identity", [name]));
    const inputs = values(FEED, definition.feeds);
    const constants: TensorProto[] = [];
    if (parameters) {
      for (const [name, { shape, data }] of parameters)
        constants.push({
          name: PARAMETER + name,
          shape,
          data,
          type: data instanceof Float32Array ? "float32" : "int32",
        });
    } else inputs.push(...values(PARAMETER, definition.parameters));
    const results = outputs.map((name, i): ValueProto => {
      const tensor = returned[definition.outputs[i] as string];
      return { name, type: onnxType(tensor?.dtype ?? "float32") };
    });
    return builder.finish(definition.name, inputs, results, constants);
  });
}

export async function compileFunction(
  runtime: Runtime,
  definition: FunctionDefinition,
  options: SessionOptions,
  parameters?: NamedArrays,
): Promise<FunctionProgram> {
  if (parameters) checkArrays(definition.parameters, parameters);
  const graph = functionGraph(definition, parameters);
  const session = await createSession(runtime, writeModel(graph), options);
  return new CompiledFunction(runtime, definition, session, graph, parameters !== undefined);
}

class CompiledFunction implements FunctionProgram {
  readonly #runtime: Runtime;
  readonly #definition: FunctionDefinition;
  readonly #session: InferenceSession;
  readonly #outputs: [string, string][];
  readonly #baked: boolean;
  constructor(
    runtime: Runtime,
    definition: FunctionDefinition,
    session: InferenceSession,
    graph: GraphProto,
    baked: boolean,
  ) {
    this.#runtime = runtime;
    this.#definition = definition;
    this.#session = session;
    this.#outputs = definition.outputs.map((name, i) => [name, graph.outputs[i]?.name ?? name]);
    this.#baked = baked;
  }

  async run(feeds: FeedArrays, parameters?: NamedArrays): Promise<Record<string, NamedArray>> {
    bindDimensions(this.#definition.feeds, feeds);
    if (this.#baked === (parameters !== undefined)) {
      throw new SignatureError(
        `"${this.#definition.name}" was made ${this.#baked ? "with" : "without"} its parameters.`,
      );
    }
    const inputs: Record<string, InstanceType<Runtime["Tensor"]>> = {};
    for (const [name, array] of Object.entries(feeds)) inputs[FEED + name] = toTensor(this.#runtime, array);
    if (parameters) {
      checkArrays(this.#definition.parameters, parameters);
      for (const [name, array] of parameters) inputs[PARAMETER + name] = toTensor(this.#runtime, array);
    }
    const results = await this.#session.run(inputs);
    const named = this.#outputs.map(([name, output]): [string, NamedArray] => {
      const tensor = results[output];
      if (!tensor) throw new RangeError(`The runtime returned no "${name}".`);
      return [name, fromTensor(tensor)];
    });
    return Object.fromEntries(named);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** The sizes of open dimensions, read off the feeds that have them. */
function bindFeedDimensions(builder: GraphBuilder, feeds: Signature): void {
  for (const [name, { shape }] of Object.entries(feeds)) {
    shape.forEach((dimension, axis) => {
      if (typeof dimension !== "string" || builder.scope.sizes.has(dimension)) return;
      builder.bindDimension(
        dimension,
        builder.emit("Shape", [FEED + name], { attributes: { start: axis, end: axis + 1 } }),
      );
    });
  }
}

function values(prefix: string, signature: Signature): ValueProto[] {
  return Object.entries(signature).map(([name, { shape, dtype }]) => ({ name: prefix + name, type: dtype, shape }));
}
