// Models that the writer makes are read by the runtime as they were meant.
import { beforeAll, describe, expect, it } from "vitest";
import { type GraphProto, type NodeProto, writeModel } from "../../../src/engine/compile/onnx-writer.ts";
import { createSession, loadRuntime, type Runtime } from "../../../src/engine/compile/session.ts";

let runtime: Runtime;

beforeAll(async () => {
  runtime = await loadRuntime();
});

type Feeds = Record<string, InstanceType<Runtime["Tensor"]>>;

async function run(graph: GraphProto, feeds: (tensor: Runtime["Tensor"]) => Feeds): Promise<Record<string, unknown[]>> {
  const session = await createSession(runtime, writeModel(graph), { threads: 1 });
  const results = await session.run(feeds(runtime.Tensor));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, [tensor.dims, Array.from(tensor.data as Float32Array)]]),
  );
}

const x = { name: "x", type: "float32", shape: ["rows", 2] } as const;
const y = { name: "y", type: "float32", shape: ["rows", 2] } as const;

const oneNode = (node: NodeProto, rest: Partial<GraphProto> = {}): GraphProto => ({
  name: "test",
  nodes: [node],
  inputs: [x],
  outputs: [y],
  initializers: [],
  ...rest,
});

describe("writeModel", () => {
  it("writes float attributes, whole numbers among them", async () => {
    const leaky = (alpha: number): GraphProto =>
      oneNode({ op: "LeakyRelu", inputs: ["x"], outputs: ["y"], attributes: { alpha: { float: alpha } } });
    const feeds = (Tensor: Runtime["Tensor"]): Feeds => ({ x: new Tensor("float32", Float32Array.of(-1, 2), [1, 2]) });
    expect((await run(leaky(0.5), feeds)).y).toEqual([
      [1, 2],
      [-0.5, 2],
    ]);
    expect((await run(leaky(2), feeds)).y).toEqual([
      [1, 2],
      [-2, 2],
    ]);
  });

  it("writes integer attributes, negative ones and lists among them", async () => {
    const feeds = (Tensor: Runtime["Tensor"]): Feeds => ({
      x: new Tensor("float32", Float32Array.of(1, 3, 2, 4), [2, 2]),
    });
    const axes = await run(
      oneNode(
        { op: "Concat", inputs: ["x", "x"], outputs: ["y"], attributes: { axis: -1 } },
        {
          outputs: [{ name: "y", type: "float32" }],
        },
      ),
      feeds,
    );
    expect(axes.y).toEqual([
      [2, 4],
      [1, 3, 1, 3, 2, 4, 2, 4],
    ]);
    const turned = await run(
      oneNode(
        { op: "Transpose", inputs: ["x"], outputs: ["y"], attributes: { perm: [1, 0] } },
        {
          outputs: [{ name: "y", type: "float32" }],
        },
      ),
      feeds,
    );
    expect(turned.y).toEqual([
      [2, 2],
      [1, 2, 3, 4],
    ]);
  });

  it("writes string attributes", async () => {
    const node = {
      op: "ScatterElements",
      inputs: ["x", "places", "more"],
      outputs: ["y"],
      attributes: { axis: 0, reduction: "add" },
    };
    const graph = oneNode(node, {
      initializers: [
        { name: "places", shape: [1, 2], type: "int64", data: BigInt64Array.of(0n, 1n) },
        { name: "more", shape: [1, 2], type: "float32", data: Float32Array.of(10, 20) },
      ],
    });
    const feeds = (Tensor: Runtime["Tensor"]): Feeds => ({
      x: new Tensor("float32", Float32Array.of(1, 2, 3, 4), [2, 2]),
    });
    expect((await run(graph, feeds)).y).toEqual([
      [2, 2],
      [11, 2, 3, 24],
    ]);
  });

  it("writes constants of every type, with all their bits, also from the middle of a buffer", async () => {
    const numbers = Float32Array.of(9, Math.fround(0.1), Number.NEGATIVE_INFINITY, 1e-38, 9);
    const graph: GraphProto = {
      name: "constants",
      nodes: ["f", "i", "l", "b", "empty"].map((name) => ({ op: "Identity", inputs: [name], outputs: [`${name}2`] })),
      inputs: [],
      outputs: (["float32", "int32", "int64", "bool", "float32"] as const).map((type, i) => ({
        name: `${"filb"[i] ?? "empty"}2`,
        type,
      })),
      initializers: [
        { name: "f", shape: [3], type: "float32", data: numbers.subarray(1, 4) },
        { name: "i", shape: [1, 2], type: "int32", data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
        { name: "l", shape: [], type: "int64", data: BigInt64Array.of(-(2n ** 62n)) },
        { name: "b", shape: [2], type: "bool", data: Uint8Array.of(0, 1) },
        { name: "empty", shape: [0, 3], type: "float32", data: new Float32Array(0) },
      ],
    };
    const results = await run(graph, () => ({}));
    expect(results.f2).toEqual([[3], [...numbers.subarray(1, 4)]]);
    expect(results.i2).toEqual([
      [1, 2],
      [-(2 ** 31), 2 ** 31 - 1],
    ]);
    expect(results.l2).toEqual([[], [-(2n ** 62n)]]);
    expect(results.b2).toEqual([[2], [0, 1]]);
    expect(results.empty2).toEqual([[0, 3], []]);
  });

  it("writes constants of more bytes than one, two and three bytes of length can tell", async () => {
    for (const length of [31, 32, 4_096, 600_000]) {
      const data = Float32Array.from({ length }, (_, i) => i);
      const graph = oneNode(
        { op: "Identity", inputs: ["c"], outputs: ["y"] },
        {
          inputs: [],
          outputs: [{ name: "y", type: "float32", shape: [length] }],
          initializers: [{ name: "c", shape: [length], type: "float32", data }],
        },
      );
      const [shape, values] = (await run(graph, () => ({}))).y as [number[], number[]];
      expect(shape).toEqual([length]);
      expect(values[length - 1]).toBe(length - 1);
    }
  });

  it("writes subgraphs, which see the names around them", async () => {
    const body: GraphProto = {
      name: "body",
      nodes: [
        { op: "Add", inputs: ["sum", "step"], outputs: ["next"] },
        { op: "Identity", inputs: ["on"], outputs: ["goOn"] },
      ],
      inputs: [
        { name: "trip", type: "int64", shape: [] },
        { name: "on", type: "bool", shape: [] },
        { name: "sum", type: "float32", shape: [2] },
      ],
      outputs: [
        { name: "goOn", type: "bool", shape: [] },
        { name: "next", type: "float32", shape: [2] },
      ],
      initializers: [],
    };
    const graph: GraphProto = {
      name: "loop",
      nodes: [
        { op: "Loop", inputs: ["trips", "", "start"], outputs: ["total"], attributes: { body: { graph: body } } },
      ],
      inputs: [
        { name: "start", type: "float32", shape: [2] },
        { name: "step", type: "float32", shape: [2] },
      ],
      outputs: [{ name: "total", type: "float32", shape: [2] }],
      initializers: [{ name: "trips", shape: [], type: "int64", data: BigInt64Array.of(5n) }],
    };
    const results = await run(graph, (Tensor) => ({
      start: new Tensor("float32", Float32Array.of(1, 2), [2]),
      step: new Tensor("float32", Float32Array.of(10, 100), [2]),
    }));
    expect(results.total).toEqual([[2], [51, 502]]);
  });

  it("writes operators of the runtime's own domain, and names outside of ASCII", async () => {
    const graph = oneNode(
      { op: "FusedMatMul", inputs: ["x", "x"], outputs: ["größe"], attributes: { transB: 1 }, domain: "com.microsoft" },
      { outputs: [{ name: "größe", type: "float32" }] },
    );
    const feeds = (Tensor: Runtime["Tensor"]): Feeds => ({ x: new Tensor("float32", Float32Array.of(1, 2), [1, 2]) });
    expect((await run(graph, feeds)).größe).toEqual([[1, 1], [5]]);
  });
});
