import { frontAxis } from "../dimension.ts";
import { apply, applyAll, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

const cumulativeSumOperator: Operator<{ axis: number }> = {
  name: "CumSum",
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: (emitter, inputs, node) =>
    emitter.node("CumSum", [...inputs, emitter.int64Scalar(node.attributes.axis)]),
};

/** Running sums along an axis, each including its own element. */
export function cumulativeSum(x: Value, axis = -1): Value {
  return apply(cumulativeSumOperator, [x], { axis: frontAxis(axis, x.shape.length) });
}

const topKOperator: Operator<{ name: string }> = {
  name: "TopK",
  infer(inputs, { name }) {
    const [x, k] = inputs as [Value, Value];
    if (k.dtype !== "int64" || k.shape.length !== 1)
      throw mismatch("TopK", inputs, "values and k, an int64 [1]");
    const shape = [...x.shape.slice(0, -1), name];
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  emit: (emitter, inputs) => emitter.node("TopK", inputs, { axis: -1 }, { outputs: 2 }),
};

/**
 * The k largest elements of the last axis in descending order, and their indices. `k` is int64 `[1]`; `name` names the
 * dimension that results.
 */
export function topK(x: Value, k: Value, name: string): { values: Value; indices: Value } {
  const [values, indices] = applyAll(topKOperator, [x, k], { name });
  return { values: values!, indices: indices! };
}

const pickOperator: Operator<undefined> = {
  name: "PickAlongRows",
  infer(inputs) {
    const [x, index] = inputs as [Value, Value];
    if (
      index.dtype !== "int64" ||
      index.shape.length !== 1 ||
      x.shape[0] !== index.shape[0] ||
      x.shape.length < 2
    ) {
      throw mismatch("PickAlongRows", inputs, "x [rows, n, ...] and one int64 index for each row");
    }
    return [{ dtype: x.dtype, shape: [x.shape[0]!, ...x.shape.slice(2)] }];
  },
  emit(emitter, inputs) {
    const [x, index] = inputs as [string, string];
    const [column] = emitter.node("Unsqueeze", [index, emitter.int64Vector([1])]);
    return emitter.node("GatherND", [x, column!], { batch_dims: 1 });
  },
};

/** `result[i] = x[i, index[i]]`: one entry of the second axis for each row. */
export function pickAlongRows(x: Value, index: Value): Value {
  return apply(pickOperator, [x, index], undefined);
}
