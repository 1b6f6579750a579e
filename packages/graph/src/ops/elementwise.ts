import { broadcastShapes } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

/** An ONNX operator on two tensors of one type whose shapes broadcast. */
function binary(name: string): Operator<undefined> {
  return {
    name,
    broadcasts: true,
    infer(inputs) {
      const [a, b] = inputs as [Value, Value];
      const shape = broadcastShapes(a.shape, b.shape);
      if (!shape || a.dtype !== b.dtype) throw mismatch(name, inputs, "one type and shapes that broadcast");
      return [{ dtype: a.dtype, shape }];
    },
    emit: (emitter, inputs) => emitter.node(name, inputs),
  };
}

/** An ONNX operator on each element by itself. */
function unary(name: string): Operator<undefined> {
  return {
    name,
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    emit: (emitter, inputs) => emitter.node(name, inputs),
  };
}

type Binary = (a: Value, b: Value) => Value;
type Unary = (x: Value) => Value;
const binaryFunction =
  (operator: Operator<undefined>): Binary =>
  (a, b) =>
    apply(operator, [a, b], undefined);
const unaryFunction =
  (operator: Operator<undefined>): Unary =>
  (x) =>
    apply(operator, [x], undefined);

export const add: Binary = binaryFunction(binary("Add"));
export const subtract: Binary = binaryFunction(binary("Sub"));
export const multiply: Binary = binaryFunction(binary("Mul"));
/** a / b; integers are truncated towards zero. */
export const divide: Binary = binaryFunction(binary("Div"));
/** The smaller of two. */
export const minimum: Binary = binaryFunction(binary("Min"));
/** The larger of two. */
export const maximum: Binary = binaryFunction(binary("Max"));

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
