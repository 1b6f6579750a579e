import type { DataType } from "@sdtt/core";
import type { Shape } from "../dimension.ts";
import { broadcastTo } from "../ops/layout.ts";
import { scalar } from "../scalar.ts";
import { leafAttributes } from "../value.ts";
import type { Value } from "../value.ts";

/** A zero repeated to a shape. */
export function broadcastZero(dtype: DataType, shape: Shape): Value {
  return broadcastTo(scalar(dtype, 0), shape);
}

/** Whether a value is certainly zero everywhere. */
export function isZero(value: Value): boolean {
  const { operator, inputs } = value.node;
  const source = operator.name === "Expand" ? inputs[0]! : value;
  const { tensor } = leafAttributes(source.node) ?? {};
  return tensor?.data.length === 1 && Number(tensor.data[0]) === 0;
}
