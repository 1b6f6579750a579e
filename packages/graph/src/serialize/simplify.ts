import { jointShape, sameShape } from "../dimension.ts";
import type { TransposeAttributes } from "../ops/layout.ts";
import type { Node, Value } from "../value.ts";

/**
 * A node that gives the same and costs less, or the value that makes it needless. Looks through the nodes that feed it,
 * which stay as they are for whoever else reads them. This is done as late as here because a graph must keep every value
 * that was built: a gradient may be asked for each of them.
 */
export function simplify(node: Node): Node | Value {
  if (node.operator.broadcasts) return { ...node, inputs: broadcastImplicitly(node.inputs) };
  const source = node.inputs[0];
  if (!source || source.node.operator !== node.operator) return node;
  const origin = source.node.inputs[0]!;
  if (node.operator.name === "Reshape") {
    return sameShape(origin.shape, node.outputs[0]!.shape) ? origin : simplify({ ...node, inputs: [origin] });
  }
  if (node.operator.name === "Transpose") {
    const [outer, inner] = [node, source.node].map(({ attributes }) => attributes as TransposeAttributes);
    const order = outer!.order.map((axis) => inner!.order[axis]!);
    const isNothing = order.every((from, axis) => from === axis);
    return isNothing ? origin : simplify({ ...node, inputs: [origin], attributes: { order } });
  }
  return node;
}

/**
 * The operands of an operator that broadcasts by itself: one that was broadcast before is replaced by what it was made of,
 * where the others give the result its shape.
 */
function broadcastImplicitly(operands: readonly Value[]): readonly Value[] {
  const shapeOf = (values: readonly Value[]) => jointShape(values.map(({ shape }) => shape))!;
  const target = shapeOf(operands);
  let slim = operands;
  operands.forEach(({ node }, i) => {
    if (node.operator.name !== "Expand") return;
    const candidate = slim.with(i, node.inputs[0]!);
    if (sameShape(shapeOf(candidate), target)) slim = candidate;
  });
  return slim;
}
