import { sameShape } from "../dimension.ts";
import { onnxTypes } from "../serialize/onnx-types.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

const gatherOperator: Operator<undefined> = {
  name: "Gather",
  infer(inputs) {
    const [x, indices] = inputs as [Value, Value];
    if (x.shape.length === 0 || indices.dtype !== "int64")
      throw mismatch("Gather", inputs, "a table and int64 indices");
    return [{ dtype: x.dtype, shape: [...indices.shape, ...x.shape.slice(1)] }];
  },
  emit: (emitter, inputs) => emitter.node("Gather", inputs, { axis: 0 }),
};

/** Entries of the first axis of x at int64 indices: rows of a table. */
export function gather(x: Value, indices: Value): Value {
  return apply(gatherOperator, [x, indices], undefined);
}

const scatterRowsOperator: Operator<undefined> = {
  name: "ScatterRows",
  infer(inputs) {
    const [base, indices, updates] = inputs as [Value, Value, Value];
    const rowsFit = sameShape(updates.shape, [...indices.shape, ...base.shape.slice(1)]);
    if (indices.shape.length !== 1 || base.shape.length !== 2 || !rowsFit || indices.dtype !== "int64") {
      throw mismatch("ScatterRows", inputs, "base [n, d], int64 indices [m] and updates [m, d]");
    }
    return [{ dtype: base.dtype, shape: base.shape }];
  },
  // ScatterND with reduction "add" loses updates where indices repeat on the CPU (onnxruntime issue 18048), and in a
  // masked batch half of them are the mask. ScatterElements adds one after another, but takes an index for each element:
  // 32 bits of it are half as much memory.
  emit(emitter, inputs, node) {
    const [base, indices, updates] = inputs as [string, string, string];
    const [narrow] = emitter.node("Cast", [indices], { to: onnxTypes.int32 });
    const [column] = emitter.node("Unsqueeze", [narrow!, emitter.int64Vector([1])]);
    const [expanded] = emitter.node("Expand", [column!, emitter.shape(node.inputs[2]!.shape)]);
    return emitter.node("ScatterElements", [base, expanded!, updates], { axis: 0, reduction: "add" });
  },
};

/** base with `updates[i]` added to row `indices[i]`, for every i; indices may repeat. */
export function scatterAddRows(base: Value, indices: Value, updates: Value): Value {
  return apply(scatterRowsOperator, [base, indices, updates], undefined);
}

const gatherElementsOperator: Operator<undefined> = {
  name: "GatherElements",
  infer(inputs) {
    const [x, indices] = inputs as [Value, Value];
    if (
      indices.dtype !== "int64" ||
      x.shape.length !== 2 ||
      indices.shape.length !== 2 ||
      x.shape[0] !== indices.shape[0]
    ) {
      throw mismatch("GatherElements", inputs, "x [rows, n] and int64 indices [rows, m]");
    }
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  emit: (emitter, inputs) => emitter.node("GatherElements", inputs, { axis: 1 }),
};

/** `result[i, j] = x[i, indices[i, j]]`. */
export function gatherElements(x: Value, indices: Value): Value {
  return apply(gatherElementsOperator, [x, indices], undefined);
}

const scatterElementsOperator: Operator<undefined> = {
  name: "ScatterElements",
  infer(inputs) {
    const [base, indices, updates] = inputs as [Value, Value, Value];
    const fits = base.shape.length === 2 && base.shape[0] === indices.shape[0];
    if (!fits || indices.dtype !== "int64" || !sameShape(indices.shape, updates.shape)) {
      throw mismatch(
        "ScatterElements",
        inputs,
        "base [rows, n], int64 indices [rows, m] and updates [rows, m]",
      );
    }
    return [{ dtype: base.dtype, shape: base.shape }];
  },
  emit: (emitter, inputs) => emitter.node("ScatterElements", inputs, { axis: 1, reduction: "add" }),
};

/** base with `updates[i, j]` added at `[i, indices[i, j]]`; indices may repeat. */
export function scatterAddElements(base: Value, indices: Value, updates: Value): Value {
  return apply(scatterElementsOperator, [base, indices, updates], undefined);
}
