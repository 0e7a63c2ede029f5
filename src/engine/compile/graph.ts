// A graph under construction: nodes in nested scopes, constants shared by all of them, shapes that may depend on named dimensions.
import type { Dimensions, SizeExpression } from "./dimensions.ts";
import type { Attribute, GraphProto, NodeProto, OnnxData, OnnxType, TensorProto, ValueProto } from "./onnx-writer.ts";

export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}

/** Nodes of one (sub)graph. An inner scope may use what its outer scopes computed before it, as ONNX allows. */
export interface Scope {
  readonly nodes: NodeProto[];
  /** Which node of this scope made a name. */
  readonly produced: Map<string, NodeProto>;
  /** What is known of the values that its nodes make. */
  readonly values: Map<string, ValueProto>;
  /** Names of computed sizes and shapes, by expression. */
  readonly sizes: Map<string, string>;
}

/** Builds the nodes, constants and shape arithmetic of one model. */
export class GraphBuilder {
  readonly dimensions: Dimensions;
  readonly #scopes: Scope[] = [];
  readonly #constants = new Map<string, TensorProto>();
  #names = 0;

  constructor(dimensions: Dimensions) {
    this.dimensions = dimensions;
    this.#scopes.push(emptyScope());
  }

  get scope(): Scope {
    return this.#scopes[this.#scopes.length - 1] as Scope;
  }

  get constants(): TensorProto[] {
    return [...this.#constants.values()];
  }

  fresh(prefix = "t"): string {
    return `${prefix}${this.#names++}`;
  }

  /** Adds a node with one output and returns the output's name. */
  emit(op: string, inputs: readonly string[], options: EmitOptions = {}): string {
    return this.emitMany(op, inputs, 1, options)[0] as string;
  }

  /** Adds a node with `count` outputs and returns their names. */
  emitMany(op: string, inputs: readonly string[], count: number, { attributes, domain }: EmitOptions = {}): string[] {
    const outputs = Array.from({ length: count }, () => this.fresh());
    const node: NodeProto = { op, inputs, outputs, ...(attributes && { attributes }), ...(domain && { domain }) };
    this.scope.nodes.push(node);
    for (const output of outputs) this.scope.produced.set(output, node);
    return outputs;
  }

  /** Notes the type and shape of a value that a node of the current scope made. */
  describe(name: string, type: OnnxType, shape: readonly number[]): void {
    if (!this.scope.produced.has(name)) return;
    const sizes = shape.map((size) => {
      const expression = this.dimensions.expression(size);
      return expression.symbols.length === 0 ? size : expressionKey(expression);
    });
    this.scope.values.set(name, { name, type, shape: sizes });
  }

  /** The node of the current scope that made `name`, for rules that join two nodes into one. */
  producer(name: string): NodeProto | undefined {
    return this.scope.produced.get(name);
  }

  /** A constant of any type; equal constants are stored once. */
  constant(data: OnnxData, shape: readonly number[], type: OnnxType): string {
    const key = `${type}[${shape}]${data.join()}`;
    const known = this.#constants.get(key);
    if (known) return known.name;
    const name = this.fresh("c");
    this.#constants.set(key, { name, shape, type, data });
    return name;
  }

  scalar(value: number, type: OnnxType): string {
    return this.constant(typedArray([value], type), [], type);
  }

  /** A constant int64 vector, such as a list of axes. */
  integers(values: readonly number[]): string {
    return this.constant(typedArray(values, "int64"), [values.length], "int64");
  }

  /** Tells where a named dimension's size is found: an int64 vector of one element. */
  bindDimension(name: string, sizeName: string): void {
    this.scope.sizes.set(name, sizeName);
  }

  /** An int64 vector that holds the sizes of `shape`, computed where they depend on named dimensions. */
  shape(shape: readonly number[]): string {
    const expressions = shape.map((size) => this.dimensions.expression(size));
    if (expressions.every(({ symbols }) => symbols.length === 0)) return this.integers(shape);
    const key = expressions.map(expressionKey).join(",");
    return this.#cached(`[${key}]`, () => {
      const parts = expressions.map((expression) => this.#size(expression));
      return parts.length === 1 ? (parts[0] as string) : this.emit("Concat", parts, { attributes: { axis: 0 } });
    });
  }

