import { multiplyDimensions, sameShape } from "../dimension.ts";
import type { Shape } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

const reshapeOperator: Operator<{ shape: Shape }> = {
  name: "Reshape",
  infer(inputs, { shape }) {
    const x = inputs[0]!;
    if (multiplyDimensions(...x.shape) !== multiplyDimensions(...shape)) {
      throw mismatch("Reshape", inputs, `as many elements as [${shape.join(", ")}]`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  emit: (emitter, inputs, node) => emitter.node("Reshape", [...inputs, emitter.shape(node.attributes.shape)]),
};

/** The same elements in another shape. */
export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(reshapeOperator, [x], { shape });
}

const transposeOperator: Operator<{ order: readonly number[] }> = {
  name: "Transpose",
  infer: ([x], { order }) => [{ dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) }],
  emit: (emitter, inputs, node) => emitter.node("Transpose", inputs, { perm: node.attributes.order }),
};

/** The axes in another order: axis i of the result is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  if (order.toSorted().join() !== [...x.shape.keys()].join())
    throw mismatch("Transpose", [x], `axes for ${order}`);
  return apply(transposeOperator, [x], { order });
}

const expandOperator: Operator<{ shape: Shape }> = {
  name: "Expand",
  infer: ([x], { shape }) => [{ dtype: x!.dtype, shape }],
  emit: (emitter, inputs, node) => emitter.node("Expand", [...inputs, emitter.shape(node.attributes.shape)]),
};

/** x repeated to a shape that it broadcasts to. */
export function broadcastTo(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(expandOperator, [x], { shape });
}
