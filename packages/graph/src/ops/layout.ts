import { broadcastShapes, formatShape, multiplyDimensions, sameShape } from "../dimension.ts";
import type { Shape } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, TypedNode, Value } from "../value.ts";

const reshapeOperator: Operator<{ shape: Shape }> = {
  name: "Reshape",
  infer(inputs, { shape }) {
    const x = inputs[0]!;
    if (multiplyDimensions(...x.shape) !== multiplyDimensions(...shape)) {
      throw mismatch("Reshape", inputs, `as many elements as ${formatShape(shape)}`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  emit: (emitter, inputs, node) => emitter.node("Reshape", [...inputs, emitter.shape(node.attributes.shape)]),
};

/** The same elements in another shape. */
export function reshape(x: Value, shape: Shape): Value {
  const source = x.node.operator === (reshapeOperator as Operator) ? x.node.inputs[0]! : x;
  return sameShape(source.shape, shape) ? source : apply(reshapeOperator, [source], { shape });
}

export interface TransposeAttributes {
  readonly order: readonly number[];
}

const transposeOperator: Operator<TransposeAttributes> = {
  name: "Transpose",
  infer: ([x], { order }) => [{ dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) }],
  emit: (emitter, inputs, node) => emitter.node("Transpose", inputs, { perm: node.attributes.order }),
};

/** The axes in another order: axis i of the result is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  const isPermutation = order.length === x.shape.length && x.shape.every((_, axis) => order.includes(axis));
  if (!isPermutation) throw mismatch("Transpose", [x], `a shape whose axes are ${order.join(", ")}`);
  const inner = transposeOrder(x);
  if (inner)
    return transpose(
      x.node.inputs[0]!,
      order.map((axis) => inner[axis]!),
    );
  return order.every((from, axis) => from === axis) ? x : apply(transposeOperator, [x], { order });
}

/** The order of a value that is a transposition. */
function transposeOrder({ node }: Value): readonly number[] | undefined {
  if (node.operator !== (transposeOperator as Operator)) return undefined;
  return (node as TypedNode<TransposeAttributes>).attributes.order;
}

const expandOperator: Operator<{ shape: Shape }> = {
  name: "Expand",
  infer(inputs, { shape }) {
    const x = inputs[0]!;
    const joint = broadcastShapes(x.shape, shape);
    if (!joint || !sameShape(joint, shape)) {
      throw mismatch("Expand", inputs, `a shape that broadcasts to ${formatShape(shape)}`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  emit: (emitter, inputs, node) => emitter.node("Expand", [...inputs, emitter.shape(node.attributes.shape)]),
};

/** x repeated to a shape that it broadcasts to. */
export function broadcastTo(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(expandOperator, [x], { shape });
}

/** What a value was broadcast from, or undefined where it was not. */
export function broadcastSource({ node }: Value): Value | undefined {
  return node.operator === (expandOperator as Operator) ? node.inputs[0] : undefined;
}

/**
 * The operands of an elementwise operator, which broadcasts by itself: one that was broadcast before is replaced by its
 * source, where the others give the result its shape.
 */
export function broadcastImplicitly(operands: readonly Value[]): readonly Value[] {
  const jointShape = (values: readonly Value[]) =>
    values.map(({ shape }) => shape).reduce<Shape | undefined>((a, b) => a && broadcastShapes(a, b), []);
  const target = jointShape(operands);
  let slim = operands;
  operands.forEach((operand, i) => {
    const candidate = slim.with(i, broadcastSource(operand) ?? operand);
    const shape = jointShape(candidate);
    if (target && shape && sameShape(shape, target)) slim = candidate;
  });
  return slim;
}
