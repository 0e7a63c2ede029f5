// A compiled training step: one ONNX Loop runs any number of steps in one call, so that the state is copied once a call.
//
// ONNX Runtime copies every output of a run, and the state of a step (weights and two moments) is its largest part by far. In a
// Loop the state passes from step to step without a copy; only the last one leaves. Batches of different sizes follow each other
// in the same call: the feeds of all steps come flattened, end to end, with a table of offsets and of dimension sizes.
import type { InferenceSession } from "onnxruntime-node";
import { bindDimensions, checkArrays, elementCount, openDimensions, SignatureError } from "../shapes.ts";
import type { FeedArrays, NamedArray, NamedArrays, StepDefinition, TrainingProgram } from "../types.ts";
import type { GraphBuilder } from "./graph.ts";
import { type GraphProto, type ValueProto, writeModel } from "./onnx-writer.ts";
import { createSession, fromTensor, type Runtime, type SessionOptions, toTensor } from "./session.ts";
import { namesOf, placeholders, recordModel } from "./trace.ts";

const TRIPS = "trips";
const SIZES = "sizes";
const OFFSETS = "offsets";
const FLAT = "flat.";
const STATE = "state.";

/** The graph of a Loop over `definition.step`. */
export function trainingGraph(definition: StepDefinition): GraphProto {
  const states = Object.keys(definition.state);
  return recordModel([definition.state, definition.feeds], (builder) => {
    const truth = builder.constant(Uint8Array.of(1), [], "bool");
    const { scope, result } = builder.inScope(() => recordBody(builder, definition));
    const body = builder.subgraph(
      definition.name,
      scope,
      [
        { name: result.iteration, type: "int64", shape: [] },
        { name: result.condition, type: "bool", shape: [] },
        ...states.map((name, i) => ({ name: result.inputs[i] as string, ...spec(definition, name) })),
      ],
      [
        { name: result.goOn, type: "bool", shape: [] },
        ...states.map((name, i) => ({ name: result.states[i] as string, ...spec(definition, name) })),
        ...result.outputs.map((name): ValueProto => ({ name, type: "float32", shape: [] })),
      ],
    );
    const outputs = builder.emitMany(
      "Loop",
      [TRIPS, truth, ...states.map((name) => STATE + name)],
      states.length + definition.outputs.length,
      { attributes: { body: { graph: body } } },
    );
    const inputs: ValueProto[] = [
      { name: TRIPS, type: "int64", shape: [] },
      { name: SIZES, type: "int64", shape: ["steps", openDimensions(definition.feeds).length] },
      { name: OFFSETS, type: "int64", shape: [Object.keys(definition.feeds).length, "bounds"] },
      ...Object.entries(definition.feeds).map(
        ([name, { dtype }]): ValueProto => ({ name: FLAT + name, type: dtype, shape: [`${name}.length`] }),
      ),
      ...states.map((name): ValueProto => ({ name: STATE + name, ...spec(definition, name) })),
    ];
    const results = outputs.map((name, i): ValueProto => {
      const state = states[i];
      return state === undefined ? { name, type: "float32", shape: ["steps"] } : { name, ...spec(definition, state) };
    });
    return builder.finish(definition.name, inputs, results);
  });
}

/** One step inside the Loop: cuts this step's feeds out of the flat ones, then records the step itself. */
function recordBody(builder: GraphBuilder, definition: StepDefinition) {
  const iteration = builder.fresh("iteration");
  const condition = builder.fresh("condition");
  const row = builder.emit("Gather", [SIZES, iteration], { attributes: { axis: 0 } });
  openDimensions(definition.feeds).forEach((dimension, i) => {
    builder.bindDimension(dimension, builder.emit("Gather", [row, builder.integers([i])], { attributes: { axis: 0 } }));
  });
  const next = builder.emit("Add", [iteration, builder.scalar(1, "int64")]);
  const [starts, ends] = [iteration, next].map((at) =>
    builder.emit("Gather", [OFFSETS, at], { attributes: { axis: 1 } }),
  );
  const axis = builder.integers([0]);
  const feedNames = Object.keys(definition.feeds);
  const feeds = placeholders(builder, definition.feeds, (name) => {
    const place = builder.integers([feedNames.indexOf(name)]);
    const [start, end] = [starts, ends].map((at) =>
      builder.emit("Gather", [at as string, place], { attributes: { axis: 0 } }),
    );
    const flat = builder.emit("Slice", [FLAT + name, start as string, end as string, axis]);
    const sizes = (definition.feeds[name]?.shape ?? []).map((dimension) => builder.dimensions.sizeOf(dimension));
    return builder.emit("Reshape", [flat, builder.shape(sizes)]);
  });
  const inputs = new Map<string, string>();
  const state = placeholders(builder, definition.state, (name) => {
    const input = builder.fresh("s");
    inputs.set(name, input);
    return input;
  });
  const result = definition.step(state, feeds);
  const stateNames = Object.keys(definition.state);
  const goOn = builder.emit("Identity", [condition]);
  const all = builder.asOutputs([...namesOf(result.state, stateNames), ...namesOf(result.outputs, definition.outputs)]);
  return {
    iteration,
    condition,
    goOn,
    inputs: stateNames.map((name) => inputs.get(name) as string),
    states: all.slice(0, stateNames.length),
    outputs: all.slice(stateNames.length),
  };
}

