import { broadcastShapes } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

function comparison(name: string): Operator<undefined> {
  return {
    name,
    broadcasts: true,
    infer(inputs) {
      const [a, b] = inputs as [Value, Value];
      const shape = broadcastShapes(a.shape, b.shape);
      if (!shape || a.dtype !== b.dtype) throw mismatch(name, inputs, "one type and shapes that broadcast");
      return [{ dtype: "bool", shape }];
    },
    emit: (emitter, inputs) => emitter.node(name, inputs),
  };
}

type Comparison = (a: Value, b: Value) => Value;
const comparisonFunction =
  (operator: Operator<undefined>): Comparison =>
  (a, b) =>
    apply(operator, [a, b], undefined);

export const lessOrEqual: Comparison = comparisonFunction(comparison("LessOrEqual"));
export const greaterOrEqual: Comparison = comparisonFunction(comparison("GreaterOrEqual"));
export const equal: Comparison = comparisonFunction(comparison("Equal"));

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
