import { sameShape } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { cast } from "./cast.ts";
import { multiply } from "./elementwise.ts";
import { reshape } from "./layout.ts";

const dequantizeRowsOperator: Operator<undefined> = {
  name: "DequantizeLinear",
  infer(inputs) {
    const [values, scale] = inputs as [Value, Value];
    const isRows = values.shape.length === 2 && sameShape(scale.shape, values.shape.slice(0, 1));
    if (!isRows || values.dtype !== "int8" || scale.dtype !== "float32") {
      throw mismatch("DequantizeLinear", inputs, "int8 [rows, width] and float32 [rows]");
    }
    return [{ dtype: "float32", shape: values.shape }];
  },
  emit: (emitter, inputs) => emitter.node("DequantizeLinear", inputs, { axis: 0 }),
  decompose([values, scale]) {
    return [multiply(cast(values!, "float32"), reshape(scale!, [values!.shape[0]!, 1]))];
  },
};

/**
 * The numbers that int8 `[rows, width]` with a scale for each row, float32 `[rows, 1]`, stands for: float32 `[rows, width]`.
 * Value by value the product of both, rounded once. In one operator, so that to widen a weight writes it once, not twice.
 */
export function dequantize(values: Value, scale: Value): Value {
  return apply(dequantizeRowsOperator, [values, reshape(scale, [values.shape[0]!])], undefined);
}
