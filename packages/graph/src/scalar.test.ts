import { tensor } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import { cast, input, multiply, scalar, serialize } from "./index.ts";

test.each(["float64", "float32", "float16", "bfloat16", "int64", "int32"] as const)(
  "a constant of %s is the number it was made of",
  async (dtype) => {
    const product = multiply(cast(scalar(dtype, 3), "float32"), input("x", "float32", []));
    const program = serialize({ outputs: { product } });
    const { product: result } = await evaluateProgram(program, {
      x: tensor("float32", [], Float32Array.of(5)),
    });
    expect(result!.data[0]).toBe(15);
  },
);

test("there are none of other types", () => {
  expect(() => scalar("bool", 1)).toThrow("No constants of type bool");
});
