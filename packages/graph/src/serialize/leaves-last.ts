import type { onnx } from "onnx-proto";
import { tensorsRead } from "./onnx-nodes.ts";

/**
 * Puts the nodes that no other node reads at the end, those first whose inputs are ready last.
 *
 * ONNX Runtime does not run nodes in the order of the file: it walks back from the leaves, the last one of the file
 * first. In a backward pass the gradients of weights are leaves. Written as they come, they would run after the whole
 * chain of activations' gradients, and every activation would be held until then; in this order each runs as soon as
 * its inputs are there, and those are freed.
 */
export function leavesLast(nodes: readonly onnx.INodeProto[]): onnx.INodeProto[] {
  const read = new Set(nodes.flatMap(tensorsRead));
  const isLeaf = (node: onnx.INodeProto) => !node.output!.some((name) => read.has(name));
  const inner = nodes.filter((node) => !isLeaf(node));
  const position = new Map(inner.flatMap((node, at) => node.output!.map((name) => [name, at] as const)));
  const readyAt = (node: onnx.INodeProto) =>
    tensorsRead(node).reduce((latest, name) => Math.max(latest, position.get(name) ?? -1), -1);
  const leaves = nodes.filter(isLeaf).map((node) => ({ node, readyAt: readyAt(node) }));
  return [...inner, ...leaves.sort((a, b) => b.readyAt - a.readyAt).map(({ node }) => node)];
}
