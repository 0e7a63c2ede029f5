// Writes ONNX models: the few protobuf messages of onnx.proto that a computation graph needs.
// Reference: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers below are from there).

export type OnnxType = "float32" | "int32" | "int64" | "bool";

export const ONNX_TYPE: Readonly<Record<OnnxType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

export type OnnxData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A float attribute: a plain number would be written as an integer. */
export interface FloatAttribute {
  readonly float: number;
}

export interface SubgraphAttribute {
  readonly graph: GraphProto;
}

export type Attribute = number | string | readonly number[] | FloatAttribute | SubgraphAttribute;

export interface NodeProto {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}

export interface TensorProto {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: OnnxType;
  readonly data: OnnxData;
}

/** An input or output of a graph; without `shape` only its element type is known. */
export interface ValueProto {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape?: readonly (number | string)[];
}

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueProto[];
  readonly outputs: readonly ValueProto[];
  readonly initializers: readonly TensorProto[];
  /** Types and shapes of values inside: the runtime reuses memory only between values whose shapes it knows to be the same. */
  readonly values?: readonly ValueProto[];
}

const OPSET = 21;
const IR_VERSION = 10;
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

/** Chunks of bytes with their total length: nested messages are appended, not copied, until the very end. */
class Message {
  readonly chunks: Uint8Array[] = [];
  length = 0;

  bytes(chunk: Uint8Array): this {
    this.chunks.push(chunk);
    this.length += chunk.length;
    return this;
  }

  varint(value: number): this {
    const out: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      out.push(rest === 0n ? low : low | 128);
    } while (rest !== 0n);
    return this.bytes(Uint8Array.from(out));
  }

  integer(field: number, value: number): this {
    return this.varint((field << 3) | VARINT).varint(value);
  }

  float(field: number, value: number): this {
    return this.varint((field << 3) | FIXED32).bytes(new Uint8Array(Float32Array.of(value).buffer));
  }

  raw(field: number, chunk: Uint8Array): this {
    return this.varint((field << 3) | BYTES)
      .varint(chunk.length)
      .bytes(chunk);
  }

  string(field: number, text: string): this {
    return this.raw(field, encoder.encode(text));
  }

  message(field: number, inner: Message): this {
    this.varint((field << 3) | BYTES).varint(inner.length);
    for (const chunk of inner.chunks) this.bytes(chunk);
    return this;
  }

  toBytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let offset = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }
}

function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().string(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, 2);
  if (typeof value === "string") return message.string(4, value).integer(20, 3);
  if ("float" in value) return message.float(2, value.float).integer(20, 1);
  if ("graph" in value) return message.message(6, graphMessage(value.graph)).integer(20, 5);
  for (const item of value) message.integer(8, item);
  return message.integer(20, 7);
}

function nodeMessage(node: NodeProto): Message {
  const message = new Message();
  for (const input of node.inputs) message.string(1, input);
  for (const output of node.outputs) message.string(2, output);
  message.string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {})) message.message(5, attributeMessage(name, value));
  return node.domain ? message.string(7, node.domain) : message;
}

function tensorMessage(tensor: TensorProto): Message {
  const message = new Message();
  for (const size of tensor.shape) message.integer(1, size);
  const { buffer, byteOffset, byteLength } = tensor.data;
  return message
    .integer(2, ONNX_TYPE[tensor.type])
    .string(8, tensor.name)
    .raw(9, new Uint8Array(buffer, byteOffset, byteLength));
}

function valueMessage(value: ValueProto): Message {
  const tensorType = new Message().integer(1, ONNX_TYPE[value.type]);
  if (value.shape) {
    const shape = new Message();
    for (const size of value.shape) {
      const dimension = new Message();
      shape.message(1, typeof size === "string" ? dimension.string(2, size) : dimension.integer(1, size));
    }
    tensorType.message(2, shape);
  }
  return new Message().string(1, value.name).message(2, new Message().message(1, tensorType));
}

function graphMessage(graph: GraphProto): Message {
  const message = new Message();
  for (const node of graph.nodes) message.message(1, nodeMessage(node));
  message.string(2, graph.name);
  for (const tensor of graph.initializers) message.message(5, tensorMessage(tensor));
  for (const input of graph.inputs) message.message(11, valueMessage(input));
  for (const output of graph.outputs) message.message(12, valueMessage(output));
  for (const value of graph.values ?? []) message.message(13, valueMessage(value));
  return message;
}

/** The bytes of a model that uses the standard operators and those of `com.microsoft`. */
export function writeModel(graph: GraphProto): Uint8Array {
  const opset = (domain: string, version: number): Message => new Message().string(1, domain).integer(2, version);
  return new Message()
    .integer(1, IR_VERSION)
    .message(7, graphMessage(graph))
    .message(8, opset("", OPSET))
    .message(8, opset("com.microsoft", 1))
    .toBytes();
}
