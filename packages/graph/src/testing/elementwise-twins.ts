import {
  absolute,
  add,
  bitwiseAnd,
  bitwiseXor,
  cast,
  cosine,
  divide,
  equal,
  exponential,
  gelu,
  greaterOrEqual,
  hyperbolicTangent,
  lessOrEqual,
  logarithm,
  maximum,
  minimum,
  multiply,
  negate,
  scalar,
  sigmoid,
  sign,
  silu,
  sine,
  squareRoot,
  subtract,
  where,
} from "../index.ts";
import type { Value } from "../index.ts";
import { elementwise } from "./plain.ts";
import { asNumber } from "./twin.ts";
import type { Twin } from "./twin.ts";

const unary = (graph: (x: Value) => Value, f: (x: number) => number): Twin => [
  [[2, 3]],
  graph,
  elementwise(f),
];
const binary = (graph: (a: Value, b: Value) => Value, f: (a: number, b: number) => number): Twin => [
  [
    [2, 3, 1],
    [3, 4],
  ],
  graph,
  elementwise(f),
];
/** Of integers made of numbers between -1 and 1. */
const integer = (x: Value) => cast(multiply(x, scalar(x.dtype, 1000)), "int64");
const plainInteger = (x: number) => Math.trunc(x * 1000);
/** Of what must be positive. */
const square = (x: Value) => multiply(x, x);
/** For every function that makes a value of one or two, number by number, by its name. */
export const elementwiseTwins: Readonly<Record<string, Twin>> = {
  add: binary(add, (a, b) => a + b),
  subtract: binary(subtract, (a, b) => a - b),
  multiply: binary(multiply, (a, b) => a * b),
  divide: binary(divide, (a, b) => a / b),
  minimum: binary(minimum, Math.min),
  maximum: binary(maximum, Math.max),
  negate: unary(negate, (x) => -x),
  exponential: unary(exponential, Math.exp),
  logarithm: unary(
    (x) => logarithm(square(x)),
    (x) => Math.log(x * x),
  ),
  squareRoot: unary((x) => squareRoot(square(x)), Math.abs),
  sigmoid: unary(sigmoid, (x) => 1 / (1 + Math.exp(-x))),
  silu: unary(silu, (x) => x / (1 + Math.exp(-x))),
  hyperbolicTangent: unary(hyperbolicTangent, Math.tanh),
  sine: unary(sine, Math.sin),
  cosine: unary(cosine, Math.cos),
  absolute: unary(absolute, Math.abs),
  sign: unary(sign, Math.sign),
  gelu: unary(gelu, (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  lessOrEqual: binary(
    (a, b) => asNumber(lessOrEqual(a, b)),
    (a, b) => Number(a <= b),
  ),
  greaterOrEqual: binary(
    (a, b) => asNumber(greaterOrEqual(a, b)),
    (a, b) => Number(a >= b),
  ),
  equal: unary(
    (x) => asNumber(equal(x, absolute(x))),
    (x) => Number(x >= 0),
  ),
  bitwiseAnd: binary(
    (a, b) => asNumber(bitwiseAnd(integer(a), integer(b))),
    (a, b) => plainInteger(a) & plainInteger(b),
  ),
  bitwiseXor: binary(
    (a, b) => asNumber(bitwiseXor(integer(a), integer(b))),
    (a, b) => plainInteger(a) ^ plainInteger(b),
  ),
  where: binary(
    (a, b) => where(lessOrEqual(a, b), a, negate(b)),
    (a, b) => (a <= b ? a : -b),
  ),
  cast: unary((x) => asNumber(cast(x, "float32")), Math.fround),
};
