import type { DataType } from "@sdtt/core";
import { onnxTypes } from "../serialize/onnx-types.ts";
import { apply } from "../value.ts";
import type { Operator, Value } from "../value.ts";

const castOperator: Operator<{ to: DataType }> = {
  name: "Cast",
  infer: ([x], { to }) => [{ dtype: to, shape: x!.shape }],
  emit: (emitter, inputs, node) => emitter.node("Cast", inputs, { to: onnxTypes[node.attributes.to] }),
};

/** The same numbers in another type; the value itself if it has that type already. */
export function cast(x: Value, to: DataType): Value {
  return x.dtype === to ? x : apply(castOperator, [x], { to });
}

/** True for the types that gradients can have. */
export function isReal(dtype: DataType): boolean {
  return dtype === "float64" || dtype === "float32" || dtype === "float16" || dtype === "bfloat16";
}
