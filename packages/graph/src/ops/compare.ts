import { broadcastShapes } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { broadcasting } from "./broadcasting.ts";
import type { Binary } from "./broadcasting.ts";

export const lessOrEqual: Binary = broadcasting("LessOrEqual", "bool");
export const greaterOrEqual: Binary = broadcasting("GreaterOrEqual", "bool");
export const equal: Binary = broadcasting("Equal", "bool");

const whereOperator: Operator<undefined> = {
  name: "Where",
  broadcasts: true,
  infer(inputs) {
    const [condition, a, b] = inputs as [Value, Value, Value];
    const inner = broadcastShapes(a.shape, b.shape);
    const shape = inner && broadcastShapes(inner, condition.shape);
    if (!shape || condition.dtype !== "bool" || a.dtype !== b.dtype) {
      throw mismatch("Where", inputs, "a condition and two values of one type, of shapes that broadcast");
    }
    return [{ dtype: a.dtype, shape }];
  },
  emit: (emitter, inputs) => emitter.node("Where", inputs),
};

/** `a` where the condition holds, else `b`. */
export function where(condition: Value, a: Value, b: Value): Value {
  return apply(whereOperator, [condition, a, b], undefined);
}
