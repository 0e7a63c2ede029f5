// Every node of a graph, for tests that look for an operation wherever it may stand.
import type { GraphProto, NodeProto } from "../../../src/engine/compile/onnx-writer.ts";

/** The nodes of a graph, those of its subgraphs included. */
export function allNodes({ nodes }: GraphProto): NodeProto[] {
  return nodes.flatMap((node) => {
    const inner = Object.values(node.attributes ?? {}).flatMap((attribute) =>
      typeof attribute === "object" && "graph" in attribute ? allNodes(attribute.graph) : [],
    );
    return [node, ...inner];
  });
}
