import { createStream } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import {
  accumulate,
  add,
  gather,
  gemm,
  gradients,
  input,
  int64Vector,
  linear,
  multiply,
  reduceSum,
  serialize,
} from "../index.ts";
import type { Value } from "../index.ts";
import { randomTensor } from "../testing/loss-of.ts";

const [x, weight, base] = ["x", "weight", "base"].map((name) => input(name, "float64", [4, 3])) as [
  Value,
  Value,
  Value,
];
const squares = (value: Value) => reduceSum(multiply(value, value), { axes: [0, 1] });
const gradientOf = (loss: Value) => gradients(loss, [weight])[0]!;

test.each([
  { name: "a matrix product", gradient: gradientOf(squares(linear(x, weight))), operator: "Gemm" },
  {
    name: "rows scattered onto zeros",
    gradient: gradientOf(squares(gather(weight, int64Vector([2, 0, 2, 2])))),
    operator: "ScatterRows",
  },
  {
    name: "a product that has a sum already",
    gradient: gemm(x, gemm(x, x, { transposeA: true }), { c: weight }),
    operator: "Add",
  },
  { name: "anything else", gradient: gradientOf(squares(weight)), operator: "Add" },
  { name: "zeros", gradient: gradientOf(squares(x)), operator: "Leaf" },
])("$name: the sum is made by $operator", async ({ gradient, operator }) => {
  const accumulated = accumulate(gradient, base);
  expect(accumulated.node.operator.name).toBe(operator);
  const stream = createStream(1);
  const results = await evaluateProgram(
    serialize({ outputs: { plain: add(base, gradient), accumulated, used: add(add(x, weight), base) } }),
    Object.fromEntries(
      ["x", "weight", "base"].map((name) => [name, randomTensor(stream.child(name), [4, 3])]),
    ),
  );
  const [plain, other] = ["plain", "accumulated"].map((name) => Array.from(results[name]!.data, Number));
  other!.forEach((value, i) => expect(value).toBeCloseTo(plain![i]!, 14));
});

test("shapes that differ are refused", () => {
  expect(() => accumulate(x, input("row", "float64", [3]))).toThrow(
    "accumulate: expected two values of one type and shape; got x float64[4, 3], row float64[3]",
  );
});
