import {
  add,
  cosine,
  divide,
  multiply,
  negate,
  sigmoid,
  sign,
  sine,
  subtract,
} from "../../ops/elementwise.ts";
import { scalar } from "../../scalar.ts";
import type { Value } from "../../value.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { unbroadcast } from "../unbroadcast.ts";

/** Of `y = f(x)` for each element, from f' in terms of x and y. */
function unary(slope: (x: Value, y: Value) => Value): Rule {
  return singleOutputRule((gradient, { inputs: [x], outputs: [y] }) => [multiply(gradient, slope(x!, y!))]);
}

/** Of `y = f(a, b)` for each element of what they broadcast to. */
function binary(rule: (gradient: Value, a: Value, b: Value, y: Value) => readonly [Value, Value]): Rule {
  return singleOutputRule((gradient, { inputs: [a, b], outputs: [y] }) => {
    const [forA, forB] = rule(gradient, a!, b!, y!);
    return [unbroadcast(forA, a!.shape), unbroadcast(forB, b!.shape)];
  });
}

const one = (like: Value) => scalar(like.dtype, 1);

export const elementwiseRules: Readonly<Record<string, Rule>> = {
  Add: binary((g) => [g, g]),
  Sub: binary((g) => [g, negate(g)]),
  Mul: binary((g, a, b) => [multiply(g, b), multiply(g, a)]),
  Div: binary((g, _, b, y) => {
    const forA = divide(g, b);
    return [forA, negate(multiply(forA, y))];
  }),

  Neg: singleOutputRule((g) => [negate(g)]),
  Exp: unary((_, y) => y),
  Log: singleOutputRule((g, { inputs: [x] }) => [divide(g, x!)]),
  Sqrt: singleOutputRule((g, { outputs: [y] }) => [divide(multiply(g, scalar(g.dtype, 0.5)), y!)]),
  Sigmoid: unary((_, y) => multiply(y, subtract(one(y), y))),
  Tanh: unary((_, y) => subtract(one(y), multiply(y, y))),
  Sin: unary((x) => cosine(x)),
  Cos: unary((x) => negate(sine(x))),
  /** Zero at zero. */
  Abs: unary((x) => sign(x)),
  /** Constant but for its jumps. */
  Sign: () => [undefined],
  FastGelu: unary(geluSlope),
};

/**
 * The tanh form of GELU is x s(u), where s is the sigmoid and u = 2 sqrt(2/pi) (x + 0.044715 x^3). Its slope,
 * s + x s (1 - s) u', needs fewer passes than the way through tanh, with x u' written as 3 u - 4 sqrt(2/pi) x.
 */
function geluSlope(x: Value): Value {
  const number = (value: number) => scalar(x.dtype, value);
  const twice = 2 * Math.sqrt(2 / Math.PI);
  const perX = add(multiply(multiply(x, x), number(twice * 0.044715)), number(twice));
  const u = multiply(x, perX);
  const s = sigmoid(u);
  const xTimesSlopeOfU = subtract(multiply(u, number(3)), multiply(x, number(2 * twice)));
  return multiply(s, add(multiply(subtract(number(1), s), xTimesSlopeOfU), number(1)));
}
