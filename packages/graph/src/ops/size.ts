import type { Dimension } from "../dimension.ts";
import { apply } from "../value.ts";
import type { Operator, Value } from "../value.ts";

const sizeOperator: Operator<{ dimension: Dimension }> = {
  name: "Size",
  infer: () => [{ dtype: "int64", shape: [] }],
  emit: (emitter, _, node) => [emitter.dimension(node.attributes.dimension)],
};

/** A dimension as a number, int64, shape []. */
export function dimensionSize(dimension: Dimension): Value {
  return apply(sizeOperator, [], { dimension });
}

const rangeOperator: Operator<{ dimension: Dimension }> = {
  name: "Range",
  infer: (_, { dimension }) => [{ dtype: "int64", shape: [dimension] }],
  emit(emitter, _, node) {
    const [zero, one] = [0, 1].map((n) => emitter.int64Scalar(n));
    return emitter.node("Range", [zero!, emitter.dimension(node.attributes.dimension), one!]);
  },
};

/** 0, 1, 2, ... to a dimension, int64. */
export function range(dimension: Dimension): Value {
  return apply(rangeOperator, [], { dimension });
}