export async function compileTraining(
  runtime: Runtime,
  definition: StepDefinition,
  state: NamedArrays,
  options: SessionOptions,
): Promise<TrainingProgram> {
  const graph = trainingGraph(definition);
  const session = await createSession(runtime, writeModel(graph), options);
  const program = new CompiledTraining(runtime, definition, session, graph);
  program.load(state);
  return program;
}

class CompiledTraining implements TrainingProgram {
  readonly #runtime: Runtime;
  readonly #definition: StepDefinition;
  readonly #session: InferenceSession;
  /** Graph names of the outputs: first the state, then the scalars. */
  readonly #results: string[];
  #state: NamedArrays = new Map();
  #before: NamedArrays | undefined;

  constructor(runtime: Runtime, definition: StepDefinition, session: InferenceSession, graph: GraphProto) {
    this.#runtime = runtime;
    this.#definition = definition;
    this.#session = session;
    this.#results = graph.outputs.map(({ name }) => name);
  }

  async run(steps: readonly FeedArrays[]): Promise<Record<string, Float32Array>> {
    const { Tensor } = this.#runtime;
    const inputs: Record<string, InstanceType<Runtime["Tensor"]>> = flatten(this.#runtime, this.#definition, steps);
    inputs[TRIPS] = new Tensor("int64", BigInt64Array.of(BigInt(steps.length)), []);
    for (const [name, array] of this.#state) inputs[STATE + name] = toTensor(this.#runtime, array);
    const results = await this.#session.run(inputs);
    const result = (place: number): NamedArray => {
      const tensor = results[this.#results[place] as string];
      if (!tensor) throw new RangeError(`The runtime returned no output ${place}.`);
      return fromTensor(tensor);
    };
    const names = Object.keys(this.#definition.state);
    this.#before = this.#state;
    this.#state = new Map(names.map((name, i) => [name, result(i)]));
    const scalars = this.#definition.outputs.map((name, i): [string, Float32Array] => [
      name,
      result(names.length + i).data as Float32Array,
    ]);
    return Object.fromEntries(scalars);
  }

  undo(): void {
    if (!this.#before) throw new SignatureError("There is no run to take back.");
    this.#state = this.#before;
    this.#before = undefined;
  }

  state(): NamedArrays {
    return this.#state;
  }

  load(state: NamedArrays): void {
    checkArrays(this.#definition.state, state);
    this.#before = undefined;
    this.#state = new Map(Object.keys(this.#definition.state).map((name) => [name, state.get(name) as NamedArray]));
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** The feeds of all steps end to end, with the offsets of each step and the sizes of its dimensions. */
function flatten(runtime: Runtime, definition: StepDefinition, steps: readonly FeedArrays[]) {
  if (steps.length === 0) throw new SignatureError("A run of no steps was asked for: at least one is needed.");
  const { Tensor } = runtime;
  const dimensions = openDimensions(definition.feeds);
  const sizes = new BigInt64Array(steps.length * dimensions.length);
  steps.forEach((feeds, step) => {
    const bound = bindDimensions(definition.feeds, feeds);
    dimensions.forEach((dimension, i) => {
      sizes[step * dimensions.length + i] = BigInt(bound.get(dimension) ?? 0);
    });
  });
  const names = Object.keys(definition.feeds);
  const bounds = steps.length + 1;
  const offsets = new BigInt64Array(names.length * bounds);
  const inputs: Record<string, InstanceType<Runtime["Tensor"]>> = {};
  names.forEach((name, row) => {
    const parts = steps.map((feeds) => feeds[name] as NamedArray);
    const total = parts.reduce((sum, part) => sum + elementCount(part.shape), 0);
    const flat = definition.feeds[name]?.dtype === "int32" ? new Int32Array(total) : new Float32Array(total);
    let offset = 0;
    parts.forEach(({ data }, step) => {
      flat.set(data, offset);
      offset += data.length;
      offsets[row * bounds + step + 1] = BigInt(offset);
    });
    inputs[FLAT + name] = toTensor(runtime, { data: flat, shape: [total] });
  });
  inputs[SIZES] = new Tensor("int64", sizes, [steps.length, dimensions.length]);
  inputs[OFFSETS] = new Tensor("int64", offsets, [names.length, bounds]);
  return inputs;
}

function spec(definition: StepDefinition, name: string): { type: "float32" | "int32"; shape: readonly number[] } {
  const { shape, dtype } = definition.state[name] as StepDefinition["state"][string];
  return { type: dtype, shape: shape as readonly number[] };
}
