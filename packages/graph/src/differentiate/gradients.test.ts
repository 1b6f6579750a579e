import { tensor } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import {
  add,
  broadcastTo,
  cachedAttention,
  cast,
  constant,
  gather,
  gradients,
  input,
  lessOrEqual,
  multiply,
  reduceSum,
  reshape,
  scalar,
  serialize,
  topK,
  transpose,
  vectorJacobianProduct,
  where,
} from "../index.ts";
import type { Value } from "../index.ts";

const x = input("x", "float64", [2, 3]);
const feeds = { x: tensor("float64", [2, 3], Float64Array.of(1, 2, 3, 4, 5, 6)) };
const sum = (value: Value) => reduceSum(value, { axes: [...value.shape.keys()] });

async function numbersOf(outputs: Record<string, Value>): Promise<Record<string, number[]>> {
  const results = await evaluateProgram(serialize({ outputs }), feeds);
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]),
  );
}

test("what the loss does not depend on has a gradient of zero", async () => {
  const unrelated = input("unrelated", "float64", ["rows", 2]);
  const choice = sum(where(lessOrEqual(x, scalar("float64", 3)), scalar("float64", 1), scalar("float64", 0)));
  const [far, near] = gradients(choice, [unrelated, x]);
  expect(far!.shape).toEqual(["rows", 2]);
  expect((await numbersOf({ near: near! })).near).toEqual([0, 0, 0, 0, 0, 0]);
});

test("values on the way are independent: each keeps the gradient of its own uses", async () => {
  // Operators that simplification looks through: turned twice, reshaped twice, broadcast to be multiplied.
  const turned = transpose(x, [1, 0]);
  const flat = reshape(transpose(turned, [1, 0]), [6]);
  const again = reshape(flat, [2, 3]);
  const row = broadcastTo(reshape(sum(again), [1, 1]), [2, 3]);
  const loss = sum(multiply(row, add(x, turned.node.inputs[0]!)));
  const found = gradients(loss, [x, turned, flat, again, row]);
  const results = await numbersOf(
    Object.fromEntries(["x", "turned", "flat", "again", "row"].map((name, i) => [`for_${name}`, found[i]!])),
  );
  expect(results).toEqual({
    for_x: [42, 42, 42, 42, 42, 42],
    for_turned: [0, 0, 0, 0, 0, 0],
    for_flat: [0, 0, 0, 0, 0, 0],
    for_again: [0, 0, 0, 0, 0, 0],
    for_row: [2, 4, 6, 8, 10, 12],
  });
  const [throughTurned] = gradients(loss, [turned]);
  expect((await numbersOf({ throughTurned: throughTurned! })).throughTurned).toEqual(Array(6).fill(42));
});

test("cotangents weigh outputs; an input that nothing depends on has none", async () => {
  const [forX, forY] = vectorJacobianProduct({
    outputs: [multiply(x, x), x],
    cotangents: [x, x],
    inputs: [x, scalar("float64", 1)],
  });
  expect(forY).toBeUndefined();
  expect((await numbersOf({ forX: forX! })).forX).toEqual([1, 2, 3, 4, 5, 6].map((n) => 2 * n * n + n));
});

test("ten thousand operators in a row", async () => {
  let y = x;
  for (let i = 0; i < 10_000; i++) y = add(y, x);
  const [forX] = gradients(sum(y), [x]);
  expect((await numbersOf({ forX: forX! })).forX).toEqual(Array(6).fill(10_001));
});

test("what has no derivative is refused by name, unless no gradient has to pass", () => {
  const { values, indices } = topK(x, constant(tensor("int64", [1], BigInt64Array.of(1n))), "kept");
  expect(() => gradients(sum(values), [x])).toThrow("TopK of float64[2, kept] has no derivative");
  expect(() => gradients(sum(values), [input("y", "float64", [])])).not.toThrow();
  expect(() => gradients(sum(gather(x, reshape(indices, ["2*kept"]))), [x])).not.toThrow();
  const [fresh, held] = [
    input("fresh", "float64", ["n", 1, 4]),
    input("held", "float64", ["n", 2, "past", 2]),
  ];
  const past = { keys: held, values: held };
  const { mixed } = cachedAttention(fresh, fresh, fresh, { heads: 2, past, total: "total" });
  expect(() => gradients(sum(mixed), [fresh])).toThrow(/The derivative of Concat: .*sizes of axis 2 known/);
});

test("a loss is a scalar, and only floating-point values have gradients", () => {
  expect(() => gradients(x, [x])).toThrow("of shape []; got float64[2, 3]");
  expect(() => gradients(cast(sum(x), "int64"), [x])).toThrow("got int64[]");
  expect(() => gradients(sum(x), [input("ids", "int64", [2])])).toThrow("ids int64[2]");
  expect(() => vectorJacobianProduct({ outputs: [x], cotangents: [sum(x)], inputs: [x] })).toThrow(
    "x float64[2, 3], ReduceSum float64[]",
  );
});
