import { apply } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { broadcasting } from "./broadcasting.ts";
import type { Binary } from "./broadcasting.ts";

/** An ONNX operator on each element by itself. */
function unary(name: string): Operator<undefined> {
  return {
    name,
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    emit: (emitter, inputs) => emitter.node(name, inputs),
  };
}

type Unary = (x: Value) => Value;
const unaryFunction =
  (operator: Operator<undefined>): Unary =>
  (x) =>
    apply(operator, [x], undefined);

export const add: Binary = broadcasting("Add");
export const subtract: Binary = broadcasting("Sub");
export const multiply: Binary = broadcasting("Mul");
/** a / b; integers are truncated towards zero. */
export const divide: Binary = broadcasting("Div");
/** The smaller of two. */
export const minimum: Binary = broadcasting("Min");
/** The larger of two. */
export const maximum: Binary = broadcasting("Max");

export const negate: Unary = unaryFunction(unary("Neg"));
export const exponential: Unary = unaryFunction(unary("Exp"));
export const logarithm: Unary = unaryFunction(unary("Log"));
export const squareRoot: Unary = unaryFunction(unary("Sqrt"));
export const sigmoid: Unary = unaryFunction(unary("Sigmoid"));
export const hyperbolicTangent: Unary = unaryFunction(unary("Tanh"));
export const sine: Unary = unaryFunction(unary("Sin"));
export const cosine: Unary = unaryFunction(unary("Cos"));
export const absolute: Unary = unaryFunction(unary("Abs"));
/** -1, 0 or 1. */
export const sign: Unary = unaryFunction(unary("Sign"));

/** x * sigmoid(x). */
export const silu: Unary = (x) => multiply(x, sigmoid(x));
