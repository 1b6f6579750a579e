import type { onnx } from "onnx-proto";

/** What a node reads, be it from inside a body of its own. */
export function tensorsRead(node: onnx.INodeProto): string[] {
  const bodies = node.attribute!.flatMap(({ g }) => g?.node ?? []);
  return [...node.input!, ...bodies.flatMap(tensorsRead)];
}

/** The node with tensors under other names, inside of its bodies too. */
export function renameTensors(node: onnx.INodeProto, names: ReadonlyMap<string, string>): onnx.INodeProto {
  if (names.size === 0) return node;
  const rename = (name: string) => names.get(name) ?? name;
  const inAttribute = (attribute: onnx.IAttributeProto): onnx.IAttributeProto => {
    if (!attribute.g) return attribute;
    const inner = attribute.g.node!.map((node) => renameTensors(node, names));
    return { ...attribute, g: { ...attribute.g, node: inner } };
  };
  return {
    ...node,
    input: node.input!.map(rename),
    output: node.output!.map(rename),
    attribute: node.attribute!.map(inAttribute),
  };
}

/** Those of the nodes, each written after what it reads, that the outputs need. */
export function neededNodes(
  nodes: readonly onnx.INodeProto[],
  outputs: readonly string[],
): onnx.INodeProto[] {
  const needed = new Set(outputs);
  const kept: onnx.INodeProto[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.output!.some((name) => needed.has(name))) continue;
    for (const name of tensorsRead(node)) needed.add(name);
    kept.push(node);
  }
  return kept.toReversed();
}
