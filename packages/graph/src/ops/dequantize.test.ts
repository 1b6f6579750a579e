import { createStream, fromInt8, tensor, toInt8 } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import { constant, dequantize, input, serialize } from "../index.ts";

const stream = createStream(3);
const matrix = tensor(
  "float32",
  [5, 7],
  Float32Array.from({ length: 35 }, (_, i) => (stream.uniform(i) - 0.5) * 10 ** Math.floor(i / 7 - 2)),
);
const { values, scale } = toInt8(matrix);

test.each([false, true])("widens as fromInt8 does, bit by bit (decomposed: %s)", async (decompose) => {
  const y = dequantize(constant(values), constant(scale));
  const outputs = await evaluateProgram(serialize({ outputs: { y }, decompose }), {});
  expect(outputs["y"]).toEqual(fromInt8(values, scale));
});

test("takes matrices of int8 alone", () => {
  const rows = input("rows", "float32", [5, 1]);
  expect(() => dequantize(input("x", "uint8", [5, 7]), rows)).toThrow("DequantizeLinear: expected int8");
  expect(() => dequantize(constant(values), input("rows", "float32", [4, 1]))).toThrow(
    "expected as many elements as [5]",
  );
});