  /** Records a subgraph: `record` runs with a scope of its own, which is returned. */
  inScope<T>(record: () => T): { scope: Scope; result: T } {
    const scope = emptyScope();
    this.#scopes.push(scope);
    try {
      return { scope, result: record() };
    } finally {
      this.#scopes.pop();
    }
  }

  /** Names fit to be outputs of the current scope: made by its nodes, and each used once. Others, inputs among them, are copied. */
  asOutputs(names: readonly string[]): string[] {
    const taken = new Set<string>();
    return names.map((name) => {
      const output = this.scope.produced.has(name) && !taken.has(name) ? name : this.emit("Identity", [name]);
      taken.add(output);
      return output;
    });
  }

  /** A subgraph of the nodes of `scope` that its outputs need. */
  subgraph(name: string, scope: Scope, inputs: ValueProto[], outputs: ValueProto[]): GraphProto {
    const nodes = neededNodes(scope.nodes, outputs);
    return { name, nodes, inputs, outputs, initializers: [], values: innerValues(scope, nodes, outputs) };
  }

  /** The whole model, from the outermost scope. */
  finish(name: string, inputs: ValueProto[], outputs: ValueProto[], initializers: TensorProto[] = []): GraphProto {
    const nodes = neededNodes(this.scope.nodes, outputs);
    const used = usedNames(nodes);
    const constants = [...this.constants, ...initializers].filter((tensor) => used.has(tensor.name));
    return {
      name,
      nodes,
      inputs,
      outputs,
      initializers: constants,
      values: innerValues(this.scope, nodes, outputs),
    };
  }

  #size(expression: SizeExpression): string {
    if (expression.symbols.length === 0) return this.integers([expression.factor]);
    const [first, ...rest] = expression.symbols;
    const remaining = { factor: expression.factor, symbols: rest };
    return this.#cached(expressionKey(expression), () => {
      const outer = this.#lookUp(first as string);
      if (outer === undefined) throw new RangeError(`Dimension "${first}" is not bound to a feed.`);
      if (rest.length === 0 && expression.factor === 1) return outer;
      return this.emit("Mul", [outer, this.#size(remaining)]);
    });
  }

  #lookUp(key: string): string | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const name = this.#scopes[i]?.sizes.get(key);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  #cached(key: string, make: () => string): string {
    const known = this.#lookUp(key);
    if (known !== undefined) return known;
    const name = make();
    this.scope.sizes.set(key, name);
    return name;
  }
}

const emptyScope = (): Scope => ({ nodes: [], produced: new Map(), values: new Map(), sizes: new Map() });

/** What is known of the values of a graph that are not its outputs. */
function innerValues({ values }: Scope, nodes: readonly NodeProto[], outputs: readonly ValueProto[]): ValueProto[] {
  const declared = new Set(outputs.map(({ name }) => name));
  const made = nodes.flatMap(({ outputs: names }) => names).filter((name) => !declared.has(name));
  return made.flatMap((name) => values.get(name) ?? []);
}

export function typedArray(values: ArrayLike<number>, type: OnnxType): OnnxData {
  if (type === "float32") return Float32Array.from(values);
  if (type === "int32") return Int32Array.from(values);
  if (type === "bool") return Uint8Array.from(values);
  return BigInt64Array.from(Array.from(values, (value) => BigInt(value)));
}

function expressionKey({ factor, symbols }: SizeExpression): string {
  return symbols.length === 1 && factor === 1 ? (symbols[0] as string) : [factor, ...symbols].join("*");
}

/** Names that nodes read, those read inside of their subgraphs included. */
function usedNames(nodes: readonly NodeProto[], used = new Set<string>()): Set<string> {
  for (const node of nodes) {
    for (const input of node.inputs) used.add(input);
    for (const attribute of Object.values(node.attributes ?? {})) {
      if (typeof attribute !== "object" || !("graph" in attribute)) continue;
      usedNames(attribute.graph.nodes, used);
      for (const output of attribute.graph.outputs) used.add(output.name);
    }
  }
  return used;
}

/** The nodes that `outputs` depend on, in order. Joining kernels leaves nodes behind, and the runtime would still run them in a subgraph. */
function neededNodes(nodes: readonly NodeProto[], outputs: readonly ValueProto[]): NodeProto[] {
  const wanted = new Set(outputs.map(({ name }) => name));
  const kept: NodeProto[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    kept.push(node);
    usedNames([node], wanted);
  }
  return kept.reverse();
}
