import { broadcastShapes, formatShape, multiplyDimensions, sameShape } from "../dimension.ts";
import type { Shape } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

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
  return sameShape(x.shape, shape) ? x : apply(reshapeOperator, [x], { shape });
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
  return apply(transposeOperator, [x], { order });
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
